import { setTimeout as delay } from 'node:timers/promises';
import { beginDue } from '@zhanggui/modules/payments/resolve.ts';
import { beginDueBatches } from '@zhanggui/modules/settlement/close.ts';
import { closeDueBatches } from '@zhanggui/modules/settlement/schedule.ts';
import type { FastifyBaseLogger } from 'fastify';
import type { Platform } from './compose.ts';

/** Work that is done again and again until it is stopped. */
export interface Sweepers {
  /** Resolves once nothing of it is under way any more. */
  stop(): Promise<void>;
}

const SWEEP_EVERY_MS = 200;
const SCHEDULE_EVERY_MS = 60_000;
/** So many payments are resolved at a time, and so many batches closed; more wait for one of them. */
const MOST_AT_A_TIME = 256;

/** Takes open payments and closing batches further, and closes the batches whose time has come. */
export function startSweepers(platform: Platform, logger: FastifyBaseLogger, timeScale: number): Sweepers {
  const stopping = new AbortController();
  const { signal } = stopping;
  const again = (pauseMs: number, work: () => Promise<boolean>): Promise<void> =>
    repeat(signal, Math.max(10, pauseMs * timeScale), work, (error) =>
      logger.error({ err: error }, 'what is due could not be read'),
    );
  const payments = unattended(() => beginDue(platform.payments));
  const batches = unattended(() => beginDueBatches(platform.settlement));
  const running = [
    again(SWEEP_EVERY_MS, payments.begin),
    again(SWEEP_EVERY_MS, batches.begin),
    again(SCHEDULE_EVERY_MS, async () => {
      await closeDueBatches(platform.settlement);
      return false;
    }),
  ];
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
      await Promise.all([...payments.underWay, ...batches.underWay]);
    },
  };
}

/** Work that is begun and not waited for, so that what hangs holds up nothing else. */
function unattended(begin: () => Promise<readonly Promise<void>[]>) {
  const underWay = new Set<Promise<void>>();
  return {
    underWay,
    /** Whether there was some; waits only while too much is under way. */
    begin: async (): Promise<boolean> => {
      const begun = await begin();
      for (const work of begun) {
        underWay.add(work);
        void work.then(() => underWay.delete(work));
      }
      if (underWay.size >= MOST_AT_A_TIME) await Promise.race(underWay);
      return begun.length > 0;
    },
  };
}

/** Does the work again at once while there is some, and after a pause when there is none. */
async function repeat(
  signal: AbortSignal,
  pauseMs: number,
  work: () => Promise<boolean>,
  failed: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    const found = await work().catch((error: unknown) => {
      failed(error);
      return false;
    });
    if (!found) await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
