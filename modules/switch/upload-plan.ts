import type { BatchRecord, PartVerdict, RequestKind } from './api.ts';

/** What the host said of both parts of the totals. */
interface Verdicts {
  readonly domestic: PartVerdict | null;
  readonly foreign: PartVerdict | null;
}

/** One record of an upload, and whether it shares its message with others. */
export interface PlannedRecord {
  readonly record: BatchRecord;
  readonly packed: boolean;
}

/** Kinds that the host wants in messages of their own even where no chip was read; a payment code has no account number. */
const ALONE: ReadonlySet<RequestKind> = new Set([
  'refund',
  'offline-sale',
  'offline-adjustment',
  'completion-advice',
  'qr-sale',
]);

/**
 * The messages of a batch upload, in the order in which they are sent (CUPS.md 9): stripe payments of a part that differs,
 * packed; then, each alone, its refunds and offline payments, and every last word of a chip whether the part differs or not.
 */
export function uploadsOf(
  records: readonly BatchRecord[],
  { domestic, foreign }: Verdicts,
  packedPerMessage: number,
): readonly (readonly PlannedRecord[])[] {
  const differs = (record: BatchRecord): boolean => (record.domestic ? domestic : foreign) !== 'balanced';
  const stripe = records.filter((record) => isPacked(record) && differs(record));
  const single = records.filter((record) => !isPacked(record) && (hasLastWord(record) || differs(record)));
  const packed: PlannedRecord[][] = [];
  for (let from = 0; from < stripe.length; from += packedPerMessage)
    packed.push(stripe.slice(from, from + packedPerMessage).map((record) => ({ record, packed: true })));
  return [...packed, ...single.map((record) => [{ record, packed: false }])];
}

function isPacked(record: BatchRecord): boolean {
  return !hasLastWord(record) && !ALONE.has(record.kind);
}

/** A chip that was held to the reader has only asked: there is no certificate of it. */
function hasLastWord({ sealedChip, chipResult }: BatchRecord): boolean {
  return sealedChip !== null && chipResult !== undefined;
}
