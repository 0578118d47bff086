import { fromHex, toHex } from '@zhanggui/base';
import { CryptoRefusal, decryptEcb, encryptEcb, type SecretKey } from '@zhanggui/paycrypto';

const BLOCK_DIGITS = 16;

/**
 * A track with the 16 digits that end just before its last one encrypted under a track key, as China UnionPay terminals
 * send fields 35 and 36. Digits with `=` or `D` as separator in; hexadecimal digits with `D` as separator out.
 * @throws CryptoRefusal `track`.
 */
export function encryptTrackDigits(key: SecretKey, track: string): string {
  const digits = track.replaceAll('=', 'D');
  if (!/^[0-9D]{17,104}$/.test(digits)) throw new CryptoRefusal('track', 'the track cannot be encrypted');
  return withBlock(digits, (block) => encryptEcb(key, block));
}

/**
 * Inverse of `encryptTrackDigits`; the separator comes back as `D`.
 * @throws CryptoRefusal `track`, also when what comes out is no track: another key was used.
 */
export function decryptTrackDigits(key: SecretKey, encrypted: string): string {
  if (!/^[0-9A-F]{17,104}$/.test(encrypted)) throw new CryptoRefusal('track', 'this is no encrypted track');
  const digits = withBlock(encrypted, (block) => decryptEcb(key, block));
  if (!/^[0-9D]+$/.test(digits)) throw new CryptoRefusal('track', 'the track does not open under this key');
  return digits;
}

function withBlock(digits: string, change: (block: Uint8Array) => Uint8Array): string {
  const end = digits.length - 1;
  const begin = end - BLOCK_DIGITS;
  return digits.slice(0, begin) + toHex(change(fromHex(digits.slice(begin, end)))) + digits.slice(end);
}
