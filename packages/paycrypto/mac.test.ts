import { toHex, utf8Encode } from '@zhanggui/base';
import {
  cbcMac,
  cmac,
  cupEcbMac,
  cupEcbMacSteps,
  hmac,
  importKey,
  macMatches,
  padIso9797,
  retailMac,
  x99Mac,
} from '@zhanggui/paycrypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const HEX = '0123456789ABCDEFFEDCBA9876543210';
const tdes = importKey(HEX, { algorithm: 'TDES', usage: 'mac' });
const left = importKey(HEX.slice(0, 16), { algorithm: 'DES', usage: 'mac' });
const sm4 = importKey(HEX, { algorithm: 'SM4', usage: 'mac' });

test('the empty message is one block of zeros in methods 1 and 3, and one marked block in method 2', () => {
  const empty = new Uint8Array(0);
  expect(toHex(padIso9797(empty, 1))).toBe('00'.repeat(8));
  expect(toHex(padIso9797(empty, 2, 16))).toBe(`80${'00'.repeat(15)}`);
  expect(toHex(padIso9797(empty, 3))).toBe('00'.repeat(16));
});

test('padding reaches whole blocks and keeps the message where the method says', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 70 }),
      fc.constantFrom(1, 2, 3),
      fc.constantFrom(8, 16),
      (data, method, size) => {
        const padded = padIso9797(data, method, size);
        const start = method === 3 ? size : 0;
        expect(padded.length % size).toBe(0);
        expect(padded.length).toBeGreaterThan(0);
        expect(toHex(padded.subarray(start, start + data.length))).toBe(toHex(data));
      },
    ),
  );
});

test('the retail MAC of one block is its TDES encryption, and X9.9 is the left half of a single-DES CBC-MAC', () => {
  const block = utf8Encode('25.99CNY');
  expect(toHex(retailMac(tdes, block))).toBe(toHex(cbcMac(tdes, block)));
  const message = utf8Encode('Now is the time for it');
  expect(toHex(x99Mac(left, message))).toBe('E45B3AD2');
  expect(toHex(cbcMac(left, message, { length: 4 }))).toBe('E45B3AD2');
});

test('a field 64 made with a MAK of every kind is eight hexadecimal characters that change with the message', () => {
  const message = utf8Encode('0200 with all its fields');
  for (const mak of [left, tdes, sm4]) {
    const mac = cupEcbMac(mak, message);
    expect(String.fromCharCode(...mac)).toMatch(/^[0-9A-F]{8}$/);
    expect(toHex(cupEcbMac(mak, utf8Encode('0200 with all its fieldz')))).not.toBe(toHex(mac));
    const steps = cupEcbMacSteps(mak, message);
    expect(steps.hexAscii).toBe(toHex(steps.resultBlock));
    expect(toHex(steps.encryptedSecond).slice(0, 8)).toBe(String.fromCharCode(...mac));
  }
});

test('keys of another purpose or algorithm and lengths that are none are refused', () => {
  const data = new Uint8Array(8);
  const pinKey = importKey(HEX, { algorithm: 'TDES', usage: 'pin' });
  const triple = importKey(HEX + HEX.slice(0, 16), { algorithm: 'TDES', usage: 'mac' });
  const refused: [code: string, act: () => unknown][] = [
    ['key-usage', () => retailMac(pinKey, data)],
    ['key-usage', () => cupEcbMac(pinKey, data)],
    ['key-algorithm', () => retailMac(left, data)],
    ['key-length', () => retailMac(triple, data)],
    ['key-algorithm', () => x99Mac(tdes, data)],
    ['key-algorithm', () => cmac(left, data)],
    ['key-algorithm', () => hmac(tdes, data)],
    ['mac-length', () => retailMac(tdes, data, { length: 3 })],
    ['mac-length', () => cmac(sm4, data, 17)],
  ];
  for (const [code, act] of refused)
    expect(act, code).toThrow(expect.objectContaining({ code, name: 'CryptoRefusal' }));
});

test('a MAC matches only itself, and three bytes match nothing', () => {
  const mac = retailMac(tdes, utf8Encode('x'));
  expect(macMatches(mac, mac.slice())).toBe(true);
  expect(macMatches(mac, mac.slice(0, 7))).toBe(false);
  expect(macMatches(mac.subarray(0, 3), mac.subarray(0, 3))).toBe(false);
});
