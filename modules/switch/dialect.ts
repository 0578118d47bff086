import type { Bilingual } from '@zhanggui/base';
import type { Framing, Spec } from '@zhanggui/iso8583';
import type { MacAlgorithm, WorkingKeyCryptogram } from '../keys/vault.ts';
import type {
  AccountBalance,
  AcquirerRequest,
  AcquirerTrace,
  AnswerTexts,
  CardholderVerification,
  EntryMode,
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
  /** Bytes of a sign-on request, which carries no MAC. */
  toSignOn(trace: AcquirerTrace): Uint8Array;
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
  /** Meaning of field 39; a code that is not listed is a decline. */
  meaningOf(responseCode: string): ResponseMeaning;
}

/** A request with the card opened and the PIN translated for the acquirer. */
export interface DialectRequest extends Omit<AcquirerRequest, 'card' | 'reference' | 'answerBy' | 'chip'> {
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
  /** What the host asks of the terminal before its next payment. */
  readonly demand: TerminalDemand | null;
  /** The MAC it carries; null where it carries none. */
  readonly mac: Uint8Array | null;
}

/** What a host may ask of a terminal in any answer (CUPS: the digit of processing requests in the header). */
export type TerminalDemand = 'sign-on' | 'status-upload' | DownloadKind;

/** What a terminal downloads from its acquirer. */
export type DownloadKind = 'ca-keys' | 'ic-parameters' | 'bin-list' | 'terminal-parameters';

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
