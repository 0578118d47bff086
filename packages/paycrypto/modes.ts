import { engine } from '#engine';
import { cipherOf, type KeyAlgorithm, type KeyUsage, keyBytes, requireKey, type SecretKey } from './key.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

const ALGORITHMS: readonly KeyAlgorithm[] = ['DES', 'TDES', 'AES', 'SM4'];
const GCM_NONCE_LENGTH = 12;
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

/**
 * AES-GCM (NIST SP 800-38D, 7.1) under a `data` or `key-encryption` key: ciphertext followed by the 16-byte tag.
 * @param nonce 12 bytes, never used twice with one key.
 */
export function sealGcm(
  key: SecretKey,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array = new Uint8Array(0),
): Uint8Array {
  requireKey(key, ['AES'], USAGES);
  requireThat(nonce.length === GCM_NONCE_LENGTH, 'iv-length', 'the nonce does not have 12 bytes');
  return engine.aesGcmSeal(keyBytes(key), nonce, plaintext, associatedData);
}

/**
 * Inverse of `sealGcm` (NIST SP 800-38D, 7.2).
 * @throws CryptoRefusal `gcm-tag` when anything was changed or the key is another one.
 */
export function openGcm(
  key: SecretKey,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associatedData: Uint8Array = new Uint8Array(0),
): Uint8Array {
  requireKey(key, ['AES'], USAGES);
  requireThat(nonce.length === GCM_NONCE_LENGTH, 'iv-length', 'the nonce does not have 12 bytes');
  const plaintext = engine.aesGcmOpen(keyBytes(key), nonce, sealed, associatedData);
  if (plaintext === undefined) throw new CryptoRefusal('gcm-tag', 'the tag does not match');
  return plaintext;
}
