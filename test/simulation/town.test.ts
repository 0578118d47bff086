import { expect, test } from 'vitest';
import { WALLET_IDS } from '../../sim/wallets/code-issuer.ts';
import { runCrowd } from './crowd.ts';
import { Dice } from './dice.ts';
import { OPERATIONS } from './operations.ts';
import { matrix, runTown } from './town.ts';

/** A part of the whole matrix that fits into a test run; `npm run sim` tries all of it. */
const TRIALS = 30;
const SEED = 20261123;
/** Wallet payments side by side; `npm run sim -- --payments 10000` makes more of them. */
const CROWD = 200;
const LONGEST_MS = 240_000;

test('both sides agree after every operation under every fault that was tried', { timeout: LONGEST_MS }, async () => {
  const { trials, findings } = await runTown({ seed: SEED, trials: TRIALS, towns: 2, longestMs: LONGEST_MS });
  expect(findings.join('\n')).toBe('');
  expect(trials).toBe(TRIALS);
});

test('a crowd that pays by wallets side by side, with faults among it, leaves both sides agreed', {
  timeout: LONGEST_MS,
}, async () => {
  const { ends, faults, findings } = await runCrowd({ seed: SEED, payments: CROWD, inFlight: 16 });
  expect(findings.join('\n')).toBe('');
  expect(Object.values(ends).reduce((sum, count) => sum + count, 0)).toBe(CROWD);
  expect(ends.succeeded).toBeGreaterThan(CROWD / 2);
  expect(faults).toBeGreaterThan(CROWD / 20);
});

/** What each request to the bank must be tried under. */
const AT_THE_BANK = [
  ...['no answer', 'late answer', 'answer lost', 'duplicate', 'wrong MAC', 'garbage', 'line cut after send'],
  ...['host restart', 'killed after send'],
];
/** What else what writes an intent, asks and writes an outcome must be tried under. */
const IN_THE_GATEWAY = ['killed before send', 'killed after answer', 'killed before commit'];
/** Nothing is written before it is asked, or it is told by what stores and forwards. */
const WITHOUT_INTENT = ['balance inquiry', 'tip', 'script result', 'signature upload'];
/** The chip's refusal is written with the answer that it refuses. */
const UNDOES = ['reversal'];

const AT_A_WALLET = ['no answer', 'late answer', 'answer lost', 'error 500', 'wrong signature', 'killed after send'];
const ASKED_AFTER = ['question about a payment', 'question about a refund'];
const BY_NEWS = ['told before the answer', 'told only', 'told twice', 'told out of order'];

test('each operation of each channel is tried under every fault that it can meet', () => {
  const wanted = OPERATIONS.flatMap(({ channel, id }) =>
    faultsToMeet(channel, id).map((fault) => `${channel} ${id}, ${fault}`),
  );
  const names = matrix().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
  expect(wanted.length).toBeGreaterThan(400);
});

function faultsToMeet(channel: string, id: string): readonly string[] {
  if (channel === 'card') {
    if (WITHOUT_INTENT.includes(id)) return AT_THE_BANK;
    return [
      ...AT_THE_BANK,
      ...IN_THE_GATEWAY.filter((fault) => !UNDOES.includes(id) || fault !== 'killed after answer'),
    ];
  }
  if (ASKED_AFTER.includes(id)) return AT_A_WALLET;
  const isCancellation = id.startsWith('cancellation');
  const deaths = IN_THE_GATEWAY.filter((fault) => !isCancellation || fault !== 'killed after answer');
  const isTold = !isCancellation && (channel !== 'wechat' || id !== 'payment code');
  return [...AT_A_WALLET, 'asked twice at once', ...deaths, ...(isTold ? BY_NEWS : [])];
}

test('every transaction of the dialect and both ways round of every wallet are operations', () => {
  const of = (channel: string): readonly string[] =>
    OPERATIONS.filter((operation) => operation.channel === channel).map(({ id }) => id);
  expect(of('card')).toEqual(
    expect.arrayContaining([
      ...['balance inquiry', 'pre-authorization', 'void of a pre-authorization', 'completion', 'completion by advice'],
      ...['void of a completion', 'chip sale', 'contactless sale', 'stripe sale', 'QR sale', 'void', 'refund'],
      ...['offline sale', 'tip', 'script result', 'signature upload', 'reversal', 'batch close', 'batch upload'],
    ]),
  );
  for (const wallet of WALLET_IDS)
    expect(of(wallet), wallet).toEqual(
      expect.arrayContaining(['payment code', 'shown code', 'partial refund', 'whole refund', ...ASKED_AFTER]),
    );
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
