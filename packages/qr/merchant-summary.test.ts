import { expect, test } from 'vitest';
import { decodeMerchantPresented, encodeMerchantPresented } from './emvco-merchant.ts';
import {
  encodeUnionPayCode,
  formatUnionPayAccount,
  parseUnionPayAccount,
  summarizeMerchantCode,
} from './merchant-summary.ts';
import { QrError } from './qr-error.ts';

const account = { acquirerIin: '31234567', forwardingIin: '31234568', merchantId: '898210154110002' };
const shop = { account, merchantCategoryCode: '5411', name: 'LAO WANG', city: 'BEIJING' };

test('a UnionPay code with an amount is dynamic and says what was put in', () => {
  const payload = encodeUnionPayCode({
    ...shop,
    amountMinor: 5,
    terminalLabel: 'W1489524',
    referenceLabel: 'S1',
    chinese: { name: '老王便利店', city: '北京' },
  });
  expect(summarizeMerchantCode(decodeMerchantPresented(payload))).toEqual({
    initiation: 'dynamic',
    accounts: [{ id: '15', network: 'unionpay', value: formatUnionPayAccount(account) }],
    merchantCategoryCode: '5411',
    currency: '156',
    amountMinor: 5,
    country: 'CN',
    name: 'LAO WANG',
    city: 'BEIJING',
    terminalLabel: 'W1489524',
    referenceLabel: 'S1',
  });
});

test('a UnionPay code without an amount is static', () => {
  const summary = summarizeMerchantCode(decodeMerchantPresented(encodeUnionPayCode(shop)));
  expect(summary).toMatchObject({ initiation: 'static', amountMinor: undefined });
});

test('an amount that is no positive whole number of fen is refused', () => {
  for (const amountMinor of [0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER])
    expect(() => encodeUnionPayCode({ ...shop, amountMinor })).toThrow(QrError);
});

test('the UnionPay account is read and written in its three parts', () => {
  expect(parseUnionPayAccount(formatUnionPayAccount(account))).toEqual(account);
  expect(() => parseUnionPayAccount('123')).toThrow(QrError);
  expect(() => formatUnionPayAccount({ ...account, merchantId: '8982101541100' })).toThrow(QrError);
  expect(() => formatUnionPayAccount({ ...account, acquirerIin: '3123456X' })).toThrow(QrError);
});

test('amounts are read by the decimals of their currency', () => {
  const amounts: readonly (readonly [string, string, number])[] = [
    ['156', '98.7', 9870],
    ['156', '98', 9800],
    ['392', '100', 100],
    ['414', '1.005', 1005],
  ];
  for (const [currency, amount, minor] of amounts) {
    const payload = encodeMerchantPresented(
      [
        ['00', '01'],
        ['02', 'X'],
        ['53', currency],
        ['54', amount],
      ],
      { strict: false },
    );
    expect(summarizeMerchantCode(decodeMerchantPresented(payload, { strict: false })).amountMinor).toBe(minor);
  }
});

test('accounts are named by the network that owns the ID', () => {
  const ids = ['02', '04', '06', '09', '11', '13', '15', '17'];
  const payload = encodeMerchantPresented(
    [['00', '01'], ...ids.map((id) => [id, 'X'] as const), ['26', [['00', 'BR.GOV.BCB.PIX']]]],
    { strict: false },
  );
  const { accounts } = summarizeMerchantCode(decodeMerchantPresented(payload, { strict: false }));
  expect(accounts.map(({ network }) => network)).toEqual([
    'visa',
    'mastercard',
    'emvco',
    'discover',
    'amex',
    'jcb',
    'unionpay',
    'emvco',
    { globallyUniqueIdentifier: 'BR.GOV.BCB.PIX' },
  ]);
});
