import type { Currency } from '@zhanggui/base';
import { merchantById } from '../merchants/store.ts';
import { tillById } from '../sales/till-store.ts';
import { intentOf, type OpenTerminal, type Settlement } from './close.ts';
import { type SeenBatch, seeBatch, seeNextBatch, seenBatches } from './seen-store.ts';
import { type Batch, closingAt, endOfBatch, insertBatch, stepBatch } from './store.ts';
import { countBatch } from './totals.ts';

/**
 * Notes the batches that their acquirers have left: a sign-on told another batch, and nobody had closed the one before.
 * Nothing can be compared any more, so people are shown what was in it.
 */
export async function noteLeftBatches(settlement: Settlement, terminals: readonly OpenTerminal[]): Promise<void> {
  const { db, clock, report } = settlement.payments;
  const seen = new Map((await seenBatches(db)).map((each) => [each.terminal, each]));
  for (const open of terminals) {
    const before = seen.get(open.terminal);
    try {
      if (before === undefined) await seeBatch(db, open.terminal, open.batchNumber, clock.now());
      else if (before.batchNumber !== open.batchNumber) await moveOn(settlement, open, before);
    } catch (error) {
      report(error, open.tillId);
    }
  }
}

async function moveOn(settlement: Settlement, open: OpenTerminal, before: SeenBatch): Promise<void> {
  const { db, clock } = settlement.payments;
  const { terminal } = open;
  const { batchNumber, since } = before;
  if ((await closingAt(db, terminal))?.batchNumber === batchNumber) return;
  const endedAt = await endOfBatch(db, terminal, batchNumber);
  const wasClosed = endedAt !== null && endedAt >= since;
  const left = wasClosed ? null : await leftBatch(settlement, open, batchNumber, endedAt);
  await db.transaction(async (tx) => {
    const isFirst = await seeNextBatch(tx, terminal, batchNumber, open.batchNumber, clock.now());
    if (!isFirst || left === null) return;
    await insertBatch(tx, left);
    await stepBatch(tx, left.version, left);
  });
}

/** The batch as it is kept; null where nothing was in it. */
async function leftBatch(
  settlement: Settlement,
  open: OpenTerminal,
  batchNumber: string,
  after: number | null,
): Promise<Batch | null> {
  const { payments } = settlement;
  const { totals, byKind } = await countBatch(payments, { terminal: open.terminal, number: batchNumber }, after);
  const till = await tillById(payments.db, open.tillId);
  if (byKind.length === 0 || till === undefined) return null;
  const currency = ((await merchantById(payments.db, till.merchantId))?.currency ?? 'CNY') satisfies Currency;
  const now = payments.clock.now();
  const whose = { merchantId: till.merchantId, currency, staffId: null };
  return {
    ...intentOf(settlement, whose, { ...open, batchNumber }, now),
    ...{ state: 'left', step: null, totals, byKind, nextBatchNumber: open.batchNumber },
    endedAt: now,
  };
}
