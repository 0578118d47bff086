import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import { QrError } from './qr-error.ts';

/** One BER-TLV data object: tag and value in upper-case hexadecimal, length in bytes. */
export interface TlvObject {
  readonly tag: string;
  readonly length: number;
  readonly value: string;
  /** The data objects inside a constructed one. */
  readonly children?: readonly TlvObject[];
}

/** A data object to encode: a tag with a value in hexadecimal, or with the data objects of a template. */
export type TlvItem = readonly [tag: string, content: string | readonly TlvItem[]];

const DEEPEST = 8;
const LONGEST_TAG = 3;

/**
 * Cuts `bytes` into BER-TLV data objects (EMV Book 3 annex B): definite lengths of at most two bytes in their shortest
 * form, tags of at most three bytes, no filling bytes, every constructed object opened.
 * @throws QrError with the tags' path and the offset in bytes.
 */
export function decodeTlv(bytes: Uint8Array): readonly TlvObject[] {
  return decodeList(bytes, 0, bytes.length, '', 0);
}

/**
 * Builds BER-TLV with lengths in their shortest form.
 * @throws QrError when a tag is malformed, a value is not hexadecimal, or children stand under a primitive tag.
 */
export function encodeTlv(items: readonly TlvItem[], parent = ''): Uint8Array {
  return concatBytes(...items.map(([tag, content]) => encodeObject(tag, content, parent)));
}

function decodeList(bytes: Uint8Array, start: number, end: number, parent: string, depth: number): TlvObject[] {
  if (depth > DEEPEST)
    throw new QrError('too-deep', `templates nest deeper than ${DEEPEST}`, { path: parent, offset: start });
  const objects: TlvObject[] = [];
  let at = start;
  while (at < end) {
    const tagEnd = endOfTag(bytes, at, end, parent);
    const tag = toHex(bytes.subarray(at, tagEnd));
    const path = parent === '' ? tag : `${parent}.${tag}`;
    const { length, valueAt } = readLength(bytes, tagEnd, end, path);
    const valueEnd = valueAt + length;
    if (valueEnd > end) throw new QrError('truncated', `tag ${path} runs past the end`, { path, offset: at });
    const value = toHex(bytes.subarray(valueAt, valueEnd));
    if (isConstructed(bytes[at] ?? 0))
      objects.push({ tag, length, value, children: decodeList(bytes, valueAt, valueEnd, path, depth + 1) });
    else objects.push({ tag, length, value });
    at = valueEnd;
  }
  return objects;
}

function endOfTag(bytes: Uint8Array, at: number, end: number, path: string): number {
  const first = bytes[at] ?? 0;
  if (first === 0x00 || first === 0xff)
    throw new QrError('bad-tag', 'a filling byte stands where a tag belongs', { path, offset: at });
  if ((first & 0x1f) !== 0x1f) return at + 1;
  for (let next = at + 1; next < end && next < at + LONGEST_TAG; next += 1) {
    if (((bytes[next] ?? 0) & 0x80) === 0) return next + 1;
  }
  throw new QrError('bad-tag', 'a tag does not end', { path, offset: at });
}

function readLength(bytes: Uint8Array, at: number, end: number, path: string): { length: number; valueAt: number } {
  const first = bytes[at];
  if (first === undefined || at >= end)
    throw new QrError('truncated', `tag ${path} has no length`, { path, offset: at });
  if (first < 0x80) return { length: first, valueAt: at + 1 };
  const count = first & 0x7f;
  if (count < 1 || count > 2)
    throw new QrError('bad-length', `tag ${path} has a length of ${count} bytes`, { path, offset: at });
  if (at + 1 + count > end)
    throw new QrError('truncated', `the length of tag ${path} is cut short`, { path, offset: at });
  const length = count === 1 ? (bytes[at + 1] ?? 0) : ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  if (length < (count === 1 ? 0x80 : 0x100))
    throw new QrError('bad-length', `the length of tag ${path} is not in its shortest form`, { path, offset: at });
  return { length, valueAt: at + 1 + count };
}

function isConstructed(firstByte: number): boolean {
  return (firstByte & 0x20) !== 0;
}

function encodeObject(tag: string, content: string | readonly TlvItem[], parent: string): Uint8Array {
  const path = parent === '' ? tag : `${parent}.${tag}`;
  const tagBytes = hexBytes(tag, path);
  if (tagBytes.length === 0 || endOfTag(tagBytes, 0, tagBytes.length, path) !== tagBytes.length)
    throw new QrError('bad-tag', 'a tag is not well-formed', { path });
  if (typeof content !== 'string' && !isConstructed(tagBytes[0] ?? 0))
    throw new QrError('not-a-template', `tag ${path} cannot hold data objects`, { path });
  const value = typeof content === 'string' ? hexBytes(content, path) : encodeTlv(content, path);
  return concatBytes(tagBytes, lengthBytes(value.length, path), value);
}

function lengthBytes(length: number, path: string): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  if (length < 0x10000) return Uint8Array.of(0x82, length >> 8, length & 0xff);
  throw new QrError('bad-length', `tag ${path} has a value of ${length} bytes`, { path });
}

function hexBytes(text: string, path: string): Uint8Array {
  try {
    return fromHex(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new QrError('bad-hex', `the value of tag ${path} is not hexadecimal`, { path });
  }
}
