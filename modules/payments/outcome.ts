import type { Bilingual } from '@zhanggui/base';

/** A masked account of one message to or from the outside, for the payment's timeline. */
export interface Evidence {
  readonly direction: 'request' | 'answer';
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Such as `0200 sale` or `POST /v3/pay/transactions/codepay`. */
  readonly title: string;
  /** Readable, masked content; never a PAN, track, PIN, key, token or payment code. */
  readonly text: string;
}

/** Why a payment was declined, and what the cashier should do. */
export interface Decline {
  /** The channel's code: `51`, `ACQ.BUYER_BALANCE_NOT_ENOUGH`. */
  readonly code: string;
  readonly message: Bilingual;
  readonly advice: Advice;
}

/** What the cashier should do next; the screen has words and a button for each. */
export type Advice =
  | 'new-code'
  /** The payer's limit for scanned codes is reached: the customer scans the shop's code instead. */
  | 'show-code'
  | 'other-method'
  | 'retry'
  | 'enter-pin-again'
  | 'call-support'
  | 'keep-card'
  | 'none';
