import type { FieldType } from './spec.ts';

const DIGIT = 1;
const LETTER = 2;
const SPACE = 4;
const SPECIAL = 8;
const TRACK = 16;
const OTHER = 32;

/** Class bits of the 128 ASCII characters. */
export const CLASS_OF = new Uint8Array(128).map((_, code) => classOf(code));

/** Accepts every 7-bit character. */
export const ANY_CHARACTER = 0xff;

const TRACK_CLASS = DIGIT | TRACK;

/**
 * The class bits that a text field of a type may hold (ISO 8583-1:2003 clause 4.1). Fixed-length alphabetic fields are
 * filled with blanks, so `a` and `an` take the space too.
 */
export const CLASS_BY_TYPE: Readonly<Record<Exclude<FieldType, 'b' | 'ber-tlv' | 'x+n'>, number>> = {
  n: DIGIT,
  a: LETTER | SPACE,
  an: DIGIT | LETTER | SPACE,
  as: LETTER | SPACE | SPECIAL,
  ns: DIGIT | SPACE | SPECIAL,
  ans: DIGIT | LETTER | SPACE | SPECIAL,
  z: TRACK_CLASS,
};

function classOf(code: number): number {
  const character = String.fromCharCode(code);
  const hexLetter = /[A-F]/.test(character) ? TRACK : 0;
  if (/[0-9]/.test(character)) return DIGIT;
  if (/[A-Za-z]/.test(character)) return LETTER | hexLetter;
  if (character === ' ') return SPACE;
  if (/[:;<=>?]/.test(character)) return SPECIAL | TRACK;
  return code > 0x20 && code < 0x7f ? SPECIAL : OTHER;
}
