import { expect, test } from 'vitest';
import { meaningOfCode, type UnionPayOperation } from './codes.ts';

const rows: readonly (readonly [UnionPayOperation, string, string, string])[] = [
  ['pay', '00', 'done', ''],
  ['pay', '05', 'paying', ''],
  ['pay', '12', 'inquire', ''],
  ['pay', '36', 'inquire', ''],
  ['pay', '03', 'unknown', ''],
  ['pay', '04', 'unknown', ''],
  ['pay', '06', 'unknown', ''],
  ['pay', '33', 'declined', 'show-code'],
  ['pay', '64', 'declined', 'other-method'],
  ['pay', '60', 'declined', 'new-code'],
  ['pay', '87', 'declined', 'new-code'],
  ['pay', '31', 'declined', 'call-support'],
  ['pay', '10', 'declined', 'call-support'],
  ['pay', '99', 'unknown', ''],
  ['pay', 'toString', 'unknown', ''],
  ['pay', '', 'unknown', ''],
  ['query', '34', 'not-found', ''],
  ['query', '33', 'unknown', ''],
  ['reverse', '34', 'not-found', ''],
  ['reverse', '39', 'inquire', ''],
  ['reverse', '11', 'unknown', ''],
  ['refund', '33', 'declined', 'none'],
  ['refund', '34', 'declined', 'call-support'],
];

test.each(rows)('to %s, %s means %s %s', (operation, code, kind, advice) => {
  const meaning = meaningOfCode(operation, code);
  expect(meaning).toMatchObject({ kind });
  if (meaning.kind !== 'declined') return;
  expect(meaning.advice).toBe(advice);
  expect([/[一-龥]/.test(meaning.message.zh), /[a-z]/.test(meaning.message.en)]).toEqual([true, true]);
});
