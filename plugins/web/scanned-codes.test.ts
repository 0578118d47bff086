import { expect, test } from 'vitest';
import { methodScreens } from '../registry.web.ts';

/** Which method takes a wallet's scanned codes, of those that a merchant has a contract for. */
function takes(wallet: string, contracts: readonly string[]): string | undefined {
  return methodScreens.find(({ id, wallets }) => contracts.includes(id) && wallets?.includes(wallet) === true)?.id;
}

test.each([
  ['wechat', ['wechat', 'alipay', 'unionpay-qr', 'ecny', 'card'], 'wechat'],
  ['alipay', ['wechat', 'alipay', 'unionpay-qr', 'ecny', 'card'], 'alipay'],
  ['ecny', ['wechat', 'alipay', 'unionpay-qr', 'ecny', 'card'], 'ecny'],
  ['unionpay', ['unionpay-qr', 'card'], 'unionpay-qr'],
  ['unionpay', ['cash', 'card'], 'card'],
  ['unionpay', ['cash', 'wechat'], undefined],
  ['jd', ['wechat', 'alipay', 'unionpay-qr', 'ecny', 'card'], undefined],
])('a code of %s at a merchant with %j is taken by %s', (wallet, contracts, method) => {
  expect(takes(wallet, contracts)).toBe(method);
});

test('a scanned code is the credential, as text', () => {
  const screens = methodScreens.filter(({ wallets }) => wallets !== undefined);
  expect(screens.map(({ ofScan }) => ofScan?.('6212345678901234567'))).toEqual(
    screens.map(() => ({ code: '6212345678901234567' })),
  );
});
