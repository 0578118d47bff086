import { cipherOf, type KeyAlgorithm, type KeyUsage, requireKey, type SecretKey } from './key.ts';

const ALGORITHMS: readonly KeyAlgorithm[] = ['DES', 'TDES', 'AES', 'SM4'];
const USAGES: readonly KeyUsage[] = ['data', 'key-encryption'];

/**
 * ECB (NIST SP 800-38A, 6.1) under a `data` or `key-encryption` key. `data` is a whole number of blocks.
 * @throws CryptoRefusal `not-whole-blocks`, `key-algorithm` or `key-usage`, as all functions here.
 */
export function encryptEcb(key: SecretKey, data: Uint8Array): Uint8Array {
  requireKey(key, ALGORITHMS, USAGES);
  return cipherOf(key).encryptEcb(data);
}

/** Inverse of `encryptEcb`. */
export function decryptEcb(key: SecretKey, data: Uint8Array): Uint8Array {
  requireKey(key, ALGORITHMS, USAGES);
  return cipherOf(key).decryptEcb(data);
}

/** CBC (NIST SP 800-38A, 6.2); the vector is zero unless given. */
export function encryptCbc(key: SecretKey, data: Uint8Array, iv?: Uint8Array): Uint8Array {
  requireKey(key, ALGORITHMS, USAGES);
  const cipher = cipherOf(key);
  return cipher.encryptCbc(data, iv ?? new Uint8Array(cipher.blockSize));
}

/** Inverse of `encryptCbc`. */
export function decryptCbc(key: SecretKey, data: Uint8Array, iv?: Uint8Array): Uint8Array {
  requireKey(key, ALGORITHMS, USAGES);
  const cipher = cipherOf(key);
  return cipher.decryptCbc(data, iv ?? new Uint8Array(cipher.blockSize));
}

/**
 * CTR (NIST SP 800-38A, 6.5) under an AES or SM4 key; the same call decrypts. `counterBlock` is one block, never used twice.
 */
export function cryptCtr(key: SecretKey, data: Uint8Array, counterBlock: Uint8Array): Uint8Array {
  requireKey(key, ['AES', 'SM4'], USAGES);
  return cipherOf(key).ctr(data, counterBlock);
}
