import { toHex, utf8Decode } from '@zhanggui/base';
import { bcdSize, readBcd, writeBcd } from './bcd.ts';
import { CLASS_OF } from './characters.ts';
import type { Charset } from './charset.ts';
import { copyBytes } from './copy.ts';
import { type EbcdicTable, ebcdicTable } from './ebcdic.ts';
import { refuse } from './error.ts';
import type { Output } from './output.ts';
import type { CodePage } from './spec.ts';

/** Reads and writes the value of a field, without its length. A unit is what the field's length counts. */
export interface Body<Value extends string | Uint8Array = string | Uint8Array> {
  /** Bytes on the wire of a value of so many units. */
  size(units: number): number;
  /** Units of a value. */
  units(value: Value, path: string): number;
  /** The value at `at`; the caller has checked that its bytes are there. */
  read(bytes: Uint8Array, at: number, units: number, path: string): Value;
  write(out: Output, value: Value, path: string): void;
  /**
   * Refuses what does not belong between `at` and `end`. Only a body of one ASCII byte a unit has it: there the value may also
   * be cut out of the text of the whole message.
   */
  readonly check?: ((bytes: Uint8Array, at: number, end: number, path: string) => void) | undefined;
}

const LONG_TEXT = 20;
/** From here on a view of four bytes at a time pays for being made. */
const LONG_CHECK = 128;

const oneByteAUnit = (units: number): number => units;
const textLength = (value: string): number => value.length;

/** 7-bit text whose characters belong to the classes of `allowed`. */
export function asciiText(allowed: number): Body<string> {
  const accepted = acceptedCodes(allowed);
  const low = accepted[0] ?? 0;
  const high = accepted.at(-1) ?? 0;
  // Digits, and everything printable, are unbroken ranges, and two subtractions are faster than looking each code up.
  const unbroken = high - low + 1 === accepted.length;
  const refused = new Uint8Array(256).fill(1);
  for (const code of accepted) refused[code] = 0;
  const check = (bytes: Uint8Array, at: number, end: number, path: string): void => {
    const bad = unbroken ? outside(bytes, at, end, low, high) : refusedOf(bytes, at, end, refused);
    if (bad) refuseCharacter(path, at + bytes.subarray(at, end).findIndex((byte) => refused[byte] === 1));
  };
  return {
    size: oneByteAUnit,
    units: textLength,
    check,
    read(bytes, at, units, path) {
      check(bytes, at, at + units, path);
      return readAscii(bytes, at, at + units);
    },
    write(out, value, path) {
      const at = out.reserve(value.length);
      const bad = unbroken ? putRange(value, out.bytes, at, low, high) : putRefusing(value, out.bytes, at, refused);
      if (bad) refuseCharacter(path);
    },
  };
}

/** EBCDIC text whose characters belong to the classes of `allowed`. */
export function ebcdicText(codePage: CodePage, allowed: number): Body<string> {
  const table = ebcdicTable(codePage);
  return {
    size: oneByteAUnit,
    units: textLength,
    read(bytes, at, units, path) {
      let text = '';
      for (let index = at; index < at + units; index += 1) {
        const code = table.toLatin[bytes[index] ?? 0] ?? 0;
        if (code > 0x7f || ((CLASS_OF[code] ?? 0) & allowed) === 0) refuseCharacter(path, index);
        text += String.fromCharCode(code);
      }
      return text;
    },
    write(out, value, path) {
      const at = out.reserve(value.length);
      for (let index = 0; index < value.length; index += 1) {
        const code = value.charCodeAt(index);
        if (code > 0x7f || ((CLASS_OF[code] ?? 0) & allowed) === 0) refuseCharacter(path);
        out.bytes[at + index] = table.fromLatin[code] ?? 0;
      }
    },
  };
}

/** Text in a charset of several bytes; its units are bytes. */
export function charsetText(charset: Charset): Body<string> {
  return {
    size: oneByteAUnit,
    units: (value, path) => charset.encode(value, path).length,
    read: (bytes, at, units, path) => charset.decode(bytes.subarray(at, at + units), path, at),
    write(out, value, path) {
      const encoded = charset.encode(value, path);
      const at = out.reserve(encoded.length);
      out.bytes.set(encoded, at);
    },
  };
}

/** Packed decimal digits. */
export function bcdDigits(oddPad: 'left' | 'right'): Body<string> {
  return {
    size: bcdSize,
    units: textLength,
    read: (bytes, at, units, path) => readBcd(bytes, at, units, oddPad, path),
    write: (out, value, path) => writeBcd(out, value, oddPad, path),
  };
}

/**
 * Track data of one nibble a character: the separator `=` is the nibble D; the other nibbles above 9 stand for
 * themselves, as they do in encrypted track data.
 */
export function bcdTrack(oddPad: 'left' | 'right', separator: '=' | 'D'): Body<string> {
  const shown = `0123456789ABC${separator}EF`;
  return {
    size: bcdSize,
    units: textLength,
    read(bytes, at, units) {
      const first = (units & 1) === 1 && oddPad === 'left' ? 1 : 0;
      let text = '';
      for (let nibble = first; nibble < first + units; nibble += 1) {
        const byte = bytes[at + (nibble >> 1)] ?? 0;
        text += shown[(nibble & 1) === 0 ? byte >> 4 : byte & 15];
      }
      return text;
    },
    write(out, value, path) {
      const first = (value.length & 1) === 1 && oddPad === 'left' ? 1 : 0;
      const at = out.reserve(bcdSize(value.length));
      const bytes = out.bytes;
      bytes.fill(0, at, out.at);
      for (let index = 0; index < value.length; index += 1) {
        const nibble = trackNibble(value.charCodeAt(index), path);
        const slot = at + ((index + first) >> 1);
        bytes[slot] = (bytes[slot] ?? 0) | (((index + first) & 1) === 0 ? nibble << 4 : nibble);
      }
    },
  };
}

/** A sign, one character `C` or `D` (any when `allowed` says so), and digits: the amounts `x+n`. */
export function signed(sign: Body<string>, digits: Body<string>, anySign: boolean): Body<string> {
  return {
    size: (units) => (units === 0 ? 0 : 1 + digits.size(units - 1)),
    units: textLength,
    read(bytes, at, units, path) {
      if (units === 0) return '';
      const first = sign.read(bytes, at, 1, path);
      if (!anySign && first !== 'C' && first !== 'D') refuse('bad-sign', 'the sign is neither C nor D', path, at);
      return first + digits.read(bytes, at + 1, units - 1, path);
    },
    write(out, value, path) {
      if (value === '') return;
      if (!anySign && !/^[CD]/.test(value)) refuse('bad-sign', 'the sign is neither C nor D', path);
      sign.write(out, value.slice(0, 1), path);
      digits.write(out, value.slice(1), path);
    },
  };
}

/** Bytes as they are. */
export const binaryBytes: Body<Uint8Array> = {
  size: oneByteAUnit,
  units: (value) => value.length,
  read: (bytes, at, units) => copyBytes(bytes, at, at + units),
  write(out, value) {
    const at = out.reserve(value.length);
    out.bytes.set(value, at);
  },
};

/** Bytes as two hexadecimal characters each, in ASCII or, with a table, in EBCDIC; written in upper case. */
export function hexBytes(ebcdic?: EbcdicTable): Body<Uint8Array> {
  return {
    size: (units) => units * 2,
    units: (value) => value.length,
    read(bytes, at, units, path) {
      const value = new Uint8Array(units);
      for (let index = 0; index < units; index += 1) {
        const place = at + index * 2;
        const high = hexNibble(bytes[place] ?? 0, ebcdic);
        const low = hexNibble(bytes[place + 1] ?? 0, ebcdic);
        if (high < 0 || low < 0) refuse('not-hex', 'not a hexadecimal digit', path, high < 0 ? place : place + 1);
        value[index] = (high << 4) | low;
      }
      return value;
    },
    write(out, value) {
      const at = out.reserve(value.length * 2);
      const text = toHex(value);
      for (let index = 0; index < text.length; index += 1) {
        const code = text.charCodeAt(index);
        out.bytes[at + index] = ebcdic === undefined ? code : (ebcdic.fromLatin[code] ?? 0);
      }
    },
  };
}

function acceptedCodes(allowed: number): number[] {
  return Array.from({ length: 128 }, (_, code) => code).filter((code) => ((CLASS_OF[code] ?? 0) & allowed) !== 0);
}

/** Whether a byte is below `low` or above `high`: then one of the two differences is negative. */
function outside(bytes: Uint8Array, at: number, end: number, low: number, high: number): boolean {
  const whole = end - at < LONG_CHECK ? at : end - ((end - at) & 3);
  if (whole > at && wordsOutside(bytes, at, whole, low, high)) return true;
  let signs = 0;
  for (let index = whole; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    signs |= (byte - low) | (high - byte);
  }
  return signs < 0;
}

/**
 * The same for whole words of four bytes, none of which is looked at alone. A byte that fits keeps its highest bit clear as it
 * is, less `low`, and with what `high` lacks to 7F added; one that does not sets it in one of the three.
 */
function wordsOutside(bytes: Uint8Array, at: number, end: number, low: number, high: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lows = low * 0x01010101;
  const gaps = (0x7f - high) * 0x01010101;
  let signs = 0;
  for (let index = at; index < end; index += 4) {
    const word = view.getInt32(index);
    signs |= word | (word - lows) | (word + gaps);
  }
  return (signs & 0x80808080) !== 0;
}

function refusedOf(bytes: Uint8Array, at: number, end: number, refused: Uint8Array): boolean {
  let bad = 0;
  for (let index = at; index < end; index += 1) bad |= refused[bytes[index] ?? 0] ?? 1;
  return bad !== 0;
}

/** Text of bytes that are all below 0x80. The platform's decoder costs the same for any length, and pays from here on. */
function readAscii(bytes: Uint8Array, at: number, end: number): string {
  if (end - at >= LONG_TEXT) return utf8Decode(bytes.subarray(at, end));
  let text = '';
  let index = at;
  for (; index + 4 <= end; index += 4) {
    text += String.fromCharCode(bytes[index] ?? 0, bytes[index + 1] ?? 0, bytes[index + 2] ?? 0, bytes[index + 3] ?? 0);
  }
  if (index + 2 <= end) {
    text += String.fromCharCode(bytes[index] ?? 0, bytes[index + 1] ?? 0);
    index += 2;
  }
  if (index < end) text += String.fromCharCode(bytes[index] ?? 0);
  return text;
}

/** Writes the codes of a text and says whether one was below `low` or above `high`. */
function putRange(text: string, bytes: Uint8Array, at: number, low: number, high: number): boolean {
  let signs = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    signs |= (code - low) | (high - code);
    bytes[at + index] = code;
  }
  return signs < 0;
}

function putRefusing(text: string, bytes: Uint8Array, at: number, refused: Uint8Array): boolean {
  let bad = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    bad |= (code >> 8) | (refused[code & 0xff] ?? 1);
    bytes[at + index] = code;
  }
  return bad !== 0;
}

function hexNibble(byte: number, ebcdic: EbcdicTable | undefined): number {
  const code = ebcdic === undefined ? byte : (ebcdic.toLatin[byte] ?? 0);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code & 0xdf;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : -1;
}

function trackNibble(code: number, path: string): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code === 0x3d) return 13;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  return refuse('not-track', 'a character cannot stand in packed track data', path);
}

function refuseCharacter(path: string, offset?: number): never {
  refuse('bad-character', 'a character does not belong to the type of the field', path, offset);
}
