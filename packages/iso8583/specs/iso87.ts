import type { Spec } from '../spec.ts';
import { iso87Fields } from './iso87-fields.ts';

/** ISO 8583:1987 in characters: ASCII digits and text, hexadecimal bytes and bit maps. */
export const iso87Ascii = {
  name: 'ISO 8583:1987, ASCII',
  mti: 'ascii',
  bitmap: 'hex',
  bitmaps: 2,
  coding: { digits: 'ascii', text: 'ascii', binary: 'hex', prefix: 'ascii' },
  fields: iso87Fields,
} as const satisfies Spec;

/**
 * ISO 8583:1987 packed: BCD digits, tracks and lengths; ASCII text; binary bytes and bit maps. An odd number of digits is
 * filled up on the left, in fields with a length on the right.
 */
export const iso87Bcd = {
  name: 'ISO 8583:1987, BCD',
  mti: 'bcd',
  bitmap: 'binary',
  bitmaps: 2,
  coding: { digits: 'bcd', text: 'ascii', binary: 'binary', prefix: 'bcd', oddPad: 'left', oddPadVariable: 'right' },
  fields: iso87Fields,
} as const satisfies Spec;

/** ISO 8583:1987 as many networks mix it: ASCII digits, text and lengths, but binary bytes and bit maps. */
export const iso87Mixed = {
  name: 'ISO 8583:1987, ASCII with binary bit map',
  mti: 'ascii',
  bitmap: 'binary',
  bitmaps: 2,
  coding: { digits: 'ascii', text: 'ascii', binary: 'binary', prefix: 'ascii' },
  fields: iso87Fields,
} as const satisfies Spec;

/** ISO 8583:1987 in EBCDIC (code page 1047) with binary bytes and bit maps. */
export const iso87Ebcdic = {
  name: 'ISO 8583:1987, EBCDIC',
  mti: 'ebcdic',
  bitmap: 'binary',
  bitmaps: 2,
  coding: { digits: 'ebcdic', text: 'ebcdic', binary: 'binary', prefix: 'ebcdic', codePage: 1047 },
  fields: iso87Fields,
} as const satisfies Spec;
