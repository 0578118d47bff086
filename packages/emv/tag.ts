import { toHex } from '@zhanggui/base';

/** The four classes of ISO/IEC 8825-1 clause 8.1.2.2. */
export type TagClass = 'universal' | 'application' | 'context' | 'private';

/** What the identifier octets of a tag say. */
export interface TagForm {
  readonly class: TagClass;
  /** Bit 6 of the first byte: the value is a sequence of data objects. */
  readonly constructed: boolean;
  readonly number: number;
}

/** Longest tag that is read: one leading byte and three that follow, a number below 2^21. */
export const MAX_TAG_BYTES = 4;

const CLASSES: readonly TagClass[] = ['universal', 'application', 'context', 'private'];
const ONE_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) => toHex(Uint8Array.of(byte)));
const TWO_BYTES: (string | undefined)[] = new Array<string | undefined>(65536).fill(undefined);

/**
 * Form of one whole tag, or `undefined` when the text is not exactly one well-formed tag.
 * EMV Book 3 Annex B1; ISO/IEC 8825-1 clause 8.1.2.4. Numbers below 31 in the long form are well-formed, as EMV's own
 * `9F02` shows; a first number byte of 80, which only pads, is not.
 * @param tag hexadecimal text in either case.
 */
export function tagForm(tag: string): TagForm | undefined {
  if (!/^(?:[0-9A-Fa-f]{2}){1,4}$/.test(tag)) return undefined;
  const first = Number.parseInt(tag.slice(0, 2), 16);
  const form = { class: CLASSES[first >> 6] ?? 'universal', constructed: (first & 0x20) !== 0 };
  if ((first & 0x1f) !== 0x1f) return tag.length === 2 && first !== 0 ? { ...form, number: first & 0x1f } : undefined;
  if (tag.length === 2 || tag.slice(2, 4) === '80') return undefined;
  let number = 0;
  for (let index = 2; index < tag.length; index += 2) {
    const byte = Number.parseInt(tag.slice(index, index + 2), 16);
    const last = index + 2 === tag.length;
    if (byte < 0x80 !== last) return undefined;
    number = number * 128 + (byte & 0x7f);
  }
  return { ...form, number };
}

/**
 * Length in bytes of the tag that starts at `offset`, or 0 when it is malformed or runs past `end`.
 * EMV Book 3 Annex B1.
 */
export function tagLength(bytes: Uint8Array, offset: number, end: number): number {
  const first = bytes[offset] ?? 0;
  if ((first & 0x1f) !== 0x1f) return offset < end ? 1 : 0;
  for (let length = 2; length <= MAX_TAG_BYTES && offset + length <= end; length += 1) {
    const byte = bytes[offset + length - 1] ?? 0;
    if (length === 2 && byte === 0x80) return 0;
    if (byte < 0x80) return length;
  }
  return 0;
}

/** Upper-case text of the tag of `length` bytes at `offset`. Short tags come from a table, so that parsing makes no text. */
export function tagText(bytes: Uint8Array, offset: number, length: number): string {
  const first = bytes[offset] ?? 0;
  if (length === 1) return ONE_BYTE[first] ?? '';
  if (length > 2) return toHex(bytes.subarray(offset, offset + length));
  const key = (first << 8) | (bytes[offset + 1] ?? 0);
  let text = TWO_BYTES[key];
  if (text === undefined) {
    text = toHex(bytes.subarray(offset, offset + 2));
    TWO_BYTES[key] = text;
  }
  return text;
}
