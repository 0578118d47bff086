import type { Bilingual } from '@zhanggui/base';
import type { Framing, Spec } from '@zhanggui/iso8583';
import type { WorkingKeyCryptogram } from '../keys/vault.ts';
import type { AcquirerRequest, AcquirerTrace, EntryMode, ResponseMeaning } from './api.ts';

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
  readonly macAlgorithm: 'cup-ecb';
  /** Bytes of a financial request with an empty MAC. */
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
export interface DialectRequest extends Omit<AcquirerRequest, 'card' | 'reference' | 'answerBy'> {
  readonly card: CardDetails;
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
  /** BER-TLV of the chip for field 55. */
  readonly chip: Uint8Array | null;
  readonly entryMode: EntryMode;
  readonly pinEntered: boolean;
}

/** A financial answer. */
export interface DialectAnswer {
  readonly responseCode: string;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  readonly amountMinor: number | null;
  readonly terminalId: string;
  readonly stan: string;
  /** The MAC it carries; null where it carries none. */
  readonly mac: Uint8Array | null;
}

/** What a sign-on answer hands out. */
export interface SignOnAnswer {
  readonly responseCode: string;
  readonly batchNumber: string | null;
  /** The host's clock, `MMDDhhmmss` in Beijing time. */
  readonly hostTime: string | null;
  readonly workingKeys: readonly WorkingKeyCryptogram[];
}

/** One extension: a bank's dialect, made for the settings of one acquirer. */
export interface AcquirerPlugin {
  /** Kebab-case id of the dialect. */
  readonly id: string;
  readonly title: Bilingual;
  /** @throws Fault `channel-not-configured` when a setting is missing or malformed. */
  create(settings: Readonly<Record<string, string>>): AcquirerDialect;
}
