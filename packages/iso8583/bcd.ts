import { refuse } from './error.ts';
import { Output } from './output.ts';

const ZERO = 0x30;

/** Two digits by byte, and -1 for a byte that is not two decimal nibbles. */
const PAIR_VALUE = new Int8Array(256).map((_, byte) => {
  const high = byte >> 4;
  const low = byte & 15;
  return high > 9 || low > 9 ? -1 : high * 10 + low;
});
const PAIRS: readonly string[] = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));
const QUADS: readonly string[] = Array.from({ length: 10_000 }, (_, value) => String(value).padStart(4, '0'));

/**
 * Packed decimal digits (two to a byte, as packed dialects carry `n`); an odd number is filled up with a zero nibble on
 * `oddPad`.
 * @throws Iso8583Error `not-digits`.
 */
export function encodeBcd(digits: string, oddPad: 'left' | 'right' = 'left'): Uint8Array {
  const out = new Output();
  writeBcd(out, digits, oddPad, '');
  return out.bytes.slice(0, out.at);
}

/**
 * The first `digits` packed decimal digits of `bytes`, and how many bytes they took.
 * @throws Iso8583Error `truncated` or `not-bcd`.
 */
export function decodeBcd(
  bytes: Uint8Array,
  digits: number,
  oddPad: 'left' | 'right' = 'left',
): { value: string; bytesRead: number } {
  const bytesRead = bcdSize(digits);
  if (bytes.length < bytesRead) refuse('truncated', `${bytes.length} of ${bytesRead} bytes are there`, '', 0);
  return { value: readBcd(bytes, 0, digits, oddPad, ''), bytesRead };
}

/** Bytes that `digits` packed decimal digits take. */
export function bcdSize(digits: number): number {
  return (digits + 1) >> 1;
}

/**
 * `digits` packed decimal digits from `at`. The nibble that fills an odd number up is not looked at: hosts send 0 or F.
 * The caller has checked that the bytes are there.
 */
export function readBcd(bytes: Uint8Array, at: number, digits: number, oddPad: 'left' | 'right', path: string): string {
  const odd = digits & 1;
  let from = at;
  let to = at + (digits >> 1);
  let text = '';
  if (odd === 1 && oddPad === 'left') {
    text = oneDigit((bytes[at] ?? 0) & 15, path, at);
    from += 1;
    to += 1;
  }
  for (; from + 1 < to; from += 2) {
    const high = PAIR_VALUE[bytes[from] ?? 0] ?? -1;
    const low = PAIR_VALUE[bytes[from + 1] ?? 0] ?? -1;
    if (high < 0 || low < 0) refuseNibble(path, high < 0 ? from : from + 1);
    text += QUADS[high * 100 + low];
  }
  if (from < to) {
    const pair = PAIR_VALUE[bytes[from] ?? 0] ?? -1;
    if (pair < 0) refuseNibble(path, from);
    text += PAIRS[pair];
  }
  return odd === 1 && oddPad === 'right' ? text + oneDigit((bytes[to] ?? 0) >> 4, path, to) : text;
}

/** Writes the digits of `text`; an odd number is filled up with a zero nibble on the given side. */
export function writeBcd(out: Output, text: string, oddPad: 'left' | 'right', path: string): void {
  const length = text.length;
  let at = out.reserve(bcdSize(length));
  const bytes = out.bytes;
  let index = 0;
  if ((length & 1) === 1 && oddPad === 'left') {
    bytes[at] = digitAt(text, 0, path);
    at += 1;
    index = 1;
  }
  for (; index + 1 < length; index += 2) {
    const high = text.charCodeAt(index) - ZERO;
    const low = text.charCodeAt(index + 1) - ZERO;
    if (high >>> 0 > 9 || low >>> 0 > 9) refuseDigit(path);
    bytes[at] = (high << 4) | low;
    at += 1;
  }
  if (index < length) bytes[at] = digitAt(text, index, path) << 4;
}

function oneDigit(nibble: number, path: string, offset: number): string {
  if (nibble > 9) refuseNibble(path, offset);
  return String.fromCharCode(ZERO + nibble);
}

function digitAt(text: string, index: number, path: string): number {
  const digit = text.charCodeAt(index) - ZERO;
  if (digit >>> 0 > 9) refuseDigit(path);
  return digit;
}

function refuseNibble(path: string, offset: number): never {
  refuse('not-bcd', 'a nibble is above 9', path, offset);
}

function refuseDigit(path: string): never {
  refuse('not-digits', 'only decimal digits may be packed', path);
}
