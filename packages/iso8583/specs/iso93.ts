import type { Spec } from '../spec.ts';
import { iso93Fields } from './iso93-fields.ts';

/** ISO 8583:1993 in characters: ASCII digits and text, hexadecimal bytes and bit maps. */
export const iso93Ascii = {
  name: 'ISO 8583:1993, ASCII',
  mti: 'ascii',
  bitmap: 'hex',
  bitmaps: 2,
  coding: { digits: 'ascii', text: 'ascii', binary: 'hex', prefix: 'ascii' },
  fields: iso93Fields,
} as const satisfies Spec;

/**
 * ISO 8583:1993 packed: BCD digits, tracks and lengths; ASCII text; binary bytes and bit maps. An odd number of digits is
 * filled up on the right.
 */
export const iso93Bcd = {
  name: 'ISO 8583:1993, BCD',
  mti: 'bcd',
  bitmap: 'binary',
  bitmaps: 2,
  coding: { digits: 'bcd', text: 'ascii', binary: 'binary', prefix: 'bcd', oddPad: 'right' },
  fields: iso93Fields,
} as const satisfies Spec;
