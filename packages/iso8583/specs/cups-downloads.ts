import { concatBytes, fromHex, toHex, utf8Encode } from '@zhanggui/base';
import { copyBytes } from '../copy.ts';
import { refuse } from '../error.ts';
import { decodeDataObjects, encodeDataObjects } from '../tlv.ts';

/**
 * Where an answer stands in a download: the host has nothing, this is all, more follows, or this is the last part of
 * several.
 */
export type DownloadState = 'none' | 'complete' | 'more' | 'last';

/** Field 62 of the answer to a list (372, 382) or a download (370, 380, 390). */
export interface DownloadPart {
  readonly state: DownloadState;
  /** What follows the flag. */
  readonly content: Uint8Array;
}

/** One line of the list of CA keys: which key the host has, and until when it is good. */
export interface CaKeyReference {
  /** Five bytes, tag 9F06. */
  readonly rid: Uint8Array;
  /** Tag 9F22. */
  readonly index: number;
  /** Tag DF05 as it came: four packed bytes or eight characters, YYYYMMDD. */
  readonly expiry?: Uint8Array;
}

/** A part of the list of refused card prefixes. */
export interface BinListPart {
  readonly state: DownloadState;
  /** Number of the last entry of this part, from 0; the next part is asked for with the number behind it. */
  readonly last: number;
  /** First digits of account numbers. */
  readonly prefixes: readonly string[];
}

const STATES: readonly DownloadState[] = ['none', 'complete', 'more', 'last'];
const FIRST_FLAG = 0x30;
const PATH = '62';

/**
 * Splits field 62 of a download answer into its flag and what follows: 0 nothing, 1 all of it, 2 more to come, 3 the end.
 * @throws Iso8583Error `bad-flag`.
 */
export function parseDownloadPart(field62: Uint8Array): DownloadPart {
  const state = STATES[(field62[0] ?? 0) - FIRST_FLAG];
  if (state === undefined) refuse('bad-flag', 'a download begins with a flag from 0 to 3', PATH, 0);
  return { state, content: copyBytes(field62, 1) };
}

/** Field 62 of a download answer. */
export function formatDownloadPart({ state, content }: DownloadPart): Uint8Array {
  return concatBytes(Uint8Array.of(FIRST_FLAG + STATES.indexOf(state)), content);
}

/**
 * Field 62 of a request for a list: a 1 and, in two digits, how many entries have come already.
 * @throws Iso8583Error `bad-number` beyond 99.
 */
export function formatListRequest(received: number): Uint8Array {
  return utf8Encode(`1${digits(received, 2)}`);
}

/**
 * How many entries of a list the terminal has already.
 * @throws Iso8583Error `bad-number`.
 */
export function parseListRequest(field62: Uint8Array): number {
  const text = String.fromCharCode(...field62);
  return /^1\d\d$/.test(text) ? Number(text.slice(1)) : refuse('bad-number', 'a 1 and two digits are needed', PATH, 0);
}

/**
 * The CA keys that a list names.
 * @throws Iso8583Error when the content is no sequence of 9F06, 9F22 and DF05.
 */
export function parseCaKeyList(content: Uint8Array): CaKeyReference[] {
  const keys: CaKeyReference[] = [];
  for (const { tag, value } of decodeDataObjects(content, PATH)) {
    const last = keys.at(-1);
    if (tag === '9F06') keys.push({ rid: value, index: -1 });
    else if (last === undefined) refuse('bad-order', 'a key begins with 9F06', `${PATH}.${tag}`);
    else if (tag === '9F22') keys[keys.length - 1] = { ...last, index: oneByte(value, tag) };
    else if (tag === 'DF05') keys[keys.length - 1] = { ...last, expiry: value };
    else refuse('bad-tag', 'the list has no such tag', `${PATH}.${tag}`);
  }
  for (const { rid, index } of keys) {
    if (rid.length !== 5) refuse('bad-length', 'an RID is five bytes', `${PATH}.9F06`);
    if (index < 0) refuse('missing-part', 'a key has no index', `${PATH}.9F22`);
  }
  return keys;
}

/** The content of a list of CA keys; one key without its expiry is also field 62 of the request for that key. */
export function formatCaKeyList(keys: readonly CaKeyReference[]): Uint8Array {
  return encodeDataObjects(
    keys.flatMap(({ rid, index, expiry }) => [
      { tag: '9F06', value: rid },
      { tag: '9F22', value: Uint8Array.of(index) },
      ...(expiry === undefined ? [] : [{ tag: 'DF05', value: expiry }]),
    ]),
  );
}

/**
 * The application identifiers (AIDs, hexadecimal) that a list of chip parameters names.
 * @throws Iso8583Error when the content is no sequence of 9F06.
 */
export function parseApplicationList(content: Uint8Array): string[] {
  return decodeDataObjects(content, PATH).map(({ tag, value }) => {
    if (tag !== '9F06') refuse('bad-tag', 'the list has no such tag', `${PATH}.${tag}`);
    if (value.length < 5 || value.length > 16) refuse('bad-length', 'an AID is 5 to 16 bytes', `${PATH}.9F06`);
    return toHex(value);
  });
}

/**
 * The content of a list of chip parameters; with one AID (hexadecimal) also field 62 of the request for its parameters.
 * @throws Iso8583Error `bad-length` when an AID is not 5 to 16 bytes.
 */
export function formatApplicationList(aids: readonly string[]): Uint8Array {
  return encodeDataObjects(aids.map((aid) => ({ tag: '9F06', value: aidBytes(aid) })));
}

/**
 * Field 62 of a request for refused card prefixes: the number of the first one that is wanted, in three digits.
 * @throws Iso8583Error `bad-number` beyond 999.
 */
export function formatBinListRequest(first: number): Uint8Array {
  return utf8Encode(digits(first, 3));
}

/**
 * Reads the number that `formatBinListRequest` wrote.
 * @throws Iso8583Error `bad-number`.
 */
export function parseBinListRequest(field62: Uint8Array): number {
  const text = String.fromCharCode(...field62);
  return /^\d{3}$/.test(text) ? Number(text) : refuse('bad-number', 'three digits are needed', PATH, 0);
}

/**
 * A part of the list of refused card prefixes: flag, number of its last entry in three digits, then for each entry its
 * length in two digits and its digits.
 * @throws Iso8583Error `bad-flag`, `bad-number` or `truncated`.
 */
export function parseBinList(field62: Uint8Array): BinListPart {
  const { state, content } = parseDownloadPart(field62);
  const text = String.fromCharCode(...content);
  if (state === 'none') return { state, last: -1, prefixes: [] };
  if (!/^\d{3,}$/.test(text)) refuse('bad-number', 'the list is digits', PATH, 1);
  const prefixes: string[] = [];
  for (let at = 3; at < text.length; ) {
    const length = Number(text.slice(at, at + 2));
    const end = at + 2 + length;
    if (length < 1 || end > text.length) refuse('truncated', 'an entry is cut', PATH, at + 1);
    prefixes.push(text.slice(at + 2, end));
    at = end;
  }
  return { state, last: Number(text.slice(0, 3)), prefixes };
}

/**
 * Field 62 of a part of that list.
 * @throws Iso8583Error `bad-number` when a number or prefix does not fit.
 */
export function formatBinList({ state, last, prefixes }: BinListPart): Uint8Array {
  if (state === 'none') return formatDownloadPart({ state, content: new Uint8Array(0) });
  const entries = prefixes.map((prefix) => {
    if (!/^\d{1,19}$/.test(prefix)) refuse('bad-number', 'a prefix is 1 to 19 digits', PATH);
    return digits(prefix.length, 2) + prefix;
  });
  return formatDownloadPart({ state, content: utf8Encode(digits(last, 3) + entries.join('')) });
}

function aidBytes(aid: string): Uint8Array {
  if (!/^([0-9A-Fa-f]{2}){5,16}$/.test(aid)) refuse('bad-length', 'an AID is 5 to 16 bytes', `${PATH}.9F06`);
  return fromHex(aid);
}

function oneByte(value: Uint8Array, tag: string): number {
  const [byte] = value;
  return byte !== undefined && value.length === 1 ? byte : refuse('bad-length', 'the value is one byte', `62.${tag}`);
}

function digits(value: number, length: number): string {
  const text = String(value);
  if (!Number.isSafeInteger(value) || value < 0 || text.length > length)
    refuse('bad-number', `a number of up to ${length} digits is needed`, PATH);
  return text.padStart(length, '0');
}
