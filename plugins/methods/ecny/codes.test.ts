import { expect, test } from 'vitest';
import { type EcnyOperation, endedBy, meaningOfCode } from './codes.ts';

const rows: readonly (readonly [EcnyOperation, string, string, string])[] = [
  ['micropay', 'SUCCESS', 'done', ''],
  ['micropay', 'AUTH_CODE_EXPIRED', 'declined', 'new-code'],
  ['micropay', 'BALANCE_NOT_ENOUGH', 'declined', 'other-method'],
  ['micropay', 'WALLET_LIMIT_EXCEED', 'declined', 'other-method'],
  ['micropay', 'MERCHANT_NOT_ALLOWED', 'declined', 'call-support'],
  ['micropay', 'PARAM_ERROR', 'declined', 'call-support'],
  ['micropay', 'OUT_TRADE_NO_USED', 'inquire', ''],
  ['native', 'ORDER_PAID', 'inquire', ''],
  ['micropay', 'SYSTEM_ERROR', 'unknown', ''],
  ['micropay', 'OPERATOR_TIMEOUT', 'unknown', ''],
  ['micropay', 'A_CODE_OF_TOMORROW', 'unknown', ''],
  ['micropay', 'toString', 'unknown', ''],
  ['query', 'ORDER_NOT_EXIST', 'not-found', ''],
  ['query', 'SIGN_ERROR', 'unknown', ''],
  ['cancel', 'ORDER_NOT_EXIST', 'not-found', ''],
  ['cancel', 'CANCEL_EXPIRED', 'inquire', ''],
  ['refund', 'ORDER_NOT_EXIST', 'declined', 'call-support'],
  ['refund', 'REFUND_AMOUNT_EXCEED', 'declined', 'none'],
  ['refund-query', 'REFUND_NOT_EXIST', 'not-found', ''],
];

test.each(rows)('to %s, %s means %s %s', (operation, code, kind, advice) => {
  const meaning = meaningOfCode(operation, code);
  expect(meaning).toMatchObject({ kind });
  if (meaning.kind !== 'declined') return;
  expect(meaning.advice).toBe(advice);
  expect([/[一-龥]/.test(meaning.message.zh), /[a-z]/.test(meaning.message.en)]).toEqual([true, true]);
});

test.each([
  ['CLOSED', 'CLOSED', 'new-code'],
  ['BALANCE', 'BALANCE_NOT_ENOUGH', 'other-method'],
  ['LIMIT', 'WALLET_LIMIT_EXCEED', 'other-method'],
  ['USER_CANCEL', 'USER_CANCEL', 'new-code'],
  ['', 'FAILED', 'new-code'],
  ['toString', 'toString', 'new-code'],
])('an order that ended by %s is declined as %s', (cause, code, advice) => {
  expect(endedBy(cause)).toMatchObject({ code, advice });
});
