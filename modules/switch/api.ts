import type { Evidence } from '../payments/method.ts';

/** Identity under which one acquirer knows a till, and the numbers reserved for one request. */
export interface AcquirerTrace {
  readonly acquirerId: string;
  /** Field 41, eight characters. */
  readonly terminalId: string;
  /** Field 42, fifteen characters. */
  readonly acceptorId: string;
  /** Field 11, 000001–999999, unique per terminal until it wraps. */
  readonly stan: string;
  /** Field 60.2. */
  readonly batchNumber: string;
}

/** Card data as the reader sealed it: AES DUKPT, never opened outside the key vault's port. */
export interface SealedCard {
  readonly readerId: string;
  /** 12 bytes in hexadecimal: initial key id and counter. */
  readonly ksn: string;
  /** Encrypted card record (PAN, expiry, track 2 equivalent, sequence number, chip data), base64. */
  readonly sealed: string;
  /** CMAC over the sealed record, base64. */
  readonly mac: string;
  /** ISO 9564 format 4 block under the DUKPT PIN key, hexadecimal; absent where no PIN was entered. */
  readonly pinBlock?: string;
  readonly entryMode: 'swipe' | 'chip' | 'contactless';
}

/** A financial request in the platform's words; the dialect turns it into its message. */
export interface AcquirerRequest {
  readonly kind: 'sale' | 'void' | 'refund' | 'reversal';
  readonly trace: AcquirerTrace;
  readonly amountMinor: number;
  readonly currency: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The card for this request, or, for later requests, the sealed copy that `reserve` returned. */
  readonly card: SealedCard | { readonly vaulted: string };
  readonly original?: { readonly trace: AcquirerTrace; readonly rrn?: string; readonly authorizationCode?: string; readonly createdAt: number };
  /** Field 39 of a reversal: 98 no answer, A0 wrong MAC, 06 other. */
  readonly reversalReason?: '98' | 'A0' | '06';
}

/** What came back: a verified answer, or why there is none. */
export type AcquirerAnswer =
  | { readonly kind: 'answered'; readonly responseCode: string; readonly rrn: string | null; readonly authorizationCode: string | null; readonly evidence: readonly Evidence[] }
  /** Nothing left this machine: the request may be declined without a reversal. */
  | { readonly kind: 'not-sent'; readonly cause: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'silent'; readonly cause: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'invalid-mac'; readonly evidence: readonly Evidence[] };

/** The way to card institutions: `methods/card` uses it and nothing of ISO 8583. */
export interface Exchange {
  /** Reserves a trace on the till's acquirer and vaults the card for a later reversal, void or refund. */
  reserve(tillId: string, card: SealedCard): Promise<{ trace: AcquirerTrace; vaulted: string; maskedPan: string; scheme: string }>;
  /** A further trace on the same terminal, for a void or refund. */
  nextTrace(trace: AcquirerTrace): Promise<AcquirerTrace>;
  ask(request: AcquirerRequest): Promise<AcquirerAnswer>;
}
