import { cipherOf, importKey, type KeyDescription, keyBytes, requireKey, type SecretKey } from './key.ts';

/**
 * A key that arrives as ECB ciphertext under a `key-encryption` key, as working keys do in field 62 of a China UnionPay
 * sign-in; give `checkValue` in the description to have it verified. Formats with their own authentication are better: see
 * `unwrapKeyBlock`.
 * @throws CryptoRefusal `not-whole-blocks`, `key-length`, `key-parity` or `key-check-value`.
 */
export function decryptKeyEcb(kek: SecretKey, encrypted: Uint8Array, description: KeyDescription): SecretKey {
  requireKey(kek, ['DES', 'TDES', 'AES', 'SM4'], ['key-encryption']);
  return importKey(cipherOf(kek).decryptEcb(encrypted), description);
}

/** ECB ciphertext of a key under a `key-encryption` key; the inverse of `decryptKeyEcb`. */
export function encryptKeyEcb(kek: SecretKey, key: SecretKey): Uint8Array {
  requireKey(kek, ['DES', 'TDES', 'AES', 'SM4'], ['key-encryption']);
  return cipherOf(kek).encryptEcb(keyBytes(key));
}
