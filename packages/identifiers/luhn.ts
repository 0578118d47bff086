import { digitAt, requireShape } from './refusal.ts';

/**
 * Check digit that completes `payload` (decimal digits, the check digit left out); ISO/IEC 7812-1 annex B.
 * @throws IdentifierRefusal `luhn-digits` when `payload` is empty or holds anything but digits.
 */
export function luhnCheckDigit(payload: string): string {
  requireShape(payload, /^\d+$/, 'luhn-digits', 'the Luhn formula needs one or more decimal digits');
  return String((10 - (luhnSum(payload, 2) % 10)) % 10);
}

/** Whether the last digit of `number` is its Luhn check digit; anything but two or more decimal digits is not valid. */
export function isLuhnValid(number: string): boolean {
  return /^\d{2,}$/.test(number) && luhnSum(number, 1) % 10 === 0;
}

/** Sum of the digits' Luhn values; `weight` is that of the rightmost digit, 1 or 2. */
function luhnSum(digits: string, weight: 1 | 2): number {
  let sum = 0;
  let doubled = weight === 2;
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    const value = doubled ? digitAt(digits, index) * 2 : digitAt(digits, index);
    sum += value > 9 ? value - 9 : value;
    doubled = !doubled;
  }
  return sum;
}
