import { expect, test } from 'vitest';
import type { BatchRecord, RequestKind } from './api.ts';
import { uploadsOf } from './upload-plan.ts';

function record(stan: number, kind: RequestKind = 'sale', more: Partial<BatchRecord> = {}): BatchRecord {
  return {
    kind,
    trace: {
      acquirerId: 'bank',
      terminalId: '12345678',
      acceptorId: '898310054110001',
      stan: String(stan).padStart(6, '0'),
      batchNumber: '000001',
    },
    amountMinor: 100,
    currency: 'CNY',
    createdAt: 0,
    vaulted: 'sealed',
    sealedChip: null,
    rrn: null,
    authorizationCode: null,
    domestic: true,
    ...more,
  };
}

const chip = { sealedChip: 'sealed', chipResult: 'approved' } as const;
const abroad = { domestic: false };
const batch = [
  record(1),
  record(2, 'sale', chip),
  record(3, 'refund'),
  record(4, 'sale', abroad),
  record(5, 'offline-sale'),
  record(6, 'sale', { ...abroad, ...chip }),
  record(7),
  record(8),
];
const numbers = (plan: ReturnType<typeof uploadsOf>) =>
  plan.map((message) => message.map(({ record: { trace } }) => Number(trace.stan)));

test('of parts that agree only the chips go up, one by one', () => {
  const plan = uploadsOf(batch, { domestic: 'balanced', foreign: 'balanced' }, 8);
  expect(numbers(plan)).toEqual([[2], [6]]);
  expect(plan.flat().every(({ packed }) => !packed)).toBe(true);
});

test('of a part that differs stripes go up packed, refunds and offline payments alone', () => {
  const plan = uploadsOf(batch, { domestic: 'unbalanced', foreign: 'balanced' }, 2);
  expect(numbers(plan)).toEqual([[1, 7], [8], [2], [3], [5], [6]]);
  expect(plan.map(([first]) => first?.packed)).toEqual([true, true, false, false, false, false]);
});

test('what was held to the reader has no certificate to show: it goes as a stripe does', () => {
  const touched = record(1, 'sale', { sealedChip: 'sealed' });
  expect(uploadsOf([touched], { domestic: 'balanced', foreign: 'balanced' }, 8)).toEqual([]);
  expect(uploadsOf([touched], { domestic: 'unbalanced', foreign: 'balanced' }, 8)).toMatchObject([[{ packed: true }]]);
});

test('a part that the host could not compare counts as one that differs', () => {
  expect(numbers(uploadsOf(batch, { domestic: 'balanced', foreign: 'error' }, 8))).toEqual([[4], [2], [6]]);
  expect(numbers(uploadsOf(batch, { domestic: null, foreign: null }, 8)).flat()).toHaveLength(batch.length);
});
