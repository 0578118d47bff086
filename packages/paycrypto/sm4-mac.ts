import { engine } from '#engine';
import { cmacWith } from './cmac.ts';
import type { BlockCipher } from './engine.ts';
import { cipherOf, keyBytes, requireKey, type SecretKey } from './key.ts';
import { type MacPadding, padIso9797 } from './mac.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

/**
 * The mechanisms of GB/T 15852.1-2020 in its order, 1 to 8: CBC-MAC, EMAC, ANSI retail MAC, MacDES, CMAC, LMAC, TrCBC, CBCR.
 * The first six are those of ISO/IEC 9797-1:2011 clause 7.
 */
export type Sm4MacMechanism = 'CBC-MAC' | 'EMAC' | 'retail' | 'MacDES' | 'CMAC' | 'LMAC' | 'TrCBC' | 'CBCR';

/** Mechanism, padding and length of an SM4 MAC. */
export interface Sm4MacOptions {
  readonly mechanism: Sm4MacMechanism;
  /** Padding method of clause 6.3 for CBC-MAC, EMAC, retail, MacDES and LMAC; 2 unless said. The others pad in their own way. */
  readonly padding?: MacPadding;
  /** Bytes of the MAC, 4 to 16; 16 unless said, 8 for TrCBC, whose proof asks for half a block. */
  readonly length?: number;
}

const BLOCK = 16;
const TWO_KEYS: readonly Sm4MacMechanism[] = ['EMAC', 'retail', 'MacDES'];

/**
 * MAC of `data` under one SM4 key, or two for EMAC, retail and MacDES (GB/T 15852.1-2020 clause 7).
 * @throws CryptoRefusal `key-count`, `key-algorithm`, `key-usage`, `mac-length`, `mac-padding`.
 */
export function sm4Mac(keys: readonly SecretKey[], data: Uint8Array, options: Sm4MacOptions): Uint8Array {
  const { mechanism, padding = 2, length = mechanism === 'TrCBC' ? BLOCK / 2 : BLOCK } = options;
  const [first, second] = keys;
  if (first === undefined || keys.length !== (TWO_KEYS.includes(mechanism) ? 2 : 1))
    throw new CryptoRefusal('key-count', `${mechanism} takes ${TWO_KEYS.includes(mechanism) ? 'two keys' : 'one key'}`);
  for (const key of keys) requireKey(key, ['SM4'], ['mac']);
  requireThat(Number.isInteger(length) && length >= 4 && length <= BLOCK, 'mac-length', 'an SM4 MAC has 4 to 16 bytes');
  if (mechanism === 'TrCBC') return trCbc(cipherOf(first), data, length);
  return wholeMac(mechanism, first, second ?? first, data, padding).slice(0, length);
}

function wholeMac(
  mechanism: Exclude<Sm4MacMechanism, 'TrCBC'>,
  first: SecretKey,
  second: SecretKey,
  data: Uint8Array,
  padding: MacPadding,
): Uint8Array {
  const cipher = cipherOf(first);
  switch (mechanism) {
    case 'CBC-MAC':
      return chain(cipher, padIso9797(data, padding, BLOCK));
    case 'EMAC':
      return cipherOf(second).encryptEcb(chain(cipher, padIso9797(data, padding, BLOCK)));
    case 'retail':
      return cipher.encryptEcb(cipherOf(second).decryptEcb(chain(cipher, padIso9797(data, padding, BLOCK))));
    case 'MacDES':
      return macDes(cipher, second, padIso9797(data, padding, BLOCK));
    case 'CMAC':
      return cmacWith(cipher, data);
    case 'LMAC':
      return lmac(cipher, padIso9797(data, padding, BLOCK));
    case 'CBCR':
      return cbcr(cipher, data);
  }
}

/** Last block of CBC from zeros, or from `iv`; of no blocks, `iv` itself. */
function chain(cipher: BlockCipher, blocks: Uint8Array, iv: Uint8Array = new Uint8Array(BLOCK)): Uint8Array {
  return blocks.length === 0 ? iv : cipher.encryptCbc(blocks, iv).slice(-BLOCK);
}

/** The first block goes through a third key as well: the second key with every other four bits inverted. */
function macDes(cipher: BlockCipher, second: SecretKey, blocks: Uint8Array): Uint8Array {
  const third = engine.sm4(keyBytes(second).map((byte) => byte ^ 0xf0));
  const start = third.encryptEcb(cipher.encryptEcb(blocks.subarray(0, BLOCK)));
  return cipherOf(second).encryptEcb(chain(cipher, blocks.subarray(BLOCK), start));
}

/** All blocks but the last under the key enciphered from 1, the last under the key enciphered from 2. */
function lmac(cipher: BlockCipher, blocks: Uint8Array): Uint8Array {
  const inner = engine.sm4(cipher.encryptEcb(numberBlock(1)));
  const outer = engine.sm4(cipher.encryptEcb(numberBlock(2)));
  const chained = chain(inner, blocks.subarray(0, -BLOCK));
  return chain(outer, blocks.subarray(-BLOCK), chained);
}

/** Leftmost bytes of the chain for whole blocks, rightmost for a text that had to be padded. */
function trCbc(cipher: BlockCipher, data: Uint8Array, length: number): Uint8Array {
  const whole = isWhole(data);
  const chained = chain(cipher, whole ? data : padIso9797(data, 2, BLOCK));
  return whole ? chained.slice(0, length) : chained.slice(-length);
}

/** The chain starts at the enciphered zero block; before the last encipherment it turns by one bit, right for whole blocks, else left. */
function cbcr(cipher: BlockCipher, data: Uint8Array): Uint8Array {
  const whole = isWhole(data);
  const blocks = whole ? data : padIso9797(data, 2, BLOCK);
  const start = cipher.encryptEcb(new Uint8Array(BLOCK));
  const chained = chain(cipher, blocks.subarray(0, -BLOCK), start);
  const last = chained.map((byte, index) => byte ^ (blocks[blocks.length - BLOCK + index] ?? 0));
  return cipher.encryptEcb(whole ? rotatedRight(last) : rotatedLeft(last));
}

function isWhole(data: Uint8Array): boolean {
  return data.length > 0 && data.length % BLOCK === 0;
}

function numberBlock(number: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block[BLOCK - 1] = number;
  return block;
}

function rotatedRight(block: Uint8Array): Uint8Array {
  return block.map((byte, index) => (byte >> 1) | ((block[(index + BLOCK - 1) % BLOCK] ?? 0) << 7));
}

function rotatedLeft(block: Uint8Array): Uint8Array {
  return block.map((byte, index) => (byte << 1) | ((block[(index + 1) % BLOCK] ?? 0) >> 7));
}
