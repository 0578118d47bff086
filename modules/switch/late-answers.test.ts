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

function givenUp(): LateAnswers {
  const late = new LateAnswers();
  late.gaveUp(CORRELATION, { kind: 'sale', reference: 'pay_1', trace });
  return late;
}

test('only the answer to the sale itself is expected, and once', () => {
  const late = givenUp();
  expect(late.expecting(trace, CORRELATION)).toMatchObject({ kind: 'sale', reference: 'pay_1', trace });
  expect(late.expecting(trace, '0400/000007/12345678')).toBeNull();
  expect(late.expecting({ ...trace, stan: '000008' }, CORRELATION)).toBeNull();
  late.answered(trace);
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
