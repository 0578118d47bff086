import type { BlockCipher } from './engine.ts';
import { cipherOf, requireKey, type SecretKey } from './key.ts';
import { type Padding, pad, unpad } from './padding.ts';

const BLOCK = 16;

/**
 * SM4 in ECB mode (GB/T 17964-2008 clause 6), filled up by `padding`.
 * @throws CryptoRefusal `key-algorithm`, `key-usage`, `not-whole-blocks`.
 */
export function sm4EcbEncrypt(key: SecretKey, data: Uint8Array, padding: Padding): Uint8Array {
  return sm4Cipher(key).encryptEcb(pad(data, padding, BLOCK));
}

/** The inverse of `sm4EcbEncrypt`. @throws CryptoRefusal as there, and `padding`. */
export function sm4EcbDecrypt(key: SecretKey, data: Uint8Array, padding: Padding): Uint8Array {
  return unpad(sm4Cipher(key).decryptEcb(data), padding, BLOCK);
}

/**
 * SM4 in CBC mode (GB/T 17964-2008 clause 7) with an initialisation vector of 16 bytes, filled up by `padding`.
 * @throws CryptoRefusal `key-algorithm`, `key-usage`, `iv-length`, `not-whole-blocks`.
 */
export function sm4CbcEncrypt(key: SecretKey, iv: Uint8Array, data: Uint8Array, padding: Padding): Uint8Array {
  return sm4Cipher(key).encryptCbc(pad(data, padding, BLOCK), iv);
}

/** The inverse of `sm4CbcEncrypt`. @throws CryptoRefusal as there, and `padding`. */
export function sm4CbcDecrypt(key: SecretKey, iv: Uint8Array, data: Uint8Array, padding: Padding): Uint8Array {
  return unpad(sm4Cipher(key).decryptCbc(data, iv), padding, BLOCK);
}

/**
 * SM4 in CTR mode (GB/T 17964-2008 clause 10) from a counter block of 16 bytes, any length; its own inverse.
 * @throws CryptoRefusal `key-algorithm`, `key-usage`, `iv-length`.
 */
export function sm4Ctr(key: SecretKey, counterBlock: Uint8Array, data: Uint8Array): Uint8Array {
  return sm4Cipher(key).ctr(data, counterBlock);
}

/**
 * SM4 in OFB mode (GB/T 17964-2008 clause 9) with an initialisation vector of 16 bytes, any length; its own inverse. The key stream
 * is that of CBC over zeros, which is the same feedback.
 * @throws CryptoRefusal `key-algorithm`, `key-usage`, `iv-length`.
 */
export function sm4Ofb(key: SecretKey, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const zeros = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK);
  const stream = sm4Cipher(key).encryptCbc(zeros, iv);
  return data.map((byte, index) => byte ^ (stream[index] ?? 0));
}

function sm4Cipher(key: SecretKey): BlockCipher {
  requireKey(key, ['SM4'], ['data']);
  return cipherOf(key);
}
