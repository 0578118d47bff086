import { Dice } from './dice.ts';
import type { FaultCase } from './faults.ts';
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
  /** How many towns, each with an outside of its own, share the trials; one unless told. */
  readonly towns?: number;
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

/** Every operation under everything that can go wrong with it; only trials whose name holds this text. */
export function matrix(only = ''): readonly Trial[] {
  const all = OPERATIONS.flatMap((operation) =>
    operation.faults.map((fault) => ({
      name: `${operation.channel} ${operation.id}, ${fault.id}`,
      operation,
      fault,
    })),
  );
  return all.filter(({ name }) => name.includes(only));
}

/** Tries operations under faults, in the order of the seed, and holds both sides' books against each other after each. */
export async function runTown(options: TownOptions): Promise<TownReport> {
  const endsAt = Date.now() + options.longestMs;
  const next = trialsInTurn(options);
  const findings: string[] = [];
  let trials = 0;
  const walk = async (): Promise<void> => {
    const town = await Town.open();
    try {
      for (let turn = next(); turn !== undefined && Date.now() < endsAt; turn = next()) {
        const { trial, dice } = turn;
        const found = await tryIt(town, trial, dice).catch((error: unknown) => brokenOff(town, error));
        trials += 1;
        findings.push(...found.map((sentence) => `${trial.name}: ${sentence}`));
        options.report?.(trial.name, found);
      }
      findings.push(...(await town.differences()));
    } finally {
      await town.close();
    }
  };
  await Promise.all(Array.from({ length: options.towns ?? 1 }, walk));
  return { trials, findings };
}

/** The trials in the order of the seed; behind the last one all of them in another order, for as long as is wanted. */
function trialsInTurn({ seed, only, trials = Number.POSITIVE_INFINITY }: TownOptions) {
  const dice = new Dice(seed);
  const wanted = matrix(only);
  let order: Trial[] = [];
  let taken = 0;
  return (): { readonly trial: Trial; readonly dice: Dice } | undefined => {
    if (taken >= trials) return undefined;
    if (order.length === 0) order = spread(dice.shuffled(wanted));
    const trial = order.shift();
    taken += 1;
    return trial && { trial, dice: dice.part(taken) };
  };
}

/** Those that bring an operation or a fault that has not come before stand first, so that a few trials show something of everything. */
function spread(trials: readonly Trial[]): Trial[] {
  const seen = new Set<string>();
  const isNew = ({ operation, fault }: Trial): boolean => {
    const before = seen.size;
    seen.add(`operation ${operation.id}`).add(`fault ${fault.id}`);
    return seen.size > before;
  };
  const { first = [], second = [] } = Object.groupBy(trials, (trial) => (isNew(trial) ? 'first' : 'second'));
  return [...first, ...second];
}

/** A fault may miss what it is aimed at on a busy machine; when it has missed so often, that is a finding. */
const AIMS = 3;

/** One trial: prepare, let it go wrong, do it, make all well again, and look at both sides' books. */
async function tryIt(town: Town, trial: Trial, dice: Dice): Promise<readonly string[]> {
  const { operation, fault } = trial;
  const findings: string[] = [];
  for (let aim = 1; aim <= AIMS; aim += 1) {
    const scene = town.scene(dice);
    const act = await operation.prepare(scene);
    const missed = await fault.befall(town, act);
    const payments = await scene.atRest();
    const untold = (await operation.check?.(scene)) ?? [];
    findings.push(...scene.findings(payments), ...untold, ...(await town.findings()));
    if (missed.length === 0) return findings;
    if (aim === AIMS) findings.push(...missed);
  }
  return findings;
}

/** A trial that could not be carried through is a finding too; those that follow it begin with everything well. */
async function brokenOff(town: Town, error: unknown): Promise<readonly string[]> {
  await town.start();
  await town.heal();
  return [`it broke off: ${String(error)}`];
}
