import { beijingDate, type Currency, fromBeijing } from '@zhanggui/base';
import { merchantById } from '../merchants/store.ts';
import { firstOfBatch } from '../payments/batch-store.ts';
import { tillById } from '../sales/till-store.ts';
import { intendClose, type OpenTerminal, type Settlement, terminalsOf } from './close.ts';
import { noteLeftBatches } from './left-batches.ts';
import { closingAt, endOfBatch, lastCloseAt, schedules } from './store.ts';

const DAY_MS = 86_400_000;
/** Between two tries of a scheduled close that was given up. */
const TRY_AGAIN_MS = 900_000;

/**
 * Begins to close by itself what is due: the batch of each terminal that holds anything from before its merchant's last closing
 * time, however long the terminal or the bank was off since. A terminal whose freeze was all that a crash left is taken up.
 * Batches that an acquirer has left by itself are noted.
 */
export async function closeDueBatches(settlement: Settlement): Promise<void> {
  const { db, clock, report } = settlement.payments;
  const times = new Map((await schedules(db)).map(({ merchantId, at }) => [merchantId, at]));
  const terminals = await terminalsOf(settlement.exchange);
  await noteLeftBatches(settlement, terminals);
  for (const terminal of terminals) {
    try {
      const till = await tillById(db, terminal.tillId);
      if (till === undefined) continue;
      const at = times.get(till.merchantId);
      const due = at !== undefined && (await isDue(settlement, terminal, lastInstantOf(at, clock.now())));
      if (!due && !(await isLeftFrozen(settlement, terminal))) continue;
      const currency = ((await merchantById(db, till.merchantId))?.currency ?? 'CNY') satisfies Currency;
      await intendClose(settlement, { merchantId: till.merchantId, currency }, terminal);
    } catch (error) {
      report(error, terminal.tillId);
    }
  }
}

/** The last time at which it was `time` (`HH:MM`) in Beijing. */
export function lastInstantOf(time: string, now: number): number {
  const today = fromBeijing(beijingDate(now), `${time}:00`);
  return today <= now ? today : today - DAY_MS;
}

async function isDue({ payments, timeScale }: Settlement, open: OpenTerminal, before: number): Promise<boolean> {
  const { terminal, batchNumber } = open;
  const last = await lastCloseAt(payments.db, terminal);
  if (last?.state === 'closing') return false;
  const now = payments.clock.now();
  if (last?.state === 'given-up' && now - (last.endedAt ?? now) < TRY_AGAIN_MS * timeScale) return false;
  const after = await endOfBatch(payments.db, terminal, batchNumber);
  const first = await firstOfBatch(payments.db, { terminal, number: batchNumber }, after);
  return first !== null && first < before;
}

async function isLeftFrozen({ payments }: Settlement, { terminal, frozen }: OpenTerminal): Promise<boolean> {
  return frozen && (await closingAt(payments.db, terminal)) === undefined;
}
