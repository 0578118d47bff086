import { concatBytes } from '@zhanggui/base';
import { CryptoRefusal } from './refusal.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;

/** An unsigned integer or octets, the two kinds of member that SM2 structures have (GB/T 35276). */
export type DerMember =
  | { readonly kind: 'integer'; readonly bytes: Uint8Array }
  | { readonly kind: 'octets'; readonly bytes: Uint8Array };

/** DER of a SEQUENCE of members (ITU-T X.690); integers are given as unsigned big-endian bytes of any width. */
export function encodeDerSequence(members: readonly DerMember[]): Uint8Array {
  return element(
    SEQUENCE,
    concatBytes(
      ...members.map(({ kind, bytes }) =>
        kind === 'integer' ? element(INTEGER, minimalInteger(bytes)) : element(OCTET_STRING, bytes),
      ),
    ),
  );
}

/**
 * The members of a SEQUENCE, in the order of `kinds`, integers without their leading zeros. Strict: shortest lengths, shortest
 * integers, none negative, nothing behind.
 * @throws CryptoRefusal `der` with the offset of what is wrong.
 */
export function decodeDerSequence(bytes: Uint8Array, kinds: readonly DerMember['kind'][]): readonly Uint8Array[] {
  const outer = readElement(bytes, 0, SEQUENCE);
  if (outer.end !== bytes.length) throw refusal('there are bytes behind the sequence', outer.end);
  let offset = outer.start;
  const members = kinds.map((kind) => {
    const { start, end } = readElement(bytes, offset, kind === 'integer' ? INTEGER : OCTET_STRING);
    offset = end;
    return kind === 'integer' ? unsignedInteger(bytes.slice(start, end), start) : bytes.slice(start, end);
  });
  if (offset !== outer.end) throw refusal('the sequence has more members than it should', offset);
  return members;
}

function element(tag: number, content: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(tag), lengthBytes(content.length), content);
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

function minimalInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first < 0) return Uint8Array.of(0);
  const digits = bytes.subarray(first);
  return (digits[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), digits) : digits;
}

function unsignedInteger(content: Uint8Array, offset: number): Uint8Array {
  const [first, second = 0] = content;
  if (first === undefined) throw refusal('an integer has no bytes', offset);
  if (first >= 0x80) throw refusal('an integer is negative', offset);
  if (first === 0 && content.length > 1 && second < 0x80) throw refusal('an integer is longer than it need be', offset);
  return first === 0 ? content.subarray(1) : content;
}

function readElement(bytes: Uint8Array, offset: number, tag: number): { readonly start: number; readonly end: number } {
  if (bytes[offset] !== tag) throw refusal('another type was expected', offset);
  const first = bytes[offset + 1];
  if (first === undefined) throw refusal('a length is missing', offset + 1);
  const count = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || count > 4) throw refusal('a length has no definite form of up to four bytes', offset + 1);
  const start = offset + 2 + count;
  if (start > bytes.length) throw refusal('a length is cut off', offset + 1);
  const length = count === 0 ? first : bytes.subarray(offset + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  if (count > 0 && lengthBytes(length).length !== count + 1)
    throw refusal('a length is longer than it need be', offset + 1);
  if (start + length > bytes.length) throw refusal('an element is cut off', start);
  return { start, end: start + length };
}

function refusal(message: string, offset: number): CryptoRefusal {
  return new CryptoRefusal('der', message, { offset });
}
