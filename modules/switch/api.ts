import type { Bilingual, Currency } from '@zhanggui/base';
import type { Advice, Evidence } from '../payments/outcome.ts';
import type { AccountBalance, AnswerTexts, ChipProof } from './answer-parts.ts';
import type {
  AcquirerHealth,
  Downloaded,
  ManagementOutcome,
  OfflineClaim,
  OfflineLimits,
  TerminalParameters,
} from './terminal-views.ts';

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

/** How the card's data was read; fallback is the stripe of a chip card whose chip failed. */
export type EntryMode = 'swipe' | 'chip' | 'contactless' | 'fallback';

/** Every request that goes to an acquirer in the name of a payment. */
export type RequestKind =
  | 'sale'
  | 'void'
  | 'refund'
  | 'pre-authorization'
  | 'pre-authorization-void'
  | 'completion'
  | 'completion-advice'
  | 'completion-void'
  | 'balance-inquiry'
  | 'offline-sale'
  | 'offline-adjustment'
  | 'qr-sale'
  | 'script-result'
  | 'signature-upload'
  | 'reversal';

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
  /** The day on which the acquirer says it was, `YYYY-MM-DD`; that of `createdAt` where it told none. */
  readonly hostOn?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A financial request in the platform's words; the dialect turns it into its message. */
export interface AcquirerRequest {
  readonly kind: RequestKind;
  /** What a reversal undoes, or a script result reports on; a sale where it is absent. */
  readonly reverses?: RequestKind;
  /** The platform's own id of what the request is for, handed back with a late answer; never sent. */
  readonly reference: string;
  readonly trace: AcquirerTrace;
  readonly amountMinor: number;
  readonly currency: Currency;
  /** The part of an adjusted amount that is a tip. */
  readonly tipMinor?: number;
  /** Milliseconds since the epoch; of a reversal, when the request that it undoes was made. */
  readonly createdAt: number;
  /** What `reserve` opened for this request, or, for later requests, the sealed copy that it returned. */
  readonly card: PresentedCard | PaymentCode | { readonly vaulted: string };
  readonly original?: OriginalRequest;
  /** Field 39 of a reversal. */
  readonly reversalReason?: ReversalReason;
  /**
   * Field 55 in hexadecimal where it is not the reader's own of this request: of an advice, of a script result, or what
   * of a completion a reversal tells.
   */
  readonly chip?: string;
  /** The same as `Reservation.sealedChip` holds it, where `chip` is absent. */
  readonly sealedChip?: string;
  /** The packed drawing of a signature upload, hexadecimal. */
  readonly signature?: string;
  /** Instant at which waiting ends, in milliseconds since the epoch; a minute from now where it is absent. */
  readonly answerBy?: number;
}

/** A card that `reserve` has opened for the one request that follows. It goes there in memory alone and shows nothing of itself. */
export interface PresentedCard {
  /** Under which the reader sealed it, hexadecimal. */
  readonly ksn: string;
  /** As the reader enciphered it, hexadecimal; null where no PIN was entered. */
  readonly pinBlock: string | null;
}

/** The code that a customer shows for a QR sale at a card acquirer. */
export interface PaymentCode {
  readonly code: string;
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
      /** Field 55 of the answer for the chip (91, 71, 72, 8A), hexadecimal. */
      readonly chip: string | null;
      readonly balance: AccountBalance | null;
      /** The day on the host's clock, `YYYY-MM-DD` (field 13). */
      readonly hostOn: string | null;
      /** The acquirer's settlement date, `YYYY-MM-DD` (field 15). */
      readonly settlementOn: string | null;
      readonly texts: AnswerTexts;
      /** Whether the acquirer counts the card among the domestic ones of its batch; null where it does not tell. */
      readonly domestic: boolean | null;
      readonly evidence: readonly Evidence[];
    }
  /** Nothing left this machine: the request may be declined without a reversal. */
  | { readonly kind: 'not-sent'; readonly cause: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'silent'; readonly cause: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'invalid-mac'; readonly evidence: readonly Evidence[] };

/** How the cardholder was verified. */
export type CardholderVerification = 'none' | 'online-pin' | 'offline-pin' | 'signature' | 'device';

/** Where a card's account takes money from. */
export type Funding = 'debit' | 'credit' | 'prepaid';

/** What `reserve` found out and set aside for a card request. */
export interface Reservation {
  readonly trace: AcquirerTrace;
  /** For the one request that follows; never stored. */
  readonly card: PresentedCard | PaymentCode;
  /** The card without track data and PIN, sealed for a later reversal, void or refund. */
  readonly vaulted: string;
  /** `•••• 4821`. */
  readonly maskedPan: string;
  /** Card organisation: `unionpay`, `visa`, …, `unknown`. */
  readonly scheme: string;
  /** Null where the acquirer's list of card numbers does not tell. */
  readonly funding: Funding | null;
  /** Whether the card counts with the domestic part of the batch (field 48). */
  readonly domestic: boolean;
  /** The same for each presentation of one card: a keyed digest of its number, hexadecimal. */
  readonly cardKey: string;
  /** The same for a card and every phone that stands for it: a keyed digest of the PAR, hexadecimal. */
  readonly par: string | null;
  /** Field 55 of the request, sealed for the batch upload; null where no chip was read. */
  readonly sealedChip: string | null;
  /** `Y1` where the chip has approved by itself: the payment is told to the acquirer later. */
  readonly offline: 'Y1' | null;
  readonly verification: CardholderVerification | null;
  /** Application label, for the receipt. */
  readonly label: string | null;
  /** Application identifier, hexadecimal, for the receipt. */
  readonly aid: string | null;
  readonly device: 'card' | 'phone' | null;
  /** Of the request; null where no chip was read. */
  readonly proof: ChipProof | null;
  /** How long the acquirer wants its answer to be waited for, in milliseconds; null where it has not told. */
  readonly answerTimeoutMs: number | null;
  /** The merchant's name at the acquirer, for the slip; null where it has not told. */
  readonly merchantName: string | null;
}

/** The chip's last word after the issuer's answer, as the reader sealed it. */
export interface SealedCompletion {
  readonly readerId: string;
  readonly ksn: string;
  readonly sealed: string;
  readonly mac: string;
  readonly entryMode: 'chip';
}

/** The chip's last word, opened. */
export interface OpenedCompletion {
  readonly result: 'approved' | 'declined' | 'removed';
  /** The terminal's own code where the issuer was not reached: `Y3` approved, `Z3` declined. */
  readonly arc: 'Y3' | 'Z3' | null;
  /** Field 55 with the second cryptogram, hexadecimal. */
  readonly chip: string | null;
  /** The same, sealed for the batch upload. */
  readonly sealedChip: string | null;
  /** Of the last cryptogram. */
  readonly proof: ChipProof | null;
  /** Results of the issuer's scripts (DF31), hexadecimal. */
  readonly scriptResults: string | null;
  readonly signature: boolean;
}

/** An approval that came after its request had been given up. */
export interface LateAnswer {
  /** `reference` of the request. */
  readonly reference: string;
  readonly kind: RequestKind;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  /** Whether the acquirer has already undone it on our reversal. When false the customer's money is still moved. */
  readonly reversed: boolean;
  readonly evidence: readonly Evidence[];
}

/** The way to card institutions: `methods/card` and the settlement use it, and nothing of ISO 8583. */
export interface Exchange {
  /**
   * Reserves a trace on the till's acquirer and vaults the card for a later reversal, void or refund.
   * @throws Fault `terminal-not-provisioned`; `batch-closing` while the terminal's batch is being closed;
   * `credential-refused` when the sealed card does not open or the acquirer refuses its range of numbers.
   */
  reserve(tillId: string, card: SealedCard | PaymentCode): Promise<Reservation>;
  /** Opens the chip's last word. @throws Fault `credential-refused`. */
  openCompletion(completion: SealedCompletion): Promise<OpenedCompletion>;
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
  /** Whether the acquirer has a message for this kind of request. */
  supports(acquirerId: string, kind: RequestKind): boolean;
  /** What the card's account holds; asked in yuan unless told. @throws Fault as `reserve`. */
  balance(tillId: string, card: SealedCard, currency?: Currency): Promise<BalanceInquiry>;

  /**
   * Stores a message durably and forwards it until the acquirer has it, however long that takes. The same reference and
   * kind is stored once. The card is the vaulted one.
   */
  enqueue(advice: AcquirerRequest): Promise<void>;
  /** What became of the messages that were stored for `reference`. */
  adviceStatus(reference: string): Promise<readonly AdviceStatus[]>;
  /** Forwards the waiting messages of `reference` now, whatever their next instant is. */
  retryAdvices(reference: string): Promise<void>;

  /** What the acquirer has told a terminal to keep to. @throws Fault `terminal-not-provisioned`. */
  parametersOf(terminal: Pick<AcquirerTrace, 'acquirerId' | 'terminalId'>): Promise<TerminalParameters>;
  /** What the till's terminal may approve without its acquirer. @throws Fault `terminal-not-provisioned`. */
  offlineLimits(tillId: string): Promise<OfflineLimits>;
  /**
   * Claims room under the limits for a payment without the acquirer; it is given back when the acquirer has the payment's
   * `offline-sale`, or by `releaseOffline`. Claiming the same reference again changes nothing.
   */
  claimOffline(tillId: string, amountMinor: number, reference: string): Promise<OfflineClaim>;
  releaseOffline(reference: string): Promise<void>;

  /** Freezes the terminal's batch: no payment begins until it is closed or `cancelClose` is called. Repeatable. */
  beginClose(tillId: string): Promise<{ readonly batchNumber: string; readonly since: number }>;
  /** Ends the freeze; false when the totals have been sent already and the close must be carried on. */
  cancelClose(tillId: string): Promise<boolean>;
  /**
   * Closes the batch with the acquirer: pending reversals and advices, totals, uploads of what differs, end. What the
   * first call brings is kept, so that a later call goes on where the one before stopped; a closed batch answers again
   * what it answered.
   */
  closeBatch(close: BatchClose): Promise<BatchCloseOutcome>;

  /** Signs the till's terminal on anew. */
  signOn(tillId: string): Promise<ManagementOutcome>;
  signOff(tillId: string): Promise<ManagementOutcome>;
  download(tillId: string, what: DownloadKind): Promise<ManagementOutcome>;
  /** What the till's terminal has downloaded last; null for what it has never downloaded. */
  downloaded(tillId: string, what: DownloadKind): Promise<Downloaded | null>;
  statusUpload(tillId: string): Promise<ManagementOutcome>;
  /** How every acquirer does, those without a line too. */
  health(): Promise<readonly AcquirerHealth[]>;
}

/** A balance inquiry and its answer. */
export interface BalanceInquiry {
  readonly acquirerId: string;
  readonly maskedPan: string;
  readonly answer: AcquirerAnswer;
}

/** What became of a stored message. */
export interface AdviceStatus {
  readonly reference: string;
  readonly kind: RequestKind;
  /** refused: the acquirer has answered definitely that it does not take it. */
  readonly state: 'waiting' | 'done' | 'refused';
  readonly attempts: number;
  /** Set when it has failed so often that people were told; it is still repeated. */
  readonly quarantinedAt: number | null;
  readonly nextAttemptAt: number | null;
  readonly lastCause: string | null;
  readonly responseCode: string | null;
  /** What the acquirer told when it took the message; null until then. */
  readonly answer: AdviceAnswer | null;
  readonly endedAt: number | null;
}

/** By what the acquirer finds a message again that it has taken. */
export type AdviceAnswer = Pick<Extract<AcquirerAnswer, { kind: 'answered' }>, 'rrn' | 'authorizationCode' | 'hostOn'>;

/** One part of a batch's totals: debit are sales and completions, credit are refunds and voids. */
export interface BatchPart {
  readonly debitMinor: number;
  readonly debitCount: number;
  readonly creditMinor: number;
  readonly creditCount: number;
}

/** Totals of a batch: domestic cards and those of international organisations. */
export interface BatchTotals {
  readonly domestic: BatchPart;
  readonly foreign: BatchPart;
}

/** A payment of a batch. */
export interface BatchRecord {
  readonly kind: RequestKind;
  readonly trace: AcquirerTrace;
  readonly amountMinor: number;
  readonly currency: Currency;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly vaulted: string;
  /** Field 55 as `reserve` or `openCompletion` sealed it; null where no chip was read. */
  readonly sealedChip: string | null;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  readonly domestic: boolean;
  /** What a refund or void speaks of. */
  readonly original?: OriginalRequest;
  readonly chipResult?: 'approved' | 'declined';
}

/** A batch that is to be closed, counted by the platform. */
export interface BatchClose {
  readonly tillId: string;
  /** As `beginClose` told it. */
  readonly batchNumber: string;
  readonly currency: Currency;
  readonly totals: BatchTotals;
  readonly records: readonly BatchRecord[];
}

/** The acquirer's word on one part of the totals. */
export type PartVerdict = 'balanced' | 'unbalanced' | 'error';

/** Where a close stopped. */
export type CloseStep = 'advices' | 'settlement' | 'upload' | 'end';

/** What became of a close. */
export type BatchCloseOutcome =
  | {
      readonly kind: 'closed';
      readonly batchNumber: string;
      readonly nextBatchNumber: string;
      readonly domestic: PartVerdict;
      readonly foreign: PartVerdict;
      /** Records that were uploaded. */
      readonly uploaded: number;
      /** Records of these that the acquirer did not take: people must look at them. */
      readonly refused: number;
      /** The acquirer's settlement date, `YYYY-MM-DD`. */
      readonly settlementOn: string | null;
      readonly closedAt: number;
      readonly evidence: readonly Evidence[];
    }
  | {
      readonly kind: 'unfinished';
      readonly step: CloseStep;
      readonly cause: string;
      readonly evidence: readonly Evidence[];
    };

/** What a terminal downloads from its acquirer. */
export type DownloadKind = 'ca-keys' | 'ic-parameters' | 'bin-list' | 'terminal-parameters';

/** What a response code means to the platform. */
export interface ResponseMeaning {
  readonly approved: boolean;
  /** Approved for a part of the amount: without one in the answer nobody knows for how much. */
  readonly partial: boolean;
  readonly message: Bilingual;
  readonly advice: Advice;
  /** Where the code answers a reversal: whether it closes it, and if so whether there was anything to undo. */
  readonly closesReversal: 'undone' | 'nothing-to-undo' | null;
  /** The terminal must sign on before it trades again. */
  readonly demandsSignOn: boolean;
  /** The acquirer has seen this trace number before. */
  readonly duplicate: boolean;
}
