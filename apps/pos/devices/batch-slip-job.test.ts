import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { expect, test } from 'vitest';
import { documentOf } from '../../agent/printer/print-job.ts';
import { batchSlipJobOf } from './batch-slip-job.ts';

const part = (debitMinor: number, creditMinor: number) => ({ debitMinor, debitCount: 2, creditMinor, creditCount: 1 });
const closed: BatchView = {
  id: 'bat_1',
  tillId: 'till_1',
  acquirerId: 'sim-bank',
  terminalId: '12345678',
  acceptorId: '898310054110001',
  batchNumber: '000007',
  currency: 'CNY',
  state: 'closed',
  totals: { domestic: part(10_000, 500), foreign: part(2_000, 0) },
  byKind: [
    { kind: 'qr-sale', domestic: true, count: 1, amountMinor: 4_000 },
    { kind: 'sale', domestic: false, count: 2, amountMinor: 2_000 },
  ],
  verdict: { domestic: 'balanced', foreign: 'unbalanced' },
  uploaded: 2,
  refused: 0,
  settlementOn: '2026-11-23',
  nextBatchNumber: '000008',
  step: null,
  cause: null,
  bySchedule: false,
  beganAt: '2026-11-23T15:00:00.000Z',
  endedAt: '2026-11-23T15:00:05.000Z',
};
const signer = { merchantName: '青山便利店', operator: '收银员 03' };

test('the slip of a closed batch is one that the agent prints, with both groups of cards together', () => {
  const job = batchSlipJobOf(closed, signer, 'en');
  expect(job).toMatchObject({
    language: 'en',
    batchSlip: {
      batch: '000007',
      balanced: false,
      debits: { count: 4, amountMinor: 12_000 },
      credits: { count: 2, amountMinor: 500 },
      parts: [{ title: { zh: '扫码消费' } }, { title: { en: 'Sales (foreign)' } }],
    },
  });
  const printed = JSON.stringify(documentOf(job));
  for (const words of ['青山便利店', '898310054110001', '000007', 'NOT BALANCED', 'Codes'])
    expect(printed).toContain(words);
  const earlier = documentOf(batchSlipJobOf({ ...closed, acceptorId: null }, signer, 'en'));
  expect(JSON.stringify(earlier)).not.toContain('Merchant No.');
});

test('a batch that is not closed has no slip', () => {
  for (const state of ['open', 'closing', 'given-up', 'left'] as const)
    expect(batchSlipJobOf({ ...closed, state }, signer, 'zh')).toBeNull();
  expect(batchSlipJobOf({ ...closed, totals: null }, signer, 'zh')).toBeNull();
});
