import { toHex } from '@zhanggui/base';
import { equalDigits, packDigits, requireDigits } from './digits.ts';
import { cipherOf, requireKey, type SecretKey } from './key.ts';
import { CryptoRefusal } from './refusal.ts';

/** How the validation data is cut from the PAN and how hexadecimal digits become decimal ones. */
export interface Ibm3624Scheme {
  /** Sixteen digits: those for 0 to F. Often `0123456789012345`. */
  readonly decimalisationTable: string;
  /** Offset of the first digit of the PAN that counts. */
  readonly start: number;
  /** Number of digits of the PAN that count; of more than sixteen the first sixteen do. */
  readonly length: number;
  /** One hexadecimal digit that fills up to sixteen. */
  readonly pad: string;
}

/**
 * Customer PIN: the natural PIN of the account plus `offset`, digit by digit modulo ten (IBM 3624 PIN generation). The offset's
 * length, 4 to 16, is the PIN's; zeros give the natural PIN.
 * @throws CryptoRefusal `digits`, `validation-data`, `pad`, `key-usage`, `key-algorithm`.
 */
export function computeIbm3624Pin(pvk: SecretKey, pan: string, scheme: Ibm3624Scheme, offset: string): string {
  requireDigits(offset, 4, 16, 'offset');
  return combine(naturalPin(pvk, pan, scheme), offset, (natural, digit) => natural + digit);
}

/**
 * Offset that leads from the natural PIN of the account to the customer's `pin` of 4 to 16 digits (IBM 3624 PIN offset).
 * @throws CryptoRefusal as `computeIbm3624Pin`.
 */
export function computeIbm3624Offset(pvk: SecretKey, pan: string, scheme: Ibm3624Scheme, pin: string): string {
  requireDigits(pin, 4, 16, 'pin');
  return combine(naturalPin(pvk, pan, scheme), pin, (natural, digit) => digit - natural + 10);
}

/** Whether `pin` is the account's natural PIN plus `offset` of the same length; the comparison takes constant time. */
export function verifyIbm3624Pin(
  pvk: SecretKey,
  pan: string,
  scheme: Ibm3624Scheme,
  check: { readonly offset: string; readonly pin: string },
): boolean {
  requireDigits(check.pin, 4, 16, 'pin');
  return equalDigits(computeIbm3624Pin(pvk, pan, scheme, check.offset), check.pin);
}

/** Sixteen decimal digits: the enciphered validation data through the table. */
function naturalPin(pvk: SecretKey, pan: string, scheme: Ibm3624Scheme): string {
  requireKey(pvk, ['TDES', 'DES'], ['pvk']);
  requireDigits(scheme.decimalisationTable, 16, 16, 'decimalisationTable');
  const enciphered = toHex(cipherOf(pvk).encryptEcb(packDigits(validationData(pan, scheme))));
  return enciphered.replace(/./g, (digit) => scheme.decimalisationTable.charAt(Number.parseInt(digit, 16)));
}

function validationData(pan: string, { start, length, pad }: Ibm3624Scheme): string {
  requireDigits(pan, 1, 19, 'pan');
  if (!Number.isInteger(start) || !Number.isInteger(length) || start < 0 || length < 1 || start + length > pan.length)
    throw new CryptoRefusal('validation-data', 'the validation data must lie within the account number');
  if (!/^[0-9A-Fa-f]$/.test(pad)) throw new CryptoRefusal('pad', 'the pad must be one hexadecimal digit');
  return pan.slice(start, start + Math.min(length, 16)).padEnd(16, pad);
}

function combine(natural: string, digits: string, sum: (natural: number, digit: number) => number): string {
  return digits.replace(/\d/g, (digit, index: number) => String(sum(Number(natural[index]), Number(digit)) % 10));
}
