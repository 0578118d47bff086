import { DataFile } from '../../data-file.ts';
import type { Standing } from './issued-card.ts';
import type { ScriptName } from './scripts.ts';

/** What the bank remembers of a card beside its money. */
export interface CardState {
  readonly pinTriesLeft: number;
  /** Set by hand; null keeps what the card was issued with. */
  readonly standing: Standing | null;
  /** Script commands that the next online answer takes along. */
  readonly scripts: readonly ScriptName[];
}

export const PIN_TRIES = 3;
const FRESH: CardState = { pinTriesLeft: PIN_TRIES, standing: null, scripts: [] };

/** The states of cards that are not as they were issued, kept in a file. It is written only when one changes. */
export class CardStates {
  readonly #file: DataFile<Record<string, CardState>>;

  constructor(path: string) {
    this.#file = new DataFile(path, () => ({}));
  }

  of(cardId: string): CardState {
    return this.#file.content[cardId] ?? FRESH;
  }

  change(cardId: string, change: Partial<CardState>): void {
    const before = this.of(cardId);
    const after = { ...before, ...change };
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    this.#file.content[cardId] = after;
    this.#file.save();
  }

  /** A new day begins: tries are counted anew. */
  resetTries(): void {
    for (const cardId of Object.keys(this.#file.content)) this.change(cardId, { pinTriesLeft: PIN_TRIES });
  }
}
