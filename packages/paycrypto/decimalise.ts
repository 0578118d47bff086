import { toHex } from '@zhanggui/base';
import { CryptoRefusal } from './refusal.ts';

/**
 * The first `digitCount` decimal digits taken from `bytes` written in hexadecimal: first the digits 0–9 from left to right,
 * then the letters A–F from left to right less ten. As the CVV, the PVV and EMV option B extract digits (Visa PVV and CVV
 * algorithms; EMV Book 2 annex A1.4.2).
 * @throws CryptoRefusal `decimalise-length` when the bytes have fewer than `digitCount` hexadecimal digits, or it is no count.
 */
export function decimalise(bytes: Uint8Array, digitCount: number): string {
  if (!Number.isInteger(digitCount) || digitCount < 1 || digitCount > bytes.length * 2)
    throw new CryptoRefusal(
      'decimalise-length',
      'the number of digits must lie between 1 and that of the hexadecimal digits',
    );
  const text = toHex(bytes);
  const digits = text.replace(/[A-F]/g, '');
  if (digits.length >= digitCount) return digits.slice(0, digitCount);
  const letters = text.replace(/\d/g, '').replace(/[A-F]/g, (letter) => String(letter.charCodeAt(0) - 65));
  return (digits + letters).slice(0, digitCount);
}
