import { ghash } from '@noble/ciphers/_polyval.js';
import { concatBytes, fromHex, toHex, utf8Encode, xorBytes } from '@zhanggui/base';
import {
  CryptoRefusal,
  cbcMac,
  cmac,
  importKey,
  type Padding,
  pad,
  type Sm4MacMechanism,
  sm3,
  sm3Hmac,
  sm3Kdf,
  sm4CbcDecrypt,
  sm4CbcEncrypt,
  sm4CcmOpen,
  sm4CcmSeal,
  sm4Ctr,
  sm4EcbDecrypt,
  sm4EcbEncrypt,
  sm4GcmOpen,
  sm4GcmSeal,
  sm4Mac,
  sm4Ofb,
  unpad,
} from '@zhanggui/paycrypto';
import fc from 'fast-check';
import { sm4 as peer } from 'sm-crypto-v2';
import { describe, expect, test } from 'vitest';
import { engine } from './node/engine.ts';

const HEX = '0123456789ABCDEFFEDCBA9876543210';
const key = importKey(HEX, { algorithm: 'SM4', usage: 'data' });
const macKey = importKey(HEX, { algorithm: 'SM4', usage: 'mac' });
const otherMacKey = importKey('4149D2ADED9456681EC8B511D9E7EE04', { algorithm: 'SM4', usage: 'mac' });
const iv = fromHex('000102030405060708090A0B0C0D0E0F');
const anyBytes = fc.uint8Array({ maxLength: 100 });

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CryptoRefusal) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

describe('SM3', () => {
  test('the derived key is the digests of the data with a counter from 1, cut', () => {
    const data = utf8Encode('shared');
    const block = (count: number) => sm3(concatBytes(data, Uint8Array.of(0, 0, 0, count)));
    expect(sm3Kdf(data, 70)).toEqual(concatBytes(block(1), block(2), block(3)).slice(0, 70));
    expect(sm3Kdf(data, 0).length).toBe(0);
    for (const length of [-1, 1.5, 2 ** 25]) expect(codeOf(() => sm3Kdf(data, length))).toBe('kdf-length');
  });

  test('HMAC wants an HMAC key', () => {
    expect(codeOf(() => sm3Hmac(macKey, iv))).toBe('key-algorithm');
    expect(sm3Hmac(importKey(HEX, { algorithm: 'HMAC', usage: 'mac' }), iv).length).toBe(32);
  });
});

describe('padding', () => {
  test('what was padded comes back, for every method that can be undone and both block sizes', () => {
    fc.assert(
      fc.property(
        anyBytes,
        fc.constantFrom<Padding>('method-2', 'pkcs7'),
        fc.constantFrom(8, 16),
        (data, padding, size) => {
          const padded = pad(data, padding, size);
          expect(padded.length % size).toBe(0);
          expect(padded.length).toBeGreaterThan(data.length);
          expect(unpad(padded, padding, size)).toEqual(data);
        },
      ),
    );
  });

  test('ends that no padding writes are refused', () => {
    const block = (end: string) => fromHex(end.padStart(32, '1'));
    for (const end of ['00', '11', '0203', '030203', '10'])
      expect(
        codeOf(() => unpad(block(end), 'pkcs7', 16)),
        end,
      ).toBe('padding');
    for (const data of [block('00'), block('8001'), new Uint8Array(16), new Uint8Array(0)])
      expect(codeOf(() => unpad(data, 'method-2', 16))).toBe('padding');
    expect(codeOf(() => unpad(concatBytes(fromHex('80'), new Uint8Array(31)), 'method-2', 16))).toBe('padding');
    expect(codeOf(() => unpad(new Uint8Array(15), 'pkcs7', 16))).toBe('not-whole-blocks');
    expect(codeOf(() => unpad(new Uint8Array(0), 'pkcs7', 16))).toBe('padding');
    expect(codeOf(() => pad(new Uint8Array(15), 'none', 16))).toBe('not-whole-blocks');
    expect(pad(new Uint8Array(15), 'zeros', 16)).toEqual(new Uint8Array(16));
  });
});

describe('SM4 modes', () => {
  test('each undoes itself, and OFB and CTR keep the length', () => {
    fc.assert(
      fc.property(anyBytes, (data) => {
        expect(sm4EcbDecrypt(key, sm4EcbEncrypt(key, data, 'pkcs7'), 'pkcs7')).toEqual(data);
        expect(sm4CbcDecrypt(key, iv, sm4CbcEncrypt(key, iv, data, 'method-2'), 'method-2')).toEqual(data);
        expect(sm4Ctr(key, iv, sm4Ctr(key, iv, data))).toEqual(data);
        expect(sm4Ofb(key, iv, sm4Ofb(key, iv, data))).toEqual(data);
      }),
    );
  });

  test('keys of another purpose or cipher and short vectors are refused', () => {
    const aes = importKey(HEX, { algorithm: 'AES', usage: 'data' });
    expect(codeOf(() => sm4EcbEncrypt(aes, iv, 'none'))).toBe('key-algorithm');
    expect(codeOf(() => sm4EcbEncrypt(macKey, iv, 'none'))).toBe('key-usage');
    expect(codeOf(() => sm4CbcEncrypt(key, iv.slice(1), iv, 'none'))).toBe('iv-length');
    expect(codeOf(() => sm4Ofb(key, iv.slice(1), iv))).toBe('iv-length');
    expect(codeOf(() => sm4CbcEncrypt(key, iv, iv.slice(1), 'none'))).toBe('not-whole-blocks');
  });
});

describe('SM4-GCM and SM4-CCM', () => {
  const modes = { gcm: [sm4GcmSeal, sm4GcmOpen], ccm: [sm4CcmSeal, sm4CcmOpen] } as const;

  test('what was sealed opens, and nothing changed does', () => {
    const nonces = fc.uint8Array({ minLength: 7, maxLength: 13 });
    for (const [seal, open] of Object.values(modes))
      fc.assert(
        fc.property(anyBytes, anyBytes, nonces, fc.nat(), (data, associatedData, nonce, bit) => {
          const sealed = seal(key, data, { nonce, associatedData });
          expect(sealed.length).toBe(data.length + 16);
          expect(open(key, sealed, { nonce, associatedData })).toEqual(data);
          const at = bit % (sealed.length * 8);
          const turned = sealed.map((byte, index) => (index === at >> 3 ? byte ^ (1 << (at & 7)) : byte));
          const opened = [
            () => open(key, turned, { nonce, associatedData }),
            () => open(key, sealed, { nonce, associatedData: concatBytes(associatedData, Uint8Array.of(0)) }),
            () => open(key, sealed.slice(0, 15), { nonce, associatedData }),
          ];
          for (const run of opened) expect(codeOf(run)).toBe('authentication');
        }),
        { numRuns: 40 },
      );
  });

  test('GCM agrees with another implementation for nonces of any length', () => {
    fc.assert(
      fc.property(
        anyBytes,
        anyBytes,
        fc.uint8Array({ minLength: 12, maxLength: 40 }),
        (data, associatedData, nonce) => {
          const theirs = peer.encrypt(data, fromHex(HEX), {
            mode: 'gcm',
            iv: nonce,
            associatedData,
            outputTag: true,
            output: 'array',
          });
          const both = concatBytes(theirs.output, theirs.tag ?? new Uint8Array(0));
          expect(toHex(sm4GcmSeal(key, data, { nonce, associatedData }))).toBe(toHex(both));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('the counter of GCM wraps within its last four bytes', () => {
    const first = fromHex('0102030405060708090A0B0CFFFFFFFE');
    const cipher = engine.sm4(fromHex(HEX));
    const hashKey = cipher.encryptEcb(new Uint8Array(16));
    const nonce = nonceForFirstCounter(first, hashKey);
    const counters = ['FFFFFFFF', '00000000', '00000001'].map((end) => fromHex(`0102030405060708090A0B0C${end}`));
    const stream = concatBytes(...counters.map((counter) => cipher.encryptEcb(counter)));
    expect(toHex(sm4GcmSeal(key, new Uint8Array(48), { nonce }).slice(0, 48))).toBe(toHex(stream));
  });

  test('shorter tags are the beginning of the whole one for GCM and another value for CCM', () => {
    const nonce = iv.slice(0, 12);
    const whole = sm4GcmSeal(key, iv, { nonce });
    expect(sm4GcmSeal(key, iv, { nonce, tagLength: 12 })).toEqual(whole.slice(0, 28));
    expect(sm4CcmOpen(key, sm4CcmSeal(key, iv, { nonce, tagLength: 4 }), { nonce, tagLength: 4 })).toEqual(iv);
    for (const tagLength of [11, 17, 13.5])
      expect(codeOf(() => sm4GcmSeal(key, iv, { nonce, tagLength }))).toBe('tag-length');
    for (const tagLength of [3, 5, 18])
      expect(codeOf(() => sm4CcmSeal(key, iv, { nonce, tagLength }))).toBe('tag-length');
    expect(codeOf(() => sm4GcmSeal(key, iv, { nonce: iv.slice(16) }))).toBe('nonce-length');
    for (const length of [6, 14])
      expect(codeOf(() => sm4CcmSeal(key, iv, { nonce: new Uint8Array(length) }))).toBe('nonce-length');
    expect(codeOf(() => sm4CcmSeal(key, new Uint8Array(0x10000), { nonce: new Uint8Array(13) }))).toBe(
      'message-length',
    );
  });

  test('long associated data of CCM carries its longer length', () => {
    const nonce = iv.slice(0, 12);
    const associatedData = new Uint8Array(0xff00);
    const sealed = sm4CcmSeal(key, iv, { nonce, associatedData });
    expect(sm4CcmOpen(key, sealed, { nonce, associatedData })).toEqual(iv);
    expect(codeOf(() => sm4CcmOpen(key, sealed, { nonce, associatedData: associatedData.slice(1) }))).toBe(
      'authentication',
    );
  });
});

describe('SM4 MACs', () => {
  const single: readonly Sm4MacMechanism[] = ['CBC-MAC', 'CMAC', 'LMAC', 'TrCBC', 'CBCR'];
  const double: readonly Sm4MacMechanism[] = ['EMAC', 'retail', 'MacDES'];

  test('the mechanisms that the package has for every cipher are the same here', () => {
    fc.assert(
      fc.property(anyBytes, (data) => {
        expect(sm4Mac([macKey], data, { mechanism: 'CBC-MAC', padding: 1 })).toEqual(cbcMac(macKey, data));
        expect(sm4Mac([macKey], data, { mechanism: 'CMAC' })).toEqual(cmac(macKey, data));
      }),
    );
  });

  test('no two mechanisms give one MAC, and each depends on every byte', () => {
    const data = utf8Encode('This is the test message ');
    const macOf = (mechanism: Sm4MacMechanism, text: Uint8Array) =>
      toHex(sm4Mac(double.includes(mechanism) ? [macKey, otherMacKey] : [macKey], text, { mechanism, length: 8 }));
    const macs = [...single, ...double].map((mechanism) => macOf(mechanism, data));
    expect(new Set(macs).size).toBe(8);
    for (const mechanism of [...single, ...double])
      for (let index = 0; index < data.length; index += 1) {
        const changed = data.map((byte, at) => (at === index ? byte ^ 1 : byte));
        expect(macOf(mechanism, changed)).not.toBe(macOf(mechanism, data));
      }
  });

  test('TrCBC cuts on the left after whole blocks and on the right after padding', () => {
    const whole = cbcMac(macKey, iv);
    expect(sm4Mac([macKey], iv, { mechanism: 'TrCBC' })).toEqual(whole.slice(0, 8));
    const padded = cbcMac(macKey, iv.slice(1), { padding: 2 });
    expect(sm4Mac([macKey], iv.slice(1), { mechanism: 'TrCBC' })).toEqual(padded.slice(8));
  });

  test('LMAC of one block is the cipher under the key enciphered from 2', () => {
    const outer = engine.sm4(engine.sm4(fromHex(HEX)).encryptEcb(fromHex('02'.padStart(32, '0'))));
    expect(sm4Mac([macKey], iv, { mechanism: 'LMAC', padding: 1 })).toEqual(outer.encryptEcb(iv));
  });

  test('CBCR turns the last block by one bit', () => {
    const cipher = engine.sm4(fromHex(HEX));
    const mixed = xorBytes(cipher.encryptEcb(new Uint8Array(16)), iv);
    const number = BigInt(`0x${toHex(mixed)}`);
    const right = ((number >> 1n) | ((number & 1n) << 127n)).toString(16).padStart(32, '0');
    expect(sm4Mac([macKey], iv, { mechanism: 'CBCR' })).toEqual(cipher.encryptEcb(fromHex(right)));
    const short = xorBytes(cipher.encryptEcb(new Uint8Array(16)), fromHex('80'.padEnd(32, '0')));
    const shortNumber = BigInt(`0x${toHex(short)}`);
    const left = (((shortNumber << 1n) & ((1n << 128n) - 1n)) | (shortNumber >> 127n)).toString(16).padStart(32, '0');
    expect(sm4Mac([macKey], new Uint8Array(0), { mechanism: 'CBCR' })).toEqual(cipher.encryptEcb(fromHex(left)));
  });

  test('wrong numbers of keys, keys of data and lengths are refused', () => {
    expect(codeOf(() => sm4Mac([macKey], iv, { mechanism: 'EMAC' }))).toBe('key-count');
    expect(codeOf(() => sm4Mac([macKey, otherMacKey], iv, { mechanism: 'CMAC' }))).toBe('key-count');
    expect(codeOf(() => sm4Mac([], iv, { mechanism: 'CMAC' }))).toBe('key-count');
    expect(codeOf(() => sm4Mac([key], iv, { mechanism: 'CMAC' }))).toBe('key-usage');
    for (const length of [3, 17])
      expect(codeOf(() => sm4Mac([macKey], iv, { mechanism: 'CMAC', length }))).toBe('mac-length');
  });
});

/** The nonce of one block whose first counter block is `first`: GHASH run backwards, with the field's inverse of the hash key. */
function nonceForFirstCounter(first: Uint8Array, hashKey: Uint8Array): Uint8Array {
  const times = (left: Uint8Array, right: Uint8Array) => ghash(left, right);
  let inverse: Uint8Array = hashKey;
  for (let bit = 1; bit < 127; bit += 1) inverse = times(times(inverse, inverse), hashKey);
  inverse = times(inverse, inverse);
  const lengths = fromHex('0000000000000000' + '0000000000000080');
  return times(xorBytes(times(first, inverse), lengths), inverse);
}
