import { Refusal } from '@zhanggui/base';
import { makeInput, SeededRandom } from './inputs.ts';

/** A decoder under test: it answers, or throws a `Refusal`. */
export type FuzzTarget = (input: Uint8Array) => unknown;

/** What a package's `fuzz.ts` exports. */
export interface FuzzModule {
  readonly targets: Readonly<Record<string, FuzzTarget>>;
  /** Valid inputs by target name, to be mutated. */
  readonly samples?: Readonly<Record<string, readonly Uint8Array[]>>;
}

export interface FuzzJob {
  readonly name: string;
  readonly target: FuzzTarget;
  readonly samples: readonly Uint8Array[];
  readonly count: number;
  readonly seed: number;
  /** The longest time that one input may take. */
  readonly limitMs?: number;
}

/** Why a target failed, with the input that shows it. */
export interface FuzzFailure {
  readonly reason: string;
  readonly iteration: number;
  readonly inputHex: string;
}

export interface FuzzReport {
  readonly name: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly refused: number;
  /** Longest time for one input, after repeating it where it was over the limit. */
  readonly slowestMs: number;
  /** Heap and buffers still held after the run, above what was held before. */
  readonly heapGrowthBytes: number;
  readonly failure: FuzzFailure | undefined;
}

const LIMIT_MS = 50;
const REPEATS = 5;

/** Gives `count` inputs to a target; stops at the first that is answered with anything but a value or a `Refusal`, or too late. */
export function fuzz(job: FuzzJob): FuzzReport {
  const { name, target, samples, count, seed, limitMs = LIMIT_MS } = job;
  const random = new SeededRandom(seed ^ hashOf(name));
  const heapBefore = heldBytes();
  let accepted = 0;
  let slowestMs = 0;
  let failure: FuzzFailure | undefined;
  let iteration = 0;
  for (; iteration < count && failure === undefined; iteration += 1) {
    const input = makeInput(random, samples);
    let outcome = call(target, input);
    // A slow answer may be the scheduler's doing; only an input that is slow every time counts.
    for (let repeat = 0; repeat < REPEATS && outcome.elapsedMs > limitMs; repeat += 1) {
      const again = call(target, input);
      if (again.elapsedMs < outcome.elapsedMs) outcome = again;
    }
    slowestMs = Math.max(slowestMs, outcome.elapsedMs);
    const reason =
      outcome.problem ?? (outcome.elapsedMs > limitMs ? `took ${outcome.elapsedMs.toFixed(1)} ms` : undefined);
    if (reason !== undefined) failure = { reason, iteration, inputHex: Buffer.from(input).toString('hex') };
    if (outcome.accepted) accepted += 1;
  }
  const heapGrowthBytes = heldBytes() - heapBefore;
  return { name, inputs: iteration, accepted, refused: iteration - accepted, slowestMs, heapGrowthBytes, failure };
}

interface Outcome {
  readonly accepted: boolean;
  readonly elapsedMs: number;
  readonly problem?: string;
}

function call(target: FuzzTarget, input: Uint8Array): Outcome {
  // The target gets its own copy: one that writes into its input must not change the input that is reported.
  const copy = input.slice();
  const startedAt = performance.now();
  try {
    target(copy);
    return { accepted: true, elapsedMs: performance.now() - startedAt };
  } catch (error) {
    const elapsedMs = performance.now() - startedAt;
    if (error instanceof Refusal) return { accepted: false, elapsedMs };
    const problem = error instanceof Error ? (error.stack ?? String(error)) : `threw ${String(error)}`;
    return { accepted: false, elapsedMs, problem };
  }
}

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
