/** ISO 4217 alphabetic code of a currency that the platform keeps accounts in. */
export type Currency = 'CNY' | 'HKD' | 'USD' | 'EUR' | 'JPY';

/** Digits after the decimal point, by currency (ISO 4217). */
export const MINOR_DIGITS: Readonly<Record<Currency, number>> = { CNY: 2, HKD: 2, USD: 2, EUR: 2, JPY: 0 };

/** ISO 4217 numeric codes, as ISO 8583 field 49 and EMV tag 5F2A carry them. */
export const NUMERIC_CODE: Readonly<Record<Currency, string>> = {
  CNY: '156',
  HKD: '344',
  USD: '840',
  EUR: '978',
  JPY: '392',
};

/** An amount: a whole number of minor units (fen, cents), always a safe integer, with its currency. */
export interface Money {
  readonly minor: number;
  readonly currency: Currency;
}

/**
 * Checks that `minor` is a whole, safe number of minor units and returns it.
 * @throws RangeError when it is fractional, not finite or beyond 2^53 − 1.
 */
export function minorUnits(minor: number): number {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${minor} is not a whole number of minor units`);
  return minor;
}

/** Sum of whole minor units, checked at each step. */
export function sumMinor(amounts: Iterable<number>): number {
  let sum = 0;
  for (const amount of amounts) sum = minorUnits(sum + minorUnits(amount));
  return sum;
}

/**
 * Reads a decimal text such as `62.20` into minor units, without any floating point.
 * @throws RangeError when the text is not a decimal number or has more decimals than the currency.
 */
export function parseDecimal(text: string, currency: Currency = 'CNY'): number {
  const digits = MINOR_DIGITS[currency];
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) throw new RangeError(`"${text}" is not an amount`);
  const [, sign = '', whole = '', fraction = ''] = match;
  if (fraction.length > digits && /[1-9]/.test(fraction.slice(digits)))
    throw new RangeError(`"${text}" has more than ${digits} decimals`);
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return minorUnits(sign === '-' ? -minor : minor);
}

/** Decimal text of minor units: `6220` → `62.20`, `-5` → `-0.05`. No grouping, no currency sign. */
export function formatDecimal(minor: number, currency: Currency = 'CNY'): string {
  const digits = MINOR_DIGITS[currency];
  const sign = minorUnits(minor) < 0 ? '-' : '';
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Text for people: `¥8,426.30`; other currencies carry their code. */
export function formatMoney(minor: number, currency: Currency = 'CNY'): string {
  const [whole = '0', fraction] = formatDecimal(Math.abs(minor), currency).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = minor < 0 ? '−' : '';
  const mark = currency === 'CNY' ? '¥' : `${currency} `;
  return `${sign}${mark}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/**
 * `multiplicand × multiplier ÷ divisor`, rounded half away from zero, exact for every safe integer.
 * The one place where a price meets a quantity or a rate.
 */
export function mulDivHalfUp(multiplicand: number, multiplier: number, divisor: number): number {
  const product = BigInt(minorUnits(multiplicand)) * BigInt(minorUnits(multiplier));
  const by = BigInt(minorUnits(divisor));
  if (by <= 0n) throw new RangeError('the divisor must be positive');
  const negative = product < 0n;
  const magnitude = negative ? -product : product;
  const rounded = Number((magnitude * 2n + by) / (by * 2n));
  return minorUnits(negative ? -rounded : rounded);
}

/** Price of `grams` at `unitPriceMinor` per kilogram, half-up to the minor unit. */
export function priceByWeight(unitPriceMinor: number, grams: number): number {
  return mulDivHalfUp(unitPriceMinor, grams, 1000);
}

/** Fee at a rate in parts per million, half-up, at most `capMinor` (0.60 % = 6000 ppm). */
export function feeByRate(amountMinor: number, ratePpm: number, capMinor?: number): number {
  const fee = mulDivHalfUp(amountMinor, ratePpm, 1_000_000);
  return capMinor === undefined ? fee : Math.min(fee, capMinor);
}
