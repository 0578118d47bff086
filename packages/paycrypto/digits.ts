import { fromHex } from '@zhanggui/base';
import { CryptoRefusal } from './refusal.ts';

/**
 * Refuses `text` unless it is `minimum` to `maximum` decimal digits; the message names `what` and never shows the text.
 * @throws CryptoRefusal `digits`.
 */
export function requireDigits(text: string, minimum: number, maximum: number, what: string): void {
  if (typeof text === 'string' && text.length >= minimum && text.length <= maximum && /^\d*$/.test(text)) return;
  const length = minimum === maximum ? String(minimum) : `${minimum} to ${maximum}`;
  throw new CryptoRefusal('digits', `${what} must have ${length} decimal digits`, { path: what });
}

/** Refuses a primary account number that has not 8 to 19 digits (ISO/IEC 7812-1). */
export function requirePan(pan: string): void {
  requireDigits(pan, 8, 19, 'pan');
}

/** Refuses `bytes` unless there are exactly `length`, or one of the given lengths. */
export function requireLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length)
    throw new CryptoRefusal('length', `${what} must have ${length} bytes, not ${bytes.length}`, { path: what });
}

/** Packed bytes of an even number of characters that the caller has checked to be hexadecimal digits. */
export function packDigits(digits: string): Uint8Array {
  return fromHex(digits);
}

/**
 * Whether two texts of digits are the same; takes the same time wherever they differ. Other lengths are never equal.
 */
export function equalDigits(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}
