import type { Framing, ProcessingRequest, Settlement, UploadRecord } from '@zhanggui/iso8583';
import type { WorkingKeySet } from '../bank-terminals.ts';
import type { FinancialKind, MessageKind } from './message-kinds.ts';

/** How a card's data came into the terminal. */
export type Entry = 'manual' | 'stripe' | 'chip' | 'contactless' | 'code' | 'unspecified';

/** A card as a message shows it. */
export interface ShownCard {
  readonly pan: string | null;
  /** YYMM. */
  readonly expiry: string | null;
  readonly sequence: string | null;
  /** With `D` between number and expiry; one block of it may be enciphered. */
  readonly track2: string | null;
  readonly trackEnciphered: boolean;
  readonly entry: Entry;
  /** The stripe of a chip card was read because the chip could not be. */
  readonly fallback: boolean;
}

/** The transaction that a message goes back to. */
export interface OriginalReference {
  /** Null where the dialect has no batches. */
  readonly batchNumber: string | null;
  readonly stan: string;
  /** MMDD. */
  readonly date: string | null;
}

/** The PIN of a request under the terminal's key. */
export interface ShownPin {
  readonly block: Uint8Array;
  /** False for a block that is not combined with the account number. */
  readonly withPan: boolean;
}

/** What a download asks for; `index` tells the key or application by its data objects, empty for the list. */
export interface DownloadRequest {
  readonly what: 'ca-keys' | 'ic-parameters' | 'bin-list' | 'terminal-parameters';
  readonly step: 'list' | 'item' | 'end';
  readonly data: Uint8Array;
}

/** One record of a batch upload: packed magnetic sales, or one transaction with its details. */
export type UploadContent =
  | { readonly form: 'packed'; readonly records: readonly UploadRecord[] }
  | { readonly form: 'single' };

/** A request in the host's own words. */
export interface HostRequest {
  readonly kind: MessageKind;
  readonly mti: string;
  readonly terminalId: string;
  readonly acceptorId: string;
  readonly stan: string;
  /** Empty where the dialect has none: then the terminal's current one counts. */
  readonly batchNumber: string;
  /** Minor units; null when the message carries none. */
  readonly amountMinor: number | null;
  readonly currency: string | null;
  readonly card: ShownCard;
  readonly pin: ShownPin | null;
  /** Field 55. */
  readonly chip: Uint8Array | null;
  readonly partialAllowed: boolean;
  readonly original: OriginalReference | null;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
  /** What a reversal undoes. */
  readonly reverses: FinancialKind | null;
  /** Why a reversal is sent. */
  readonly reason: string | null;
  /** The packed drawing of a signature upload. */
  readonly signature: Uint8Array | null;
  /** Payment code of a QR sale. */
  readonly code: string | null;
  readonly keyLayout: KeyLayout;
  readonly settlement: Settlement | null;
  readonly upload: UploadContent | null;
  /** What a single upload record is about. */
  readonly uploads: FinancialKind | null;
  readonly download: DownloadRequest | null;
  /** A field that this kind needs and the message lacks: 30. */
  readonly lacks: string | null;
}

/** Which working keys a sign-on asks for. */
export type KeyLayout = 'single' | 'double' | 'double-with-track';

/** What goes out with every answer. */
export interface AnswerFrame {
  readonly at: Date;
  /** MMDD. */
  readonly settlementOn: string;
  readonly processing: ProcessingRequest;
}

/** A balance that an answer tells, in minor units. */
export interface ToldBalance {
  readonly minor: number;
  readonly credit: boolean;
  readonly currency: string;
}

/** What the host answers, in its own words. */
export interface HostAnswer {
  readonly responseCode: string;
  readonly rrn?: string | null;
  readonly authorizationCode?: string | null;
  /** Instead of the amount that was asked. */
  readonly amountMinor?: number;
  readonly balance?: ToldBalance;
  /** Field 55. */
  readonly chip?: Uint8Array;
  /** Handed out at sign-on. */
  readonly batchNumber?: string;
  /** Working keys, under the master key of the terminal. */
  readonly workingKeys?: Uint8Array;
  /** What a download gives. */
  readonly data?: Uint8Array;
  readonly settlement?: Settlement;
  /** YYMM of the card. */
  readonly expiry?: string;
  readonly text?: string;
  /** The card is one of an organisation abroad. */
  readonly foreign?: boolean;
}

/** One message of the line, read. */
export interface HeardMessage {
  readonly request: HostRequest;
  /** What the MAC covers, and the MAC; null for a message without one. */
  readonly sealed: { readonly covered: Uint8Array; readonly mac: Uint8Array } | null;
  /** Payload of the answer; `seal` makes its MAC over the bytes that it covers, null leaves it away. */
  answer(answer: HostAnswer, frame: AnswerFrame, seal: Seal | null): Uint8Array;
}

export type Seal = (covered: Uint8Array) => Uint8Array;

/** A host's own reading of one acquirer's messages. */
export interface HostDialect {
  readonly id: string;
  readonly framing: Framing;
  /** What the terminal's side must be told of the envelope. */
  readonly settings: Readonly<Record<string, string>>;
  /** The only currency in which accounts are held; null for a host whose terminals name one of their own. */
  readonly currency: string | null;
  /** Whether terminals number batches, which the host then checks (77) and closes. */
  readonly batches: boolean;
  /** @throws Iso8583Error when the payload is no message of the dialect. */
  read(payload: Uint8Array): HeardMessage;
  mac(keys: WorkingKeySet, covered: Uint8Array): Uint8Array;
}
