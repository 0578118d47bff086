import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ecnyHeaders, verifyEcny } from './ecny-signature.ts';
import { formatForm, parseForm } from './form.ts';
import { nodeWalletCrypto } from './node/crypto.ts';
import { formatUnionPayAnswer, parseUnionPayAnswer } from './unionpay-answer.ts';
import { parseUnionPayBill } from './unionpay-bill.ts';
import { signedUnionPay, unionPayMessage, verifyUnionPay } from './unionpay-signature.ts';

const crypto = nodeWalletCrypto();
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

describe('a form', () => {
  test('is read as it was written', () => {
    const fields = { a: '1+2=3&4', b: '青山 便利店', c: '' };
    expect(parseForm(formatForm(fields))).toEqual(fields);
    expect(parseForm('a=1+2')).toEqual({ a: '1 2' });
  });

  test.each(['', 'a', '=1', 'a=1&a=2', 'a=%zz', 'a=1 ', 'a=1&'])('"%s" is none', (text) => {
    expect(parseForm(text)).toBeNull();
  });
});

describe("UnionPay's answer", () => {
  const fields = {
    respMsg: '成功[00]',
    signPubKeyCert: '-----BEGIN CERTIFICATE-----\r\nMIIE+A==\r\n-----END CERTIFICATE-----',
    termInfo: '{device_type=11&device_ip=127.0.0.1}',
    list: '[a=1&b=2]',
    empty: '',
    signature: 'aB+/9w==',
  };

  test('holds its values as they are, a field that holds others whole', () => {
    expect(parseUnionPayAnswer(formatUnionPayAnswer(fields))).toEqual(fields);
    expect(parseUnionPayAnswer(`{${formatUnionPayAnswer(fields)}}\r\n`)).toEqual(fields);
    expect(parseUnionPayAnswer('a={b')).toEqual({ a: '{b' });
  });

  test.each(['', ' ', 'a', '=1', 'a=1&a=2', 'a=1&', '&a=1', 'a=1&&b=2', '<html>a=1</html>'])('"%s" is none', (text) => {
    expect(parseUnionPayAnswer(text)).toBeNull();
  });
});

describe("UnionPay's signature", () => {
  const fields = { txnAmt: '2599', orderId: 'a1', certId: '12', empty: '' };

  test('covers all fields that are there, by name', () => {
    expect(unionPayMessage({ ...fields, signature: 'x' })).toBe('certId=12&orderId=a1&txnAmt=2599');
  });

  test('holds for what was signed and for nothing else', async () => {
    const signed = await signedUnionPay(crypto, keys.privateKey, fields);
    expect(verifyUnionPay(crypto, keys.publicKey, signed)).toBe(true);
    expect(verifyUnionPay(crypto, keys.publicKey, { ...signed, txnAmt: '2598' })).toBe(false);
    expect(verifyUnionPay(crypto, keys.publicKey, { ...signed, more: '1' })).toBe(false);
    expect(verifyUnionPay(crypto, keys.publicKey, { ...signed, signature: `${signed.signature} ` })).toBe(false);
    expect(verifyUnionPay(crypto, keys.publicKey, fields)).toBe(false);
  });
});

describe("e-CNY's signature", () => {
  const NOW = 1_700_000_000_000;
  const stamp = { serial: '1234', timestamp: NOW / 1000, nonce: 'n1' };
  const known = new Map([['1234', keys.publicKey]]);

  test('holds for body, time, nonce and serial, within five minutes', async () => {
    const headers = await ecnyHeaders(crypto, keys.privateKey, stamp, '{"a":1}');
    const holds = (change: object, body = '{"a":1}', now = NOW) =>
      verifyEcny(crypto, known, { ...headers, ...change }, body, now);
    expect(holds({})).toBe(true);
    expect(holds({}, '{"a":1} ')).toBe(false);
    expect(holds({ 'dcep-nonce': 'n2' })).toBe(false);
    expect(holds({ 'dcep-serial': '9' })).toBe(false);
    expect(holds({ 'dcep-timestamp': String(NOW / 1000 + 1) })).toBe(false);
    expect(holds({}, '{"a":1}', NOW + 300_000)).toBe(true);
    expect(holds({}, '{"a":1}', NOW + 301_000)).toBe(false);
  });
});

describe("UnionPay's file of a day", () => {
  const line = (change: { amount?: string; fee?: string; type?: string } = {}): string =>
    [
      '170000000000012345678',
      ''.padEnd(21),
      change.type ?? '01',
      '898510112345678',
      'order1'.padEnd(40),
      '20261123020304',
      change.amount ?? '000000002599',
      change.fee ?? 'C00000000010',
      '156',
    ].join(' ');

  test('is read by the width of its columns', () => {
    expect(parseUnionPayBill(`${line()}\r\n${line({ type: '04', fee: 'D00000000010' })}\r\n`)).toMatchObject([
      { kind: 'payment', orderId: 'order1', amountMinor: 2599, feeMinor: 10, at: Date.parse('2026-11-22T18:03:04Z') },
      { kind: 'refund', amountMinor: 2599, feeMinor: -10 },
    ]);
    expect(parseUnionPayBill('')).toEqual([]);
  });

  test.each([
    ['an amount with a point', line({ amount: '0000000025.9' }), 'line 1, amount'],
    ['a fee without direction', line({ fee: '000000000010' }), 'line 1, fee'],
    ['an unknown kind', line({ type: '77' }), 'line 1, transactionType'],
    ['a line cut off', line().slice(0, -5), 'line 1, fee'],
  ])('%s is refused by name', (_, text, path) => {
    expect(() => parseUnionPayBill(text)).toThrow(expect.objectContaining({ code: 'bill', path }));
  });
});
