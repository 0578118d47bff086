import { Dice } from './dice.ts';
import { FAULTS, type FaultCase, killsAt } from './faults.ts';
import { OPERATIONS } from './operations.ts';
import type { Operation } from './scene.ts';
import { Town } from './shop.ts';

/** How much is tried. */
export interface TownOptions {
  readonly seed: number;
  /** Stops before the next trial once so much time has passed. */
  readonly longestMs: number;
  /** Stops after so many trials; all of the matrix, and then more of it in another order, where it is not told. */
  readonly trials?: number;
  /** Only trials whose name holds this text. */
  readonly only?: string;
  /** Told of each trial as it ends. */
  report?(name: string, findings: readonly string[]): void;
}

/** What came of it. */
export interface TownReport {
  readonly trials: number;
  /** Each with the name of its trial; none when all is well. */
  readonly findings: readonly string[];
}

interface Trial {
  readonly name: string;
  readonly operation: Operation;
  readonly fault: FaultCase;
}

/** Every operation under every fault of its channel. */
export function matrix(): readonly Trial[] {
  return OPERATIONS.flatMap((operation) =>
    [...FAULTS[operation.channel], ...(operation.faults ?? []), ...killsAt(operation.kills)].map((fault) => ({
      name: `${operation.channel} ${operation.id}, ${fault.id}`,
      operation,
      fault,
    })),
  );
}

/** Tries operations under faults, in the order of the seed, and holds both sides' books against each other after each. */
export async function runTown(options: TownOptions): Promise<TownReport> {
  const dice = new Dice(options.seed);
  const town = await Town.open();
  const findings: string[] = [];
  let trials = 0;
  const until = Date.now() + options.longestMs;
  const wanted = matrix().filter(({ name }) => name.includes(options.only ?? ''));
  const most = options.trials ?? Number.POSITIVE_INFINITY;
  try {
    while (wanted.length > 0 && trials < most && Date.now() < until) {
      for (const trial of dice.shuffled(wanted)) {
        if (trials >= most || Date.now() >= until) break;
        const found = await tryIt(town, trial, dice.part(trials));
        trials += 1;
        findings.push(...found.map((sentence) => `${trial.name}: ${sentence}`));
        options.report?.(trial.name, found);
      }
    }
    return { trials, findings };
  } finally {
    await town.close();
  }
}

/** One trial: prepare, let it go wrong, do it, make all well again, and look at both sides' books. */
async function tryIt(town: Town, { operation, fault }: Trial, dice: Dice): Promise<readonly string[]> {
  const scene = town.scene(dice);
  const act = await operation.prepare(scene);
  if (fault.kind === 'kill') await town.dieAt(fault.at, act);
  else if (fault.kind === 'kill-waiting') {
    await fault.arrange(town, operation.aims);
    await town.dieWaiting(act);
  } else {
    await fault.arrange(town, operation.aims);
    await act();
    await town.heal();
  }
  const payments = await scene.atRest();
  return [...scene.findings(payments), ...(await town.findings())];
}
