import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  gtinCheckDigit,
  IdentifierRefusal,
  parseVariableMeasure,
  priceCheckDigit,
  quantityFromPrice,
  type VariableMeasureRule,
} from './index.ts';

const price: VariableMeasureRule = {
  prefix: '23',
  length: 13,
  item: { start: 2, length: 5 },
  values: [{ measure: 'price', start: 7, length: 5, decimals: 2 }],
};
const weight: VariableMeasureRule = {
  ...price,
  prefix: '21',
  values: [{ measure: 'weight', start: 7, length: 5, decimals: 3 }],
};
const anyTwo: VariableMeasureRule = { ...price, prefix: '2', item: { start: 1, length: 6 } };
const both: VariableMeasureRule = {
  prefix: '28',
  length: 18,
  item: { start: 2, length: 5 },
  values: [
    { measure: 'weight', start: 7, length: 5, decimals: 3 },
    { measure: 'price', start: 12, length: 5, decimals: 2 },
  ],
};

test('labels seen in shops are read: a price, a weight, and both on 18 digits', () => {
  const rules = [anyTwo, price, weight, both];
  expect(parseVariableMeasure('2305000123451', rules)).toEqual({
    itemCode: '05000',
    values: [{ measure: 'price', value: 12_345, decimals: 2 }],
    rule: price,
  });
  expect(parseVariableMeasure('2100005080002', rules)).toMatchObject({
    itemCode: '00005',
    values: [{ measure: 'weight', value: 8000, decimals: 3 }],
  });
  const body = '28000170123400567';
  expect(parseVariableMeasure(body + gtinCheckDigit(body), rules)).toMatchObject({
    itemCode: '00017',
    values: [
      { measure: 'weight', value: 1234, decimals: 3 },
      { measure: 'price', value: 567, decimals: 2 },
    ],
  });
});

test('the longest prefix wins whatever the order of the table', () => {
  const body = '229999900150';
  const code = body + gtinCheckDigit(body);
  expect(parseVariableMeasure(code, [price, anyTwo])?.itemCode).toBe('299999');
  expect(parseVariableMeasure('2305000123451', [anyTwo, price])?.rule).toBe(price);
  expect(parseVariableMeasure('2305000123451', [price, anyTwo])?.rule).toBe(price);
});

test('a wrong check digit, another length and an ordinary barcode are no label', () => {
  for (const code of ['2305000123452', '230500012345', '6901028075831', '23050001234AB', ''])
    expect(parseVariableMeasure(code, [price, weight, anyTwo])).toBeUndefined();
});

test('price check digits follow the worked examples of the GS1 specification', () => {
  expect(priceCheckDigit('2875')).toBe('9');
  expect(priceCheckDigit('14685')).toBe('6');
  expect(() => priceCheckDigit('123')).toThrow(IdentifierRefusal);
  const inner: VariableMeasureRule = {
    prefix: '02',
    length: 13,
    item: { start: 2, length: 5 },
    values: [{ measure: 'price', start: 8, length: 4, decimals: 2, checkAt: 7 }],
  };
  const right = '020004292875';
  const wrong = '020004282875';
  expect(parseVariableMeasure(right + gtinCheckDigit(right), [inner])?.values[0]?.value).toBe(2875);
  expect(parseVariableMeasure(wrong + gtinCheckDigit(wrong), [inner])).toBeUndefined();
});

test('any price and item written by a rule are read back', () => {
  fc.assert(
    fc.property(fc.nat(99_999), fc.nat(99_999), (item, value) => {
      const body = `23${String(item).padStart(5, '0')}${String(value).padStart(5, '0')}`;
      const read = parseVariableMeasure(body + gtinCheckDigit(body), [anyTwo, price]);
      expect(read?.itemCode).toBe(String(item).padStart(5, '0'));
      expect(read?.values[0]?.value).toBe(value);
    }),
  );
});

test('a quantity is the price divided by the unit price, rounded half-up', () => {
  expect(quantityFromPrice(1234, 980)).toBe(1259);
  expect(quantityFromPrice(1, 2000)).toBe(1);
  expect(quantityFromPrice(1, 2001)).toBe(0);
  expect(quantityFromPrice(600, 200, 0)).toBe(3);
  for (const [priceMinor, unit] of [
    [1, 0],
    [-1, 5],
    [1.5, 5],
  ] as const)
    expect(() => quantityFromPrice(priceMinor, unit)).toThrow(IdentifierRefusal);
});

test('a rule whose field lies outside its code is refused', () => {
  const broken = { ...price, values: [{ measure: 'price', start: 8, length: 5, decimals: 2 }] } as const;
  expect(() => parseVariableMeasure('2305000123451', [broken])).toThrow(IdentifierRefusal);
});
