import type { Currency } from '@zhanggui/base';
import type { AcquirerTrace, OriginalRequest, RequestKind } from './api.ts';
import type { CardDetails, DownloadKind, TerminalDemand } from './dialect.ts';

/**
 * What a dialect says beside payments: sign-off, status, downloads and the close of a batch. `AcquirerDialect` extends this;
 * like the rest of it, it opens no socket, keeps no timer and holds no key.
 */
export interface DialectManagement {
  /** What this dialect's terminals can download; empty where there is nothing. */
  readonly downloads: readonly DownloadKind[];
  /** How a batch is closed; null where the acquirer counts by itself. */
  readonly batches: DialectBatches | null;
  /** Bytes of a sign-off; null where the dialect has none. Like the line test it carries no MAC. */
  toSignOff(trace: AcquirerTrace): Uint8Array | null;
  /** Bytes that tell the states of the terminal's parts; null where the dialect has no message for it. */
  toStatusUpload(trace: AcquirerTrace, status: TerminalStatus): Uint8Array | null;
  /** The answer to a sign-off, line test or status upload. @throws Refusal when the bytes are none. */
  fromManagement(message: Uint8Array): ManagementAnswer;
  /**
   * The dialogue of one download, requests out and answers in: each value makes the next request for a fresh trace, and
   * takes the payload of its answer. The switch owns line and waiting; when an answer fails to come it drops the
   * dialogue and begins anew later.
   * @throws Refusal from `next` when an answer is none of this download.
   */
  download(kind: DownloadKind): DownloadDialogue;
  /** Whether the message has room for a MAC, so that `macInput` and `withMac` apply. */
  carriesMac(message: Uint8Array): boolean;
}

/** Yields makers of requests, is given the payloads of answers, returns what was downloaded. */
export type DownloadDialogue = Generator<(trace: AcquirerTrace) => Uint8Array, Download, Uint8Array>;

/** What a terminal downloaded, or why not. */
export type Download =
  /** Each one BER-TLV as `parseCaKey` of packages/emv reads it. */
  | { readonly kind: 'ca-keys'; readonly keys: readonly Uint8Array[] }
  /** Each one BER-TLV, beginning with the application's 9F06. */
  | { readonly kind: 'ic-parameters'; readonly applications: readonly Uint8Array[] }
  /** First digits of the account numbers that the acquirer refuses. */
  | { readonly kind: 'bin-list'; readonly prefixes: readonly string[] }
  /** By the names of the dialect, such as `merchantName`. */
  | { readonly kind: 'terminal-parameters'; readonly settings: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly responseCode: string };

/** Whether the parts of a terminal work. */
export interface TerminalStatus {
  readonly keyboard: boolean;
  readonly pinPad: boolean;
  readonly cardReader: boolean;
  readonly printer: boolean;
  readonly display: boolean;
}

/** An answer that says no more than whether it went well. */
export interface ManagementAnswer {
  readonly responseCode: string;
  readonly terminalId: string;
  readonly stan: string;
  /** The host's clock, `MMDDhhmmss` in its own time. */
  readonly hostTime: string | null;
  readonly demand: TerminalDemand | null;
}

/**
 * The messages that close a batch: totals, the records of the parts that differ, the end. Each is built anew from the
 * same records, so that a close that was interrupted goes on with the message it had reached.
 */
export interface DialectBatches {
  toSettlement(trace: AcquirerTrace, totals: BatchTotals): Uint8Array;
  /** @throws Refusal when the bytes are no answer to a settlement. */
  fromSettlement(message: Uint8Array): SettlementAnswer;
  /** The messages that must go up after `verdict`, in order; the same for the same records. */
  uploads(records: readonly BatchRecord[], verdict: BatchVerdict): readonly UploadPart[];
  /** The message that ends the close; null where the dialect has none. `records` counts what went up. */
  toBatchEnd(trace: AcquirerTrace, records: number, verdict: BatchVerdict): Uint8Array | null;
  /** The answer to an upload or to the end. @throws Refusal when the bytes are none. */
  fromUpload(message: Uint8Array): ManagementAnswer;
  /** The number of the batch behind this one where the host gives none at the next sign-on. */
  nextBatchNumber(batchNumber: string): string;
}

/** What a terminal took (debit: sales, completions) and gave back (credit: refunds, voids) with one group of cards. */
export interface GroupTotals {
  readonly debitMinor: number;
  readonly debitCount: number;
  readonly creditMinor: number;
  readonly creditCount: number;
}

/** Totals of a batch: cards of the acquirer's own country and all others. */
export interface BatchTotals {
  readonly domestic: GroupTotals;
  readonly foreign: GroupTotals;
  readonly currency: Currency;
}

/** What the host says of one group's totals. */
export type GroupVerdict = 'balanced' | 'unbalanced' | 'error';

export interface BatchVerdict {
  readonly domestic: GroupVerdict;
  readonly foreign: GroupVerdict;
}

export interface SettlementAnswer extends ManagementAnswer {
  /** Null where the host refuses the settlement. */
  readonly verdict: BatchVerdict | null;
}

/** One transaction of a batch, as it stands in the books. */
export interface BatchRecord {
  readonly kind: Exclude<RequestKind, 'reversal' | 'balance-inquiry' | 'script-result'>;
  /** Its trace in the batch. */
  readonly trace: AcquirerTrace;
  readonly amountMinor: number;
  readonly currency: Currency;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Null for a payment by code. */
  readonly card: CardDetails | null;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  /** Whether it counts with the domestic part. */
  readonly domestic: boolean;
  /** Whether the issuer was not asked. */
  readonly offline: boolean;
  /** What a void, refund, completion or adjustment goes back to. */
  readonly original?: OriginalRequest;
}

/** One message of an upload. */
export interface UploadPart {
  /** How many records it holds. */
  readonly records: number;
  toMessage(trace: AcquirerTrace): Uint8Array;
}
