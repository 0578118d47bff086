import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BlockCipher, CipherEngine } from './engine.ts';
import { engine as nodeEngine } from './node/engine.ts';
import { CryptoRefusal } from './refusal.ts';
import { engine as webEngine } from './web/engine.ts';

const MAKERS: readonly [name: 'des' | 'tdes' | 'aes' | 'sm4', keyLengths: readonly number[]][] = [
  ['des', [8]],
  ['tdes', [16, 24]],
  ['aes', [16, 24, 32]],
  ['sm4', [16]],
];
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('the node and the web engine agree in every cipher and mode, and each undoes itself', () => {
  for (const [name, lengths] of MAKERS)
    for (const length of lengths)
      fc.assert(
        fc.property(
          bytes(length),
          fc.integer({ min: 1, max: 5 }),
          bytes(80),
          bytes(16),
          (key, blocks, pool, ivPool) => {
            const node: BlockCipher = nodeEngine[name](key);
            const web: BlockCipher = webEngine[name](key);
            const data = pool.subarray(0, blocks * node.blockSize);
            const iv = ivPool.subarray(0, node.blockSize);
            const ecb = node.encryptEcb(data);
            expect(toHex(web.encryptEcb(data))).toBe(toHex(ecb));
            expect(toHex(web.decryptEcb(ecb))).toBe(toHex(data));
            expect(toHex(node.decryptEcb(ecb))).toBe(toHex(data));
            const cbc = node.encryptCbc(data, iv);
            expect(toHex(web.encryptCbc(data, iv))).toBe(toHex(cbc));
            expect(toHex(web.decryptCbc(cbc, iv))).toBe(toHex(data));
            expect(toHex(node.decryptCbc(cbc, iv))).toBe(toHex(data));
          },
        ),
        { numRuns: 20 },
      );
});

test('counter mode agrees for any length, also where the counter overflows', () => {
  const overflowing = fromHex('FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE');
  for (const name of ['aes', 'sm4'] as const)
    for (const length of [0, 1, 15, 16, 17, 70]) {
      const key = fromHex('0123456789ABCDEFFEDCBA9876543210');
      const data = new Uint8Array(length).fill(0x5a);
      const node = nodeEngine[name](key).ctr(data, overflowing);
      expect(toHex(webEngine[name](key).ctr(data, overflowing))).toBe(toHex(node));
      expect(toHex(nodeEngine[name](key).ctr(node, overflowing))).toBe(toHex(data));
    }
});

test('digests, HMAC and AES-GCM agree, and a changed tag opens nothing', () => {
  const key = fromHex('00112233445566778899AABBCCDDEEFF');
  const text = utf8Encode('掌柜 counts the takings');
  for (const name of ['sha1', 'sha256', 'sha384', 'sha512', 'sm3'] as const) {
    expect(toHex(webEngine.digest(name, text))).toBe(toHex(nodeEngine.digest(name, text)));
    expect(toHex(webEngine.hmac(name, key, text))).toBe(toHex(nodeEngine.hmac(name, key, text)));
  }
  const nonce = new Uint8Array(12).fill(7);
  const sealed = nodeEngine.aesGcmSeal(key, nonce, text, key);
  expect(toHex(webEngine.aesGcmSeal(key, nonce, text, key))).toBe(toHex(sealed));
  const changed = sealed.slice();
  changed[sealed.length - 1] = (changed[sealed.length - 1] ?? 0) ^ 1;
  for (const engine of [nodeEngine, webEngine]) {
    expect(toHex(engine.aesGcmOpen(key, nonce, sealed, key) ?? new Uint8Array(0))).toBe(toHex(text));
    expect(engine.aesGcmOpen(key, nonce, changed, key)).toBeUndefined();
    expect(engine.aesGcmOpen(key, nonce, sealed.subarray(0, 8), key)).toBeUndefined();
  }
});

test('both engines know the published answers of DES, TDES, AES and SM4', () => {
  const zeros = new Uint8Array(8);
  for (const engine of [nodeEngine, webEngine] satisfies readonly CipherEngine[]) {
    expect(toHex(engine.des(fromHex('0123456789ABCDEF')).encryptEcb(zeros))).toBe('D5D44FF720683D0D');
    expect(toHex(engine.tdes(fromHex('0123456789ABCDEFFEDCBA9876543210')).encryptEcb(zeros))).toBe('08D7B4FB629D0885');
    const aes = engine.aes(fromHex('000102030405060708090A0B0C0D0E0F'));
    expect(toHex(aes.encryptEcb(fromHex('00112233445566778899AABBCCDDEEFF')))).toBe('69C4E0D86A7B0430D8CDB78070B4C55A');
    const sm4 = engine.sm4(fromHex('0123456789ABCDEFFEDCBA9876543210'));
    expect(toHex(sm4.encryptEcb(fromHex('0123456789ABCDEFFEDCBA9876543210')))).toBe('681EDF34D206965E86B3E94F536E4246');
  }
});

test('part of a block and a short initialisation vector are refused', () => {
  for (const engine of [nodeEngine, webEngine])
    for (const [name, [length = 0]] of MAKERS) {
      const cipher = engine[name](new Uint8Array(length));
      const block = new Uint8Array(cipher.blockSize);
      expect(() => cipher.encryptEcb(block.subarray(1))).toThrow(CryptoRefusal);
      expect(() => cipher.decryptEcb(block.subarray(1))).toThrow(CryptoRefusal);
      expect(() => cipher.encryptCbc(block, block.subarray(1))).toThrow(CryptoRefusal);
      expect(() => cipher.decryptCbc(block.subarray(1), block)).toThrow(CryptoRefusal);
      expect(() => cipher.ctr(block, block.subarray(1))).toThrow(CryptoRefusal);
    }
});
