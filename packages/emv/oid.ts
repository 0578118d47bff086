import { EmvRefusal } from './refusal.ts';

/**
 * Content octets of an OBJECT IDENTIFIER value (without tag and length). ISO/IEC 8825-1 clause 8.19.
 * @param oid dotted decimal text, such as `2.5.4.3`.
 * @throws EmvRefusal `oid-malformed` when an arc is missing, not a number, or outside its range (first 0–2; second below 40
 * under 0 and 1; each at most 2^53 − 1 after joining).
 */
export function encodeOid(oid: string): Uint8Array {
  const parts = oid.split('.');
  if (parts.length < 2 || !parts.every((part) => /^(?:0|[1-9]\d{0,14})$/.test(part)))
    throw new EmvRefusal('oid-malformed', 'an object identifier is at least two decimal arcs with dots between');
  const [first = 0, second = 0, ...rest] = parts.map(Number);
  if (first > 2 || (first < 2 && second > 39))
    throw new EmvRefusal('oid-malformed', 'the first two arcs of the object identifier are outside their range');
  return Uint8Array.from([first * 40 + second, ...rest].flatMap(base128));
}

/**
 * Dotted text of the content octets of an OBJECT IDENTIFIER. ISO/IEC 8825-1 clause 8.19.
 * @throws EmvRefusal `oid-malformed` when it is empty, ends inside an arc, pads an arc with 80, or an arc exceeds 2^49.
 */
export function decodeOid(bytes: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  let open = false;
  for (const [offset, byte] of bytes.entries()) {
    if ((!open && byte === 0x80) || arc > 2 ** 42)
      throw new EmvRefusal('oid-malformed', 'an arc of the object identifier is malformed', { offset });
    arc = arc * 128 + (byte & 0x7f);
    open = byte > 0x7f;
    if (!open) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [joined, ...rest] = arcs;
  if (open || joined === undefined)
    throw new EmvRefusal('oid-malformed', 'the object identifier is not whole', { offset: bytes.length });
  const first = Math.min(2, Math.floor(joined / 40));
  return [first, joined - first * 40, ...rest].join('.');
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift(0x80 | (rest % 128));
  return digits;
}
