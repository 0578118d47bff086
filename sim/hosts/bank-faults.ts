import { type BankFault, testCards } from '../cards/cards.ts';

/** A fault that waits for messages: the next ones of any card, or those of one card until it is lifted. */
export interface PlannedFault {
  readonly fault: BankFault;
  /** Message types that it meets, such as `0200`. */
  readonly messages: readonly string[];
  /** How many messages it still meets; null for ever. */
  remaining: number | null;
}

export const FINANCIAL: readonly string[] = ['0200', '0220'];

/** What the host does wrong next; set by its page, by tests, and by cards that always meet the same fate. */
export class BankFaults {
  #next: PlannedFault[] = [];
  readonly #cards = new Map<string, PlannedFault>();

  constructor() {
    this.reset();
  }

  /** Only what the test cards bring with them. */
  reset(): void {
    this.#next = [];
    this.#cards.clear();
    for (const { id, fault } of testCards) if (fault !== null) this.setCard(id, fault);
  }

  addNext(fault: BankFault, messages: readonly string[] = FINANCIAL, count = 1): void {
    this.#next.push({ fault, messages, remaining: count });
  }

  setCard(cardId: string, fault: BankFault | null): void {
    if (fault === null) this.#cards.delete(cardId);
    else this.#cards.set(cardId, { fault, messages: FINANCIAL, remaining: null });
  }

  /** The fault that this message meets, used up by one. */
  take(mti: string, cardId: string | null): BankFault | null {
    const next = this.#next.find(({ messages }) => messages.includes(mti));
    if (next !== undefined) {
      if (next.remaining !== null) next.remaining -= 1;
      this.#next = this.#next.filter(({ remaining }) => remaining !== 0);
      return next.fault;
    }
    const planned = cardId === null ? undefined : this.#cards.get(cardId);
    return planned?.messages.includes(mti) ? planned.fault : null;
  }

  view(): { next: readonly PlannedFault[]; cards: Record<string, BankFault> } {
    const cards = Object.fromEntries([...this.#cards].map(([cardId, { fault }]) => [cardId, fault]));
    return { next: this.#next, cards };
  }
}
