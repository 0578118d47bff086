import type { JsonObject, PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { Cart, Measure } from './cart.ts';
import type { Item, Sale } from './contract.ts';
import type { HeldTicket, Notice } from './state.ts';

/** Everything that can happen to a till. Times and identifiers come with the event, so that the machine itself is pure. */
export type TillEvent =
  | { readonly kind: 'item-added'; readonly item: Item; readonly measure: Measure }
  | { readonly kind: 'line-selected'; readonly lineId: string }
  | { readonly kind: 'selection-moved'; readonly by: 1 | -1 }
  | { readonly kind: 'quantity-set'; readonly lineId: string; readonly quantity: number }
  | { readonly kind: 'line-removed'; readonly lineId: string }
  | { readonly kind: 'removal-undone' }
  | { readonly kind: 'undo-expired'; readonly turn: number }
  | { readonly kind: 'held'; readonly id: string; readonly at: string }
  | { readonly kind: 'recalled'; readonly id: string; readonly newId: string; readonly at: string }
  | {
      readonly kind: 'restored';
      readonly cart: Cart;
      readonly held: readonly HeldTicket[];
      readonly id: string;
      readonly at: string;
    }
  | { readonly kind: 'pay-pressed' }
  | { readonly kind: 'method-chosen'; readonly method: string | null }
  | { readonly kind: 'part-chosen'; readonly partMinor: number | null }
  | { readonly kind: 'rounding-chosen'; readonly roundingMinor: number }
  | { readonly kind: 'back' }
  | {
      readonly kind: 'charged';
      readonly attemptId: string;
      readonly method: string;
      readonly amountMinor: number;
      readonly credential: JsonObject;
      readonly at: string;
    }
  | { readonly kind: 'sale-opened'; readonly attemptId: string; readonly sale: Sale }
  | { readonly kind: 'sale-loaded'; readonly sale: Sale }
  | { readonly kind: 'payment-told'; readonly payment: PaymentView; readonly at: string }
  | { readonly kind: 'charge-refused'; readonly attemptId: string; readonly title: string; readonly detail: string }
  | { readonly kind: 'charge-unanswered'; readonly attemptId: string; readonly at: string }
  | { readonly kind: 'ask-pressed'; readonly at: string }
  /** Stop an attempt for which the server has not even opened a sale. */
  | { readonly kind: 'given-up' }
  | { readonly kind: 'cancel-pressed' }
  | { readonly kind: 'cancel-refused'; readonly at: string }
  | { readonly kind: 'next-served' }
  | { readonly kind: 'next-sale' }
  | { readonly kind: 'unresolved-loaded'; readonly payments: readonly PaymentView[] }
  | { readonly kind: 'parked-dismissed'; readonly paymentId: string }
  | {
      readonly kind: 'sale-resumed';
      readonly sale: Sale;
      readonly cart: Cart;
      readonly id: string;
      readonly at: string;
    }
  /** Back at a payment whose code the customer has not scanned yet, after the page was loaded again. */
  | {
      readonly kind: 'wait-resumed';
      readonly sale: Sale;
      readonly cart: Cart;
      readonly payment: PaymentView;
      readonly at: string;
    }
  | { readonly kind: 'noticed'; readonly notice: Notice | null };
