import { toHex } from '@zhanggui/base';
import { requireThat } from './refusal.ts';

/**
 * The first `digitCount` decimal digits taken from bytes written in hexadecimal, or from upper-case hexadecimal text: first the digits 0–9 from left to right,
 * then the letters A–F from left to right less ten. As the CVV, the PVV and EMV option B extract digits (Visa PVV and CVV
 * algorithms; EMV Book 2 annex A1.4.2).
 * @throws CryptoRefusal `decimalise-text` when a text is not hexadecimal, `decimalise-length` when there are fewer than
 *   `digitCount` hexadecimal digits, or it is no count.
 */
export function decimalise(source: Uint8Array | string, digitCount: number): string {
  const text = typeof source === 'string' ? source : toHex(source);
  requireThat(/^[0-9A-F]*$/.test(text), 'decimalise-text', 'the text is not upper-case hexadecimal');
  requireThat(
    Number.isInteger(digitCount) && digitCount >= 1 && digitCount <= text.length,
    'decimalise-length',
    'the number of digits must lie between 1 and that of the hexadecimal digits',
  );
  const digits = text.replace(/[A-F]/g, '');
  if (digits.length >= digitCount) return digits.slice(0, digitCount);
  const letters = text.replace(/\d/g, '').replace(/[A-F]/g, (letter) => String(letter.charCodeAt(0) - 65));
  return (digits + letters).slice(0, digitCount);
}
