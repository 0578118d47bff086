import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64, toBase64Url } from './base64.ts';
import { utf8Encode } from './bytes.ts';

test.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
])('RFC 4648 section 10: "%s" is "%s"', (text, encoded) => {
  expect(toBase64(utf8Encode(text))).toBe(encoded);
  expect(fromBase64(encoded)).toEqual(utf8Encode(text));
});

test('every byte string comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
});

test('the form for addresses has no padding and nothing that a cookie could not carry', () => {
  expect(toBase64Url(Uint8Array.of(0xfb, 0xff, 0xfe, 0x01))).toBe('-__-AQ');
  expect(toBase64Url(new Uint8Array())).toBe('');
});

test.each(['A', 'AAA', 'A===', '=AAA', 'AA=A', 'AAAA====', 'AA A', 'AA\n=', 'AA-_', 'ÄAAA'])(
  '"%s" is refused',
  (text) => {
    expect(() => fromBase64(text)).toThrow(RangeError);
  },
);
