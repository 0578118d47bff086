import { expect, test } from 'vitest';
import { runCrowd } from './crowd.ts';
import { Dice } from './dice.ts';
import { matrix, runTown } from './town.ts';

/** A part of the whole matrix that fits into a test run; `npm run sim` tries all of it. */
const TRIALS = 30;
const SEED = 20261123;
/** Wallet payments side by side; `npm run sim -- --payments 10000` makes more of them. */
const CROWD = 200;
const LONGEST_MS = 240_000;

test('both sides agree after every operation under every fault that was tried', { timeout: LONGEST_MS }, async () => {
  const { trials, findings } = await runTown({ seed: SEED, trials: TRIALS, longestMs: LONGEST_MS });
  expect(findings).toEqual([]);
  expect(trials).toBe(TRIALS);
});

test('a crowd that pays by wallets side by side, with faults among it, leaves both sides agreed', {
  timeout: LONGEST_MS,
}, async () => {
  const { ends, faults, findings } = await runCrowd({ seed: SEED, payments: CROWD, inFlight: 16 });
  expect(findings).toEqual([]);
  expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(CROWD);
  expect(ends.succeeded).toBeGreaterThan(CROWD / 2);
  expect(faults).toBeGreaterThan(CROWD / 20);
});

test('the matrix holds each operation under each fault of its channel once', () => {
  const names = matrix().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('card contactless sale, answer lost');
});

test('a seed repeats its choices, and another one makes others', () => {
  const numbers = (seed: number): readonly number[] => {
    const dice = new Dice(seed);
    return Array.from({ length: 8 }, () => dice.between(1, 1_000_000));
  };
  expect(numbers(7)).toEqual(numbers(7));
  expect(numbers(7)).not.toEqual(numbers(8));
  expect(new Dice(7).part(1).next()).not.toBe(new Dice(7).part(2).next());
});
