import { describe, expect, it } from 'vitest';
import type { PaymentEvent } from '../../contract.ts';
import { entriesOf, laidOut, tookMs } from './timeline-entries.ts';

function event(second: string, kind: PaymentEvent['kind'], title: string, detail: PaymentEvent['detail'] = {}) {
  return { sequence: 1, at: `2026-11-22T06:00:${second}Z`, kind, title, detail };
}

describe('the timeline of a payment', () => {
  it('shows a question with its answer and what was posted at once as one entry each', () => {
    const entries = entriesOf([
      event('00.000', 'intent', 'card', { amountMinor: 1080, maskedInstrument: '•••• 0018' }),
      event('00.010', 'request', '0200 sale', { text: 'MTI 0200' }),
      event('00.142', 'answer', '0210 sale', { text: 'MTI 0210' }),
      event('00.142', 'state', 'succeeded'),
      event('00.142', 'posting', 'payment', { debitAccount: 'a', creditAccount: 'b', amountMinor: 1080 }),
      event('00.142', 'posting', 'fee', { debitAccount: 'b', creditAccount: 'c', amountMinor: 5 }),
    ]);
    expect(entries.map(({ kind }) => kind)).toEqual(['intent', 'exchanges', 'state', 'postings']);
    const [intent, asked, , posted] = entries;
    expect(intent).toMatchObject({ amountMinor: 1080, instrument: '•••• 0018' });
    expect(asked?.kind === 'exchanges' && asked.exchanges.map(tookMs)).toEqual([132]);
    expect(posted?.kind === 'postings' && posted.postings.map(({ reason }) => reason)).toEqual(['payment', 'fee']);
  });

  it('folds the same question asked again into one entry, until another question or a state comes', () => {
    const entries = entriesOf([
      event('05.000', 'request', 'GET /orders/1'),
      event('05.002', 'answer', 'GET /orders/1', { text: 'HTTP 200 {}' }),
      event('10.000', 'request', 'GET /orders/1'),
      event('10.003', 'answer', 'GET /orders/1', { text: 'HTTP 200 {}' }),
      event('11.000', 'state', 'cancelling', { why: 'gave-up-waiting' }),
      event('11.001', 'request', 'POST /orders/1/reverse'),
      event('11.002', 'request', 'GET /orders/1'),
    ]);
    expect(entries.map((entry) => (entry.kind === 'exchanges' ? entry.exchanges.length : entry.kind))).toEqual([
      2,
      'state',
      1,
      1,
    ]);
    expect(entries[1]).toMatchObject({ why: 'gave-up-waiting' });
    const [silent] = entries[2]?.kind === 'exchanges' ? entries[2].exchanges : [];
    expect(silent?.answer).toBeUndefined();
    expect(silent && tookMs(silent)).toBeUndefined();
  });

  it('keeps an answer that came without its question, as a late one does', () => {
    const [late] = entriesOf([event('40.000', 'answer', '0210 sale', { text: 'MTI 0210' })]);
    expect(late?.kind === 'exchanges' && late.exchanges).toEqual([
      { request: undefined, answer: { at: '2026-11-22T06:00:40.000Z', title: '0210 sale', text: 'MTI 0210' } },
    ]);
  });

  it('pairs the messages that a refund keeps', () => {
    const evidence = [
      { direction: 'request', title: '0220 refund', text: 'MTI 0220' },
      { direction: 'answer', title: '0230 refund', text: 'MTI 0230' },
      { direction: 'request', title: '0220 refund', text: 'MTI 0220' },
    ];
    const [refund] = entriesOf([
      event('20.000', 'refund', 'succeeded', { amountMinor: 540, reason: 'broken', evidence }),
    ]);
    expect(refund).toMatchObject({ kind: 'refund', state: 'succeeded', amountMinor: 540, reason: 'broken' });
    expect(refund?.kind === 'refund' && refund.exchanges.map(({ answer }) => answer?.title)).toEqual([
      '0230 refund',
      undefined,
    ]);
  });
});

describe('laying out a message', () => {
  it.each([
    ['{"a":1}', '{\n  "a": 1\n}'],
    ['HTTP 200 {"a":[]}', 'HTTP 200\n{\n  "a": []\n}'],
    ['MTI 0200\nF2 …', 'MTI 0200\nF2 …'],
    ['{broken}', '{broken}'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(laidOut(text)).toBe(expected);
  });
});
