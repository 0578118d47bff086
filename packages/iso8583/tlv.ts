import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import { copyBytes } from './copy.ts';
import { refuse } from './error.ts';

/** One BER-TLV data object: its tag in upper-case hexadecimal and its value. */
export interface DataObject {
  readonly tag: string;
  readonly value: Uint8Array;
}

/**
 * Splits field 55 and its like into its top-level data objects, in order (ISO/IEC 8825-1 clause 8.1 in the definite
 * form that EMV Book 3 annex B allows: tags up to 3 bytes, lengths up to 3 bytes). Zero bytes between objects are
 * passed over, as annex B permits. Names and meaning of the tags are the business of an EMV library.
 * @throws Iso8583Error with the path of the tag and the offset from the start of `bytes`.
 */
export function decodeDataObjects(bytes: Uint8Array, path = ''): DataObject[] {
  const objects: DataObject[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    const tagEnd = endOfTag(bytes, at, path);
    const tag = toHex(bytes.subarray(at, tagEnd));
    const inside = path === '' ? tag : `${path}.${tag}`;
    const { length, next } = readLength(bytes, tagEnd, inside);
    if (bytes.length - next < length) refuse('truncated', 'the value of a data object is cut', inside, next);
    objects.push({ tag, value: copyBytes(bytes, next, next + length) });
    at = next + length;
  }
  return objects;
}

/**
 * Data objects one after the other, each with the shortest length.
 * @throws Iso8583Error `bad-tag` for a tag that is not one in hexadecimal.
 */
export function encodeDataObjects(objects: readonly DataObject[]): Uint8Array {
  return concatBytes(
    ...objects.flatMap(({ tag, value }) => {
      if (!/^(?:[0-9A-Fa-f]{2}){1,3}$/.test(tag)) refuse('bad-tag', 'a tag is 1 to 3 bytes in hexadecimal', '');
      const tagBytes = fromHex(tag);
      if (tagBytes[0] === 0 || endOfTag(tagBytes, 0, tag) !== tagBytes.length)
        refuse('bad-tag', 'the bytes are not one tag', tag);
      return [tagBytes, lengthBytes(value.length, tag), value];
    }),
  );
}

function endOfTag(bytes: Uint8Array, at: number, path: string): number {
  let end = at + 1;
  if (((bytes[at] ?? 0) & 0x1f) !== 0x1f) return end;
  for (;;) {
    if (end >= bytes.length) refuse('truncated', 'a tag is cut', path, at);
    if (end - at >= 3) refuse('bad-tag', 'a tag has more than 3 bytes', path, at);
    const more = (bytes[end] ?? 0) >= 0x80;
    end += 1;
    if (!more) return end;
  }
}

function readLength(bytes: Uint8Array, at: number, path: string): { length: number; next: number } {
  const first = bytes[at];
  if (first === undefined) return refuse('truncated', 'the length of a data object is missing', path, at);
  if (first < 0x80) return { length: first, next: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 2) refuse('bad-length', 'only definite lengths of up to 3 bytes are allowed', path, at);
  if (at + count >= bytes.length) refuse('truncated', 'the length of a data object is cut', path, at);
  let length = 0;
  for (let index = at + 1; index <= at + count; index += 1) length = length * 256 + (bytes[index] ?? 0);
  return { length, next: at + 1 + count };
}

function lengthBytes(length: number, path: string): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  if (length < 0x10000) return Uint8Array.of(0x82, length >> 8, length & 0xff);
  return refuse('too-long', 'a data object has more than 65535 bytes', path);
}
