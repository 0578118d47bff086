import { fromHex, toHex } from '@zhanggui/base';
import { type CodePage, type FieldSpec, Iso8583Error, type Spec } from '@zhanggui/iso8583';
import type { Inputs, TopicContext } from '../kind.ts';

/** A field's value as the vectors write it: text, or hexadecimal for bytes. */
export function written(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : toHex(value);
}

/** The bytes of a hexadecimal text; what is not hexadecimal is refused as the package refuses it. */
export function bytesOf(value: unknown): Uint8Array {
  try {
    return fromHex(textOf(value));
  } catch (cause) {
    throw new Iso8583Error('hex', 'not hexadecimal text', { cause });
  }
}

/** A text of a vector; one without it is malformed. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('the vector lacks a text');
  return value;
}

/** A value of a vector for a field: bytes when the field holds bytes. */
export function valueFor(field: FieldSpec | undefined, value: unknown): string | Uint8Array {
  return field?.type === 'b' || field?.type === 'ber-tlv' ? bytesOf(value) : textOf(value);
}

/** A dialect in the form of `conventions.specs`. */
interface WrittenSpec {
  readonly mti: 'ascii' | 'bcd' | 'ebcdic';
  readonly bitmap: 'hex' | 'binary' | 'hex-ebcdic';
  readonly fields: Readonly<Record<string, WrittenField>>;
}

/** A field in the form of `conventions.specs`, or of the kind `field`. */
export interface WrittenField {
  readonly type?: string;
  readonly format?: string;
  readonly length?: number;
  readonly encoding: string;
  readonly prefixEncoding?: string;
  readonly prefixBytes?: number;
  readonly lengthCounts?: string;
  readonly oddPad?: 'left' | 'right';
  readonly charset?: string;
  readonly codePage?: CodePage;
}

/** What all the written dialects leave open; the character classes of the types are not among their rules. */
export const CODING = {
  digits: 'ascii',
  text: 'ascii',
  binary: 'binary',
  prefix: 'ascii',
  characters: 'any',
} as const satisfies Spec['coding'];

/** The dialect of a vector: a name in the conventions, or written out. */
export function specOf(inputs: Inputs, context: TopicContext): Spec {
  const named = context.conventions.specs as Readonly<Record<string, WrittenSpec>>;
  const spec = typeof inputs.spec === 'string' ? named[inputs.spec] : (inputs.spec as WrittenSpec | undefined);
  if (spec === undefined) throw new TypeError('the vector names no dialect');
  const fields = Object.entries(spec.fields).map(([number, field]) => [number, fieldOf(field)] as const);
  const highest = Math.max(...fields.map(([number]) => Number(number)));
  return {
    name: typeof inputs.spec === 'string' ? inputs.spec : 'written out',
    mti: spec.mti,
    bitmap: spec.bitmap,
    bitmaps: highest > 128 ? 3 : 2,
    coding: CODING,
    fields: Object.fromEntries(fields),
  };
}

/**
 * A written field in the package's form. Bytes whose length counts nibbles and may be odd are read nibble by nibble, like a
 * packed track.
 */
export function fieldOf(field: WrittenField): FieldSpec {
  if (field.encoding === 'binary' && field.lengthCounts === 'nibbles' && field.oddPad !== undefined) {
    const { lengthCounts, ...rest } = field;
    return { ...fieldOf({ ...rest, type: 'z', encoding: 'bcd' }), separator: 'D' };
  }
  const bytes = field.encoding === 'binary' || field.encoding === 'hex';
  const type = (bytes ? 'b' : (field.type ?? 'ans')) as FieldSpec['type'];
  const encoding = (field.encoding === 'x+bcd' ? 'bcd' : field.encoding) as NonNullable<FieldSpec['encoding']>;
  const prefix = prefixOf(field);
  const counts = field.lengthCounts;
  return {
    name: '',
    type,
    encoding,
    length: field.length ?? 10 ** (prefix?.prefix.length ?? 0) - 1,
    ...prefix,
    ...(field.oddPad === undefined ? {} : { oddPad: field.oddPad }),
    ...(field.charset === 'gbk' || field.charset === 'utf-8' ? { charset: field.charset } : {}),
    ...(counts === 'bytes' || counts === 'nibbles' ? { lengthCounts: counts } : {}),
  };
}

/** `format` gives the digits of the prefix; without it, `prefixBytes` does (two digits a byte in BCD). */
function prefixOf(field: WrittenField): (Pick<FieldSpec, 'prefixEncoding'> & { prefix: 'LL' }) | undefined {
  const encoding = field.prefixEncoding?.replace(/\d+$/, '') as FieldSpec['prefixEncoding'];
  if (encoding === undefined || field.format === 'fixed') return undefined;
  const bytes = field.prefixBytes ?? 0;
  const digits = field.format?.replace(/VAR$/, '').length ?? (encoding === 'bcd' ? bytes * 2 : bytes);
  const prefix = 'L'.repeat(digits) as 'LL';
  return { prefix, prefixEncoding: encoding, ...(field.prefixBytes === undefined ? {} : { prefixBytes: bytes }) };
}
