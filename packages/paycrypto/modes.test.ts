import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import {
  cryptCtr,
  decryptCbc,
  decryptEcb,
  decryptKeyEcb,
  encryptCbc,
  encryptEcb,
  encryptKeyEcb,
  importKey,
  openGcm,
  sealGcm,
} from '@zhanggui/paycrypto';
import { expect, test } from 'vitest';

const AES_HEX = '2B7E151628AED2A6ABF7158809CF4F3C';
const BLOCK = fromHex('6BC1BEE22E409F96E93D7E117393172A');
const aes = importKey(AES_HEX, { algorithm: 'AES', usage: 'data' });

test('the modes give the first blocks of NIST SP 800-38A appendix F', () => {
  const iv = fromHex('000102030405060708090A0B0C0D0E0F');
  expect(toHex(encryptEcb(aes, BLOCK))).toBe('3AD77BB40D7A3660A89ECAF32466EF97');
  expect(toHex(encryptCbc(aes, BLOCK, iv))).toBe('7649ABAC8119B246CEE98E9B12E9197D');
  const counter = fromHex('F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF');
  expect(toHex(cryptCtr(aes, BLOCK, counter))).toBe('874D6191B620E3261BEF6864990DB6CE');
  expect(toHex(decryptEcb(aes, encryptEcb(aes, BLOCK)))).toBe(toHex(BLOCK));
  expect(toHex(decryptCbc(aes, encryptCbc(aes, BLOCK, iv), iv))).toBe(toHex(BLOCK));
  expect(toHex(decryptCbc(aes, encryptCbc(aes, BLOCK)))).toBe(toHex(BLOCK));
});

test('GCM opens what it sealed and nothing else', () => {
  const nonce = new Uint8Array(12).fill(1);
  const text = utf8Encode('track 2');
  const sealed = sealGcm(aes, nonce, text, BLOCK);
  expect(toHex(openGcm(aes, nonce, sealed, BLOCK))).toBe(toHex(text));
  const changed = [sealed.map((byte, index) => (index === 0 ? byte ^ 1 : byte)), sealed.subarray(1), new Uint8Array(0)];
  for (const wrong of changed)
    expect(() => openGcm(aes, nonce, wrong, BLOCK)).toThrow(expect.objectContaining({ code: 'gcm-tag' }));
  expect(() => openGcm(aes, nonce, sealed)).toThrow(expect.objectContaining({ code: 'gcm-tag' }));
  expect(() => sealGcm(aes, BLOCK, text)).toThrow(expect.objectContaining({ code: 'iv-length' }));
});

test('a working key travels under a terminal master key and is checked on arrival', () => {
  const tmk = importKey('70F2A84CCBC2AE8625CBB0F2C22AB923', { algorithm: 'TDES', usage: 'key-encryption' });
  const mak = decryptKeyEcb(tmk, fromHex('96D605EA176B7E9E'), { algorithm: 'DES', usage: 'mac' });
  expect(mak.checkValue(4)).toBe(importKey('C24A8FB57AA20123', { algorithm: 'DES', usage: 'mac' }).checkValue(4));
  expect(toHex(encryptKeyEcb(tmk, mak))).toBe('96D605EA176B7E9E');
  const wrong = { algorithm: 'DES', usage: 'mac', checkValue: '00000000' } as const;
  expect(() => decryptKeyEcb(tmk, fromHex('96D605EA176B7E9E'), wrong)).toThrow(
    expect.objectContaining({ code: 'key-check-value' }),
  );
  expect(() => decryptKeyEcb(aes, BLOCK, { algorithm: 'AES', usage: 'mac' })).toThrow(
    expect.objectContaining({ code: 'key-usage' }),
  );
});

test('keys of another usage and data that does not fit are refused', () => {
  const mac = importKey(AES_HEX, { algorithm: 'AES', usage: 'mac' });
  const tdes = importKey(AES_HEX, { algorithm: 'TDES', usage: 'data' });
  const refused: [code: string, act: () => unknown][] = [
    ['key-usage', () => encryptEcb(mac, BLOCK)],
    ['key-usage', () => sealGcm(mac, new Uint8Array(12), BLOCK)],
    ['key-algorithm', () => sealGcm(tdes, new Uint8Array(12), BLOCK)],
    ['key-algorithm', () => cryptCtr(tdes, BLOCK, BLOCK)],
    ['not-whole-blocks', () => encryptCbc(aes, BLOCK.subarray(1))],
    ['iv-length', () => decryptCbc(aes, BLOCK, BLOCK.subarray(1))],
  ];
  for (const [code, act] of refused)
    expect(act, code).toThrow(expect.objectContaining({ code, name: 'CryptoRefusal' }));
});
