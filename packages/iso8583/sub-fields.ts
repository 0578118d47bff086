import { concatBytes } from '@zhanggui/base';
import { hasBit, setBit } from './bitmap.ts';
import { copyBytes } from './copy.ts';
import { refuse } from './error.ts';
import { compileField } from './field.ts';
import { Output } from './output.ts';
import type { Sensitivity, SubFieldSpec } from './spec.ts';
import { decodeDataObjects, encodeDataObjects } from './tlv.ts';

/** One element inside a field: `id` is its position, number or tag. */
export interface SubField {
  readonly id: string;
  readonly value: string | Uint8Array;
  readonly name?: string;
  readonly sensitivity?: Sensitivity;
}

type Positional = Extract<SubFieldSpec, { layout: 'positional' }>;
type TagLengthValue = Extract<SubFieldSpec, { layout: 'tag-length-value' }>;
type Bitmapped = Extract<SubFieldSpec, { layout: 'bitmap' }>;

/**
 * The elements inside a field's value, in their order on the wire.
 * @param path the field's path, for refusals.
 * @throws Iso8583Error with the element's path (`60.2`, `55.9F26`) when the value does not have the layout.
 */
export function decodeSubFields(layout: SubFieldSpec, value: string | Uint8Array, path = ''): SubField[] {
  switch (layout.layout) {
    case 'positional':
      return decodePositional(layout, value, path);
    case 'ber-tlv':
      return decodeDataObjects(bytesOf(value, path), path).map(({ tag, value: content }) => {
        const name = layout.names?.[tag];
        return { id: tag, value: content, sensitivity: 'chip' as const, ...(name === undefined ? {} : { name }) };
      });
    case 'tag-length-value':
      return decodeTagLengthValue(layout, textOf(value, path), path);
    case 'bitmap':
      return decodeBitmapped(layout, bytesOf(value, path), path);
  }
}

/**
 * The value of a field from its elements, which must be in the order of the layout. Text layouts give text, the others
 * bytes; a positional layout gives what its elements are.
 * @throws Iso8583Error when an element is missing, unknown or of the wrong length.
 */
export function encodeSubFields(layout: SubFieldSpec, elements: readonly SubField[], path = ''): string | Uint8Array {
  switch (layout.layout) {
    case 'positional':
      return encodePositional(layout, elements, path);
    case 'ber-tlv':
      return encodeDataObjects(elements.map(({ id, value }) => ({ tag: id, value: bytesOf(value, inside(path, id)) })));
    case 'tag-length-value':
      return elements.map((element) => encodeTextElement(layout, element, path)).join('');
    case 'bitmap':
      return encodeBitmapped(layout, elements, path);
  }
}

/** Length of all the parts of a positional layout together. */
export function totalLength(layout: Positional): number {
  return Object.values(layout.parts).reduce((sum, part) => sum + part.length, 0);
}

function decodePositional(layout: Positional, value: string | Uint8Array, path: string): SubField[] {
  const elements: SubField[] = [];
  let at = 0;
  for (const [id, part] of Object.entries(layout.parts)) {
    if (at === value.length) return elements;
    const left = value.length - at;
    if (left < part.length) refuse('truncated', `${left} of ${part.length} are there`, inside(path, id), at);
    const { name, sensitivity } = part;
    const content = partOf(value, at, at + part.length);
    elements.push({ id, value: content, name, ...(sensitivity === undefined ? {} : { sensitivity }) });
    at += part.length;
  }
  if (at === value.length) return elements;
  if (layout.rest === undefined) refuse('too-long', `${value.length - at} more than the layout holds`, path, at);
  elements.push({ id: layout.rest, value: partOf(value, at, value.length) });
  return elements;
}

function encodePositional(layout: Positional, elements: readonly SubField[], path: string): string | Uint8Array {
  const parts = Object.entries(layout.parts);
  elements.forEach(({ id, value }, index) => {
    const [expected, part] = parts[index] ?? [layout.rest, undefined];
    if (id !== expected) refuse('bad-order', 'the parts are not those of the layout in their order', inside(path, id));
    if (part !== undefined && value.length !== part.length)
      refuse('bad-length', `length ${value.length} where it is ${part.length}`, inside(path, id));
  });
  const values = elements.map(({ value }) => value);
  if (values.every((value) => typeof value === 'string')) return values.join('');
  return concatBytes(...values.map((value) => bytesOf(value, path)));
}

function decodeTagLengthValue(layout: TagLengthValue, text: string, path: string): SubField[] {
  const { tagLength, lengthDigits } = layout;
  const elements: SubField[] = [];
  let at = 0;
  while (at < text.length) {
    const valueAt = at + tagLength + lengthDigits;
    const id = text.slice(at, at + tagLength);
    const digits = text.slice(at + tagLength, valueAt);
    if (digits.length < lengthDigits) refuse('truncated', 'an element is cut', path, at);
    if (!/^\d+$/.test(digits)) refuse('bad-length', 'the length is not written in digits', path, at + tagLength);
    const end = valueAt + Number(digits);
    if (end > text.length) refuse('truncated', 'the value of an element is cut', path, valueAt);
    elements.push({ id, value: text.slice(valueAt, end) });
    at = end;
  }
  return elements;
}

function encodeTextElement(layout: TagLengthValue, { id, value }: SubField, path: string): string {
  const where = inside(path, id);
  const text = textOf(value, where);
  const digits = String(text.length);
  if (id.length !== layout.tagLength) refuse('bad-tag', `a tag has ${layout.tagLength} characters`, where);
  if (digits.length > layout.lengthDigits) refuse('too-long', 'the length does not fit into its digits', where);
  return id + digits.padStart(layout.lengthDigits, '0') + text;
}

function decodeBitmapped(layout: Bitmapped, bytes: Uint8Array, path: string): SubField[] {
  const { bitmapBytes } = layout;
  if (bytes.length < bitmapBytes) refuse('truncated', 'the bit map is cut', path, 0);
  const cursor = { bytes, at: bitmapBytes };
  const elements: SubField[] = [];
  for (let number = 1; number <= bitmapBytes * 8; number += 1) {
    if (!hasBit(bytes, number)) continue;
    const field = layout.fields[number];
    const where = inside(path, String(number));
    if (field === undefined) return refuse('no-such-field', 'the layout has no such element', where, cursor.at);
    const value = compileField(field, layout.coding, where).read(cursor);
    const { name, sensitivity } = field;
    elements.push({ id: String(number), value, name, ...(sensitivity === undefined ? {} : { sensitivity }) });
  }
  if (cursor.at < bytes.length) refuse('trailing-bytes', 'bytes are left over', path, cursor.at);
  return elements;
}

function encodeBitmapped(layout: Bitmapped, elements: readonly SubField[], path: string): Uint8Array {
  const out = new Output();
  const bitmap = new Uint8Array(layout.bitmapBytes);
  out.reserve(bitmap.length);
  let last = 0;
  for (const { id, value } of elements) {
    const number = Number(id);
    const field = layout.fields[number];
    const where = inside(path, id);
    if (field === undefined || number > bitmap.length * 8) return refuse('no-such-field', 'no such element', where);
    if (number <= last) refuse('bad-order', 'the elements are not in ascending order', where);
    last = number;
    compileField(field, layout.coding, where).write(out, value);
    setBit(bitmap, number);
  }
  out.bytes.set(bitmap, 0);
  return out.bytes.slice(0, out.at);
}

function partOf(value: string | Uint8Array, from: number, to: number): string | Uint8Array {
  return typeof value === 'string' ? value.slice(from, to) : copyBytes(value, from, to);
}

function inside(path: string, id: string): string {
  return path === '' ? id : `${path}.${id}`;
}

function bytesOf(value: string | Uint8Array, path: string): Uint8Array {
  return typeof value === 'string' ? refuse('bad-type', 'the value is not a byte array', path) : value;
}

function textOf(value: string | Uint8Array, path: string): string {
  return typeof value === 'string' ? value : refuse('bad-type', 'the value is not a text', path);
}
