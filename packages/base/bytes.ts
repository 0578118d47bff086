interface TextCodecs {
  TextEncoder: new () => { encode(text: string): Uint8Array };
  TextDecoder: new (
    label: string,
    options: { fatal: boolean; ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
}

// Both platforms have these two classes; neither platform's ambient types are visible here.
const platform = globalThis as unknown as TextCodecs;
const encoder = new platform.TextEncoder();
const strictDecoder = new platform.TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const HEX_DIGITS = '0123456789ABCDEF';
const HEX_PAIRS: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `${HEX_DIGITS[byte >> 4]}${HEX_DIGITS[byte & 15]}`,
);
const NIBBLE = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value += 1) {
  NIBBLE[HEX_DIGITS.charCodeAt(value)] = value;
  NIBBLE[HEX_DIGITS.toLowerCase().charCodeAt(value)] = value;
}

/** Upper-case hexadecimal of `bytes`, without separators. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_PAIRS[byte];
  return text;
}

/**
 * Bytes of a hexadecimal text (either case, no separators).
 * @throws RangeError when the length is odd or a character is not a hexadecimal digit.
 */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw new RangeError(`hexadecimal text has an odd length of ${text.length}`);
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    const high = NIBBLE[text.charCodeAt(index * 2)] ?? -1;
    const low = NIBBLE[text.charCodeAt(index * 2 + 1)] ?? -1;
    if (high < 0 || low < 0) throw new RangeError(`not a hexadecimal digit at offset ${index * 2}`);
    bytes[index] = (high << 4) | low;
  }
  return bytes;
}

/** UTF-8 bytes of `text`. */
export function utf8Encode(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * Text of UTF-8 `bytes`.
 * @throws TypeError when the bytes are not well-formed UTF-8.
 */
export function utf8Decode(bytes: Uint8Array): string {
  return strictDecoder.decode(bytes);
}

/** One array with the parts in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether both arrays hold the same bytes; takes the same time wherever they differ. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

/**
 * Byte-wise exclusive or of two arrays of one length.
 * @throws RangeError when the lengths differ.
 */
export function xorBytes(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== right.length) throw new RangeError(`cannot xor ${left.length} bytes with ${right.length}`);
  return left.map((byte, index) => byte ^ (right[index] ?? 0));
}
