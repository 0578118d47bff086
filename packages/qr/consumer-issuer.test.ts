import { expect, test } from 'vitest';
import { walletOfConsumerCode } from './consumer-issuer.ts';
import { encodeConsumerPresented } from './emvco-consumer.ts';

const codeOf = (...identifiers: readonly string[]): string =>
  encodeConsumerPresented(identifiers.map((identifier) => ['61', [['4F', identifier]]] as const));

test('a code with an application of UnionPay is UnionPay’s, also where another application stands first', () => {
  expect(walletOfConsumerCode(codeOf('A000000333010101'))).toBe('unionpay');
  expect(walletOfConsumerCode(codeOf('A0000000041010', 'A000000333010106'))).toBe('unionpay');
});

test('a stranger’s code, and what is no code, are nobody’s', () => {
  expect(walletOfConsumerCode(codeOf('A0000000041010'))).toBeUndefined();
  expect(walletOfConsumerCode('hQVDUFYwMQ')).toBeUndefined();
  expect(walletOfConsumerCode('6212345678901234567')).toBeUndefined();
});
