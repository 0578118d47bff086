import type { Settlement, SettlementTotals } from '@zhanggui/iso8583';
import { type Authorization, TAKING } from './bank-entries.ts';

/** Totals of a batch as the host has added them up, without reconciliation codes. */
export interface BatchTotals {
  readonly domestic: Totals;
  readonly foreign: Totals;
}

type Totals = Omit<SettlementTotals, 'reconciliationCode'>;

/** Where an entry is counted, and with how much. */
interface Share {
  readonly group: 'domestic' | 'foreign';
  readonly side: 'debit' | 'credit';
  readonly amountMinor: number;
}

const NONE: Totals = { debitMinor: 0, debitCount: 0, creditMinor: 0, creditCount: 0 };
const GIVING: ReadonlySet<string> = new Set(['refund', 'void', 'completion-void']);

export function noTotals(): BatchTotals {
  return { domestic: NONE, foreign: NONE };
}

/**
 * Debit are sales, completions and offline sales, credit are refunds and voids (CUPS.md 9). A voided sale stays a debit, for
 * its void is a credit; what was reversed or declined is in neither.
 */
export function share({ kind, state, amountMinor, foreign }: Authorization): Share | null {
  const group = foreign === true ? 'foreign' : 'domestic';
  if (TAKING.has(kind) && (state === 'approved' || state === 'voided')) return { group, side: 'debit', amountMinor };
  if (GIVING.has(kind) && state === 'approved') return { group, side: 'credit', amountMinor };
  return null;
}

export function addToTotals(totals: BatchTotals, { group, side, amountMinor }: Share, direction: 1 | -1): BatchTotals {
  const before = totals[group];
  const after =
    side === 'debit'
      ? {
          ...before,
          debitMinor: before.debitMinor + direction * amountMinor,
          debitCount: before.debitCount + direction,
        }
      : {
          ...before,
          creditMinor: before.creditMinor + direction * amountMinor,
          creditCount: before.creditCount + direction,
        };
  return { ...totals, [group]: after };
}

/** The terminal's totals with the host's verdict on each group: 1 when they are its own too, else 2. */
export function reconciled(host: BatchTotals, terminal: Settlement): Settlement {
  const judge = (group: 'domestic' | 'foreign'): SettlementTotals => {
    const same = (Object.keys(NONE) as (keyof Totals)[]).every((name) => host[group][name] === terminal[group][name]);
    return { ...terminal[group], reconciliationCode: same ? '1' : '2' };
  };
  return { domestic: judge('domestic'), foreign: judge('foreign') };
}

/** All cards counted together, for a dialect that does not tell the foreign ones apart. */
export function together({ domestic, foreign }: BatchTotals): BatchTotals {
  const sum = Object.fromEntries(
    (Object.keys(NONE) as (keyof Totals)[]).map((name) => [name, domestic[name] + foreign[name]]),
  );
  return { domestic: { ...NONE, ...sum }, foreign: NONE };
}
