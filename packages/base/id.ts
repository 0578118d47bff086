import { toHex } from './bytes.ts';

/** Readable prefixes of identifiers at the edges, one a kind of thing. */
export type IdPrefix =
  | 'pay'
  | 'lnk'
  | 'sale'
  | 'ref'
  | 'shf'
  | 'itm'
  | 'stf'
  | 'ses'
  | 'trf'
  | 'till'
  | 'mer'
  | 'evt'
  | 'rcp'
  | 'alt'
  | 'bat';

let lastMillisecond = 0;
let sequence = 0;

/**
 * A time-ordered UUID version 7 (RFC 9562 clause 5.7) as 32 lower-case hexadecimal digits.
 * @param now milliseconds since the epoch.
 * @param random at least 8 random bytes.
 */
export function uuidv7(now: number, random: Uint8Array): string {
  if (now > lastMillisecond) {
    lastMillisecond = now;
    sequence = (random[0] ?? 0) & 0x7f;
  } else {
    sequence += 1;
    if (sequence > 0xfff) {
      lastMillisecond += 1;
      sequence = 0;
    }
  }
  const bytes = new Uint8Array(16);
  let rest = lastMillisecond;
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (sequence >> 8);
  bytes[7] = sequence & 0xff;
  bytes.set(random.subarray(0, 8), 8);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return toHex(bytes).toLowerCase();
}

/** `pay_0192…`: an identifier that says what it names. */
export function readableId(prefix: IdPrefix, uuid: string): string {
  return `${prefix}_${uuid}`;
}

/** A new identifier of the given kind, ordered by time. */
export function makeId(prefix: IdPrefix, now: number, random: Uint8Array): string {
  return readableId(prefix, uuidv7(now, random));
}
