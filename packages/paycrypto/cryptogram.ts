import { equalBytes } from '@zhanggui/base';
import { requireLength } from './digits.ts';
import { requireKey, type SecretKey, withUsage } from './key.ts';
import { retailMac } from './mac.ts';
import { requireThat } from './refusal.ts';

/**
 * How the cryptogram's input is filled up: `emv` always adds 80 and zeros (ISO/IEC 9797-1 padding method 2), `zeros` adds zeros
 * where needed (method 1), as Visa's cryptogram version 10 does.
 */
export type CryptogramPadding = 'emv' | 'zeros';

/** Padding, `emv` unless said, and the number of leftmost bytes that are kept, 4 to 8; 8 unless said. */
export interface CryptogramOptions {
  readonly padding?: CryptogramPadding;
  readonly length?: number;
}

/**
 * Application cryptogram: ARQC, TC and AAC are one computation (EMV Book 2 clause 8.1 and annex A1.2.1, MAC algorithm 3 of
 * ISO/IEC 9797-1) over the data that the card's issuer chose.
 * @param key session key, or the card master key where the scheme derives none (Visa's version 10).
 * @throws CryptoRefusal `cryptogram-data` when there is no data, `mac-length`, `key-algorithm`, `key-usage`, `key-length`.
 */
export function computeCryptogram(key: SecretKey, data: Uint8Array, options: CryptogramOptions = {}): Uint8Array {
  const { padding = 'emv', length = 8 } = options;
  requireThat(data.length > 0, 'cryptogram-data', 'a cryptogram needs data');
  return retailMac(cryptogramKey(key), data, { padding: padding === 'emv' ? 2 : 1, length });
}

/**
 * Whether `cryptogram` is that of the data; the comparison takes constant time.
 * @throws CryptoRefusal as `computeCryptogram`, and `length` when it has not 8 bytes.
 */
export function verifyCryptogram(
  key: SecretKey,
  data: Uint8Array,
  cryptogram: Uint8Array,
  options: Pick<CryptogramOptions, 'padding'> = {},
): boolean {
  requireLength(cryptogram, 8, 'cryptogram');
  return equalBytes(computeCryptogram(key, data, options), cryptogram);
}

/** Inside the package: a key that may make cryptograms, as a session key. */
export function cryptogramKey(key: SecretKey): SecretKey {
  requireKey(key, ['TDES'], ['emv-session', 'emv-card-master']);
  requireThat(key.length === 16, 'key-length', 'an EMV key has 16 bytes');
  return key.usage === 'emv-session' ? key : withUsage(key, 'emv-session');
}
