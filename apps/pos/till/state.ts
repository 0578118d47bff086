import type { JsonObject, PaymentView } from '@zhanggui/modules/payments/api.ts';
import { type Cart, type CartLine, cartTotal, EMPTY_CART } from './cart.ts';
import type { Sale } from './contract.ts';

/** A ticket put aside. */
export interface HeldTicket {
  readonly id: string;
  readonly heldAt: string;
  readonly cart: Cart;
}

/** One line of what happened to a payment, as the waiting screen shows it. */
export interface TimelineMark {
  readonly at: string;
  readonly what:
    | 'sent'
    | 'customer-password'
    | 'customer-scan'
    | 'card'
    | 'channel'
    | 'unknown'
    | 'cancelling'
    | 'asked'
    | 'still-waiting'
    | 'link-silent'
    | 'link-heard'
    | 'cancel-refused';
}

/** One try to take money; `payment` is null until the server has told of it. */
export interface Attempt {
  readonly id: string;
  readonly method: string;
  readonly amountMinor: number;
  readonly startedAt: string;
  readonly payment: PaymentView | null;
  readonly timeline: readonly TimelineMark[];
}

/** A payment that was left to resolve by itself while the next customer is served. */
export interface ParkedPayment {
  readonly payment: PaymentView;
  /** Its outcome is certain, and the cashier has not yet put it away. */
  readonly settled: boolean;
}

/** Something to tell the cashier that does not stop the work. */
export type Notice =
  | { readonly kind: 'not-found'; readonly raw: string }
  | { readonly kind: 'code-unsupported' }
  | { readonly kind: 'code-early' }
  | { readonly kind: 'wait-for-payment' }
  | { readonly kind: 'problem'; readonly title: string; readonly detail: string };

/** Where the till stands. */
export type Phase =
  | { readonly name: 'selling' }
  | { readonly name: 'tendering'; readonly method: string | null; readonly partMinor: number | null }
  | { readonly name: 'waiting'; readonly attempt: Attempt }
  | { readonly name: 'outcome'; readonly attempt: Attempt; readonly payment: PaymentView };

export interface TillState {
  readonly cart: Cart;
  readonly selected: string | null;
  readonly removed: { readonly line: CartLine; readonly index: number; readonly turn: number } | null;
  readonly held: readonly HeldTicket[];
  /** The server's sale, from the first try to take money on. */
  readonly sale: Sale | null;
  /** 抹零 that the cashier grants, until a payment has fixed it. */
  readonly roundingMinor: number;
  readonly phase: Phase;
  readonly parked: readonly ParkedPayment[];
  /** Payments that customers have made alone and that were told: later changes of them ring no second time. */
  readonly paidAlone: readonly string[];
  readonly notice: Notice | null;
  /** The line last added, for the live region and the mark on the ticket. */
  readonly lastAdded: { readonly line: CartLine; readonly turn: number } | null;
  /** Counts up with each thing that may be undone or said again. */
  readonly turn: number;
}

export const NEW_TILL: TillState = {
  cart: EMPTY_CART,
  selected: null,
  removed: null,
  held: [],
  sale: null,
  roundingMinor: 0,
  phase: { name: 'selling' },
  parked: [],
  paidAlone: [],
  notice: null,
  lastAdded: null,
  turn: 0,
};

/** What is asked of the world outside of the machine. */
export type Effect =
  | {
      readonly kind: 'charge';
      readonly attemptId: string;
      readonly sale: Sale | null;
      readonly cart: Cart;
      readonly roundingMinor: number;
      readonly method: string;
      readonly amountMinor: number;
      readonly credential: JsonObject;
    }
  | { readonly kind: 'inquire'; readonly paymentId: string }
  | { readonly kind: 'cancel'; readonly paymentId: string }
  | { readonly kind: 'load-sale'; readonly saleId: string }
  | { readonly kind: 'abandon'; readonly saleId: string }
  | { readonly kind: 'cue'; readonly cue: 'good' | 'paid' | 'attention' | 'not-found' | 'bad' }
  /** Says that money has come; only ever asked for a payment that the server says has succeeded. */
  | { readonly kind: 'announce'; readonly method: string; readonly amountMinor: number; readonly changeMinor: number };

/** Sum of the ticket before 抹零. */
export function subtotalMinor(state: TillState): number {
  return state.sale ? state.sale.subtotalMinor : cartTotal(state.cart);
}

/** 抹零 may change until money has come in. */
export function roundingMayChange(state: TillState): boolean {
  return state.sale === null || (state.sale.paidMinor === 0 && state.sale.pendingMinor === 0);
}

/** What the customer still has to pay, money that is on its way not counted. */
export function dueMinor(state: TillState): number {
  const rounding = state.sale && !roundingMayChange(state) ? state.sale.roundingMinor : state.roundingMinor;
  const settled = state.sale ? state.sale.paidMinor + state.sale.pendingMinor : 0;
  return Math.max(0, subtotalMinor(state) - rounding - settled);
}

/** What the next payment takes: all that is due, or the part that was chosen. */
export function amountToTake(state: TillState): number {
  const due = dueMinor(state);
  const part = state.phase.name === 'tendering' ? state.phase.partMinor : null;
  return part === null ? due : Math.min(part, due);
}

/** How many parked payments have no certain outcome. */
export function waitingCount(state: TillState): number {
  return state.parked.filter(({ settled }) => !settled).length;
}
