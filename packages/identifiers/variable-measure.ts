import { mulDivHalfUp } from '@zhanggui/base';
import { gtinCheckDigit } from './gtin.ts';
import { digitAt, IdentifierRefusal, requireShape } from './refusal.ts';

/** Where a field stands in the code: offset of its first digit and number of digits. */
export interface FieldPlace {
  readonly start: number;
  readonly length: number;
}

/** A field that holds a price, a weight or a count, as an integer with `decimals` decimal places. */
export interface MeasureField extends FieldPlace {
  readonly measure: 'price' | 'weight' | 'count';
  readonly decimals: number;
  /** Offset of the field's own check digit (GS1 General Specifications 7.9, price check digits), where there is one. */
  readonly checkAt?: number;
}

/** How one shop's scale writes its labels: the digits a code starts with, its length, and where the fields stand. */
export interface VariableMeasureRule {
  readonly prefix: string;
  readonly length: 13 | 18;
  readonly item: FieldPlace;
  readonly values: readonly MeasureField[];
  /** Whether the last digit is a GS1 check digit over the others; true unless said. Some 18-digit labels have none. */
  readonly checkDigit?: boolean;
}

/** One value of a label: `value` counts units of 10^-decimals (fen for a price in yuan with 2 decimals, grams for kilograms with 3). */
export interface MeasuredValue {
  readonly measure: MeasureField['measure'];
  readonly value: number;
  readonly decimals: number;
}

/** What a label of a variable-measure item says. */
export interface VariableMeasure {
  readonly itemCode: string;
  readonly values: readonly MeasuredValue[];
  readonly rule: VariableMeasureRule;
}

/**
 * Reads a code of variable measure (restricted circulation numbers, GS1 General Specifications section 2.1) by the shop's table `rules`:
 * the rule with the longest matching prefix of the code's length whose check digits are right. `undefined` when no rule
 * matches, so that a scanner's classifier can go on to ordinary barcodes.
 * @throws IdentifierRefusal `variable-measure-rule` when a rule's fields lie outside its length.
 */
export function parseVariableMeasure(text: string, rules: readonly VariableMeasureRule[]): VariableMeasure | undefined {
  let best: VariableMeasureRule | undefined;
  rules.forEach((rule, index) => {
    requireRule(rule, index);
    const longer = best === undefined || rule.prefix.length > best.prefix.length;
    if (longer && matches(text, rule)) best = rule;
  });
  if (best === undefined) return undefined;
  return {
    itemCode: cut(text, best.item),
    values: best.values.map((field) => ({
      measure: field.measure,
      value: Number(cut(text, field)),
      decimals: field.decimals,
    })),
    rule: best,
  };
}

/**
 * Quantity of a label that carries only its price: `priceMinor` ÷ `unitPriceMinor`, both in minor units, as an integer of
 * 10^-`decimals` units (grams for a price per kilogram and 3), rounded half-up.
 * @throws IdentifierRefusal `unit-price` when the unit price is not a positive integer or the price is not a whole number ≥ 0.
 */
export function quantityFromPrice(priceMinor: number, unitPriceMinor: number, decimals = 3): number {
  if (
    !Number.isSafeInteger(priceMinor) ||
    priceMinor < 0 ||
    !Number.isSafeInteger(unitPriceMinor) ||
    unitPriceMinor <= 0
  )
    throw new IdentifierRefusal('unit-price', 'a quantity needs a price of at least 0 and a unit price above 0');
  return mulDivHalfUp(priceMinor, 10 ** decimals, unitPriceMinor);
}

const MINUS_2 = '0246891357';
const TIMES_3 = '0369258147';
const PLUS_5 = '0516273849';
const MINUS_5 = '0594837261';

/**
 * Check digit of a price field of four or five digits, GS1 General Specifications 7.9 (price check digit calculation).
 * @throws IdentifierRefusal `price-field-shape` when `price` has not four or five digits.
 */
export function priceCheckDigit(price: string): string {
  requireShape(price, /^\d{4,5}$/, 'price-field-shape', 'a price field with a check digit has 4 or 5 digits');
  const factors =
    price.length === 4 ? [MINUS_2, MINUS_2, TIMES_3, MINUS_5] : [PLUS_5, MINUS_2, MINUS_5, PLUS_5, MINUS_2];
  const sum = factors.reduce((total, products, index) => total + digitAt(products, digitAt(price, index)), 0);
  if (price.length === 4) return String((sum * 3) % 10);
  return String(MINUS_5.indexOf(String((10 - (sum % 10)) % 10)));
}

function requireRule(rule: VariableMeasureRule, index: number): void {
  const body = rule.checkDigit === false ? rule.length : rule.length - 1;
  const inside = ({ start, length }: FieldPlace): boolean =>
    Number.isInteger(start) && Number.isInteger(length) && start >= 0 && length > 0 && start + length <= body;
  const fits =
    /^\d*$/.test(rule.prefix) &&
    rule.prefix.length < body &&
    inside(rule.item) &&
    rule.values.every(
      (field) =>
        inside(field) &&
        field.length <= 15 &&
        Number.isInteger(field.decimals) &&
        field.decimals >= 0 &&
        (field.checkAt === undefined ||
          (inside({ start: field.checkAt, length: 1 }) && (field.length === 4 || field.length === 5))),
    );
  if (!fits)
    throw new IdentifierRefusal('variable-measure-rule', `rule ${index} has a field outside its code`, {
      path: String(index),
    });
}

function matches(text: string, rule: VariableMeasureRule): boolean {
  if (text.length !== rule.length || !/^\d+$/.test(text) || !text.startsWith(rule.prefix)) return false;
  if (rule.checkDigit !== false && gtinCheckDigit(text.slice(0, -1)) !== text.at(-1)) return false;
  return rule.values.every(
    (field) => field.checkAt === undefined || priceCheckDigit(cut(text, field)) === text[field.checkAt],
  );
}

function cut(text: string, { start, length }: FieldPlace): string {
  return text.slice(start, start + length);
}
