import { readBcd, writeBcd } from './bcd.ts';
import { ebcdicTable } from './ebcdic.ts';
import { refuse } from './error.ts';
import { Output } from './output.ts';
import type { CodePage, PrefixEncoding } from './spec.ts';

/** A length prefix of `digits` decimal digits, or of `bytes` bytes when it is `binary`. */
export interface PrefixSpec {
  readonly encoding: PrefixEncoding;
  readonly digits: number;
  readonly bytes?: number;
  /** The largest length that the field allows. */
  readonly max: number;
  readonly codePage?: CodePage;
}

/** A length prefix, compiled. */
export interface PrefixCodec {
  /** Bytes that the prefix takes. */
  readonly size: number;
  readonly max: number;
  readonly wire: Wire;
  /** The largest length that the prefix can say. */
  readonly capacity: number;
}

/** How a length stands on the wire, whatever it is worth. */
interface Wire {
  readonly size: number;
  read(bytes: Uint8Array, at: number, path: string): number;
  write(out: Output, length: number, path: string): void;
}

/** Compiles a prefix. */
export function prefixCodec(spec: PrefixSpec): PrefixCodec {
  const wire = wireCodec(spec);
  const capacity = spec.encoding === 'binary' ? 256 ** wire.size - 1 : 10 ** spec.digits - 1;
  return { size: wire.size, max: spec.max, wire, capacity };
}

/** The length at `at`; the caller has checked that the prefix's bytes are there. A length above the maximum is refused. */
export function readPrefix(codec: PrefixCodec, bytes: Uint8Array, at: number, path: string): number {
  const length = codec.wire.read(bytes, at, path);
  if (length > codec.max) refuse('too-long', `length ${length} is above the maximum of ${codec.max}`, path, at);
  return length;
}

/** Writes a length; one above the maximum, or above what the prefix can say, is refused. */
export function writePrefix(codec: PrefixCodec, out: Output, length: number, path: string): void {
  const { max, capacity } = codec;
  if (length > max) refuse('too-long', `length ${length} is above the maximum of ${max}`, path);
  if (length > capacity) refuse('prefix-too-small', `length ${length} does not fit into the prefix`, path);
  codec.wire.write(out, length, path);
}

/**
 * The bytes of a length prefix (LLVAR and its like, ISO 8583-1:2003 clause 6.2.1).
 * @throws Iso8583Error `too-long` or `prefix-too-small`.
 */
export function encodePrefix(spec: PrefixSpec, length: number): Uint8Array {
  if (!Number.isSafeInteger(length) || length < 0) refuse('bad-length', 'a length is a whole number from 0', '');
  const out = new Output();
  writePrefix(prefixCodec(spec), out, length, '');
  return out.bytes.slice(0, out.at);
}

/**
 * Reads a length prefix from the front of `bytes`.
 * @returns the length and how many bytes the prefix took.
 * @throws Iso8583Error `truncated`, `not-bcd`, `bad-character` or `too-long`.
 */
export function decodePrefix(spec: PrefixSpec, bytes: Uint8Array): { length: number; bytesRead: number } {
  const codec = prefixCodec(spec);
  if (bytes.length < codec.size) refuse('truncated', `${bytes.length} of ${codec.size} prefix bytes`, '', 0);
  return { length: readPrefix(codec, bytes, 0, ''), bytesRead: codec.size };
}

function wireCodec(spec: PrefixSpec): Wire {
  switch (spec.encoding) {
    case 'ascii':
      return zonedPrefix(spec.digits, 0x30);
    case 'ebcdic':
      return zonedPrefix(spec.digits, ebcdicTable(spec.codePage ?? 500).fromLatin[0x30] ?? 0);
    case 'bcd':
      return spec.digits <= 4 ? shortBcdPrefix(spec.digits) : bcdPrefix(spec.digits);
    case 'binary':
      return binaryPrefix(spec.bytes ?? defaultBytes(spec.digits));
    default:
      return refuse('bad-spec', 'there is no such encoding of a length', '');
  }
}

function defaultBytes(digits: number): number {
  if (digits <= 2) return 1;
  return digits <= 4 ? 2 : 3;
}

/** One byte a digit; the ten digits follow one another from `zero` in ASCII and in EBCDIC. */
function zonedPrefix(digits: number, zero: number): Wire {
  return {
    size: digits,
    read(bytes, at, path) {
      let length = 0;
      for (let index = at; index < at + digits; index += 1) {
        const digit = (bytes[index] ?? 0) - zero;
        if (digit >>> 0 > 9) refuse('bad-length', 'the length is not written in digits', path, index);
        length = length * 10 + digit;
      }
      return length;
    },
    write(out, length) {
      const at = out.reserve(digits);
      let rest = length;
      for (let index = at + digits - 1; index >= at; index -= 1) {
        out.bytes[index] = zero + (rest % 10);
        rest = Math.floor(rest / 10);
      }
    },
  };
}

/** Up to four packed digits, without going through text. */
function shortBcdPrefix(digits: number): Wire {
  const size = (digits + 1) >> 1;
  return {
    size,
    read(bytes, at, path) {
      let length = 0;
      for (let index = at; index < at + size; index += 1) {
        const byte = bytes[index] ?? 0;
        if ((byte & 15) > 9 || byte > 0x99) refuse('not-bcd', 'a nibble of the length is above 9', path, index);
        length = length * 100 + (byte >> 4) * 10 + (byte & 15);
      }
      return length;
    },
    write(out, length) {
      const at = out.reserve(size);
      let rest = length;
      for (let index = at + size - 1; index >= at; index -= 1) {
        const pair = rest % 100;
        out.bytes[index] = (Math.trunc(pair / 10) << 4) | (pair % 10);
        rest = Math.trunc(rest / 100);
      }
    },
  };
}

function bcdPrefix(digits: number): Wire {
  return {
    size: (digits + 1) >> 1,
    read: (bytes, at, path) => Number(readBcd(bytes, at, digits, 'left', path)),
    write: (out, length, path) => writeBcd(out, String(length).padStart(digits, '0'), 'left', path),
  };
}

function binaryPrefix(size: number): Wire {
  return {
    size,
    read(bytes, at) {
      let length = 0;
      for (let index = at; index < at + size; index += 1) length = length * 256 + (bytes[index] ?? 0);
      return length;
    },
    write(out, length) {
      const at = out.reserve(size);
      let rest = length;
      for (let index = at + size - 1; index >= at; index -= 1) {
        out.bytes[index] = rest % 256;
        rest = Math.floor(rest / 256);
      }
    },
  };
}
