import { expect, test } from 'vitest';
import { nodeWalletCrypto } from './node/crypto.ts';
import { UsedCodes } from './used-codes.ts';

test('a payment code is sent once, and another one is not mistaken for it', () => {
  const used = new UsedCodes(nodeWalletCrypto());
  expect(used.isFirstUse('134512345678901234')).toBe(true);
  expect(used.isFirstUse('134512345678901234')).toBe(false);
  expect(used.isFirstUse('134512345678901235')).toBe(true);
});

test('only the newest ten thousand codes are remembered', () => {
  const used = new UsedCodes(nodeWalletCrypto());
  for (let code = 0; code <= 10_000; code += 1) used.isFirstUse(String(code));
  expect(used.isFirstUse('10000')).toBe(false);
  expect(used.isFirstUse('0')).toBe(true);
});
