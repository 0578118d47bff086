import fc from 'fast-check';
import { expect, test } from 'vitest';
import { feeByRate, formatDecimal, formatMoney, mulDivHalfUp, parseDecimal, priceByWeight } from './money.ts';

test('an amount written as a decimal reads back as the same minor units', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (minor) => {
      expect(parseDecimal(formatDecimal(minor))).toBe(minor);
    }),
  );
});

test('a price by weight is rounded half-up to the fen', () => {
  expect(priceByWeight(980, 624)).toBe(612);
  expect(priceByWeight(400, 328)).toBe(131);
  expect(priceByWeight(1000, 5)).toBe(5);
  expect(priceByWeight(100, 5)).toBe(1);
});

test('fees follow the worked examples of the rules', () => {
  expect(feeByRate(83, 6000)).toBe(0);
  expect(feeByRate(84, 6000)).toBe(1);
  expect(feeByRate(12_345, 3800)).toBe(47);
  expect(feeByRate(500_000, 5000, 2000)).toBe(2000);
});

test('half-up is away from zero on both sides, and exact at the edge of safe integers', () => {
  expect(mulDivHalfUp(-5, 1, 10)).toBe(-1);
  expect(mulDivHalfUp(5, 1, 10)).toBe(1);
  expect(mulDivHalfUp(Number.MAX_SAFE_INTEGER, 1000, 1000)).toBe(Number.MAX_SAFE_INTEGER);
});

test('amounts for people carry grouping and a true minus sign', () => {
  expect(formatMoney(842_630)).toBe('¥8,426.30');
  expect(formatMoney(-328)).toBe('−¥3.28');
  expect(formatMoney(1500, 'JPY')).toBe('JPY 1,500');
});

test('text that is not an amount is refused', () => {
  for (const text of ['', '1,000', '1.234', '--1', '1e3', ' 1']) expect(() => parseDecimal(text)).toThrow(RangeError);
});
