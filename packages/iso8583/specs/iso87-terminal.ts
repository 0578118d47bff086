import { fromHex, toHex } from '@zhanggui/base';
import { copyBytes } from '../copy.ts';
import { refuse } from '../error.ts';
import { dissect } from '../message.ts';
import type { Spec } from '../spec.ts';
import { decodeSubFields, encodeSubFields } from '../sub-fields.ts';
import type { EncryptedKey, WorkingKeys } from './cups-fields.ts';
import { iso87Ascii } from './iso87.ts';
import { iso87Fields } from './iso87-fields.ts';

/**
 * ISO 8583:1987 in characters as acquirers give it to terminals with chips: hexadecimal bit maps, PIN blocks and MACs, but
 * the bytes of field 55 as they are. With binary bit maps, PIN blocks and MACs it is `iso87Mixed`.
 */
export const iso87Terminal = {
  ...iso87Ascii,
  name: 'ISO 8583:1987, ASCII with binary chip data',
  fields: { ...iso87Fields, 55: { ...iso87Fields[55], encoding: 'binary' } },
} as const satisfies Spec;

/** Field 90: which message a reversal or a later transaction goes back to. */
export interface OriginalElements {
  readonly mti: string;
  readonly traceNumber: string;
  /** `MMDDhhmmss`, coordinated universal time, as the original's field 7 said it; zeros where it is not known. */
  readonly transmittedAt: string;
  /** Up to eleven digits; zeros unless given. */
  readonly acquirer?: string;
  readonly forwarder?: string;
}

/** Bytes that a MAC covers, and the MAC. */
export interface SplitMessage {
  readonly covered: Uint8Array;
  readonly mac: Uint8Array;
}

const MAC_BYTES = 8;
const KEY_TAGS = { pin: 'PK', mac: 'MK', track: 'TK' } as const;
const KEY_ELEMENTS = { layout: 'tag-length-value', tagLength: 2, lengthDigits: 3 } as const;

/**
 * Field 90 in its parts (ISO 8583:1987, original data elements).
 * @throws Iso8583Error `bad-length` or `not-digits`.
 */
export function parseOriginalElements(field90: string): Required<OriginalElements> {
  if (field90.length !== 42) refuse('bad-length', 'the original data elements are 42 digits', '90');
  if (!/^\d+$/.test(field90)) refuse('not-digits', 'the original data elements are digits', '90');
  const [mti = '', traceNumber = '', transmittedAt = '', acquirer = '', forwarder = ''] = decodeSubFields(
    iso87Fields[90].sub,
    field90,
    '90',
  ).map(({ value }) => String(value));
  return { mti, traceNumber, transmittedAt, acquirer, forwarder };
}

/**
 * Field 90 from its parts.
 * @throws Iso8583Error `bad-length` or `not-digits`.
 */
export function formatOriginalElements(original: OriginalElements): string {
  const { mti, traceNumber, transmittedAt, acquirer = '', forwarder = '' } = original;
  const text = mti + traceNumber + transmittedAt + acquirer.padStart(11, '0') + forwarder.padStart(11, '0');
  const again = parseOriginalElements(text);
  if (again.mti !== mti || again.traceNumber !== traceNumber)
    refuse('bad-length', 'a part of the original data elements has another length', '90');
  return text;
}

/**
 * Working keys in field 48 of the answer to a key exchange: for each a tag (PK, MK, TK), its length in three digits, and in
 * hexadecimal the key under the terminal's master key with its check value of four bytes. ISO 8583:1987 leaves the field
 * to the parties; this is our layout of it.
 * @throws Iso8583Error with the element's path.
 */
export function parseKeyElements(field48: string): WorkingKeys {
  const values = new Map(decodeSubFields(KEY_ELEMENTS, field48, '48').map(({ id, value }) => [id, String(value)]));
  const keyOf = (tag: string): EncryptedKey | undefined => {
    const text = values.get(tag);
    if (text === undefined) return undefined;
    if (!/^(?:[0-9A-F]{24}|[0-9A-F]{40})$/.test(text)) refuse('bad-length', 'a key is 8 or 16 bytes', `48.${tag}`);
    const bytes = fromHex(text);
    const end = bytes.length - 4;
    return { cryptogram: copyBytes(bytes, 0, end), checkValue: copyBytes(bytes, end) };
  };
  const pin = keyOf(KEY_TAGS.pin) ?? refuse('missing-part', 'there is no PIN key', `48.${KEY_TAGS.pin}`);
  const mac = keyOf(KEY_TAGS.mac) ?? refuse('missing-part', 'there is no MAC key', `48.${KEY_TAGS.mac}`);
  const track = keyOf(KEY_TAGS.track);
  return track === undefined ? { pin, mac } : { pin, mac, track };
}

/** Field 48 of the answer to a key exchange. */
export function formatKeyElements({ pin, mac, track }: WorkingKeys): string {
  const element = (id: string, { cryptogram, checkValue }: EncryptedKey) => {
    return { id, value: toHex(cryptogram) + toHex(checkValue) };
  };
  const keys = [element(KEY_TAGS.pin, pin), element(KEY_TAGS.mac, mac)];
  const all = track === undefined ? keys : [...keys, element(KEY_TAGS.track, track)];
  return String(encodeSubFields(KEY_ELEMENTS, all, '48'));
}

/**
 * What the MAC of a message of any dialect covers, from the MTI to the field before it, and the MAC: field 128 where
 * there is a second bit map, else 64 (ISO 8583:1987).
 * @throws Iso8583Error `no-mac`, or what keeps the message from being read.
 */
export function splitLastMac(spec: Spec, packed: Uint8Array): SplitMessage {
  const { fields, error } = dissect(spec, packed);
  if (error !== undefined) throw error;
  const last = fields.at(-1);
  if (last === undefined || (last.number !== 64 && last.number !== 128) || !(last.value instanceof Uint8Array))
    return refuse('no-mac', 'the message has no MAC', '64');
  return { covered: packed.subarray(0, last.offset), mac: last.value };
}

/**
 * A copy of a packed message with `mac` in its last field; pack it with eight zero bytes there first.
 * @throws Iso8583Error `no-mac`, or `bad-length` when the MAC is not 8 bytes.
 */
export function setLastMac(spec: Spec, packed: Uint8Array, mac: Uint8Array): Uint8Array {
  const { covered } = splitLastMac(spec, packed);
  if (mac.length !== MAC_BYTES) refuse('bad-length', 'a MAC is 8 bytes', '64');
  const signed = copyBytes(packed);
  const inCharacters = packed.length - covered.length !== MAC_BYTES;
  signed.set(inCharacters ? Uint8Array.from(toHex(mac), (digit) => digit.charCodeAt(0)) : mac, covered.length);
  return signed;
}
