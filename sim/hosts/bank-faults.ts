import { type BankFault, testCards } from '../cards/cards.ts';
import type { HostRequest } from './dialects/dialect.ts';

/** What a bank does wrong, or slowly, with one message. */
export type HostFault =
  | BankFault
  /** It looks at the message only after so many seconds, and then knows what has happened meanwhile. */
  | { readonly kind: 'slow'; readonly seconds: number }
  /** It books the message and cuts the line in the middle of its answer. */
  | { readonly kind: 'cut' }
  /** The next business day begins with this message: for so many seconds everything is answered 90. */
  | { readonly kind: 'day-change'; readonly seconds: number }
  /** Working keys come with a check value that is not theirs. */
  | { readonly kind: 'wrong-check-value' };

/** Which messages a fault waits for: by type (`0200`) or by kind (`void`). */
export interface FaultTarget {
  readonly messages: readonly string[];
  /** How many messages it still meets; null for ever. */
  readonly count: number | null;
}

/** A fault that waits for messages: the next ones of any card, or those of one card. */
export interface PlannedFault {
  readonly fault: HostFault;
  readonly messages: readonly string[];
  /** How many messages it still meets; null until it is lifted. */
  remaining: number | null;
}

/** Requests for a decision. */
export const FINANCIAL: readonly string[] = ['0100', '0200', '0220'];

/** What a fault waits for that names no messages. */
function usualMessages({ kind }: HostFault): readonly string[] {
  return kind === 'wrong-check-value' ? ['sign-on'] : FINANCIAL;
}

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

  /** @param count null until lifted. */
  addNext(fault: HostFault, messages: readonly string[] = usualMessages(fault), count: number | null = 1): void {
    this.#next.push({ fault, messages, remaining: count });
  }

  /** Plans a fault for one card, until it is lifted unless a count is given; null lifts it. */
  setCard(
    cardId: string,
    fault: HostFault | null,
    { messages = FINANCIAL, count = null }: Partial<FaultTarget> = {},
  ): void {
    if (fault === null) this.#cards.delete(cardId);
    else this.#cards.set(cardId, { fault, messages, remaining: count });
  }

  /** The fault that this message meets, used up by one. */
  take({ mti, kind }: Pick<HostRequest, 'mti' | 'kind'>, cardId: string | null): HostFault | null {
    const meets = ({ messages }: PlannedFault): boolean => messages.includes(mti) || messages.includes(kind);
    const next = this.#next.find(meets);
    if (next !== undefined) {
      this.#next = this.#next.filter((planned) => planned !== next || countDown(planned));
      return next.fault;
    }
    const planned = cardId === null ? undefined : this.#cards.get(cardId);
    if (cardId === null || planned === undefined || !meets(planned)) return null;
    if (!countDown(planned)) this.#cards.delete(cardId);
    return planned.fault;
  }

  view(): { next: readonly PlannedFault[]; cards: Record<string, HostFault> } {
    const cards = Object.fromEntries([...this.#cards].map(([cardId, { fault }]) => [cardId, fault]));
    return { next: this.#next, cards };
  }
}

/** Counts one message down. @returns whether the fault waits for more. */
function countDown(planned: PlannedFault): boolean {
  if (planned.remaining !== null) planned.remaining -= 1;
  return planned.remaining !== 0;
}
