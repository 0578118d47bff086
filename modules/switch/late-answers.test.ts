import { expect, test } from 'vitest';
import { LateAnswers } from './late-answers.ts';

const trace = {
  acquirerId: 'bank',
  terminalId: '12345678',
  acceptorId: '898310054110001',
  stan: '000007',
  batchNumber: '000001',
};
const CORRELATION = '0200/000007/12345678';
const approval = { rrn: '000000000042', authorizationCode: '000042', evidence: [] };

function givenUp(): LateAnswers {
  const late = new LateAnswers();
  late.gaveUp(CORRELATION, { kind: 'sale', reference: 'pay_1', trace });
  return late;
}

test('a late approval alone says nothing until the reversal is answered, in either order', () => {
  const approvedFirst = givenUp();
  expect(approvedFirst.approved(trace, approval)).toBeNull();
  expect(approvedFirst.reversed(trace, true)).toMatchObject({ reference: 'pay_1', rrn: approval.rrn, reversed: true });
  const reversedFirst = givenUp();
  expect(reversedFirst.reversed(trace, false)).toBeNull();
  expect(reversedFirst.approved(trace, approval)).toMatchObject({ reference: 'pay_1', reversed: false });
});

test('an approval is told once', () => {
  const late = givenUp();
  late.reversed(trace, false);
  expect(late.approved(trace, approval)).not.toBeNull();
  expect(late.approved(trace, approval)).toBeNull();
});

test('only the answer to the sale itself is expected', () => {
  const late = givenUp();
  expect(late.expecting(trace, CORRELATION)).toEqual(trace);
  expect(late.expecting(trace, '0400/000007/12345678')).toBeNull();
  expect(late.expecting({ ...trace, stan: '000008' }, CORRELATION)).toBeNull();
  late.declined(trace);
  expect(late.expecting(trace, CORRELATION)).toBeNull();
});

test('the oldest are forgotten when thousands never come', () => {
  const late = givenUp();
  for (let stan = 1; stan <= 10_000; stan += 1) {
    const other = { ...trace, terminalId: '87654321', stan: String(stan).padStart(6, '0') };
    late.gaveUp('x', { kind: 'sale', reference: `pay_${stan}`, trace: other });
  }
  expect(late.expecting(trace, CORRELATION)).toBeNull();
});
