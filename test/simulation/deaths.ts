import { setTimeout as delay } from 'node:timers/promises';
import type { FaultCase, OutsideFault } from './faults.ts';
import { sprung } from './faults.ts';
import type { Town } from './shop.ts';
import { stalledCommit } from './stalled-commit.ts';

/** Long enough for a payment to be given up and undone. */
const DIES_WITHIN_MS = 15_000;
const SURVIVED = ['the server did not die where it should have'];

/**
 * The server dies at a milestone of the act's way and is started again, and the act is done once more.
 * @param before what brings the act to that milestone, such as a bank that is silent
 */
export function killedAt(id: string, milestone: string, before?: OutsideFault): FaultCase {
  return {
    id,
    befall: async (town, act) => {
      await town.start({ ZHANGGUI_CRASH_AT: milestone });
      const met = await before?.set(town);
      const unanswered = act().catch(() => undefined);
      const died = await Promise.race([town.died(), delay(DIES_WITHIN_MS, false, { ref: false })]);
      await reviveAfter(town, unanswered);
      await act();
      return [...(died ? [] : SURVIVED), ...(met === undefined ? [] : await sprung(met))];
    },
  };
}

/** The server dies while the outside, which has the request, takes its time with the answer. */
export function killedAfterSend(slow: OutsideFault): FaultCase {
  return {
    id: 'killed after send',
    befall: async (town, act) => {
      const inHand = await slow.set(town);
      const unanswered = act().catch(() => undefined);
      const unsprung = await sprung(inHand);
      await reviveAfter(town, unanswered);
      await act();
      return unsprung;
    },
  };
}

/** The server dies when the outcome is written in its database transaction and the transaction is not committed. */
export function killedBeforeCommit(table: 'payments.payment' | 'payments.refund' | 'settlement.batch'): FaultCase {
  return {
    id: 'killed before commit',
    befall: async (town, act) => {
      const { result: unanswered, stalled } = await stalledCommit(town.world.databaseUrl, table, {
        begin: async () => ({ asked: act().catch(() => undefined) }),
        once: () => town.kill(),
      });
      await reviveAfter(town, unanswered.asked);
      await act();
      return stalled ? [] : ['no transaction was open when the server died'];
    },
  };
}

/** Kills what still runs, and waits until a new server has its lines. */
async function reviveAfter(town: Town, unanswered: Promise<unknown>): Promise<void> {
  await town.kill();
  await unanswered;
  await town.start();
  await town.heal();
}
