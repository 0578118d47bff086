import { beijingDate, type Currency, fromBeijing } from '@zhanggui/base';
import { merchantById } from '../merchants/store.ts';
import { contentOfBatch } from '../payments/batch-store.ts';
import { tillById } from '../sales/till-store.ts';
import { closeBatch, type OpenTerminal, type Settlement, terminalsOf } from './close.ts';
import { closingAt, lastCloseAt, schedules } from './store.ts';

const DAY_MS = 86_400_000;
/** Between two tries of a scheduled close that was given up. */
const TRY_AGAIN_MS = 900_000;

/**
 * Closes by itself what is due: the batch of each terminal that holds anything from before its merchant's last closing
 * time, however long the terminal or the bank was off since. A terminal whose freeze was all that a crash left is taken up.
 */
export async function closeDueBatches(settlement: Settlement): Promise<void> {
  const { db, clock, report } = settlement.payments;
  const times = new Map((await schedules(db)).map(({ merchantId, at }) => [merchantId, at]));
  for (const terminal of await terminalsOf(settlement.exchange)) {
    try {
      const till = await tillById(db, terminal.tillId);
      if (till === undefined) continue;
      const at = times.get(till.merchantId);
      const due = at !== undefined && (await isDue(settlement, terminal, lastInstantOf(at, clock.now())));
      if (!due && !(await isLeftFrozen(settlement, terminal))) continue;
      const currency = ((await merchantById(db, till.merchantId))?.currency ?? 'CNY') satisfies Currency;
      await closeBatch(settlement, {
        merchantId: till.merchantId,
        tillId: till.id,
        currency,
        staffId: null,
        command: null,
      });
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
  const content = await contentOfBatch(payments.db, { terminal, number: batchNumber });
  const first = [...content.payments, ...content.refunds.map(([refund]) => refund)].map(({ createdAt }) => createdAt);
  return first.some((createdAt) => createdAt < before);
}

async function isLeftFrozen({ payments }: Settlement, { terminal, frozen }: OpenTerminal): Promise<boolean> {
  return frozen && (await closingAt(payments.db, terminal)) === undefined;
}
