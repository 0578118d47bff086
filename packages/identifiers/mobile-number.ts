import { requireShape } from './refusal.ts';

/**
 * The eleven digits of a mobile number of mainland China; spaces, hyphens and the country code (`+86`, `0086`, `86`) are
 * taken off. The numbering plan gives mobile services 13 to 19 as the first two digits.
 * @throws IdentifierRefusal `mobile-number-shape`.
 */
export function parseMobileNumber(text: string): string {
  const digits = typeof text === 'string' ? text.replace(/[\s-]/g, '').replace(/^(?:\+|00)?86(?=1\d{10}$)/, '') : '';
  requireShape(
    digits,
    /^1[3-9]\d{9}$/,
    'mobile-number-shape',
    'a mobile number has 11 digits and starts with 13 to 19',
  );
  return digits;
}
