import { utf8Decode } from '@zhanggui/base';
import { BITMAP_BYTES, hasBit, setBit } from './bitmap.ts';
import { CLASS_BY_TYPE } from './characters.ts';
import { ebcdicTable } from './ebcdic.ts';
import { asciiText, type Body, bcdDigits, binaryBytes, ebcdicText, hexBytes } from './encoding.ts';
import { Iso8583Error, refuse } from './error.ts';
import { type Cursor, compileField, type FieldCodec } from './field.ts';
import { FieldRoom } from './field-room.ts';
import { Output } from './output.ts';
import type { Message, Spec } from './spec.ts';

/** One field of a dissected message and the bytes that it takes, its length prefix included. */
export interface DissectedField {
  readonly number: number;
  readonly offset: number;
  readonly end: number;
  readonly value: string | Uint8Array;
}

/** A message with the place of each field. `error` says where reading stopped; what came before it is given. */
export interface Dissection {
  readonly mti: string | undefined;
  /** All bit maps in a row. */
  readonly bitmap: Uint8Array | undefined;
  readonly fields: readonly DissectedField[];
  readonly error: Iso8583Error | undefined;
}

interface Codec {
  readonly mti: Body<string>;
  readonly bitmap: Body<Uint8Array>;
  readonly bitmaps: number;
  readonly binaryBitmap: boolean;
  /** By field number. */
  readonly fields: readonly (FieldCodec | undefined)[];
  /** The bit maps of all fields that are not plain. */
  readonly notPlain: Uint8Array;
  readonly room: FieldRoom;
}

type Value = string | Uint8Array;

const MTI_DIGITS = 4;
/** The most that an MTI and three bit maps take: 4 characters and 3 × 16 hexadecimal ones. */
const HEAD_ROOM = 52;
const codecs = new WeakMap<Spec, Codec>();
/** The dialect that was used last: most callers speak one only. */
let latest: { readonly spec: Spec; readonly codec: Codec } | undefined;
const shared = new Output();

/**
 * The bytes of a message: MTI, bit maps, fields in ascending order (ISO 8583-1:2003 clause 5.1). A fixed-length value must have
 * exactly its length unless the dialect pads it. Bit 1 and bit 65 are set as needed.
 * @throws Iso8583Error naming the field, when a value does not suit the dialect or the dialect lacks the field.
 */
export function pack<Dialect extends Spec>(spec: Dialect, message: Message<Dialect>): Uint8Array {
  const codec = codecOf(spec);
  const out = shared;
  out.at = 0;
  try {
    return writeMessage(codec, message as Message, out);
  } finally {
    out.wipe();
  }
}

/**
 * Reads a whole message; bytes left over are refused.
 * @throws Iso8583Error with the field's path and the byte's offset.
 */
export function unpack<Dialect extends Spec>(spec: Dialect, bytes: Uint8Array): Message<Dialect> {
  const codec = codecOf(spec);
  const cursor: Cursor = { bytes, at: 0, text: undefined, textAt: 0 };
  const mti = readMti(codec, cursor);
  const bitmap = readBitmap(codec, cursor);
  cursor.text = plainText(codec, bitmap, bytes, cursor.at);
  cursor.textAt = cursor.at;
  const fields = codec.room.for(bitmap);
  readFields(codec, cursor, bitmap, fields);
  return { mti, fields } as Message<Dialect>;
}

/**
 * Reads a message as far as it can be read and says where each field stands. Never throws for its input: what was
 * refused is in `error`.
 */
export function dissect(spec: Spec, bytes: Uint8Array): Dissection {
  const codec = codecOf(spec);
  const cursor: Cursor = { bytes, at: 0, text: undefined, textAt: 0 };
  const fields: DissectedField[] = [];
  let mti: string | undefined;
  let bitmap: Uint8Array | undefined;
  let error: Iso8583Error | undefined;
  try {
    mti = readMti(codec, cursor);
    bitmap = readBitmap(codec, cursor);
    readFields(codec, cursor, bitmap, {}, fields);
  } catch (caught) {
    if (!(caught instanceof Iso8583Error)) throw caught;
    error = caught;
  }
  return { mti, bitmap, fields, error };
}

/** Checks a dialect and compiles it, once; packing and unpacking do it on their first call. */
export function compile(spec: Spec): void {
  codecOf(spec);
}

function codecOf(spec: Spec): Codec {
  if (latest?.spec === spec) return latest.codec;
  const codec = codecs.get(spec) ?? makeCodec(spec);
  codecs.set(spec, codec);
  latest = { spec, codec };
  return codec;
}

function makeCodec(spec: Spec): Codec {
  const codePage = spec.coding.codePage ?? 500;
  const fields: (FieldCodec | undefined)[] = new Array(spec.bitmaps * 64 + 1).fill(undefined);
  const notPlain = new Uint8Array(spec.bitmaps * BITMAP_BYTES);
  for (const [key, field] of Object.entries(spec.fields)) {
    const number = Number(key);
    const announced = number === 65 && spec.bitmaps === 3;
    if (!Number.isInteger(number) || number < 2 || number >= fields.length || announced)
      refuse('bad-spec', 'no bit of the bit maps announces this field', key);
    const compiled = compileField(field, spec.coding, key);
    fields[number] = compiled;
    if (!compiled.plain) setBit(notPlain, number);
  }
  return {
    mti: mtiBody(spec, codePage),
    bitmap: bitmapBody(spec, codePage),
    bitmaps: spec.bitmaps,
    binaryBitmap: spec.bitmap === 'binary',
    fields,
    notPlain,
    room: new FieldRoom((number) => fields[number] !== undefined),
  };
}

function mtiBody(spec: Spec, codePage: 37 | 500 | 1047): Body<string> {
  if (spec.mti === 'bcd') return bcdDigits('left');
  return spec.mti === 'ebcdic' ? ebcdicText(codePage, CLASS_BY_TYPE.n) : asciiText(CLASS_BY_TYPE.n);
}

function bitmapBody(spec: Spec, codePage: 37 | 500 | 1047): Body<Uint8Array> {
  if (spec.bitmap === 'binary') return binaryBytes;
  return hexBytes(spec.bitmap === 'hex' ? undefined : ebcdicTable(codePage));
}

function readMti(codec: Codec, cursor: Cursor): string {
  const size = codec.mti.size(MTI_DIGITS);
  need(cursor, size, 'mti');
  const mti = codec.mti.read(cursor.bytes, cursor.at, MTI_DIGITS, 'mti');
  cursor.at += size;
  return mti;
}

/** Reads the first bit map and those that it announces, which follow it at once. */
function readBitmap(codec: Codec, cursor: Cursor): Uint8Array {
  const start = cursor.at;
  need(cursor, codec.bitmap.size(BITMAP_BYTES), 'bitmap');
  // One look at the first byte, where it is binary, saves reading the first map twice.
  const first = cursor.bytes[start] ?? 0;
  if (codec.binaryBitmap && first >= 0x80 && codec.bitmaps === 2) return readBitmaps(codec, cursor, start, 2);
  let bitmap = readBitmaps(codec, cursor, start, 1);
  if (hasBit(bitmap, 1)) {
    if (codec.bitmaps < 2) refuse('no-such-bitmap', 'the dialect has no second bit map', 'bitmap', start);
    bitmap = readBitmaps(codec, cursor, start, 2);
    if (codec.bitmaps === 3 && hasBit(bitmap, 65)) bitmap = readBitmaps(codec, cursor, start, 3);
  }
  return bitmap;
}

function readBitmaps(codec: Codec, cursor: Cursor, start: number, count: number): Uint8Array {
  const length = count * BITMAP_BYTES;
  cursor.at = start;
  const size = codec.bitmap.size(length);
  need(cursor, size, 'bitmap');
  cursor.at = start + size;
  return codec.bitmap.read(cursor.bytes, start, length, 'bitmap');
}

/**
 * The text of all fields, decoded in one go where each of them is plain: many small texts cost more than one large one. It is
 * used only behind bytes that are checked to be ASCII, so the two run side by side. The values share its memory.
 */
function plainText(codec: Codec, bitmap: Uint8Array, bytes: Uint8Array, at: number): string | undefined {
  for (let index = 0; index < bitmap.length; index += 1)
    if (((bitmap[index] ?? 0) & (codec.notPlain[index] ?? 0)) !== 0) return undefined;
  try {
    return utf8Decode(bytes.subarray(at));
  } catch {
    // A byte that is no text: reading field by field finds it and says where it stands.
    return undefined;
  }
}

/** Reads the fields that the bit maps announce into `values`, and where each one stands into `places`. */
function readFields(
  codec: Codec,
  cursor: Cursor,
  bitmap: Uint8Array,
  values: Record<number, Value>,
  places?: DissectedField[],
): void {
  for (let index = 0; index < bitmap.length; index += 1) {
    let rest = bitmap[index] ?? 0;
    while (rest !== 0) {
      const bit = Math.clz32(rest) - 24;
      rest &= ~(0x80 >> bit);
      const number = index * 8 + bit + 1;
      if (number === 1 || (number === 65 && codec.bitmaps === 3)) continue;
      const field = codec.fields[number];
      if (field === undefined) refuse('no-such-field', 'the dialect has no such field', String(number), cursor.at);
      const offset = cursor.at;
      const value = field.read(cursor);
      values[number] = value;
      places?.push({ number, offset, end: cursor.at, value });
    }
  }
  const left = cursor.bytes.length - cursor.at;
  if (left > 0) refuse('trailing-bytes', `${left} bytes are left over behind the last field`, '', cursor.at);
}

function need(cursor: Cursor, size: number, path: string): void {
  const left = cursor.bytes.length - cursor.at;
  if (left < size) refuse('truncated', `${left} of ${size} bytes are there`, path, cursor.at);
}

function writeMessage(codec: Codec, message: Message, out: Output): Uint8Array {
  const { mti } = message;
  if (typeof mti !== 'string' || mti.length !== MTI_DIGITS) refuse('bad-mti', 'an MTI is four digits', 'mti');
  // The fields come first, behind the room that the MTI and the bit maps can take: how many bit maps there are is known
  // only when the last field is.
  out.at = HEAD_ROOM;
  const bitmap = writeFields(codec, message.fields, out);
  const end = out.at;
  const start = HEAD_ROOM - codec.mti.size(MTI_DIGITS) - codec.bitmap.size(bitmap.length);
  out.at = start;
  codec.mti.write(out, mti, 'mti');
  codec.bitmap.write(out, bitmap, 'bitmap');
  out.at = end;
  return out.bytes.slice(start, end);
}

/** Writes the fields in ascending order and returns the bit maps that announce them. */
function writeFields(codec: Codec, fields: Message['fields'], out: Output): Uint8Array {
  const codecs = codec.fields;
  let bitmap: Uint8Array = new Uint8Array(BITMAP_BYTES);
  let present = 0;
  for (let number = 2; number < codecs.length; number += 1) {
    const value = fields[number];
    if (value === undefined) continue;
    const field = codecs[number];
    if (field === undefined) refuse('no-such-field', 'the dialect has no such field', String(number));
    if (number > bitmap.length * 8) bitmap = extended(bitmap, number);
    field.write(out, value);
    setBit(bitmap, number);
    present += 1;
  }
  // Counting the values is half the cost of counting the keys, which would become texts first.
  if (Object.values(fields).length !== present) refuseStrays(fields, codecs.length);
  return bitmap;
}

/** The bit maps with as many more as `number` needs, announced. */
function extended(bitmap: Uint8Array, number: number): Uint8Array {
  const maps = number <= 2 * 64 ? 2 : 3;
  const longer = new Uint8Array(maps * BITMAP_BYTES);
  longer.set(bitmap);
  setBit(longer, 1);
  if (maps === 3) setBit(longer, 65);
  return longer;
}

/** Refuses what stands among the fields without being one; absent values are no fault. */
function refuseStrays(fields: Message['fields'], limit: number): void {
  for (const [key, value] of Object.entries(fields)) {
    const number = Number(key);
    const known = Number.isInteger(number) && number >= 2 && number < limit;
    if (value !== undefined && !known) refuse('no-such-field', 'the dialect has no such field', key);
  }
}
