/** One line of a channel's bill: a payment, or money that went back. Amounts are minor units without sign. */
export interface BillRow {
  readonly kind: 'payment' | 'refund';
  /** The channel's number of the payment. */
  readonly channelReference: string;
  /** Our number of the payment at the channel: out_trade_no. */
  readonly ourReference: string;
  /** Our number of the refund; null for a payment, and for a reversal, which has none. */
  readonly refundReference: string | null;
  readonly amountMinor: number;
  /** What the channel keeps of this line; negative where it gives a fee back. */
  readonly feeMinor: number;
  readonly currency: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The channel's own word for how the line stands. */
  readonly status: string;
}

/** How far the fetching of a bill has come. */
export interface BillProgress {
  readonly stage: 'asking' | 'downloading' | 'reading';
  /** Lines read so far. */
  readonly rows: number;
}

/** What became of the question for a day's bill. */
export type BillReading =
  | { readonly kind: 'bill'; readonly rows: readonly BillRow[] }
  /** The channel has nothing to show for this day. */
  | { readonly kind: 'empty' }
  /** It will be there later: bills are made in the morning of the next day. */
  | { readonly kind: 'not-ready'; readonly cause: string }
  /** No answer, an answer that cannot be believed, or a file that cannot be read. */
  | { readonly kind: 'failed'; readonly cause: string };
