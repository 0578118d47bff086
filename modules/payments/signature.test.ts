import { expect, test } from 'vitest';
import { type Drawing, LARGEST_SIGNATURE, packDrawing, pathOf, signatureInput, unpackDrawing } from './signature.ts';

const drawing: Drawing = {
  width: 600,
  height: 200,
  strokes: [
    [
      { x: 10, y: 20 },
      { x: 12, y: 18 },
      { x: 300, y: 200 },
    ],
    [{ x: 0, y: 0 }],
  ],
};

test('a drawing comes back as it was packed, and the bytes are the ones described', () => {
  const packed = packDrawing(drawing);
  expect([...packed]).toEqual([1, 216, 4, 200, 1, 2, 3, 20, 40, 4, 3, 192, 4, 236, 2, 1, 215, 4, 143, 3]);
  expect(unpackDrawing(packed)).toEqual(drawing);
  expect(pathOf(drawing)).toBe('M10 20L12 18L300 200M0 0');
});

test('a long signature stays far below the largest size', () => {
  const stroke = Array.from({ length: 1_500 }, (_, index) => ({
    x: Math.round(300 + 200 * Math.sin(index / 30)),
    y: Math.round(100 + 90 * Math.cos(index / 17)),
  }));
  const packed = packDrawing({ width: 600, height: 200, strokes: [stroke] });
  expect(packed.length).toBeLessThan(LARGEST_SIGNATURE / 2);
  expect(unpackDrawing(packed).strokes[0]).toEqual(stroke);
});

test.each<[string, Drawing]>([
  ['no stroke', { ...drawing, strokes: [] }],
  ['an empty stroke', { ...drawing, strokes: [[]] }],
  ['a point outside the pad', { ...drawing, strokes: [[{ x: 601, y: 0 }]] }],
  ['half a pixel', { ...drawing, strokes: [[{ x: 0.5, y: 0 }]] }],
  ['a pad without a size', { ...drawing, width: 0 }],
  [
    'too many points',
    { ...drawing, strokes: [Array.from({ length: 5_000 }, (_, index) => ({ x: index % 2, y: index % 3 }))] },
  ],
])('a drawing with %s is refused', (_, wrong) => {
  expect(() => packDrawing(wrong)).toThrow(RangeError);
});

test('bytes that are no drawing are refused at every length', () => {
  const packed = packDrawing(drawing);
  for (let length = 0; length < packed.length; length += 1)
    expect(() => unpackDrawing(packed.subarray(0, length))).toThrow(RangeError);
  expect(() => unpackDrawing(Uint8Array.from([...packed, 0]))).toThrow('follows the last stroke');
  expect(() => unpackDrawing(Uint8Array.from([2, ...packed.subarray(1)]))).toThrow('format');
  expect(() => unpackDrawing(Uint8Array.from([1, 255, 255, 255, 255, 255]))).toThrow('too large');
});

test('what is signed names the payment, its amount and its trace', () => {
  const payment = { id: 'pay_1', amountMinor: 6_220, channelReference: '000000000042' };
  const strokes = packDrawing(drawing);
  const input = signatureInput(payment, strokes);
  for (const other of [{ id: 'pay_2' }, { amountMinor: 6_221 }, { channelReference: null }])
    expect(signatureInput({ ...payment, ...other }, strokes)).not.toEqual(input);
});
