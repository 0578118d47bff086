import { inspect } from 'node:util';
import { fromHex, toHex } from '@zhanggui/base';
import {
  CryptoRefusal,
  cmac,
  combineComponents,
  cupEcbMac,
  encryptKeyEcb,
  generateKey,
  hasOddParity,
  heldKey,
  importKey,
  retailMac,
  revealKeyBytes,
} from '@zhanggui/paycrypto';
import { expect, test } from 'vitest';
import { requireKey } from './key.ts';
import { engine } from './node/engine.ts';

const HEX = '0123456789ABCDEFFEDCBA9876543210';
const pinKey = importKey(HEX, { algorithm: 'TDES', usage: 'pin' });

test('a key shows its algorithm, usage and check value, never its bytes', () => {
  const shown = [String(pinKey), JSON.stringify({ pinKey }), inspect({ pinKey }, { showHidden: true, depth: 9 })];
  for (const text of shown) {
    expect(text).toContain('[TDES-128 pin key, KCV 08D7B4]');
    expect(text).not.toMatch(/0123456789ABCDEF|\[1, 35|1, 35, 69/i);
  }
});

test('the bytes that a key was made from may change without changing the key', () => {
  const bytes = new Uint8Array(16).fill(0x11);
  const key = importKey(bytes, { algorithm: 'AES', usage: 'data' });
  const before = key.checkValue(5);
  bytes.fill(0);
  expect(importKey(revealKeyBytes(key), { algorithm: 'AES', usage: 'data' }).checkValue(5)).toBe(before);
});

test('wrong length, parity, check value and text are refused', () => {
  const refused: [code: string, act: () => unknown][] = [
    ['key-length', () => importKey(HEX.slice(2), { algorithm: 'TDES', usage: 'pin' })],
    ['key-length', () => importKey(HEX, { algorithm: 'DES', usage: 'pin' })],
    ['key-length', () => importKey('', { algorithm: 'HMAC', usage: 'mac' })],
    ['key-length', () => generateKey('AES', 'data', 20)],
    ['key-parity', () => importKey('0'.repeat(32), { algorithm: 'TDES', usage: 'pin', parity: 'odd' })],
    ['key-check-value', () => importKey(HEX, { algorithm: 'TDES', usage: 'pin', checkValue: '08D7B5' })],
    ['key-check-value', () => importKey(HEX, { algorithm: 'TDES', usage: 'pin', checkValue: '08' })],
    ['key-hex', () => importKey(HEX.replace('0', 'G'), { algorithm: 'TDES', usage: 'pin' })],
    ['key-components', () => combineComponents([HEX], { algorithm: 'TDES', usage: 'pin' })],
    ['key-components', () => combineComponents([HEX, '00'], { algorithm: 'TDES', usage: 'pin' })],
    ['key-algorithm', () => requireKey(pinKey, ['AES'], ['pin'])],
    ['key-usage', () => requireKey(pinKey, ['TDES'], ['mac'])],
  ];
  for (const [code, act] of refused)
    expect(act, code).toThrow(expect.objectContaining({ code, name: 'CryptoRefusal' }));
  expect(() => importKey('', { algorithm: 'AES', usage: 'data' })).toThrow(CryptoRefusal);
});

test('components combine to the key by exclusive or', () => {
  const combined = combineComponents([HEX, 'FF'.repeat(16), 'FF'.repeat(16)], {
    algorithm: 'TDES',
    usage: 'pin',
    checkValue: '08D7B4FB',
  });
  expect(combined.checkValue()).toBe(pinKey.checkValue());
});

test('generated DES keys have odd parity and differ', () => {
  const keys = Array.from({ length: 8 }, () => generateKey('TDES', 'mac', 24));
  expect(keys.every((key) => hasOddParity(revealKeyBytes(key)))).toBe(true);
  expect(new Set(keys.map((key) => key.checkValue(8))).size).toBe(8);
});

test('a key that a device holds works through its cipher, and its bytes are nowhere', () => {
  const bytes = fromHex(HEX);
  const description = { algorithm: 'TDES', usage: 'mac' } as const;
  const clear = importKey(bytes, description);
  const halves = { left: engine.des(bytes.slice(0, 8)), right: engine.des(bytes.slice(8)) };
  const held = heldKey(description, { length: 16, cipher: engine.tdes(bytes), halves });
  const data = fromHex('00112233445566778899AABBCCDDEEFF01');
  expect(held.checkValue()).toBe('08D7B4');
  for (const mac of [cmac, cupEcbMac, retailMac]) expect(toHex(mac(held, data))).toBe(toHex(mac(clear, data)));
  const kek = importKey(HEX, { algorithm: 'TDES', usage: 'key-encryption' });
  const withoutHalves = heldKey(description, { length: 16, cipher: engine.tdes(bytes) });
  for (const act of [() => revealKeyBytes(held), () => encryptKeyEcb(kek, held), () => retailMac(withoutHalves, data)])
    expect(act).toThrow(expect.objectContaining({ code: 'key-held' }));
  expect(() => heldKey(description, { length: 8, cipher: engine.des(bytes.slice(0, 8)) })).toThrow(
    expect.objectContaining({ code: 'key-length' }),
  );
});
