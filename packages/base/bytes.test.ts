import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes, equalBytes, fromHex, toHex, utf8Decode, utf8Encode, xorBytes } from './bytes.ts';

test('hexadecimal and back is the same, in either case', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex').toUpperCase());
      expect(fromHex(toHex(bytes))).toEqual(bytes);
      expect(fromHex(toHex(bytes).toLowerCase())).toEqual(bytes);
    }),
  );
});

test.each(['0', 'ABC', '0G', 'G0', ' 0', '0x', '你好', '0\u0130'])('"%s" is no hexadecimal', (text) => {
  expect(() => fromHex(text)).toThrow(RangeError);
});

test('a refused text is not repeated in the error', () => {
  expect(() => fromHex('6212345678901234XX')).toThrow(/^not a hexadecimal digit at offset 16$/);
  expect(() => fromHex('621234567890123')).toThrow(/^hexadecimal text has an odd length of 15$/);
});

test('UTF-8 and back is the same, and what is malformed is refused', () => {
  expect(toHex(utf8Encode('掌柜'))).toBe('E68E8CE69F9C');
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => utf8Decode(utf8Encode(text)) === text));
  for (const hex of ['FF', 'E68E', 'C080', 'EDA080']) expect(() => utf8Decode(fromHex(hex)), hex).toThrow(TypeError);
  expect(utf8Decode(fromHex('EFBBBF41'))).toBe('\uFEFFA');
});

test('parts are joined in order', () => {
  expect(concatBytes()).toEqual(new Uint8Array());
  expect(concatBytes(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
});

test('bytes are equal when every one is, wherever they differ', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
      const other = Uint8Array.from(bytes);
      expect(equalBytes(bytes, other)).toBe(true);
      const index = at % bytes.length;
      other[index] = (other[index] ?? 0) ^ change;
      expect(equalBytes(bytes, other)).toBe(false);
      expect(equalBytes(bytes, bytes.subarray(1))).toBe(false);
    }),
  );
});

test('exclusive or undoes itself and wants one length', () => {
  expect(toHex(xorBytes(fromHex('0FF0'), fromHex('FFFF')))).toBe('F00F');
  expect(() => xorBytes(new Uint8Array(2), new Uint8Array(3))).toThrow(RangeError);
});
