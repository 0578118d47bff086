import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type {
  AcceptanceDevice,
  BillProgress,
  BillReading,
  CancelOutcome,
  Decline,
  Evidence,
  Notification,
  Outcome,
  PaymentFacts,
  RawAnswer,
  RefundFacts,
} from '@zhanggui/modules/payments/method.ts';
import type { OrderFlow } from './flow.ts';

/**
 * What differs from wallet to wallet: its messages and what they mean. When to ask, what to believe of an order that was
 * lost, and what to remember is the same for all and stands in `WalletMethod`. `Account` is the merchant's account, read.
 */
export interface WalletConnector<Account> {
  /** Reads a channel configuration. @throws Fault `channel-not-configured` naming the setting. */
  account(config: ChannelConfig): Account;
  /**
   * Holds what is reported of a till to the channel's form, before there is a payment. Absent where any device will do.
   * @throws Fault `channel-not-configured` naming the fact.
   */
  checkTerminal?(account: Account, device: AcceptanceDevice | null): void;
  /** Asks for the money of a code that the cashier scanned. */
  takeCode(order: Order<Account>, code: string): Promise<FirstAnswer>;
  /**
   * Makes the order that the customer pays alone; made again with the same number it is the same order. Pending comes with
   * the handover that the customer needs.
   */
  offer(order: Order<Account>, flow: OrderFlow): Promise<FirstAnswer>;
  /** What the channel says of a payment. */
  inquire(account: Account, payment: PaymentFacts): Promise<Inquiry>;
  /** Undoes a payment whatever became of it. */
  cancel(account: Account, payment: PaymentFacts): Promise<CancelOutcome>;
  /** Gives money back; the same number again gives it back once. */
  refund(account: Account, refund: RefundFacts, payment: PaymentFacts): Promise<Outcome>;
  /** What the channel says of a refund. */
  inquireRefund(account: Account, refund: RefundFacts, payment: PaymentFacts): Promise<Inquiry>;
  /** For how long money may go back, and what is said later; absent where the channel names no end. */
  refundWindow?(account: Account): { readonly withinMs: number; readonly tooLate: Decline };
  /** Verifies and reads a message that the channel sent by itself. May reject with WalletRefusal. */
  notice(account: Account, notification: Notification): Promise<Notice>;
  /** What the channel hears: that it was taken, or why not. */
  readonly taken: RawAnswer;
  refused(cause: string): RawAnswer;
  bill(account: Account, date: string, progress: (progress: BillProgress) => void): Promise<BillReading>;
}

/** What is asked for: whose account takes which payment, and at which device; null for a till without a registered one. */
export interface Order<Account> {
  readonly account: Account;
  readonly payment: PaymentFacts;
  readonly device: AcceptanceDevice | null;
}

/** The answer to the first request: an outcome, or that the order must be asked about. */
export type FirstAnswer =
  | Outcome
  | { readonly kind: 'inquire'; readonly code: string; readonly evidence: readonly Evidence[] };

/** The answer to a question: an outcome, or that the channel knows no such order or refund. */
export type Inquiry = Outcome | { readonly kind: 'not-found'; readonly evidence: readonly Evidence[] };

/** A verified notification, with what a timeline shows of it. */
export type Notice = (NoticeContent & { readonly seen: Evidence }) | NoNews;

/** What a notification speaks of, to be held against our own payment or refund of that number. */
export type NoticeContent =
  | { readonly about: 'payment'; readonly orderNumber: string; read(payment: PaymentFacts): NoticeOutcome }
  | {
      readonly about: 'refund';
      readonly orderNumber: string;
      read(refund: RefundFacts, payment: PaymentFacts): NoticeOutcome;
    }
  | NoNews;

/** An outcome; what is `unknown` contradicts our own payment, so it is refused. */
export type NoticeOutcome = Outcome | NoNews;

/** Nothing that changes a payment: it is not believed, or concerns none. */
export interface NoNews {
  readonly about: 'nothing';
  readonly kind: 'refused' | 'ignored';
  readonly cause: string;
}

/** A genuine message of nothing that concerns a payment here. */
export function ignored(cause: string): NoNews {
  return { about: 'nothing', kind: 'ignored', cause };
}

/** A message of which nothing is believed. */
export function refused(cause: string): NoNews {
  return { about: 'nothing', kind: 'refused', cause };
}
