import type { CardSlot, ChipLink, ReaderKind, ShownCard, TimedAnswer } from '@zhanggui/terminal';
import type { ChipCard } from './chip/chip-card.ts';

/** When a card is pulled out too early: while it is read, while the PIN is typed, while the bank is asked, or before its last word. */
export type PullOut = 'reading' | 'pin' | 'authorizing' | 'completion';

/** The readers of a virtual terminal: what hands do at the page, or tests over HTTP, happens here. */
export class VirtualSlot implements CardSlot {
  #waiting:
    | { readonly readers: readonly ReaderKind[]; readonly take: (shown: readonly ShownCard[]) => void }
    | undefined;

  readonly #onWanted: () => void;

  /** Readers at which a card is wanted now. */
  get wanted(): readonly ReaderKind[] {
    return this.#waiting?.readers ?? [];
  }

  /** @param onWanted is told when a card is wanted. */
  constructor(onWanted: () => void) {
    this.#onWanted = onWanted;
  }

  next(readers: readonly ReaderKind[], until: Promise<unknown>): Promise<readonly ShownCard[]> {
    return new Promise((resolve) => {
      const waiting = {
        readers,
        take: (shown: readonly ShownCard[]): void => {
          if (this.#waiting === waiting) this.#waiting = undefined;
          resolve(shown);
        },
      };
      this.#waiting = waiting;
      void until.then(() => waiting.take([]));
      this.#onWanted();
    });
  }

  /** @returns whether the terminal wanted a card at this reader. */
  show(shown: readonly ShownCard[]): boolean {
    const waiting = this.#waiting;
    const seen = shown.filter(({ reader }) => waiting?.readers.includes(reader) === true);
    if (waiting === undefined || seen.length === 0) return false;
    waiting.take(seen);
    return true;
  }
}

const GENERATE_AC = 0xae;
const GET_PROCESSING_OPTIONS = 0xa8;
const READ_RECORD = 0xb2;

/** A chip that can be pulled out. */
export class VirtualLink implements ChipLink {
  readonly gone: Promise<void>;
  readonly #chip: ChipCard;
  readonly #pullOutAt: PullOut | undefined;
  readonly #pause: () => Promise<void>;
  #isGone = false;
  #cryptograms = 0;
  #leave: () => void = () => undefined;

  constructor(chip: ChipCard, pullOutAt: PullOut | undefined, pause: () => Promise<void>) {
    this.#chip = chip;
    this.#pullOutAt = pullOutAt;
    this.#pause = pause;
    this.gone = new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  async transmit(command: Uint8Array): Promise<Uint8Array | null> {
    await this.#pause();
    if (this.#isGone) return null;
    const response = this.#chip.transmit(command);
    if (command[1] === GENERATE_AC) this.#cryptograms += 1;
    const lost =
      (this.#pullOutAt === 'reading' && this.#endsReading(command)) ||
      (this.#pullOutAt === 'completion' && this.#cryptograms === 2);
    if (lost) this.pullOut();
    return lost ? null : response;
  }

  /** By the card's own account of how far away it is, so that no machine's speed counts. */
  async transmitTimed(command: Uint8Array): Promise<TimedAnswer | null> {
    const response = await this.transmit(command);
    return response === null ? null : { response, tookMicroseconds: this.#chip.answersAfterMicroseconds };
  }

  /** The card is taken away. */
  pullOut(): void {
    this.#isGone = true;
    this.#leave();
  }

  /** Without contact the cryptogram is what gets lost; Visa and UnionPay bring it before any record. */
  #endsReading(command: Uint8Array): boolean {
    if (this.#chip.channel === 'contact') return command[1] === READ_RECORD;
    return command[1] === GENERATE_AC || command[1] === GET_PROCESSING_OPTIONS;
  }
}
