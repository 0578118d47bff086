import type { Bilingual, Currency } from '@zhanggui/base';
import type { Advice, WaitingFor } from './method.ts';

/** A value that JSON can carry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
/** An object that JSON can carry. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * created: the intent is written, the outside may or may not have been asked.
 * pending: the outside says that somebody must act. unknown: asked, no definite answer.
 * cancelling: being undone until the answer is definite. The other three are final.
 */
export type PaymentState = 'created' | 'pending' | 'unknown' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';

/** What people are told: large, in words and sound. */
export type PaymentResult = 'succeeded' | 'failed' | 'pending';

/** The states whose outcome is not yet certain. */
export const UNRESOLVED: readonly PaymentState[] = ['created', 'pending', 'unknown', 'cancelling'];

/** What people are told about a payment in `state`. */
export function resultOf(state: PaymentState): PaymentResult {
  if (state === 'succeeded') return 'succeeded';
  return state === 'failed' || state === 'cancelled' ? 'failed' : 'pending';
}

/** A payment as the API shows it. Instants are ISO 8601 in UTC. */
export interface PaymentView {
  readonly id: string;
  readonly saleId: string;
  readonly saleNumber: string;
  readonly tillId: string;
  readonly method: string;
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly state: PaymentState;
  readonly result: PaymentResult;
  readonly waitingFor: WaitingFor | null;
  readonly decline: { readonly code: string; readonly message: Bilingual; readonly advice: Advice } | null;
  readonly maskedInstrument: string | null;
  readonly channelReference: string | null;
  readonly changeMinor: number | null;
  readonly refundedMinor: number;
  readonly feeMinor: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** From when the channel accepts a cancellation; null when it cannot be cancelled any more. */
  readonly cancellableAt: string | null;
  /** When the server asks next by itself. */
  readonly nextAttemptAt: string | null;
  /** When the server gives up waiting and cancels. */
  readonly givesUpAt: string | null;
  readonly version: number;
}

/** One entry of a payment's timeline; `detail` is masked. */
export interface PaymentEventView {
  readonly sequence: number;
  readonly at: string;
  readonly kind: 'intent' | 'request' | 'answer' | 'state' | 'posting' | 'alert' | 'refund';
  readonly title: string;
  readonly detail: JsonObject;
}
