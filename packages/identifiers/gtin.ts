import { digitAt, IdentifierRefusal, requireShape } from './refusal.ts';

export type GtinKind = 'GTIN-8' | 'GTIN-12' | 'GTIN-13' | 'GTIN-14';

/** A global trade item number with its one comparable form. */
export interface Gtin {
  readonly kind: GtinKind;
  /** The digits as they were read. */
  readonly digits: string;
  /** Fourteen digits, zeros on the left: two numbers name one item when these are equal. */
  readonly gtin14: string;
  /** The shortest kind that can hold the number: `0` + GTIN-12 read by a scanner as 13 digits becomes a GTIN-12. */
  readonly shortest: string;
}

const KINDS: Readonly<Record<number, GtinKind>> = { 8: 'GTIN-8', 12: 'GTIN-12', 13: 'GTIN-13', 14: 'GTIN-14' };

/**
 * Reads a GTIN of 8, 12, 13 or 14 digits, GS1 General Specifications section 7.9 (check digit).
 * @throws IdentifierRefusal `gtin-shape` or `gtin-check`.
 */
export function parseGtin(text: string): Gtin {
  requireShape(text, /^\d+$/, 'gtin-shape', 'a GTIN has 8, 12, 13 or 14 digits');
  const kind = KINDS[text.length];
  if (kind === undefined) throw new IdentifierRefusal('gtin-shape', 'a GTIN has 8, 12, 13 or 14 digits');
  if (gtinCheckDigit(text.slice(0, -1)) !== text.at(-1))
    throw new IdentifierRefusal('gtin-check', 'the check digit is wrong', { offset: text.length - 1 });
  const gtin14 = text.padStart(14, '0');
  return { kind, digits: text, gtin14, shortest: shortestForm(gtin14) };
}

/**
 * Check digit that completes `body` (the check digit left out), GS1 General Specifications 7.9: weights 3 and 1 from the
 * right. Also completes the other GS1 keys of that rule (SSCC, GLN), so `body` may have 1 to 17 digits.
 * @throws IdentifierRefusal `gtin-shape` when `body` is not 1 to 17 digits.
 */
export function gtinCheckDigit(body: string): string {
  requireShape(body, /^\d{1,17}$/, 'gtin-shape', 'the body of a GS1 key has 1 to 17 digits');
  let sum = 0;
  for (let index = 0; index < body.length; index += 1)
    sum += digitAt(body, index) * ((body.length - index) % 2 === 1 ? 3 : 1);
  return String((10 - (sum % 10)) % 10);
}

function shortestForm(gtin14: string): string {
  if (gtin14.startsWith('000000')) return gtin14.slice(6);
  if (gtin14.startsWith('00')) return gtin14.slice(2);
  return gtin14.startsWith('0') ? gtin14.slice(1) : gtin14;
}
