import type { Bilingual, Currency } from '@zhanggui/base';
import type { Framing, Spec } from '@zhanggui/iso8583';
import type { MacAlgorithm, WorkingKeyCryptogram } from '../keys/vault.ts';
import type { AccountBalance, AnswerTexts } from './answer-parts.ts';
import type {
  AcquirerRequest,
  AcquirerTrace,
  BatchTotals,
  CardholderVerification,
  DownloadKind,
  EntryMode,
  Funding,
  OriginalRequest,
  PartVerdict,
  RequestKind,
  ResponseMeaning,
} from './api.ts';

/**
 * The port behind which a bank's message format stands: from the platform's words to bytes and back. It opens no socket,
 * keeps no timer and holds no key.
 */
export interface AcquirerDialect {
  /** Kebab-case id: `cups`. */
  readonly id: string;
  readonly title: Bilingual;
  /** The message format as data. */
  readonly spec: Spec;
  /** How messages stand on the line; the messages below are payloads of it, without the length. */
  readonly framing: Framing;
  readonly macAlgorithm: MacAlgorithm;
  /** The requests that this dialect has a message for. */
  readonly kinds: readonly RequestKind[];
  /** Bytes of a financial request with an empty MAC. @throws Refusal for what the dialect has no message for. */
  toMessage(request: DialectRequest): Uint8Array;
  /**
   * Bytes of a sign-on request, which carries no MAC.
   * @param serial what the device says of itself (network licence and serial number), for acquirers who ask for it.
   */
  toSignOn(trace: AcquirerTrace, serial?: string | null): Uint8Array;
  /** Bytes of a line test, which carries no MAC. */
  toEcho(trace: AcquirerTrace): Uint8Array;
  /** @throws Refusal when the bytes are no message of this dialect. */
  fromMessage(message: Uint8Array): DialectAnswer;
  /** @throws Refusal when the bytes are no sign-on answer. */
  fromSignOn(message: Uint8Array): SignOnAnswer;
  /** What request and answer have in common; null when the bytes cannot be read. */
  correlationOf(message: Uint8Array): string | null;
  /** The bytes that the MAC covers. */
  macInput(message: Uint8Array): Uint8Array;
  /** The message with its MAC filled in. */
  withMac(message: Uint8Array, mac: Uint8Array): Uint8Array;
  /** Short name of a message for people, such as `0210 sale`. */
  titleOf(message: Uint8Array): string;
  /** Readable text in which everything that must not be shown is masked. */
  describe(message: Uint8Array): string;
  /** Whether this host seals its approvals alone: its refusals are believed without a MAC. */
  readonly refusesWithoutMac?: boolean;
  /** Meaning of field 39; a code that is not listed is a decline. */
  meaningOf(responseCode: string): ResponseMeaning;
  /** Absent where terminals are never signed off. */
  readonly management?: ManagementMessages;
  /** Absent where the acquirer closes batches by itself. */
  readonly settlement?: SettlementMessages;
}

/** A message that is ready but for its MAC. */
export interface DraftMessage {
  readonly message: Uint8Array;
  /** Whether a MAC belongs into it and into its answer. */
  readonly mac: boolean;
}

/** What a terminal and its host say to each other beside payments. */
export interface ManagementMessages {
  toSignOff(trace: AcquirerTrace): DraftMessage;
  /** Absent where terminals report nothing of themselves. */
  toStatusUpload?(trace: AcquirerTrace, status: TerminalStatus): DraftMessage;
  /** The answer to a sign-off or a status upload. @throws Refusal. */
  fromManagement(message: Uint8Array): ManagementAnswer;
  /** Absent where the acquirer hands out nothing but keys. */
  readonly downloads?: DownloadMessages;
}

/** How a terminal downloads what it needs. */
export interface DownloadMessages {
  /**
   * The next request of a download. The dialect knows the order of the requests: where it stands is in `cursor`, which is
   * null at first and then what the answer before handed back.
   */
  toDownload(what: DownloadKind, trace: AcquirerTrace, cursor: string | null): DraftMessage;
  /** @throws Refusal when the bytes are no answer of this download. */
  fromDownload(what: DownloadKind, message: Uint8Array, cursor: string | null): DownloadAnswer;
}

/** The messages with which a batch is closed. */
export interface SettlementMessages {
  toSettlement(trace: AcquirerTrace, totals: BatchTotals, currency: Currency): DraftMessage;
  /** @throws Refusal. */
  fromSettlement(message: Uint8Array): SettlementAnswer;
  /** Absent where the totals alone close the batch: what differs is found by the acquirer's own means. */
  readonly uploads?: UploadMessages;
}

/** What goes up of a batch after its totals. */
export interface UploadMessages {
  /** How many stripe records one upload holds. */
  readonly packedPerMessage: number;
  /** Stripe records, at most `packedPerMessage`. */
  toPackedUpload(trace: AcquirerTrace, records: readonly UploadRecord[]): DraftMessage;
  /**
   * One chip record, refund or offline payment, under the trace number of the record itself, by which the host knows one
   * that comes twice: the answer repeats that number and not the one of `trace`.
   */
  toSingleUpload(trace: AcquirerTrace, record: UploadRecord): DraftMessage;
  /** The end of the upload; `balanced` is whether both parts of the totals agreed. */
  toBatchEnd(trace: AcquirerTrace, end: { readonly count: number; readonly balanced: boolean }): DraftMessage;
  /** The answer to an upload or to its end. @throws Refusal. */
  fromUpload(message: Uint8Array): ManagementAnswer;
}

/** A request with the card opened and the PIN translated for the acquirer. */
export interface DialectRequest
  extends Omit<AcquirerRequest, 'card' | 'reference' | 'answerBy' | 'chip' | 'sealedChip'> {
  /** Null for a payment by code. */
  readonly card: CardDetails | null;
  /** The customer's code of a QR sale and of what follows it. */
  readonly code: string | null;
  /** ISO 9564 format 0 block under the terminal's PIN key; absent where no PIN was entered. */
  readonly pinBlock?: Uint8Array;
}

/** The opened card, held in memory for one request. */
export interface CardDetails {
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string | null;
  /** Field 23, three digits. */
  readonly sequence: string | null;
  /** Track 2 or its chip equivalent with `D` as separator; never kept after the sale. */
  readonly track2: string | null;
  /** Whether part of `track2` is encrypted under the terminal's track key. */
  readonly trackEncrypted: boolean;
  /** BER-TLV for field 55: what the reader gave, or what the request tells in its place. */
  readonly chip: Uint8Array | null;
  readonly entryMode: EntryMode;
  readonly pinEntered: boolean;
  readonly verification: CardholderVerification | null;
}

/** A financial answer. */
export interface DialectAnswer {
  readonly responseCode: string;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  readonly amountMinor: number | null;
  readonly terminalId: string;
  readonly stan: string;
  /** Field 55. */
  readonly chip: Uint8Array | null;
  readonly balance: AccountBalance | null;
  /** `MMDD`. */
  readonly settlementDate: string | null;
  /** The host's clock, `MMDDhhmmss` in its own time. */
  readonly hostTime: string | null;
  readonly texts: AnswerTexts;
  /** Whether the host counts the card among the domestic ones; null where it does not tell. */
  readonly domestic: boolean | null;
  /** What the host asks of the terminal before its next payment. */
  readonly demand: TerminalDemand | null;
  /** The MAC it carries; null where it carries none. */
  readonly mac: Uint8Array | null;
}

/** What a host may ask of a terminal in any answer (CUPS: the digit of processing requests in the header). */
export type TerminalDemand = 'sign-on' | 'status-upload' | DownloadKind;

/** The answer to a message that is no payment. */
export interface ManagementAnswer {
  readonly responseCode: string;
  readonly terminalId: string;
  readonly stan: string;
  /** The host's clock, `MMDDhhmmss` in Beijing time. */
  readonly hostTime: string | null;
  readonly demand: TerminalDemand | null;
  readonly mac: Uint8Array | null;
}

/** One answer of a download. */
export interface DownloadAnswer extends ManagementAnswer {
  readonly items: readonly DownloadItem[];
  /** Where the download goes on; null when it is complete. */
  readonly next: string | null;
}

/** One thing that was downloaded; bytes are hexadecimal. */
export type DownloadItem =
  | {
      readonly kind: 'ca-key';
      readonly rid: string;
      readonly index: string;
      readonly modulus: string;
      readonly exponent: string;
      /** `YYYYMMDD`. */
      readonly expiry: string | null;
      readonly hashAlgorithm: string;
      readonly keyAlgorithm: string;
      /** SHA-1 of RID, index, modulus and exponent. */
      readonly checksum: string;
    }
  /** `parameters` is BER-TLV as the host gave it, without the application identifier itself. */
  | { readonly kind: 'ic-parameter'; readonly aid: string; readonly parameters: string }
  | ({ readonly kind: 'bin' } & CardRange)
  | { readonly kind: 'terminal-parameter'; readonly name: string; readonly value: string };

/** What an acquirer tells of the account numbers that begin with `prefix`; null where it does not tell. */
export interface CardRange {
  readonly prefix: string;
  /** Cards of this range are not accepted. */
  readonly refused: boolean;
  readonly scheme: string | null;
  readonly funding: Funding | null;
  readonly domestic: boolean | null;
}

/** What a terminal reports of itself. */
export interface TerminalStatus {
  readonly batchNumber: string;
  readonly pendingAdvices: number;
  /** Version of each download that the terminal has; a missing one was never made. */
  readonly downloads: Partial<Readonly<Record<DownloadKind, number>>>;
  /** The terminal parameters in use, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** How the host's totals compare with ours, and what else its answer tells. */
export interface SettlementAnswer extends ManagementAnswer {
  readonly domestic: PartVerdict;
  readonly foreign: PartVerdict;
  /** `MMDD`. */
  readonly settlementDate: string | null;
}

/** A payment of the batch with its card opened. */
export interface UploadRecord {
  readonly kind: RequestKind;
  readonly trace: AcquirerTrace;
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly createdAt: number;
  /** Null for a payment by code; `chip` is the field 55 that belongs into the upload. */
  readonly card: CardDetails | null;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  readonly domestic: boolean;
  readonly original?: OriginalRequest;
  /** How the chip ended the payment; null where no chip was read or it was not asked. */
  readonly chipResult: 'approved' | 'declined' | null;
}

/** What a sign-on answer hands out. */
export interface SignOnAnswer {
  readonly responseCode: string;
  readonly batchNumber: string | null;
  /** The host's clock, `MMDDhhmmss` in Beijing time. */
  readonly hostTime: string | null;
  readonly workingKeys: readonly WorkingKeyCryptogram[];
  readonly demand: TerminalDemand | null;
}

/** One extension: a bank's dialect, made for the settings of one acquirer. */
export interface AcquirerPlugin {
  /** Kebab-case id of the dialect. */
  readonly id: string;
  readonly title: Bilingual;
  /** @throws Fault `channel-not-configured` when a setting is missing or malformed. */
  create(settings: Readonly<Record<string, string>>): AcquirerDialect;
}
