import { utf8Decode, utf8Encode } from '@zhanggui/base';
import { copyBytes } from '../copy.ts';
import { refuse } from '../error.ts';
import type { Spec } from '../spec.ts';

/**
 * The ISO 8583:1987 dialect between institutions and the China UnionPay switch: ASCII digits and lengths, GBK text,
 * binary bit maps of 128 fields, and an 8-character MAC in field 128. Unlike the terminal dialect it packs nothing.
 */
export const cupsHost = {
  name: 'China UnionPay host to host',
  mti: 'ascii',
  bitmap: 'binary',
  bitmaps: 2,
  coding: { digits: 'ascii', text: 'ascii', binary: 'binary', prefix: 'ascii' },
  fields: {
    2: { name: 'primary account number', type: 'n', length: 19, prefix: 'LL', sensitivity: 'pan' },
    3: { name: 'processing code', type: 'n', length: 6 },
    4: { name: 'amount, transaction', type: 'n', length: 12 },
    5: { name: 'amount, settlement', type: 'n', length: 12 },
    6: { name: 'amount, cardholder billing', type: 'n', length: 12 },
    7: { name: 'transmission date and time', type: 'n', length: 10 },
    9: { name: 'conversion rate, settlement', type: 'n', length: 8 },
    10: { name: 'conversion rate, cardholder billing', type: 'n', length: 8 },
    11: { name: 'system trace audit number', type: 'n', length: 6 },
    12: { name: 'time, local transaction', type: 'n', length: 6 },
    13: { name: 'date, local transaction', type: 'n', length: 4 },
    14: { name: 'date, expiration', type: 'n', length: 4 },
    15: { name: 'date, settlement', type: 'n', length: 4 },
    16: { name: 'date, conversion', type: 'n', length: 4 },
    18: { name: 'merchant type', type: 'n', length: 4 },
    19: { name: 'merchant country code', type: 'n', length: 3 },
    22: { name: 'point of service entry mode', type: 'n', length: 3 },
    23: { name: 'card sequence number', type: 'n', length: 3 },
    25: { name: 'point of service condition code', type: 'n', length: 2 },
    26: { name: 'point of service PIN capture code', type: 'n', length: 2 },
    28: { name: 'amount, transaction fee', type: 'x+n', length: 9 },
    32: { name: 'acquiring institution identification code', type: 'n', length: 11, prefix: 'LL' },
    33: { name: 'forwarding institution identification code', type: 'n', length: 11, prefix: 'LL' },
    35: { name: 'track 2 data', type: 'z', length: 37, prefix: 'LL', sensitivity: 'track' },
    36: { name: 'track 3 data', type: 'z', length: 104, prefix: 'LLL', sensitivity: 'track' },
    37: { name: 'retrieval reference number', type: 'an', length: 12 },
    38: { name: 'authorization identification response', type: 'an', length: 6 },
    39: { name: 'response code', type: 'an', length: 2 },
    41: { name: 'card acceptor terminal identification', type: 'ans', length: 8 },
    42: { name: 'card acceptor identification code', type: 'ans', length: 15 },
    43: { name: 'card acceptor name and location', type: 'ans', length: 40, charset: 'gbk' },
    44: { name: 'additional response data', type: 'ans', length: 25, prefix: 'LL', charset: 'gbk' },
    45: { name: 'track 1 data', type: 'ans', length: 76, prefix: 'LL', sensitivity: 'track' },
    48: {
      name: 'additional data, private',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    49: { name: 'currency code, transaction', type: 'an', length: 3 },
    50: { name: 'currency code, settlement', type: 'an', length: 3 },
    51: { name: 'currency code, cardholder billing', type: 'an', length: 3 },
    52: { name: 'PIN data', type: 'b', length: 8, sensitivity: 'pin' },
    53: { name: 'security related control information', type: 'n', length: 16 },
    54: { name: 'additional amounts', type: 'an', length: 40, prefix: 'LLL' },
    55: {
      name: 'integrated circuit card data',
      type: 'ber-tlv',
      length: 255,
      prefix: 'LLL',
      sensitivity: 'chip',
      sub: { layout: 'ber-tlv' },
    },
    56: {
      name: 'additional information',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    57: {
      name: 'issuer additional data',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    59: {
      name: 'detail inquiry data',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    60: { name: 'reserved, message reason and terminal', type: 'ans', length: 999, prefix: 'LLL', charset: 'gbk' },
    61: {
      name: 'cardholder authentication',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    62: { name: 'switching data', type: 'ans', length: 999, prefix: 'LLL', charset: 'gbk', sensitivity: 'private' },
    63: { name: 'financial network data', type: 'b', length: 999, prefix: 'LLL', sensitivity: 'private' },
    70: { name: 'network management information code', type: 'n', length: 3 },
    90: { name: 'original data elements', type: 'n', length: 42 },
    96: { name: 'message security code', type: 'b', length: 8, sensitivity: 'key' },
    100: { name: 'receiving institution identification code', type: 'n', length: 11, prefix: 'LL' },
    102: { name: 'account identification 1', type: 'ans', length: 28, prefix: 'LL', sensitivity: 'pan' },
    103: { name: 'account identification 2', type: 'ans', length: 28, prefix: 'LL', sensitivity: 'pan' },
    104: {
      name: 'transaction description',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    113: {
      name: 'additional information',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    116: {
      name: 'additional information',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    117: {
      name: 'additional information',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    121: { name: 'reserved, switch', type: 'ans', length: 999, prefix: 'LLL', charset: 'gbk', sensitivity: 'private' },
    122: {
      name: 'reserved, acquirer',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    123: { name: 'reserved, issuer', type: 'b', length: 999, prefix: 'LLL', sensitivity: 'private' },
    125: {
      name: 'additional information',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    126: {
      name: 'additional information',
      type: 'ans',
      length: 999,
      prefix: 'LLL',
      charset: 'gbk',
      sensitivity: 'private',
    },
    128: { name: 'message authentication code', type: 'ans', length: 8 },
  },
} as const satisfies Spec;

/** Bytes of the header in front of every host-to-host message. */
export const CUPS_HOST_HEADER_BYTES = 46;

/** The header of a host-to-host message; every part is text of its fixed length. */
export interface CupsHostHeader {
  /** Version, 7 bits, with the test flag above it: 0x02 in production. */
  readonly version: number;
  /** Bytes of header and message together, four digits on the wire. */
  readonly totalLength: number;
  /** Institution identification codes, filled up with blanks to 11 characters. */
  readonly destination: string;
  readonly source: string;
  /** Three bytes that the standard reserves. */
  readonly reserved: Uint8Array;
  readonly batchNumber: number;
  /** 8 characters of transaction information. */
  readonly transactionInformation: string;
  readonly userInformation: number;
  /** Five digits; `00000` when the switch accepted the message. */
  readonly rejectCode: string;
}

/**
 * Reads the 46-byte header.
 * @throws Iso8583Error `truncated` or `bad-header`.
 */
export function decodeCupsHostHeader(bytes: Uint8Array): CupsHostHeader {
  if (bytes.length < CUPS_HOST_HEADER_BYTES) refuse('truncated', 'the header is cut', 'header', 0);
  if (bytes[0] !== CUPS_HOST_HEADER_BYTES) refuse('bad-header', 'the header does not say its length', 'header', 0);
  const totalLength = asciiPart(bytes, 2, 6);
  if (!/^\d{4}$/.test(totalLength)) refuse('bad-header', 'the length is not four digits', 'header', 2);
  return {
    version: bytes[1] ?? 0,
    totalLength: Number(totalLength),
    destination: asciiPart(bytes, 6, 17).trimEnd(),
    source: asciiPart(bytes, 17, 28).trimEnd(),
    reserved: copyBytes(bytes, 28, 31),
    batchNumber: bytes[31] ?? 0,
    transactionInformation: asciiPart(bytes, 32, 40),
    userInformation: bytes[40] ?? 0,
    rejectCode: asciiPart(bytes, 41, 46),
  };
}

/**
 * The 46-byte header.
 * @throws Iso8583Error `bad-header` when a part does not fit its place.
 */
export function encodeCupsHostHeader(header: CupsHostHeader): Uint8Array {
  const bytes = new Uint8Array(CUPS_HOST_HEADER_BYTES);
  bytes[0] = CUPS_HOST_HEADER_BYTES;
  bytes[1] = oneByte(header.version);
  if (header.reserved.length !== 3) refuse('bad-header', 'three bytes are reserved', 'header', 28);
  if (!Number.isInteger(header.totalLength) || header.totalLength < 0 || header.totalLength > 9999)
    refuse('bad-header', 'the length does not fit four digits', 'header', 2);
  bytes.set(textPart(String(header.totalLength).padStart(4, '0'), 4), 2);
  bytes.set(textPart(header.destination.padEnd(11), 11), 6);
  bytes.set(textPart(header.source.padEnd(11), 11), 17);
  bytes.set(header.reserved, 28);
  bytes[31] = oneByte(header.batchNumber);
  bytes.set(textPart(header.transactionInformation, 8), 32);
  bytes[40] = oneByte(header.userInformation);
  bytes.set(textPart(header.rejectCode, 5), 41);
  return bytes;
}

function asciiPart(bytes: Uint8Array, from: number, to: number): string {
  const part = bytes.subarray(from, to);
  if (part.some((byte) => byte < 0x20 || byte > 0x7e)) refuse('bad-header', 'a part is not text', 'header', from);
  return utf8Decode(part);
}

function textPart(text: string, length: number): Uint8Array {
  if (text.length !== length || !/^[ -~]*$/.test(text))
    refuse('bad-header', `a part is not ${length} characters`, 'header');
  return utf8Encode(text);
}

function oneByte(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xff)
    refuse('bad-header', 'a number does not fit a byte', 'header');
  return value;
}
