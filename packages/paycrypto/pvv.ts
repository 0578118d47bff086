import { decimalise } from './decimalise.ts';
import { equalDigits, packDigits, requireDigits } from './digits.ts';
import { cipherOf, requireKey, type SecretKey } from './key.ts';

/** What a PIN verification value is computed over. */
export interface PvvInput {
  /** 12 to 19 digits, check digit included. */
  readonly pan: string;
  /** PIN verification key index, one digit; Visa uses 1 to 6. */
  readonly pvki: string;
  /** Four digits. Of a longer PIN the leftmost four are verified: the caller cuts it, knowing that the others do not count. */
  readonly pin: string;
}

/**
 * Visa PIN verification value of four digits (also UnionPay and Mastercard): digits of the transformed security parameter under
 * the pair of PIN verification keys.
 * @throws CryptoRefusal `digits`, `key-usage`, `key-algorithm`.
 */
export function computePvv(pvk: SecretKey, input: PvvInput): string {
  requireKey(pvk, ['TDES', 'DES'], ['pvk']);
  return decimalise(cipherOf(pvk).encryptEcb(packDigits(transformedSecurityParameter(input))), 4);
}

/** Whether `pvv` is the value of this PIN; the comparison takes constant time. */
export function verifyPvv(pvk: SecretKey, input: PvvInput, pvv: string): boolean {
  requireDigits(pvv, 4, 4, 'pvv');
  return equalDigits(computePvv(pvk, input), pvv);
}

/** Sixteen digits: the eleven rightmost of the PAN before its check digit, the key index, the PIN. */
function transformedSecurityParameter({ pan, pvki, pin }: PvvInput): string {
  requireDigits(pan, 12, 19, 'pan');
  requireDigits(pvki, 1, 1, 'pvki');
  requireDigits(pin, 4, 4, 'pin');
  return pan.slice(-12, -1) + pvki + pin;
}
