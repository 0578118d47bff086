import { concatBytes } from '@zhanggui/base';
import { engine } from '#engine';
import { keyBytes, requireKey, type SecretKey } from './key.ts';
import { CryptoRefusal } from './refusal.ts';

const DIGEST_LENGTH = 32;

/** SM3 digest of `data`, 32 bytes (GB/T 32905). */
export function sm3(data: Uint8Array): Uint8Array {
  return engine.digest('sm3', data);
}

/**
 * HMAC-SM3 of `data`, 32 bytes (GB/T 15852.2, RFC 2104 with blocks of 64 bytes).
 * @throws CryptoRefusal `key-algorithm` or `key-usage` unless the key is an HMAC key for MACs.
 */
export function sm3Hmac(key: SecretKey, data: Uint8Array): Uint8Array {
  requireKey(key, ['HMAC'], ['mac']);
  return engine.hmac('sm3', keyBytes(key), data);
}

/**
 * Key derivation function of SM2 (GB/T 32918.4 clause 5.4.3): SM3 of `sharedData` and a four-byte counter from 1, again and
 * again, cut to `byteLength`.
 * @throws CryptoRefusal `kdf-length` when `byteLength` is not an integer from 0 to 2^24.
 */
export function sm3Kdf(sharedData: Uint8Array, byteLength: number): Uint8Array {
  if (!Number.isInteger(byteLength) || byteLength < 0 || byteLength > 0x1000000)
    throw new CryptoRefusal('kdf-length', 'the number of derived bytes must lie between 0 and 2^24');
  const derived = new Uint8Array(Math.ceil(byteLength / DIGEST_LENGTH) * DIGEST_LENGTH);
  const input = concatBytes(sharedData, new Uint8Array(4));
  const counter = new DataView(input.buffer, input.byteOffset + sharedData.length);
  for (let offset = 0; offset < derived.length; offset += DIGEST_LENGTH) {
    counter.setUint32(0, offset / DIGEST_LENGTH + 1);
    derived.set(engine.digest('sm3', input), offset);
  }
  return derived.slice(0, byteLength);
}
