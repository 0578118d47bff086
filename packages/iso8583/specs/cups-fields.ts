import { hasBit } from '../bitmap.ts';
import { copyBytes } from '../copy.ts';
import { refuse } from '../error.ts';
import { decodeSubFields, encodeSubFields, type SubField } from '../sub-fields.ts';
import { cupsPos } from './cups-pos.ts';

/** Field 60: what kind of transaction it is, in which batch, and how the terminal reads cards. */
export interface Field60 {
  /** 60.1, two digits. */
  readonly transactionType: string;
  /** 60.2, six digits. */
  readonly batchNumber: string;
  /** 60.3, three digits. */
  readonly networkCode?: string;
  /** 60.4: 2 magnetic stripe, 5 contact chip, 6 contactless too. */
  readonly readCapability?: string;
  /** 60.5: 0 normal, 1 first swipe of a chip card, 2 fallback. */
  readonly chipCondition?: string;
  /** 60.6: 1 when a partial approval can be taken. */
  readonly partialApproval?: string;
  /** 60.7, three digits. */
  readonly accountType?: string;
}

/** Field 61: the transaction that a void, refund, completion or reversal goes back to. */
export interface Field61 {
  readonly batchNumber: string;
  readonly traceNumber: string;
  /** MMDD. */
  readonly date?: string;
  readonly authorizationMode?: string;
  readonly authorizingInstitution?: string;
}

/** A working key under the terminal master key, as field 62 of a sign-in answer carries it. */
export interface EncryptedKey {
  readonly cryptogram: Uint8Array;
  /** First 4 bytes of the key's encryption of 8 zero bytes. */
  readonly checkValue: Uint8Array;
}

/** The keys of a sign-in answer. `mac` holds only 8 bytes when the MAC key is of single length. */
export interface WorkingKeys {
  readonly pin: EncryptedKey;
  readonly mac: EncryptedKey;
  readonly track?: EncryptedKey;
}

const FIELD_60 = [
  'transactionType',
  'batchNumber',
  'networkCode',
  'readCapability',
  'chipCondition',
  'partialApproval',
  'accountType',
] as const;
const FIELD_61 = ['batchNumber', 'traceNumber', 'date', 'authorizationMode', 'authorizingInstitution'] as const;
const MAC_LENGTH = 8;

/**
 * Field 60 in its parts; a message may stop after any part from 60.2 on.
 * @throws Iso8583Error with the part's path.
 */
export function parseField60(text: string): Field60 {
  const parts = namedParts(60, text, FIELD_60);
  return {
    transactionType: parts.transactionType ?? missing('60.1'),
    batchNumber: parts.batchNumber ?? missing('60.2'),
    ...parts,
  };
}

/**
 * Field 60 from its parts; a part may be left out only when all behind it are.
 * @throws Iso8583Error with the part's path.
 */
export function formatField60(field: Field60): string {
  return joinedParts(60, field, FIELD_60);
}

/**
 * Field 61 in its parts; a message may stop after any part from 61.2 on.
 * @throws Iso8583Error with the part's path.
 */
export function parseField61(text: string): Field61 {
  const parts = namedParts(61, text, FIELD_61);
  return {
    batchNumber: parts.batchNumber ?? missing('61.1'),
    traceNumber: parts.traceNumber ?? missing('61.2'),
    ...parts,
  };
}

/**
 * Field 61 from its parts.
 * @throws Iso8583Error with the part's path.
 */
export function formatField61(field: Field61): string {
  return joinedParts(61, field, FIELD_61);
}

/**
 * The working keys in field 62 of a sign-in answer: 24 bytes with single-length keys, 40 or 60 with double-length, 56 or
 * 84 with triple-length; the longer ones hold the track key too. A double-length MAC key whose second half is clear
 * zeros is a single-length one.
 * @throws Iso8583Error `bad-length` for any other length.
 */
export function splitWorkingKeys(field62: Uint8Array): WorkingKeys {
  const layouts: Readonly<Record<number, readonly [keyLength: number, keys: number]>> = {
    24: [8, 2],
    40: [16, 2],
    56: [24, 2],
    60: [16, 3],
    84: [24, 3],
  };
  const [keyLength, keys] = layouts[field62.length] ?? refuse('bad-length', 'no key layout has this length', '62', 0);
  const keyAt = (index: number): EncryptedKey => {
    const at = index * (keyLength + 4);
    const checkValue = copyBytes(field62, at + keyLength, at + keyLength + 4);
    return { cryptogram: copyBytes(field62, at, at + keyLength), checkValue };
  };
  const pin = keyAt(0);
  const mac = singleWhenZero(keyAt(1));
  return keys === 3 ? { pin, mac, track: keyAt(2) } : { pin, mac };
}

/**
 * Field 62 of a sign-in answer from its keys, all of one length but for a single-length MAC key among double-length ones,
 * which is filled up with zeros.
 * @throws Iso8583Error `bad-length` when the lengths do not go together.
 */
export function joinWorkingKeys({ pin, mac, track }: WorkingKeys): Uint8Array {
  const keyLength = pin.cryptogram.length;
  const keys = track === undefined ? [pin, mac] : [pin, mac, track];
  const joined = new Uint8Array(keys.length * (keyLength + 4));
  keys.forEach((key, index) => {
    const shorterMac = key === mac && key.cryptogram.length === 8;
    if ((key.cryptogram.length !== keyLength && !shorterMac) || key.checkValue.length !== 4)
      refuse('bad-length', 'the keys are not of one length', '62');
    joined.set(key.cryptogram, index * (keyLength + 4));
    joined.set(key.checkValue, index * (keyLength + 4) + keyLength);
  });
  splitWorkingKeys(joined);
  return joined;
}

/**
 * The bytes that the MAC of a packed message covers, from the MTI to the end of field 63, and the MAC itself.
 * A message is packed with eight zero bytes in field 64 first, and `setMac` then puts the MAC in.
 * @throws Iso8583Error `no-mac` when the message has no field 64.
 */
export function splitMac(packed: Uint8Array): { covered: Uint8Array; mac: Uint8Array } {
  const bitmap = packed.subarray(2, 10);
  if (packed.length < 10 + MAC_LENGTH || !hasBit(bitmap, 64)) refuse('no-mac', 'the message has no field 64', '64');
  const at = packed.length - MAC_LENGTH;
  return { covered: packed.subarray(0, at), mac: packed.subarray(at) };
}

/**
 * A copy of a packed message with `mac` in field 64.
 * @throws Iso8583Error `no-mac`, or `bad-length` when the MAC is not 8 bytes.
 */
export function setMac(packed: Uint8Array, mac: Uint8Array): Uint8Array {
  const { covered } = splitMac(packed);
  if (mac.length !== MAC_LENGTH) refuse('bad-length', 'a MAC is 8 bytes', '64');
  const signed = copyBytes(packed);
  signed.set(mac, covered.length);
  return signed;
}

function namedParts<Name extends string>(
  number: 60 | 61,
  text: string,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  if (!/^\d*$/.test(text)) refuse('not-digits', 'the parts are digits', String(number));
  const parts: Partial<Record<Name, string>> = {};
  decodeSubFields(cupsPos.fields[number].sub, text, String(number)).forEach(({ value }, index) => {
    const name = names[index];
    if (name !== undefined) parts[name] = String(value);
  });
  return parts;
}

function joinedParts<Name extends string>(
  number: 60 | 61,
  field: Readonly<Partial<Record<Name, string>>>,
  names: readonly Name[],
): string {
  const elements: SubField[] = [];
  names.forEach((name, index) => {
    const value = field[name];
    const id = String(index + 1);
    if (value === undefined) return;
    if (!/^\d+$/.test(value)) refuse('not-digits', 'the part is not digits', `${number}.${id}`);
    elements.push({ id, value });
  });
  return String(encodeSubFields(cupsPos.fields[number].sub, elements, String(number)));
}

function singleWhenZero(key: EncryptedKey): EncryptedKey {
  const { cryptogram, checkValue } = key;
  const single = cryptogram.length === 16 && cryptogram.subarray(8).every((byte) => byte === 0);
  return single ? { cryptogram: copyBytes(cryptogram, 0, 8), checkValue } : key;
}

function missing(path: string): never {
  refuse('missing-part', 'the part is not there', path);
}
