import { Journal } from '../journal.ts';
import {
  type Authorization,
  type BatchUpload,
  heldBy,
  movedBy,
  type Reversal,
  type SettlementResult,
  type TraceKey,
} from './bank-entries.ts';
import { addToTotals, type BatchTotals, noTotals, share } from './bank-totals.ts';

export type { Authorization };

/** What the book holds of an account, in minor units. */
export interface AccountSums {
  readonly spentMinor: number;
  readonly heldMinor: number;
}

/** Everything that the merchant has been given and that is kept aside for them. */
export interface BookSums {
  readonly takenMinor: number;
  readonly heldMinor: number;
}

type Line =
  | Authorization
  | { readonly reversal: Reversal }
  | { readonly settlement: SettlementResult }
  | { readonly upload: BatchUpload };

/**
 * The bank's own book: every decision, and from them balances, holds and the totals of batches. Kept in a file of one JSON
 * line a change, so that a restarted host still knows what it approved. Every look-up is by a key, never a search.
 */
export class BankBook {
  readonly #journal: Journal<Line>;
  readonly #authorizations: Authorization[] = [];
  readonly #byTrace = new Map<string, number>();
  readonly #byRrn = new Map<string, number>();
  readonly #byApproval = new Map<string, number>();
  readonly #chipUses = new Set<string>();
  readonly #accounts = new Map<string, { spentMinor: number; heldMinor: number }>();
  readonly #sums = { takenMinor: 0, heldMinor: 0 };
  readonly #batches = new Map<string, BatchTotals>();
  readonly #inBatch = new Map<string, number[]>();
  readonly #reversals: Reversal[] = [];
  readonly #reversed = new Map<string, Reversal>();
  readonly #settlements = new Map<string, SettlementResult>();
  readonly #settledBy = new Map<string, SettlementResult>();
  readonly #uploads = new Map<string, Map<string, number>>();

  constructor(path: string) {
    this.#journal = new Journal(path);
    for (const line of this.#journal.kept) this.#take(line);
  }

  get nextSequence(): number {
    return this.#authorizations.length + 1;
  }

  /** Records a decision, or what became of one. */
  record(authorization: Authorization): void {
    this.#append(authorization);
  }

  recordReversal(reversal: Reversal): void {
    this.#append({ reversal });
  }

  recordSettlement(settlement: SettlementResult): void {
    this.#append({ settlement });
  }

  recordUpload(upload: BatchUpload): void {
    this.#append({ upload });
  }

  byTrace(key: TraceKey): Authorization | undefined {
    return this.#at(this.#byTrace.get(traceName(key)));
  }

  byRrn(rrn: string): Authorization | undefined {
    return this.#at(this.#byRrn.get(rrn));
  }

  /** The newest request of a card that was approved with this code. */
  byApproval(cardId: string, authorizationCode: string): Authorization | undefined {
    return this.#at(this.#byApproval.get(`${cardId}/${authorizationCode}`));
  }

  /** The reversal of this trace number, even when it came before what it undoes. */
  reversalOf(key: TraceKey): Reversal | undefined {
    return this.#reversed.get(traceName(key));
  }

  isChipUsed(chipUse: string): boolean {
    return this.#chipUses.has(chipUse);
  }

  accountOf(cardId: string): AccountSums {
    return this.#accounts.get(cardId) ?? { spentMinor: 0, heldMinor: 0 };
  }

  sums(): BookSums {
    return { ...this.#sums };
  }

  totalsOf(terminalId: string, batchNumber: string): BatchTotals {
    return this.#batches.get(batchName(terminalId, batchNumber)) ?? noTotals();
  }

  /** What a terminal did in a batch, in the order in which it was decided. */
  ofBatch(terminalId: string, batchNumber: string): Authorization[] {
    const sequences = this.#inBatch.get(batchName(terminalId, batchNumber)) ?? [];
    return sequences.flatMap((sequence) => this.#at(sequence) ?? []);
  }

  settlementOf(terminalId: string, batchNumber: string): SettlementResult | undefined {
    return this.#settlements.get(batchName(terminalId, batchNumber));
  }

  /** The batch that the message with this number has closed. */
  settledBy(terminalId: string, stan: string): SettlementResult | undefined {
    return this.#settledBy.get(`${terminalId}/${stan}`);
  }

  /** Amounts in minor units that the terminal has sent up of a batch, by trace number. */
  uploadsOf(terminalId: string, batchNumber: string): ReadonlyMap<string, number> {
    return this.#uploads.get(batchName(terminalId, batchNumber)) ?? new Map();
  }

  /** Newest first. */
  authorizations(limit: number): Authorization[] {
    return this.#authorizations.slice(-limit).reverse();
  }

  /** Newest first. */
  reversals(limit: number): Reversal[] {
    return this.#reversals.slice(-limit).reverse();
  }

  /** Newest first. */
  settlements(limit: number): SettlementResult[] {
    return [...this.#settlements.values()].slice(-limit).reverse();
  }

  close(): void {
    this.#journal.close();
  }

  #append(line: Line): void {
    this.#take(line);
    this.#journal.append(line);
  }

  #take(line: Line): void {
    if ('reversal' in line) {
      this.#reversals.push(line.reversal);
      this.#reversed.set(traceName(line.reversal), line.reversal);
    } else if ('settlement' in line) {
      const { terminalId, batchNumber, stan } = line.settlement;
      this.#settlements.set(batchName(terminalId, batchNumber), line.settlement);
      if (stan !== undefined) this.#settledBy.set(`${terminalId}/${stan}`, line.settlement);
    } else if ('upload' in line) {
      const name = batchName(line.upload.terminalId, line.upload.batchNumber);
      const uploaded = this.#uploads.get(name) ?? new Map<string, number>();
      for (const { stan, amountMinor } of line.upload.records) uploaded.set(stan, amountMinor);
      this.#uploads.set(name, uploaded);
    } else {
      this.#put(line);
    }
  }

  #put(next: Authorization): void {
    const { sequence, cardId, authorizationCode, chipUse } = next;
    const before = this.#at(sequence);
    this.#move(before, -1);
    this.#move(next, 1);
    this.#authorizations[sequence - 1] = next;
    if (before !== undefined) return;
    this.#byTrace.set(traceName(next), sequence);
    this.#byRrn.set(next.rrn, sequence);
    if (cardId !== null && authorizationCode !== null) this.#byApproval.set(`${cardId}/${authorizationCode}`, sequence);
    if (chipUse !== undefined) this.#chipUses.add(chipUse);
    const batch = batchName(next.terminalId, next.batchNumber);
    const inBatch = this.#inBatch.get(batch);
    if (inBatch === undefined) this.#inBatch.set(batch, [sequence]);
    else inBatch.push(sequence);
  }

  #move(entry: Authorization | undefined, direction: 1 | -1): void {
    if (entry === undefined) return;
    const [moved, held] = [movedBy(entry) * direction, heldBy(entry) * direction];
    this.#sums.takenMinor += moved;
    this.#sums.heldMinor += held;
    if (entry.cardId !== null) {
      const { spentMinor, heldMinor } = this.accountOf(entry.cardId);
      this.#accounts.set(entry.cardId, { spentMinor: spentMinor + moved, heldMinor: heldMinor + held });
    }
    const counted = share(entry);
    if (counted === null) return;
    const name = batchName(entry.terminalId, entry.batchNumber);
    this.#batches.set(name, addToTotals(this.#batches.get(name) ?? noTotals(), counted, direction));
  }

  #at(sequence: number | undefined): Authorization | undefined {
    return sequence === undefined ? undefined : this.#authorizations[sequence - 1];
  }
}

function traceName({ terminalId, batchNumber, stan }: TraceKey): string {
  return `${terminalId}/${batchNumber}/${stan}`;
}

function batchName(terminalId: string, batchNumber: string): string {
  return `${terminalId}/${batchNumber}`;
}
