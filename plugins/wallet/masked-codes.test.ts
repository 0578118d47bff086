import { encodeConsumerPresented } from '@zhanggui/qr';
import { expect, test } from 'vitest';
import { maskedCodes } from './masked-codes.ts';

const EMV = encodeConsumerPresented([
  [
    '61',
    [
      ['4F', 'A0000003330101'],
      ['57', '6212345678901232D30122011234567890'],
    ],
  ],
]);

test.each([
  ['WeChat', '134579812345678901'],
  ['Alipay, 16 digits', '2812345678901234'],
  ['Alipay, 24 digits', '301234567890123456789012'],
  ['an Alipay face token', 'fp0123456789abcdef01'],
  ['UnionPay', '6212345678901234567'],
  ['e-CNY', '0112345678901234567'],
  ['JD', '181234567890123456'],
  ['EMVCo', EMV],
])('a code of %s that a channel repeats is masked, wherever it stands', (_, code) => {
  const text = maskedCodes(`{"message":"付款码${code}无效","auth_code":"${code}"}`);
  expect(text).not.toContain(code);
  expect(text).not.toContain(code.slice(4, -4));
  expect(text.split(code.slice(0, 4))).toHaveLength(3);
});

test.each([
  ['an application', '2021000000000000'],
  ["a merchant's number at Alipay", '2088102146225135'],
  ["UnionPay's queryId", '202611230904051234567'],
  ["WeChat Pay's transaction_id", '4200001234202611239876543210'],
  ['our own number', '0192f0c1d2e3740080a1b2c3d4e5f607'],
])('%s stays as it is', (_, text) => {
  expect(maskedCodes(`{"id":"${text}"}`)).toBe(`{"id":"${text}"}`);
});
