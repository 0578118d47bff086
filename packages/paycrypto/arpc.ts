import { concatBytes, equalBytes, xorBytes } from '@zhanggui/base';
import { cryptogramKey } from './cryptogram.ts';
import { requireLength } from './digits.ts';
import { cipherOf, type SecretKey } from './key.ts';
import { retailMac } from './mac.ts';
import { requireThat } from './refusal.ts';

/**
 * Authorisation response cryptogram by method 1 (EMV Book 2 clause 8.2.1): 8 bytes from the ARQC and the two bytes of the
 * response code that the issuer sends along.
 * @param key session key or card master key, as the scheme says.
 * @throws CryptoRefusal `length`, `key-algorithm`, `key-usage`, `key-length`.
 */
export function computeArpc1(key: SecretKey, arqc: Uint8Array, responseCode: Uint8Array): Uint8Array {
  requireLength(arqc, 8, 'arqc');
  requireLength(responseCode, 2, 'responseCode');
  return cipherOf(cryptogramKey(key)).encryptEcb(xorBytes(arqc, concatBytes(responseCode, new Uint8Array(6))));
}

/**
 * Authorisation response cryptogram by method 2 (EMV Book 2 clause 8.2.2): 4 bytes over the ARQC, the card status update and up
 * to eight bytes of the issuer's own.
 * @throws CryptoRefusal `length`, `proprietary-data`, `key-algorithm`, `key-usage`, `key-length`.
 */
export function computeArpc2(
  key: SecretKey,
  arqc: Uint8Array,
  cardStatusUpdate: Uint8Array,
  proprietaryData: Uint8Array = new Uint8Array(0),
): Uint8Array {
  requireLength(arqc, 8, 'arqc');
  requireLength(cardStatusUpdate, 4, 'cardStatusUpdate');
  requireThat(proprietaryData.length <= 8, 'proprietary-data', 'proprietary authentication data has at most 8 bytes');
  const data = concatBytes(arqc, cardStatusUpdate, proprietaryData);
  return retailMac(cryptogramKey(key), data, { padding: 2, length: 4 });
}

/** Whether two cryptograms of one length are the same; takes constant time. */
export function arpcMatches(computed: Uint8Array, received: Uint8Array): boolean {
  return computed.length > 0 && equalBytes(computed, received);
}
