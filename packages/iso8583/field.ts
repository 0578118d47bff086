import { ANY_CHARACTER, CLASS_BY_TYPE } from './characters.ts';
import { gbk, utf8 } from './charset.ts';
import { ebcdicTable } from './ebcdic.ts';
import {
  asciiText,
  type Body,
  bcdDigits,
  bcdTrack,
  binaryBytes,
  charsetText,
  ebcdicText,
  hexBytes,
  signed,
} from './encoding.ts';
import { refuse } from './error.ts';
import { Output } from './output.ts';
import { checkPadding, fill, strip } from './padding.ts';
import { type PrefixCodec, prefixCodec, readPrefix, writePrefix } from './prefix.ts';
import type { Coding, Encoding, FieldSpec } from './spec.ts';

/** Where a decoder stands in its input. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  /** The text from `textAt` on, given only where all fields from there are plain: their values are cut out of it. */
  text?: string | undefined;
  textAt?: number;
}

/** One field, compiled. */
export interface FieldCodec {
  readonly path: string;
  /** Whether every byte of the field, its prefix included, is an ASCII character that is checked before it is used. */
  readonly plain: boolean;
  /** Reads the field and moves the cursor behind it. */
  read(cursor: Cursor): string | Uint8Array;
  write(out: Output, value: string | Uint8Array): void;
}

/**
 * Compiles one field of a dialect. `path` names it in refusals.
 * @throws Iso8583Error `bad-spec` when the field's attributes contradict one another.
 */
export function compileField(spec: FieldSpec, coding: Coding, path: string): FieldCodec {
  const text = spec.type !== 'b' && spec.type !== 'ber-tlv';
  const body = text ? textBody(spec, coding, path) : bytesBody(spec, coding, path);
  const checked = typedBody(body, text, path);
  if (spec.prefix === undefined) return fixedField(spec, checked, path);
  return variableField(spec, checked, coding, path);
}

/**
 * Reads a single field from the front of `bytes`.
 * @throws Iso8583Error when the bytes do not hold such a field.
 */
export function decodeField(
  spec: FieldSpec,
  coding: Coding,
  bytes: Uint8Array,
): { value: string | Uint8Array; bytesRead: number } {
  const cursor = { bytes, at: 0 };
  const value = compileField(spec, coding, '').read(cursor);
  return { value, bytesRead: cursor.at };
}

/**
 * The bytes of a single field with its length prefix.
 * @throws Iso8583Error when the value does not suit the field.
 */
export function encodeField(spec: FieldSpec, coding: Coding, value: string | Uint8Array): Uint8Array {
  const out = new Output();
  compileField(spec, coding, '').write(out, value);
  return out.bytes.slice(0, out.at);
}

function fixedField(spec: FieldSpec, body: Body, path: string): FieldCodec {
  const { length, padding } = spec;
  const size = body.size(length);
  if (padding !== undefined) checkPadding(padding, path);
  return {
    path,
    plain: body.check !== undefined,
    read(cursor) {
      const at = cursor.at;
      const left = cursor.bytes.length - at;
      if (left < size) refuse('truncated', `${left} of ${size} bytes are there`, path, at);
      cursor.at = at + size;
      const value = readBody(body, cursor, at, length, path);
      return padding !== undefined && typeof value === 'string' ? strip(value, padding) : value;
    },
    write(out, given) {
      const value = padding !== undefined && typeof given === 'string' ? fill(given, length, padding) : given;
      const units = body.units(value, path);
      if (units !== length) refuse('bad-length', `length ${units} where it is ${length}`, path);
      body.write(out, value, path);
    },
  };
}

function variableField(spec: FieldSpec, body: Body, coding: Coding, path: string): FieldCodec {
  const counting = countingOf(spec, body, path);
  const countsUnits = (spec.lengthCounts ?? 'units') === 'units';
  const oneByteAUnit = body.check !== undefined;
  const prefixEncoding = spec.prefixEncoding ?? coding.prefix;
  const prefix: PrefixCodec = prefixCodec({
    encoding: prefixEncoding,
    digits: spec.prefix?.length ?? 0,
    max: counting.fromUnits(spec.length),
    ...(spec.prefixBytes === undefined ? {} : { bytes: spec.prefixBytes }),
    ...(coding.codePage === undefined ? {} : { codePage: coding.codePage }),
  });
  return {
    path,
    plain: oneByteAUnit && prefixEncoding === 'ascii',
    read(cursor) {
      const start = cursor.at;
      const bytes = cursor.bytes;
      const left = bytes.length - start;
      if (left < prefix.size) refuse('truncated', `${left} of ${prefix.size} prefix bytes are there`, path, start);
      const count = readPrefix(prefix, bytes, start, path);
      const units = countsUnits ? count : counting.toUnits(count, start);
      const at = start + prefix.size;
      const size = oneByteAUnit ? units : body.size(units);
      if (bytes.length - at < size) refuse('truncated', `${bytes.length - at} of ${size} bytes are there`, path, at);
      cursor.at = at + size;
      return readBody(body, cursor, at, units, path);
    },
    write(out, value) {
      const units = body.units(value, path);
      writePrefix(prefix, out, countsUnits ? units : counting.fromUnits(units), path);
      body.write(out, value, path);
    },
  };
}

/** The value at `at`, cut out of the text of the message where there is one. */
function readBody(body: Body, cursor: Cursor, at: number, units: number, path: string): string | Uint8Array {
  const { bytes, text, textAt = 0 } = cursor;
  if (text === undefined || body.check === undefined) return body.read(bytes, at, units, path);
  body.check(bytes, at, at + units, path);
  return text.slice(at - textAt, at - textAt + units);
}

interface Counting {
  fromUnits(units: number): number;
  toUnits(count: number, offset: number): number;
}

/** What the length prefix counts, against the units of the value. */
function countingOf(spec: FieldSpec, body: Body, path: string): Counting {
  const same = (count: number): number => count;
  switch (spec.lengthCounts ?? 'units') {
    case 'units':
      return { fromUnits: same, toUnits: same };
    case 'bytes': {
      const unitsPerByte = body.size(2) === 1 ? 2 : 1;
      const bytesPerUnit = body.size(1) === 2 ? 2 : 1;
      return {
        fromUnits(units) {
          if (units % unitsPerByte !== 0)
            refuse('bad-length', 'a length in bytes needs an even number of digits', path);
          return body.size(units);
        },
        toUnits(count, offset) {
          if (count % bytesPerUnit !== 0) refuse('bad-length', 'the length cuts a byte', path, offset);
          return (count * unitsPerByte) / bytesPerUnit;
        },
      };
    }
    case 'nibbles':
      return {
        fromUnits: (units) => units * 2,
        toUnits(count, offset) {
          if (count % 2 !== 0) refuse('bad-length', 'the length cuts a byte', path, offset);
          return count / 2;
        },
      };
  }
}

function textBody(spec: FieldSpec, coding: Coding, path: string): Body<string> {
  const { type } = spec;
  if (type === 'b' || type === 'ber-tlv') return refuse('bad-spec', 'bytes are not text', path);
  if (spec.charset !== undefined) return charsetText(spec.charset === 'gbk' ? gbk : utf8);
  const any = coding.characters === 'any';
  const numeric = type === 'n' || type === 'z' || type === 'x+n';
  const encoding: Encoding = spec.encoding ?? (numeric ? coding.digits : coding.text);
  const variablePad = spec.prefix === undefined ? undefined : coding.oddPadVariable;
  const oddPad = spec.oddPad ?? variablePad ?? coding.oddPad ?? 'left';
  const plain = (allowed: number): Body<string> => {
    if (encoding === 'ebcdic' || (encoding === 'bcd' && coding.text === 'ebcdic'))
      return ebcdicText(coding.codePage ?? 500, any ? ANY_CHARACTER : allowed);
    return asciiText(any ? ANY_CHARACTER : allowed);
  };
  if (encoding !== 'ascii' && encoding !== 'ebcdic' && encoding !== 'bcd')
    refuse('bad-spec', `${type} cannot be encoded as ${encoding}`, path);
  if (type === 'x+n') {
    const digits = encoding === 'bcd' ? bcdDigits(oddPad) : plain(CLASS_BY_TYPE.n);
    return signed(plain(CLASS_BY_TYPE.a), digits, any);
  }
  if (encoding !== 'bcd') return plain(CLASS_BY_TYPE[type]);
  if (type === 'n') return bcdDigits(oddPad);
  if (type === 'z') return bcdTrack(oddPad, spec.separator ?? '=');
  return refuse('bad-spec', `${type} cannot be encoded as bcd`, path);
}

function bytesBody(spec: FieldSpec, coding: Coding, path: string): Body<Uint8Array> {
  const encoding = spec.encoding ?? coding.binary;
  switch (encoding) {
    case 'binary':
      return binaryBytes;
    case 'hex':
      return hexBytes();
    case 'hex-ebcdic':
      return hexBytes(ebcdicTable(coding.codePage ?? 500));
    default:
      return refuse('bad-spec', `bytes cannot be encoded as ${encoding}`, path);
  }
}

/** Refuses a value of the wrong JavaScript type, which only untyped callers can give. */
function typedBody(body: Body<string> | Body<Uint8Array>, text: boolean, path: string): Body {
  const any = body as Body;
  const units = any.units;
  return {
    size: any.size,
    read: any.read,
    write: any.write,
    check: any.check,
    units(value) {
      const right = text ? typeof value === 'string' : value instanceof Uint8Array;
      if (!right) refuse('bad-type', text ? 'the value is not a text' : 'the value is not a byte array', path);
      return units(value, path);
    },
  };
}
