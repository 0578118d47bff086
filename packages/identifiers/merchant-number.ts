import { requireShape } from './refusal.ts';

/** The four groups of digits of a structured 15-digit merchant number. */
export interface MerchantNumber {
  /** Three digits of the acquiring institution. */
  readonly acquirer: string;
  /** Four digits of the region in the acquirer's own dictionary (GB/T 2260 or UnionPay's area codes). */
  readonly region: string;
  /** Four digits of the merchant category, GB/T 20548 (ISO 18245). */
  readonly mcc: string;
  /** Four digits given in order. */
  readonly sequence: string;
}

/**
 * Splits a 15-digit merchant number (ISO 8583 field 42 of the UnionPay dialects) into 3 + 4 + 4 + 4 digits. A split, not a
 * reading: many acquirers issue numbers without structure, so nothing may be decided from the groups.
 * @throws IdentifierRefusal `merchant-number-shape` when `text` is not 15 digits.
 */
export function parseMerchantNumber(text: string): MerchantNumber {
  requireShape(text, /^\d{15}$/, 'merchant-number-shape', 'a merchant number has 15 digits');
  return {
    acquirer: text.slice(0, 3),
    region: text.slice(3, 7),
    mcc: text.slice(7, 11),
    sequence: text.slice(11),
  };
}

/**
 * Joins the four groups into a 15-digit merchant number.
 * @throws IdentifierRefusal `merchant-number-shape` when a group has not its number of digits.
 */
export function formatMerchantNumber({ acquirer, region, mcc, sequence }: MerchantNumber): string {
  requireShape(acquirer, /^\d{3}$/, 'merchant-number-shape', 'the acquirer has 3 digits');
  requireShape(region, /^\d{4}$/, 'merchant-number-shape', 'the region has 4 digits');
  requireShape(mcc, /^\d{4}$/, 'merchant-number-shape', 'the category has 4 digits');
  requireShape(sequence, /^\d{4}$/, 'merchant-number-shape', 'the sequence has 4 digits');
  return `${acquirer}${region}${mcc}${sequence}`;
}
