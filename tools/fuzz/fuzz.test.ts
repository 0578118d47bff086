import { Refusal } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { LONGEST_INPUT, makeInput, SeededRandom } from './inputs.ts';
import { allJobs } from './main.ts';
import { fuzzModules } from './targets.ts';

const SEED = 20_261_122;
/** All targets together stay within this; each gets its share, and at least the inputs of the first round. */
const BUDGET_MS = 7_000;
const ROUND = 200;

const jobs = allJobs(ROUND, SEED);

test.each(jobs.map((job) => [job.name, job] as const))('%s answers or refuses whatever it is given', (_, job) => {
  const until = performance.now() + BUDGET_MS / jobs.length;
  let round = 0;
  do {
    const { failure } = fuzz({ ...job, seed: SEED + round });
    expect(failure).toBeUndefined();
    round += 1;
  } while (performance.now() < until && round < 10);
});

test('every sample belongs to a target, so that none is left unused', () => {
  for (const { targets, samples = {} } of fuzzModules)
    for (const name of Object.keys(samples)) expect(Object.keys(targets)).toContain(name);
});

test('the names of targets are unique', () => {
  expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
});

const base = { name: 'probe', samples: [Uint8Array.of(1, 2, 3)], count: 500, seed: 7 };

test('a target that throws anything but a refusal is caught with its input', () => {
  const target = (input: Uint8Array) => {
    if (input.length > 0 && input[0] === 1) throw new TypeError('boom');
  };
  const { failure } = fuzz({ ...base, target });
  expect(failure?.reason).toContain('boom');
  expect(failure?.inputHex.startsWith('01')).toBe(true);
});

test('a target that is slow each time is caught', () => {
  const target = () => {
    const until = performance.now() + 3;
    while (performance.now() < until);
  };
  expect(fuzz({ ...base, target, limitMs: 2 }).failure?.reason).toMatch(/^took 3/);
});

test('refusals are counted and are no failure', () => {
  const target = () => {
    throw new Refusal('no', 'refused');
  };
  expect(fuzz({ ...base, target })).toMatchObject({ inputs: 500, refused: 500, accepted: 0, failure: undefined });
});

test('a seed repeats its inputs, and no input is longer than the limit', () => {
  const inputs = (seed: number) => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 300 }, () => makeInput(random, [new Uint8Array(LONGEST_INPUT), Uint8Array.of(9)]));
  };
  expect(inputs(5)).toEqual(inputs(5));
  expect(inputs(5)).not.toEqual(inputs(6));
  expect(Math.max(...inputs(5).map((input) => input.length))).toBeLessThanOrEqual(LONGEST_INPUT);
});
