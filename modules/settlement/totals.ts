import { sumMinor } from '@zhanggui/base';
import { contentOfBatch } from '../payments/batch-store.ts';
import type { Payments } from '../payments/context.ts';
import type { BatchPlace } from '../payments/method.ts';
import type { BatchPart, BatchRecord, BatchTotals, RequestKind } from '../switch/api.ts';
import type { KindTotal } from './api.ts';

/** What a batch comes to. */
export interface CountedBatch {
  /** What goes up, where the acquirer wants it. */
  readonly records: readonly BatchRecord[];
  readonly totals: BatchTotals;
  readonly byKind: readonly KindTotal[];
}

/** Kinds that give money back; all others of a batch take it (CUPS.md 9). */
const CREDITS: readonly RequestKind[] = ['refund', 'void', 'completion-void'];

/**
 * Counts a batch from the payments and refunds that belong to it.
 * @param after when the terminal's batch of the same number before this one ended; null where there was none.
 */
export async function countBatch(payments: Payments, place: BatchPlace, after: number | null): Promise<CountedBatch> {
  const content = await contentOfBatch(payments.db, place, after);
  const pluginOf = (method: string) => payments.methods.find(({ plugin }) => plugin.id === method)?.plugin;
  const counted = [
    ...content.payments.map((payment) => pluginOf(payment.method)?.batchRecordOf?.(payment, null)),
    ...content.refunds.map(([refund, payment]) => pluginOf(payment.method)?.batchRecordOf?.(payment, refund)),
  ].flatMap((record) => record ?? []);
  // A chip's refusal goes up with its cryptogram and moves no money.
  const declined = content.refused
    .map((payment) => pluginOf(payment.method)?.batchRecordOf?.(payment, null))
    .filter((record) => record?.chipResult === 'declined' && record.sealedChip !== null)
    .flatMap((record) => record ?? []);
  return { records: [...counted, ...declined], totals: totalsOf(counted), byKind: byKindOf(counted) };
}

/** Totals as the acquirer compares them. */
export function totalsOf(records: readonly BatchRecord[]): BatchTotals {
  return {
    domestic: partOf(records.filter(({ domestic }) => domestic)),
    foreign: partOf(records.filter(({ domestic }) => !domestic)),
  };
}

function partOf(records: readonly BatchRecord[]): BatchPart {
  const credits = records.filter(({ kind }) => CREDITS.includes(kind));
  const debits = records.filter(({ kind }) => !CREDITS.includes(kind));
  return {
    debitMinor: amountOf(debits),
    debitCount: debits.length,
    creditMinor: amountOf(credits),
    creditCount: credits.length,
  };
}

function byKindOf(records: readonly BatchRecord[]): readonly KindTotal[] {
  const groups = Map.groupBy(records, ({ kind, domestic }) => `${domestic ? 0 : 1} ${kind}`);
  return [...groups]
    .sort(([left], [right]) => left.localeCompare(right))
    .flatMap(([, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      return [{ kind: first.kind, domestic: first.domestic, count: group.length, amountMinor: amountOf(group) }];
    });
}

function amountOf(records: readonly BatchRecord[]): number {
  return sumMinor(records.map(({ amountMinor }) => amountMinor));
}
