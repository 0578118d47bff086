/** What a terminal may approve without its acquirer. */
export interface OfflineLimits {
  readonly allowed: boolean;
  readonly perPaymentMinor: number;
  readonly totalMinor: number;
  /** Approved and not yet with the acquirer. */
  readonly usedMinor: number;
  /** How many payments that is, and how many the acquirer lets wait at most; null where it has not told. */
  readonly usedCount: number;
  readonly mostCount: number | null;
}

/** Whether a payment may be approved without the acquirer. */
export type OfflineClaim = 'claimed' | 'not-allowed' | 'over-payment-limit' | 'over-total' | 'over-count';

/** What was downloaded, and when. */
export interface Downloaded {
  /** Counts the downloads of this kind from 1. */
  readonly version: number;
  readonly downloadedAt: number;
  /** Plain objects by the kind: see `DownloadItem` of the dialect port. */
  readonly items: readonly object[];
}

/** What an acquirer has told a terminal to keep to; null where it has told nothing that can be kept to. */
export interface TerminalParameters {
  /** How long an answer is waited for while somebody waits at the till, in milliseconds: from 10 to 60 seconds. */
  readonly answerTimeoutMs: number | null;
  /** How much of a payment may be added as a tip, in percent; 0 where no tip is taken. */
  readonly tipPercent: number | null;
  /** Whether the terminal signs off once its batch is closed. */
  readonly signsOffAfterClose: boolean;
  /** The merchant's name as the acquirer has registered it, which its card slips print. */
  readonly merchantName: string | null;
  /** How many payments that were approved without the acquirer may wait to be told to it. */
  readonly offlineCount: number | null;
}

/** What became of a message that is no payment. */
export type ManagementOutcome =
  | { readonly kind: 'done'; readonly version?: number }
  | { readonly kind: 'failed'; readonly cause: string }
  /** The acquirer has no such message. */
  | { readonly kind: 'not-supported' };

/** How one acquirer does. */
export interface AcquirerHealth {
  readonly acquirerId: string;
  readonly connection: 'persistent' | 'short' | 'none';
  readonly connected: boolean;
  /** open: nothing is sent for a moment, because too many requests in a row failed. */
  readonly circuit: 'closed' | 'open';
  readonly failuresInARow: number;
  readonly waiting: number;
  readonly lastAnswerAt: number | null;
  /** Of the last some hundred answers. */
  readonly roundTripMs: { readonly p50: number; readonly p99: number } | null;
  readonly terminals: readonly TerminalHealth[];
}

/** How one terminal does. */
export interface TerminalHealth {
  readonly tillId: string;
  readonly terminalId: string;
  /** Field 42: the merchant's number at the acquirer. */
  readonly acceptorId: string;
  readonly batchNumber: string;
  readonly signedOnAt: number | null;
  readonly closingSince: number | null;
  /** How far the host's clock was ahead of ours at the last sign-on. */
  readonly clockOffsetMs: number;
  readonly waitingAdvices: number;
  readonly quarantinedAdvices: number;
}
