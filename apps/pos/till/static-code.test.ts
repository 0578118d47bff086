import { encodeUnionPayCode } from '@zhanggui/qr';
import { expect, test } from 'vitest';
import { isStaticCode } from './static-code.ts';

const SHOP = {
  account: { acquirerIin: '48021000', forwardingIin: '00049999', merchantId: '898510123128383' },
  merchantCategoryCode: '5411',
  name: 'QINGSHAN',
  city: 'KUNMING',
};

test('a code without an amount is a printed one', () => {
  expect(isStaticCode(encodeUnionPayCode(SHOP))).toBe(true);
  expect(isStaticCode(encodeUnionPayCode({ ...SHOP, amountMinor: 2_599 }))).toBe(false);
});

test('a link of a wallet, or a code that was cut off, is none', () => {
  expect(isStaticCode('weixin://wxpay/bizpayurl?pr=abc')).toBe(false);
  expect(isStaticCode(encodeUnionPayCode(SHOP).slice(0, 40))).toBe(false);
});
