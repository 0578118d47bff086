import type { Framing } from '../frame.ts';
import type { Spec } from '../spec.ts';

/** The frame of the China UnionPay terminal network: 2-byte length, TPDU, 6-byte header. */
export const cupsFraming = {
  length: 'binary',
  lengthBytes: 2,
  tpdu: true,
  headerBytes: 6,
} as const satisfies Framing;

/**
 * The ISO 8583:1987 dialect between China UnionPay terminals and their acquirer (the terminal specification Q/CUP 009):
 * packed digits filled up on the right, one bit map, private fields from 43 to 63. Tracks may be encrypted in place, so
 * their nibbles are kept as they are and the separator is shown as `D`.
 */
export const cupsPos = {
  name: 'China UnionPay POS terminal',
  mti: 'bcd',
  bitmap: 'binary',
  bitmaps: 1,
  coding: { digits: 'bcd', text: 'ascii', binary: 'binary', prefix: 'bcd', oddPad: 'right' },
  fields: {
    2: { name: 'primary account number', type: 'n', length: 19, prefix: 'LL', sensitivity: 'pan' },
    3: { name: 'processing code', type: 'n', length: 6 },
    4: { name: 'amount, transaction', type: 'n', length: 12 },
    11: { name: 'system trace audit number', type: 'n', length: 6 },
    12: { name: 'time, local', type: 'n', length: 6 },
    13: { name: 'date, local', type: 'n', length: 4 },
    14: { name: 'date, expiration', type: 'n', length: 4 },
    15: { name: 'date, settlement', type: 'n', length: 4 },
    22: { name: 'point of service entry mode', type: 'n', length: 3 },
    23: { name: 'card sequence number', type: 'n', length: 3, oddPad: 'left' },
    25: { name: 'point of service condition code', type: 'n', length: 2 },
    26: { name: 'point of service PIN capture code', type: 'n', length: 2 },
    32: { name: 'acquiring institution identification code', type: 'n', length: 11, prefix: 'LL' },
    35: { name: 'track 2 data', type: 'z', length: 37, prefix: 'LL', separator: 'D', sensitivity: 'track' },
    36: { name: 'track 3 data', type: 'z', length: 104, prefix: 'LLL', separator: 'D', sensitivity: 'track' },
    37: { name: 'retrieval reference number', type: 'ans', length: 12 },
    38: { name: 'authorization identification response', type: 'ans', length: 6 },
    39: { name: 'response code', type: 'ans', length: 2 },
    41: { name: 'card acceptor terminal identification', type: 'ans', length: 8 },
    42: { name: 'card acceptor identification code', type: 'ans', length: 15 },
    43: { name: 'card acceptor name and location', type: 'ans', length: 40, charset: 'gbk' },
    44: { name: 'additional response data', type: 'ans', length: 25, prefix: 'LL' },
    46: { name: 'private, terminal data', type: 'ans', length: 999, prefix: 'LLL', sensitivity: 'private' },
    47: { name: 'private, national', type: 'b', length: 999, prefix: 'LLL', sensitivity: 'private' },
    48: {
      name: 'settlement totals or batch upload',
      type: 'n',
      length: 322,
      prefix: 'LLL',
      sensitivity: 'private',
      sub: {
        layout: 'positional',
        whole: true,
        parts: {
          '1': { name: 'domestic debit amount', length: 12 },
          '2': { name: 'domestic debit count', length: 3 },
          '3': { name: 'domestic credit amount', length: 12 },
          '4': { name: 'domestic credit count', length: 3 },
          '5': { name: 'domestic reconciliation code', length: 1 },
          '6': { name: 'foreign debit amount', length: 12 },
          '7': { name: 'foreign debit count', length: 3 },
          '8': { name: 'foreign credit amount', length: 12 },
          '9': { name: 'foreign credit count', length: 3 },
          '10': { name: 'foreign reconciliation code', length: 1 },
        },
      },
    },
    49: { name: 'currency code, transaction', type: 'ans', length: 3 },
    52: { name: 'PIN data', type: 'b', length: 8, sensitivity: 'pin' },
    53: { name: 'security related control information', type: 'n', length: 16 },
    54: { name: 'balance amount', type: 'ans', length: 20, prefix: 'LLL' },
    55: {
      name: 'integrated circuit card data',
      type: 'ber-tlv',
      length: 255,
      prefix: 'LLL',
      sensitivity: 'chip',
      sub: { layout: 'ber-tlv' },
    },
    56: { name: 'private, response text', type: 'ans', length: 999, prefix: 'LLL', charset: 'gbk' },
    57: { name: 'private, additional transaction data', type: 'b', length: 100, prefix: 'LLL', sensitivity: 'private' },
    58: { name: 'private, stored value data', type: 'b', length: 100, prefix: 'LLL', sensitivity: 'private' },
    59: { name: 'private, terminal or payment code', type: 'b', length: 600, prefix: 'LLL', sensitivity: 'private' },
    60: {
      name: 'private, transaction identification',
      type: 'n',
      length: 17,
      prefix: 'LLL',
      sub: {
        layout: 'positional',
        parts: {
          '1': { name: 'transaction type code', length: 2 },
          '2': { name: 'batch number', length: 6 },
          '3': { name: 'network management code', length: 3 },
          '4': { name: 'terminal read capability', length: 1 },
          '5': { name: 'service condition code / IC condition', length: 1 },
          '6': { name: 'partial approval / balance flag', length: 1 },
          '7': { name: 'account type', length: 3 },
        },
      },
    },
    61: {
      name: 'original transaction',
      type: 'n',
      length: 29,
      prefix: 'LLL',
      sub: {
        layout: 'positional',
        parts: {
          '1': { name: 'original batch number', length: 6 },
          '2': { name: 'original trace number', length: 6 },
          '3': { name: 'original date', length: 4 },
          '4': { name: 'original authorization mode', length: 2 },
          '5': { name: 'original authorizing institution', length: 11 },
        },
      },
    },
    62: { name: 'private, working keys or parameters', type: 'b', length: 999, prefix: 'LLL', sensitivity: 'key' },
    63: { name: 'private, operator or card organization', type: 'b', length: 163, prefix: 'LLL' },
    64: { name: 'message authentication code', type: 'b', length: 8 },
  },
} as const satisfies Spec;
