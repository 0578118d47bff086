import type { Clock } from '@zhanggui/base';
import type { TagValues } from '../dol.ts';
import type { Verification } from './outcome.ts';

/** What is kept of a transaction whose card left while it made the cryptogram. Book C-2, torn transaction recovery. */
export interface TornRecord {
  /** Digits of the account number. */
  readonly pan: string;
  readonly panSequenceNumber: string | undefined;
  /** What was sent with GENERATE AC, and what RECOVER AC is to send. */
  readonly cdol1Data: Uint8Array;
  readonly drdolData: Uint8Array;
  readonly request: 'AAC' | 'TC' | 'ARQC';
  readonly pdolData: Uint8Array;
  readonly relayData: Uint8Array | undefined;
  /** The terminal's data objects at that time: amount, number, TVR, CVM results. */
  readonly values: TagValues;
  readonly verification: Verification;
}

/** The port to what a reader remembers of torn transactions. Book C-2, torn transaction log. */
export interface TornLog {
  /** The latest record of a card, taken out of the log. */
  take(pan: string, panSequenceNumber: string | undefined): TornRecord | undefined;
  keep(record: TornRecord): void;
}

/** A log in memory of so many records (DF811D), each for so long (DF811C). */
export class MemoryTornLog implements TornLog {
  readonly #most: number;
  readonly #lifetimeMs: number;
  readonly #clock: Pick<Clock, 'now'> | undefined;
  #records: { readonly record: TornRecord; readonly keptAtMs: number }[] = [];

  constructor(most: number, lifetimeMs = Number.POSITIVE_INFINITY, clock?: Pick<Clock, 'now'>) {
    this.#most = most;
    this.#lifetimeMs = lifetimeMs;
    this.#clock = clock;
  }

  take(pan: string, panSequenceNumber: string | undefined): TornRecord | undefined {
    const now = this.#now();
    this.#records = this.#records.filter(({ keptAtMs }) => now - keptAtMs <= this.#lifetimeMs);
    const index = this.#records.findLastIndex(
      ({ record }) => record.pan === pan && record.panSequenceNumber === panSequenceNumber,
    );
    return index < 0 ? undefined : this.#records.splice(index, 1)[0]?.record;
  }

  keep(record: TornRecord): void {
    this.#records = [...this.#records, { record, keptAtMs: this.#now() }].slice(-this.#most);
  }

  #now(): number {
    return this.#clock?.now() ?? 0;
  }
}
