import type { Bilingual, Clock, Rng } from '@zhanggui/base';
import type { OfflinePinForm, Presented, TornLog } from '@zhanggui/emv';
import type { DukptTransaction, SecretKey } from '@zhanggui/paycrypto';

/** What a terminal is made of. None of these is here: PC/SC, a simulator or a script of bytes stands behind them. */
export interface TerminalPorts {
  readonly slot: CardSlot;
  readonly pad: PinPad;
  readonly keys: KeyDevice;
  readonly clock: Pick<Clock, 'now'>;
  readonly rng: Rng;
  /** What kernel 2 remembers of cards that left too early; it outlives one read. */
  readonly torn: TornLog;
  /** 9F41, the terminal's count of its transactions: another number at each call. */
  nextCounter(): number;
}

/** Which of a terminal's readers: contact chip, contactless field, magnetic stripe. */
export type ReaderKind = Presented['reader'];

/** The readers of a terminal. */
export interface CardSlot {
  /**
   * Waits until something is shown to one of `readers`, and tells all that is shown then. A card is told once for each time it is put in,
   * held to the field or swiped. When `until` settles first the waiting ends with an empty list.
   */
  next(readers: readonly ReaderKind[], until: Promise<unknown>): Promise<readonly ShownCard[]>;
}

/** A card that is shown. */
export type ShownCard =
  /** `chip` is null when the card does not answer to its reset, or not as EMV Book 1 clause 8 wants it. */
  | { readonly reader: 'contact'; readonly chip: ChipLink | null }
  /** `chip` is the only card in the field; null when several answer. */
  | { readonly reader: 'contactless'; readonly cards: number; readonly chip: ChipLink | null }
  /** Track 2 with `=` or `D` as separator, without sentinels and check character; empty when it could not be read. */
  | { readonly reader: 'stripe'; readonly track2: string };

/** A powered chip. T=0, T=1 and the field are the link's: a command goes in as EMV Book 3 writes it. */
export interface ChipLink {
  /** Answer with its status; null when the card is gone. */
  transmit(command: Uint8Array): Promise<Uint8Array | null>;
  /** As `transmit`, with the time from the end of the command to the whole answer, measured as near to the card as the link can. */
  transmitTimed(command: Uint8Array): Promise<TimedAnswer | null>;
  /** Settles when the card is gone. */
  readonly gone: Promise<unknown>;
}

/** An answer, and how long it took. */
export interface TimedAnswer {
  readonly response: Uint8Array;
  readonly tookMicroseconds: number;
}

/** What the pad shows while it takes a PIN. */
export interface PinQuestion {
  readonly prompt: Bilingual;
  readonly amountMinor: number;
  readonly currency: string;
  /** `•••• 4821`. */
  readonly maskedPan: string;
  /** Where the card tells it. */
  readonly triesLeft: number | undefined;
}

/** Why no PIN was entered. `bypassed`: the holder pressed enter without one, where that is allowed. */
export type NoPin = 'bypassed' | 'cancelled' | 'missing';

/** The PIN pad. What it hands out is enciphered, or meant for the card alone. When `until` settles it stops with `cancelled`. */
export interface PinPad {
  /** PIN block for the issuer under `key` (DUKPT PIN key of the sealed card's KSN). ISO 9564-1 formats 4 and 0. */
  online(ask: OnlinePin, until: Promise<unknown>): Promise<{ readonly pinBlock: Uint8Array } | NoPin>;
  /** The VERIFY command for the card, as `offlinePinCommand` of `@zhanggui/emv` makes it; it goes to the card at once and is forgotten. */
  offline(ask: OfflinePin, until: Promise<unknown>): Promise<{ readonly command: Uint8Array } | NoPin>;
}

export interface OnlinePin extends PinQuestion {
  /** Digits of the account, which the block is bound to. */
  readonly pan: string;
  readonly key: SecretKey;
  readonly format: 0 | 4;
}

export interface OfflinePin extends PinQuestion {
  readonly form: OfflinePinForm;
}

/** The secure part of the reader: AES DUKPT keys, each KSN once (ANSI X9.24-3). The counter must be kept before `next` answers. */
export interface KeyDevice {
  /** The name under which the other side knows this reader. */
  readonly readerId: string;
  /** @throws CryptoRefusal `dukpt-exhausted`. */
  next(): Promise<DukptTransaction>;
}
