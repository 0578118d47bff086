import { toHex } from '@zhanggui/base';
import {
  CryptoRefusal,
  decipherPinBlock,
  decodePinBlock,
  decodePinField4,
  decodePinFieldWithoutPan,
  encipherPinBlock,
  encodePinBlock,
  encodePinField4,
  encodePinFieldWithoutPan,
  importKey,
  type PinBlockFormat,
  translatePinBlock,
} from '@zhanggui/paycrypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const pins = fc.stringMatching(/^\d{4,12}$/);
const pans = fc.stringMatching(/^\d{13,19}$/);
const tdes = (hex: string) => importKey(hex, { algorithm: 'TDES', usage: 'pin' });
const zpk = tdes('0123456789ABCDEFFEDCBA9876543210');
const otherZpk = tdes('89E88CF7931444F334BD7547FC3F380C');
const aes = importKey('AF8CB133A78F8DC2D1359F18527593FB', { algorithm: 'AES', usage: 'pin' });
const keyFor = (format: PinBlockFormat) => (format === 4 ? aes : zpk);

test('every PIN comes back from every format, clear and enciphered', () => {
  fc.assert(
    fc.property(pins, pans, fc.constantFrom<PinBlockFormat>(0, 1, 2, 3, 4), (pin, pan, format) => {
      const enciphered = encipherPinBlock(keyFor(format), pin, { format, pan });
      expect(enciphered.length).toBe(format === 4 ? 16 : 8);
      expect(decipherPinBlock(keyFor(format), enciphered, { format, pan })).toBe(pin);
      if (format !== 4) expect(decodePinBlock(encodePinBlock(pin, { format, pan }), { format, pan })).toBe(pin);
      expect(decodePinField4(encodePinField4(pin))).toBe(pin);
      expect(decodePinFieldWithoutPan(encodePinFieldWithoutPan(pin))).toBe(pin);
    }),
  );
});

test('a translated block holds the same PIN under the other key, in each allowed pair of formats', () => {
  const pan = '6225000000000253';
  for (const from of [0, 1, 3, 4] as const)
    for (const to of [0, 2, 3, 4] as const) {
      const block = encipherPinBlock(keyFor(from), '482913', { format: from, pan });
      const key = to === 4 ? aes : otherZpk;
      const translated = translatePinBlock(block, { key: keyFor(from), format: from }, { key, format: to }, { pan });
      expect(decipherPinBlock(key, translated, { format: to, pan })).toBe('482913');
    }
});

test('a chip card block is no source, and a block bound to an account does not lose it', () => {
  const pan = '6225000000000253';
  for (const [from, to] of [
    [2, 0],
    [0, 1],
    [3, 1],
    [4, 1],
  ] as const) {
    const block = encipherPinBlock(keyFor(from), '4829', { format: from, pan });
    const sides = [
      { key: keyFor(from), format: from },
      { key: otherZpk, format: to },
    ] as const;
    expect(() => translatePinBlock(block, ...sides, { pan })).toThrow(
      expect.objectContaining({ code: 'pin-translation' }),
    );
  }
});

test('formats 1, 3 and 4 never give the same block twice; format 3 fills with A to F only', () => {
  const pan = '6225000000000253';
  for (const format of [1, 3, 4] as const) {
    const blocks = Array.from({ length: 20 }, () => toHex(encipherPinBlock(keyFor(format), '4829', { format, pan })));
    expect(new Set(blocks).size).toBe(20);
  }
  const seen = new Set<string>();
  for (let round = 0; round < 40; round += 1) {
    const field = encodePinBlock('4829', { format: 3, pan: '0000000000000000' });
    expect(toHex(field)).toMatch(/^344829[A-F]{10}$/);
    for (const nibble of toHex(field).slice(6)) seen.add(nibble);
  }
  expect([...seen].sort().join('')).toBe('ABCDEF');
});

test('another account, another key and each changed bit are refused or give another PIN, without saying which PIN', () => {
  const pan = '6225000000000253';
  const block = encipherPinBlock(zpk, '482913', { format: 0, pan });
  for (const wrong of ['6225000000000000253', '6225000000010253', '6225990000000253']) {
    let pin: string | undefined;
    try {
      pin = decipherPinBlock(zpk, block, { format: 0, pan: wrong });
    } catch (error) {
      expect(error).toBeInstanceOf(CryptoRefusal);
      expect(String(error)).not.toMatch(/4829|6225/);
    }
    if (wrong !== '6225000000000000253') expect(pin).not.toBe('482913');
  }
  const bound = encipherPinBlock(aes, '482913', { format: 4, pan });
  expect(() => decipherPinBlock(aes, bound, { format: 4, pan: '6225000000000254' })).toThrow(CryptoRefusal);
});

test('what is no PIN, account, block or fitting key is refused by name', () => {
  const pan = '6225000000000253';
  const refused: [code: string, act: () => unknown][] = [
    ['pin-length', () => encodePinBlock('123', { format: 2 })],
    ['pin-digits', () => encodePinBlock('12３4', { format: 2 })],
    ['pan', () => encodePinBlock('1234', { format: 0 })],
    ['pan', () => encodePinBlock('1234', { format: 0, pan: '123456789012' })],
    ['pan', () => encodePinBlock('1234', { format: 3, pan: '12345678901234567890' })],
    ['pan', () => encipherPinBlock(aes, '1234', { format: 4 })],
    ['pin-block-format', () => encodePinBlock('1234', { format: 4, pan })],
    ['pin-block-format', () => decodePinBlock(new Uint8Array(8), { format: 4, pan })],
    ['pin-block-length', () => decodePinBlock(new Uint8Array(16), { format: 0, pan })],
    ['pin-block-length', () => decipherPinBlock(zpk, new Uint8Array(16), { format: 0, pan })],
    ['pin-block-length', () => decodePinField4(new Uint8Array(8))],
    ['key-algorithm', () => encipherPinBlock(zpk, '1234', { format: 4, pan })],
    ['key-algorithm', () => encipherPinBlock(aes, '1234', { format: 0, pan })],
    [
      'key-usage',
      () => encipherPinBlock(importKey('11'.repeat(16), { algorithm: 'TDES', usage: 'mac' }), '1234', { format: 2 }),
    ],
  ];
  for (const [code, act] of refused)
    expect(act, code).toThrow(expect.objectContaining({ code, name: 'CryptoRefusal' }));
});
