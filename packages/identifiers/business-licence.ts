import { digitAt, IdentifierRefusal, requireShape } from './refusal.ts';

/** The parts of a 15-digit registration number of a business licence from before the unified code. */
export interface BusinessLicence {
  readonly number: string;
  /** Six digits of the registering authority; not looked up. */
  readonly region: string;
  /** Eight digits given in order. */
  readonly sequence: string;
}

/**
 * Reads a 15-digit business registration number (工商注册号, GS 15-2006): six digits of region, eight of sequence, one check
 * digit by ISO/IEC 7064 MOD 11,10.
 * @throws IdentifierRefusal `business-licence-shape` or `business-licence-check`.
 */
export function parseBusinessLicence(text: string): BusinessLicence {
  requireShape(text, /^\d{15}$/, 'business-licence-shape', 'a registration number has 15 digits');
  if (businessLicenceCheckDigit(text.slice(0, 14)) !== text[14])
    throw new IdentifierRefusal('business-licence-check', 'the check digit is wrong', { offset: 14 });
  return { number: text, region: text.slice(0, 6), sequence: text.slice(6, 14) };
}

/**
 * Check digit for the first 14 digits, the hybrid system MOD 11,10 of ISO/IEC 7064.
 * @throws IdentifierRefusal `business-licence-shape` when `body` is not 14 digits.
 */
export function businessLicenceCheckDigit(body: string): string {
  requireShape(body, /^\d{14}$/, 'business-licence-shape', 'the body of a registration number has 14 digits');
  let product = 10;
  for (let index = 0; index < body.length; index += 1) {
    const sum = (product + digitAt(body, index)) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return String((11 - product) % 10);
}
