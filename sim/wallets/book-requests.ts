import type { CodeRefusal } from './code-issuer.ts';
import type { Order, RefundEntry } from './orders.ts';

/** What the merchant asks of whoever pays. */
export interface OfferRequest {
  readonly outTradeNo: string;
  readonly amountMinor: number;
  readonly description: string;
  readonly echo: Readonly<Record<string, string>>;
  readonly way?: Order['way'];
  readonly payerId?: string | null;
  readonly expiresAt?: number | null;
  readonly notifyUrl?: string | null;
  readonly marks?: Readonly<Record<string, string>>;
  readonly waitsForEver?: boolean;
  readonly lateSuccessAfterMs?: number;
}

/** What the merchant asks of the customer whose code was scanned. */
export interface PayRequest extends OfferRequest {
  readonly code: string;
}

/** What a merchant may want to hear of: an order was paid, a refund is done. */
export interface BookEvent {
  readonly order: Order;
  readonly refund: RefundEntry | null;
}

/** Why no payment was made: the code, the customer's money, or a number that is in use, by this or another customer. */
export type PayRefusal = CodeRefusal | 'balance' | 'paid' | 'gone' | 'differs' | 'other-payer';

/** What came of it: an order in some state, or a refusal. */
export type PayResult = Order | { readonly refusal: PayRefusal };

/** What came of a refund request; `changed` is false when the same number was refunded before. */
export type RefundResult =
  | { readonly refund: RefundEntry; readonly order: Order; readonly changed: boolean }
  | { readonly refusal: 'no-order' | 'not-paid' | 'exceeds' | 'differs' };
