import type { Bilingual, Currency } from '@zhanggui/base';
import type { Advice, Evidence } from '../payments/outcome.ts';

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

/** How the card's data was read. */
export type EntryMode = 'swipe' | 'chip' | 'contactless';

/**
 * Card data as the reader sealed it under AES DUKPT (ANSI X9.24-3), never opened outside the key vault's port.
 * `card-record.ts` describes the sealed record and what the CMAC covers.
 */
export interface SealedCard {
  readonly readerId: string;
  /** 12 bytes in hexadecimal: initial key id (8) and counter (4). */
  readonly ksn: string;
  /** Encrypted card record (PAN, expiry, track 2 equivalent, sequence number, chip data), hexadecimal. */
  readonly sealed: string;
  /** CMAC over the reader, the KSN, the sealed record, the PIN block and the entry mode, hexadecimal. */
  readonly mac: string;
  /** ISO 9564 format 4 block under the DUKPT PIN key, hexadecimal; absent where no PIN was entered. */
  readonly pinBlock?: string;
  readonly entryMode: EntryMode;
}

/** The earlier request that a void, refund or reversal speaks of. */
export interface OriginalRequest {
  readonly trace: AcquirerTrace;
  readonly rrn?: string;
  readonly authorizationCode?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A financial request in the platform's words; the dialect turns it into its message. */
export interface AcquirerRequest {
  readonly kind: 'sale' | 'void' | 'refund' | 'reversal';
  /** The platform's own id of what the request is for, handed back with a late answer; never sent. */
  readonly reference: string;
  readonly trace: AcquirerTrace;
  readonly amountMinor: number;
  readonly currency: Currency;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The card for this request, or, for later requests, the sealed copy that `reserve` returned. */
  readonly card: SealedCard | { readonly vaulted: string };
  readonly original?: OriginalRequest;
  /** Field 39 of a reversal: 98 no answer, A0 wrong MAC, 06 other. */
  readonly reversalReason?: ReversalReason;
  /** Instant at which waiting ends, in milliseconds since the epoch; a minute from now where it is absent. */
  readonly answerBy?: number;
}

/** Field 39 of a reversal: 98 no answer in time, A0 answer with a wrong MAC, 06 other. */
export type ReversalReason = '98' | 'A0' | '06';

/** What came back: a verified answer, or why there is none. */
export type AcquirerAnswer =
  | {
      readonly kind: 'answered';
      readonly responseCode: string;
      readonly rrn: string | null;
      readonly authorizationCode: string | null;
      /** The amount that the answer speaks of, where it does; a partial approval differs from the request. */
      readonly amountMinor: number | null;
      readonly evidence: readonly Evidence[];
    }
  /** Nothing left this machine: the request may be declined without a reversal. */
  | { readonly kind: 'not-sent'; readonly cause: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'silent'; readonly cause: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'invalid-mac'; readonly evidence: readonly Evidence[] };

/** What `reserve` found out and set aside for a card request. */
export interface Reservation {
  readonly trace: AcquirerTrace;
  /** The card without track data and PIN, sealed for a later reversal, void or refund. */
  readonly vaulted: string;
  /** `•••• 4821`. */
  readonly maskedPan: string;
  /** Card organisation: `unionpay`, `visa`, …, `unknown`. */
  readonly scheme: string;
}

/** An approval that came after its request had been given up. */
export interface LateAnswer {
  /** `reference` of the request. */
  readonly reference: string;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  /** Whether the acquirer has already undone it on our reversal. When false the customer's money is still moved. */
  readonly reversed: boolean;
  readonly evidence: readonly Evidence[];
}

/** The way to card institutions: `methods/card` uses it and nothing of ISO 8583. */
export interface Exchange {
  /**
   * Reserves a trace on the till's acquirer and vaults the card for a later reversal, void or refund.
   * @throws Fault `terminal-not-provisioned`, or `credential-refused` when the sealed card does not open.
   */
  reserve(tillId: string, card: SealedCard): Promise<Reservation>;
  /**
   * A further trace on the terminal of `trace`, for a void or refund. The same `reference` gets the same numbers again,
   * so that a repeated request can be recognised by the acquirer; `attempt` counts the calls from 1.
   */
  nextTrace(
    trace: AcquirerTrace,
    reference: string,
  ): Promise<{ readonly trace: AcquirerTrace; readonly attempt: number }>;
  /** Asks the acquirer. Never throws for what the outside world did. */
  ask(request: AcquirerRequest): Promise<AcquirerAnswer>;
  /** Meaning of a response code in the dialect of `acquirerId`. */
  meaningOf(acquirerId: string, responseCode: string): ResponseMeaning;
}

/** What a response code means to the platform. */
export interface ResponseMeaning {
  readonly approved: boolean;
  readonly message: Bilingual;
  readonly advice: Advice;
  /** Where the code answers a reversal: whether it closes it, and if so whether there was anything to undo. */
  readonly closesReversal: 'undone' | 'nothing-to-undo' | null;
  /** The terminal must sign on before it trades again. */
  readonly demandsSignOn: boolean;
  /** The acquirer has seen this trace number before. */
  readonly duplicate: boolean;
}
