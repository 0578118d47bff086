import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type TestCard, testCards } from '../cards/cards.ts';
import { readIfThere } from '../data-file.ts';

/** One request that the bank decided on, as its own record for an auditor. Holds no card number. */
export interface Authorization {
  /** Counts the bank's decisions from 1; the last digits of the RRN. */
  readonly sequence: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly kind: 'sale' | 'void' | 'refund';
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly rrn: string;
  readonly authorizationCode: string | null;
  readonly cardId: string | null;
  readonly maskedPan: string;
  readonly amountMinor: number;
  readonly responseCode: string;
  /** What became of it. */
  readonly state: 'approved' | 'declined' | 'reversed' | 'voided';
  /** RRN of the sale that a void or refund goes back to. */
  readonly originalRrn: string | null;
  /** Returned of a sale by refunds so far. */
  readonly refundedMinor: number;
}

/** Where a message finds an earlier one. */
export type TraceKey = Pick<Authorization, 'terminalId' | 'batchNumber' | 'stan'>;

/** A card's account. */
export interface Account {
  readonly cardId: string;
  readonly maskedPan: string;
  readonly balanceMinor: number;
}

/**
 * The bank's own book: every decision, and from them the balances. Kept in a file of one JSON line a change, so that a
 * restarted host still knows what it approved.
 */
export class BankBook {
  readonly #path: string;
  readonly #bySequence = new Map<number, Authorization>();
  readonly #byTrace = new Map<string, Authorization>();
  readonly #byRrn = new Map<string, Authorization>();
  readonly #spent = new Map<string, number>();

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    for (const line of (readIfThere(path) ?? '').split('\n'))
      if (line !== '') this.#put(JSON.parse(line) as Authorization);
  }

  get nextSequence(): number {
    return this.#bySequence.size + 1;
  }

  /** Records a decision, or what became of one. */
  record(authorization: Authorization): void {
    this.#put(authorization);
    appendFileSync(this.#path, `${JSON.stringify(authorization)}\n`);
  }

  byTrace(kind: Authorization['kind'], key: TraceKey): Authorization | undefined {
    return this.#byTrace.get(traceName(kind, key));
  }

  byRrn(rrn: string): Authorization | undefined {
    return this.#byRrn.get(rrn);
  }

  balanceOf(card: TestCard): number {
    return card.balanceMinor - (this.#spent.get(card.id) ?? 0);
  }

  /** Newest first. */
  authorizations(limit: number): Authorization[] {
    return [...this.#bySequence.values()].reverse().slice(0, limit);
  }

  accounts(): Account[] {
    return testCards.map((card) => ({
      cardId: card.id,
      maskedPan: `•••• ${card.pan.slice(-4)}`,
      balanceMinor: this.balanceOf(card),
    }));
  }

  #put(next: Authorization): void {
    const before = this.#bySequence.get(next.sequence);
    if (next.cardId !== null) {
      const change = movedBy(next) - (before === undefined ? 0 : movedBy(before));
      this.#spent.set(next.cardId, (this.#spent.get(next.cardId) ?? 0) + change);
    }
    this.#bySequence.set(next.sequence, next);
    this.#byTrace.set(traceName(next.kind, next), next);
    this.#byRrn.set(next.rrn, next);
  }
}

/** How much of the card's balance an entry holds. A void undoes through the state of its sale. */
function movedBy({ kind, state, amountMinor }: Authorization): number {
  if (state !== 'approved' || kind === 'void') return 0;
  return kind === 'sale' ? amountMinor : -amountMinor;
}

function traceName(kind: string, { terminalId, batchNumber, stan }: TraceKey): string {
  return `${kind}/${terminalId}/${batchNumber}/${stan}`;
}
