import { fromHex } from '@zhanggui/base';
import { TlvError } from './refusal.ts';
import { MAX_TAG_BYTES, tagForm, tagLength, tagText } from './tag.ts';

/** How much a parser puts up with; see `parseTlv`. */
export interface TlvOptions {
  /**
   * `strict` (default): EMV Book 3 Annex B. `lenient`, for what real cards and hosts send against it: a length byte of 80
   * means an empty value; a length byte of 85–FE, which cannot announce that many length bytes, is the length itself; a
   * template that runs past the end of the whole input ends there, as if zero padding had been cut off.
   */
  readonly mode?: 'strict' | 'lenient';
  /** `skip` (default): 00 bytes before, between and after data objects mean nothing (Annex B1). `refuse`: they are errors. */
  readonly padding?: 'skip' | 'refuse';
}

/** Templates may nest this deep; deeper input is refused. Cards use four levels. */
export const MAX_TLV_DEPTH = 16;

/** One data object of an input. Its bytes stay in the input; `value` is a view of them, not a copy. */
export class TlvNode {
  /** Upper-case hexadecimal. */
  readonly tag: string;
  /** Of the first tag byte, from the start of the input. */
  readonly offset: number;
  /** Of the first value byte, from the start of the input. */
  readonly valueOffset: number;
  /** Of the value, in bytes. */
  readonly length: number;
  /** Present when bit 6 of the first tag byte is 1. */
  readonly children: readonly TlvNode[] | undefined;
  readonly #input: Uint8Array;

  constructor(
    input: Uint8Array,
    place: { readonly tag: string; readonly offset: number; readonly valueOffset: number; readonly length: number },
    children: readonly TlvNode[] | undefined,
  ) {
    this.tag = place.tag;
    this.offset = place.offset;
    this.valueOffset = place.valueOffset;
    this.length = place.length;
    this.children = children;
    this.#input = input;
  }

  /** View of the value's bytes. */
  get value(): Uint8Array {
    return this.#input.subarray(this.valueOffset, this.valueOffset + this.length);
  }
}

/** A data object to encode: a value, or the data objects of a template. */
export interface TlvItem {
  /** Hexadecimal text. */
  readonly tag: string;
  readonly value: Uint8Array | readonly TlvItem[];
}

/**
 * Data objects of `bytes`, in order. EMV Book 3 Annex B; ISO/IEC 8825-1 clause 8.1.
 * A length may be coded in more bytes than it needs, up to 84 xx xx xx xx, as Annex B2 does not forbid it.
 * @throws TlvError `tag-malformed`, `length-missing`, `length-indefinite`, `length-reserved`, `value-truncated`, `padding`,
 * `too-deep`. `offset` is where the missing bytes should have begun (for a tag, where the tag began).
 */
export function parseTlv(bytes: Uint8Array, options: TlvOptions = {}): readonly TlvNode[] {
  const lenient = options.mode === 'lenient';
  const context: Context = { bytes, lenient, skipPadding: options.padding !== 'refuse' };
  return parseRange(context, 0, bytes.length, undefined, 0);
}

/**
 * BER-TLV of `items`, in order, each length in as few bytes as it can be. EMV Book 3 Annex B2.
 * @throws TlvError when a tag is malformed, a primitive tag is given data objects, or a template's raw value is not TLV.
 */
export function encodeTlv(items: readonly TlvItem[]): Uint8Array {
  const plans = items.map((item) => plan(item, ''));
  const out = new Uint8Array(plans.reduce((sum, each) => sum + each.totalLength, 0));
  let offset = 0;
  for (const each of plans) offset = write(out, offset, each);
  return out;
}

/** First data object with `tag` in reading order, templates opened. */
export function findTlv(nodes: readonly TlvNode[], tag: string): TlvNode | undefined {
  for (const node of nodes) {
    if (node.tag === tag) return node;
    const inside = node.children === undefined ? undefined : findTlv(node.children, tag);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** Every primitive data object in reading order, templates opened. */
export function primitives(nodes: readonly TlvNode[]): readonly TlvNode[] {
  return nodes.flatMap((node) => (node.children === undefined ? [node] : primitives(node.children)));
}

interface Context {
  readonly bytes: Uint8Array;
  readonly lenient: boolean;
  readonly skipPadding: boolean;
}

interface Parent {
  readonly tag: string;
  readonly parent: Parent | undefined;
}

function parseRange(
  context: Context,
  start: number,
  end: number,
  parent: Parent | undefined,
  depth: number,
): TlvNode[] {
  const { bytes } = context;
  const nodes: TlvNode[] = [];
  let offset = start;
  while (offset < end) {
    const first = bytes[offset] ?? 0;
    if (first === 0) {
      if (!context.skipPadding) throw refuse('padding', 'a 00 byte stands where a tag should', '00', offset, parent);
      offset += 1;
      continue;
    }
    const tagSize = tagLength(bytes, offset, end);
    if (tagSize === 0) {
      const tag = tagText(bytes, offset, Math.min(end - offset, MAX_TAG_BYTES));
      throw refuse('tag-malformed', 'the tag is malformed or not whole', tag, offset, parent);
    }
    const tag = tagText(bytes, offset, tagSize);
    const lengthOffset = offset + tagSize;
    let length = bytes[lengthOffset] ?? 0;
    let valueOffset = lengthOffset + 1;
    if (length > 0x7f || lengthOffset >= end) {
      const lengthSize = longLengthSize(context, lengthOffset, end, tag, parent);
      length = lengthSize < 0 ? (lengthSize === EMPTY ? 0 : length) : bigEndian(bytes, valueOffset, lengthSize);
      if (lengthSize > 0) valueOffset += lengthSize;
    }
    if (length > end - valueOffset) {
      const cutTemplate = context.lenient && (first & 0x20) !== 0 && end === bytes.length;
      if (!cutTemplate)
        throw refuse(
          'value-truncated',
          `the value runs past the end of its ${where(parent)}`,
          tag,
          valueOffset,
          parent,
        );
      length = end - valueOffset;
    }
    let children: TlvNode[] | undefined;
    if ((first & 0x20) !== 0) {
      if (depth + 1 >= MAX_TLV_DEPTH)
        throw refuse('too-deep', `templates nest deeper than ${MAX_TLV_DEPTH} levels`, tag, offset, parent);
      children = parseRange(context, valueOffset, valueOffset + length, { tag, parent }, depth + 1);
    }
    nodes.push(new TlvNode(bytes, { tag, offset, valueOffset, length }, children));
    offset = valueOffset + length;
  }
  return nodes;
}

const EMPTY = -1;
const LITERAL = -2;

/** Count of the length bytes that follow the first; `EMPTY` or `LITERAL` where lenient reading takes the first byte otherwise. */
function longLengthSize(
  context: Context,
  offset: number,
  end: number,
  tag: string,
  parent: Parent | undefined,
): number {
  if (offset >= end) throw refuse('length-missing', 'the length is missing', tag, offset, parent);
  const first = context.bytes[offset] ?? 0;
  const size = first & 0x7f;
  if (size === 0) {
    if (context.lenient) return EMPTY;
    throw refuse('length-indefinite', 'the indefinite form of length is not allowed', tag, offset, parent);
  }
  if (size > 4) {
    if (context.lenient && first !== 0xff) return LITERAL;
    throw refuse('length-reserved', 'a length takes at most four bytes', tag, offset, parent);
  }
  if (offset + 1 + size > end) throw refuse('length-missing', 'length bytes are missing', tag, offset + 1, parent);
  return size;
}

function bigEndian(bytes: Uint8Array, offset: number, size: number): number {
  let number = 0;
  for (let index = 0; index < size; index += 1) number = number * 256 + (bytes[offset + index] ?? 0);
  return number;
}

function where(parent: Parent | undefined): string {
  return parent === undefined ? 'input' : 'template';
}

function refuse(code: string, message: string, tag: string, offset: number, parent: Parent | undefined): TlvError {
  let path = tag;
  for (let at = parent; at !== undefined; at = at.parent) path = `${at.tag}.${path}`;
  return new TlvError(code, message, { tag, path, offset });
}

interface Plan {
  readonly tag: Uint8Array;
  readonly valueLength: number;
  readonly totalLength: number;
  readonly value: Uint8Array | readonly Plan[];
}

function plan(item: TlvItem, parentPath: string): Plan {
  const path = parentPath === '' ? item.tag : `${parentPath}.${item.tag}`;
  const { tag, constructed } = encodedTag(item.tag, path);
  let value: Plan['value'];
  let valueLength: number;
  if (item.value instanceof Uint8Array) {
    if (constructed) parseTlv(item.value);
    value = item.value;
    valueLength = value.length;
  } else {
    if (!constructed)
      throw new TlvError('not-a-template', 'a primitive tag cannot hold data objects', { tag: item.tag, path });
    value = item.value.map((child) => plan(child, path));
    valueLength = value.reduce((sum, each) => sum + each.totalLength, 0);
  }
  return { tag, value, valueLength, totalLength: tag.length + lengthSize(valueLength) + valueLength };
}

interface EncodedTag {
  readonly tag: Uint8Array;
  readonly constructed: boolean;
}

// Messages repeat few tags; the limit keeps strange ones from filling memory.
const MAX_KNOWN_TAGS = 1024;
const knownTags = new Map<string, EncodedTag>();

function encodedTag(text: string, path: string): EncodedTag {
  const known = knownTags.get(text);
  if (known !== undefined) return known;
  const form = tagForm(text);
  if (form === undefined) throw new TlvError('tag-malformed', 'the tag is malformed', { tag: text, path });
  const made = { tag: fromHex(text), constructed: form.constructed };
  if (knownTags.size < MAX_KNOWN_TAGS) knownTags.set(text, made);
  return made;
}

function lengthSize(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  if (length < 0x1_0000) return 3;
  return length < 0x100_0000 ? 4 : 5;
}

function write(out: Uint8Array, start: number, item: Plan): number {
  const { tag, value, valueLength } = item;
  let offset = start;
  for (const byte of tag) {
    out[offset] = byte;
    offset += 1;
  }
  const size = lengthSize(valueLength);
  if (size > 1) {
    out[offset] = 0x80 | (size - 1);
    offset += 1;
  }
  for (let shift = (size > 1 ? size - 2 : 0) * 8; shift >= 0; shift -= 8) {
    out[offset] = valueLength >>> shift;
    offset += 1;
  }
  if (value instanceof Uint8Array) {
    out.set(value, offset);
    return offset + valueLength;
  }
  for (const child of value) offset = write(out, offset, child);
  return offset;
}
