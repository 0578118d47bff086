import { expect, test } from 'vitest';
import { testPayment } from './test-shop.ts';
import { mayHaveTip, tipShares } from './tip.ts';

const signed = testPayment({ state: 'succeeded', signature: 'given', amountMinor: 30_000 });

test('a tip is offered for a sale that the customer signs for', () => {
  expect(mayHaveTip(signed)).toBe(true);
  expect(mayHaveTip({ ...signed, signature: 'wanted' })).toBe(true);
  expect(mayHaveTip({ ...signed, signature: null })).toBe(false);
});

test.each([
  ['is not certain', { result: 'pending' }],
  ['reserves money', { purpose: 'pre-authorization' }],
  ['completes a pre-authorization', { completes: 'pay_1' }],
  ['is not accepted by the bank yet', { provisional: true }],
  ['has a tip', { tipMinor: 100 }],
  ['was given back in part', { refundedMinor: 100 }],
] as const)('no tip is offered for a payment that %s', (_, change) => {
  expect(mayHaveTip({ ...signed, ...change })).toBe(false);
});

test('shares of an amount are never more than their percentage', () => {
  expect(tipShares(30_000).map(({ tipMinor }) => tipMinor)).toEqual([3_000, 4_500, 6_000]);
  expect(tipShares(1_999)).toEqual([
    { percent: 10, tipMinor: 199 },
    { percent: 15, tipMinor: 299 },
    { percent: 20, tipMinor: 399 },
  ]);
});
