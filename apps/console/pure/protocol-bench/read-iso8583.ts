import { type Bilingual, Refusal, toHex } from '@zhanggui/base';
import {
  cupsFraming,
  cupsHost,
  cupsPos,
  type DissectedField,
  decodeFrame,
  decodeSubFields,
  describeMti,
  dissect,
  type FieldSpec,
  Iso8583Error,
  iso87Ascii,
  iso87Bcd,
  iso87Ebcdic,
  iso87Mixed,
  iso93Ascii,
  iso93Bcd,
  iso2003,
  maskPan,
  type Spec,
} from '@zhanggui/iso8583';
import { fieldName, mtiName, partName } from './iso8583-names.ts';
import { tlvNodes } from './read-tlv.ts';
import { byteUnits, type Pasted, plainName, type Reading, type ReadingNode } from './reading.ts';

interface Dialect {
  readonly spec: Spec;
  readonly chinese: string;
}

const TERMINAL: Dialect = { spec: cupsPos, chinese: '银联直联终端' };

/** The dialects in the order in which they are tried: the house's own first. */
const DIALECTS: readonly Dialect[] = [
  TERMINAL,
  { spec: iso87Ascii, chinese: 'ISO 8583:1987，ASCII' },
  { spec: iso87Bcd, chinese: 'ISO 8583:1987，BCD' },
  { spec: iso87Mixed, chinese: 'ISO 8583:1987，ASCII，二进制位图' },
  { spec: iso87Ebcdic, chinese: 'ISO 8583:1987，EBCDIC' },
  { spec: iso93Ascii, chinese: 'ISO 8583:1993，ASCII' },
  { spec: iso93Bcd, chinese: 'ISO 8583:1993，BCD' },
  { spec: iso2003, chinese: 'ISO 8583:2003' },
  { spec: cupsHost, chinese: '银联机构间' },
];

const TPDU_BYTES = 5;
const ENVELOPE_NAMES: Readonly<Record<string, Bilingual>> = {
  LEN: { zh: '报文长度', en: 'length' },
  TPDU: { zh: '传输协议数据单元', en: 'transport protocol data unit' },
  HEAD: { zh: '报文头', en: 'header' },
  MTI: { zh: '消息类型', en: 'message type' },
  BMP: { zh: '位图', en: 'bit map' },
};

interface Candidate {
  readonly dialect: Dialect;
  /** Where the message begins. */
  readonly at: number;
  readonly envelope: readonly ReadingNode[];
}

/** An ISO 8583 message in the first dialect that reads it whole, else in the one that reads most of its fields. */
export function readIso8583({ bytes, reveal }: Pasted): Reading | undefined {
  if (bytes === undefined) return undefined;
  let best: Reading | undefined;
  for (const candidate of candidatesOf(bytes)) {
    const reading = readCandidate(bytes, candidate, reveal);
    if (reading === undefined) continue;
    if (reading.problem === undefined) return reading;
    if (best === undefined || reading.nodes.length > best.nodes.length) best = reading;
  }
  return best;
}

function candidatesOf(bytes: Uint8Array): readonly Candidate[] {
  const bare = DIALECTS.map((dialect) => ({ dialect, at: 0, envelope: [] }));
  const framed = (at: number): Candidate => ({ dialect: TERMINAL, at, envelope: envelopeNodes(bytes, at) });
  const lengthBytes = cupsFraming.lengthBytes;
  const head = TPDU_BYTES + cupsFraming.headerBytes;
  // A TPDU begins with 60; with its length before it, the frame must be whole.
  if (bytes[0] === 0x60) return [framed(head), ...bare];
  return isFrame(bytes) ? [framed(lengthBytes + head), ...bare] : bare;
}

function isFrame(bytes: Uint8Array): boolean {
  try {
    decodeFrame(cupsFraming, bytes);
    return true;
  } catch (error) {
    if (error instanceof Iso8583Error) return false;
    throw error;
  }
}

function envelopeNodes(bytes: Uint8Array, messageAt: number): readonly ReadingNode[] {
  const headAt = messageAt - cupsFraming.headerBytes;
  const tpduAt = headAt - TPDU_BYTES;
  const parts: readonly (readonly [string, number, number])[] = [
    ['LEN', 0, tpduAt],
    ['TPDU', tpduAt, headAt],
    ['HEAD', headAt, messageAt],
  ];
  return parts.filter(([, start, end]) => end > start).map(([label, start, end]) => partNode(label, bytes, start, end));
}

function partNode(label: string, bytes: Uint8Array, start: number, end: number, note?: Bilingual): ReadingNode {
  const name = ENVELOPE_NAMES[label] ?? plainName(label);
  const notes = note === undefined ? [] : [note];
  return { label, name, value: toHex(bytes.subarray(start, end)), notes, start, end, children: [] };
}

function readCandidate(bytes: Uint8Array, candidate: Candidate, reveal: boolean): Reading | undefined {
  const { dialect, at, envelope } = candidate;
  const { spec, chinese } = dialect;
  const { mti, bitmap, fields, error } = dissect(spec, bytes.subarray(at));
  const meaning = mti === undefined ? undefined : mtiWords(mti);
  if (mti === undefined || meaning === undefined || bitmap === undefined) return undefined;
  const mtiEnd = at + (spec.mti === 'bcd' ? 2 : 4);
  const bitmapEnd = mtiEnd + bitmap.length * (spec.bitmap === 'binary' ? 1 : 2);
  const head = [
    { ...partNode('MTI', bytes, at, mtiEnd, meaning), value: mti },
    { ...partNode('BMP', bytes, mtiEnd, bitmapEnd), value: toHex(bitmap) },
  ];
  return {
    format: 'iso8583',
    title: { zh: `ISO 8583 报文（${chinese}）`, en: `ISO 8583 message (${spec.name})` },
    units: byteUnits(bytes),
    unitName: 'byte',
    nodes: [...envelope, ...head, ...fields.map((field) => fieldNode(spec, field, at, reveal))],
    ...(error === undefined ? {} : { problem: problemOf(error, at) }),
  };
}

function problemOf({ code, message, path, offset }: Iso8583Error, at: number) {
  return { code, message, path, offset: offset === undefined ? undefined : offset + at };
}

function mtiWords(mti: string): Bilingual | undefined {
  try {
    return mtiName(mti, describeMti(mti));
  } catch (error) {
    if (error instanceof Iso8583Error) return undefined;
    throw error;
  }
}

function fieldNode(spec: Spec, field: DissectedField, at: number, reveal: boolean): ReadingNode {
  const description = spec.fields[field.number];
  const place = { start: at + field.offset, end: at + field.end };
  const children = description === undefined ? [] : childrenOf(description, field, place, reveal);
  // What has readable children hides them one by one; everything else sensitive is hidden whole.
  const isHidden = !reveal && children.length === 0 && description !== undefined && isSensitive(description);
  const shown = isHidden ? masked(description, field.value) : plain(field.value);
  const isTold = description?.type === 'ber-tlv' || children.some(({ hiddenFrom }) => hiddenFrom !== undefined);
  return {
    label: `F${field.number}`,
    name: fieldName(field.number, description?.name ?? ''),
    value: children.length > 0 && isTold ? '' : shown,
    notes: [],
    ...place,
    ...(isHidden ? { hiddenFrom: place.start } : {}),
    children,
  };
}

function isSensitive({ type, sensitivity }: FieldSpec): boolean {
  return sensitivity !== undefined || type === 'ber-tlv';
}

function masked(field: FieldSpec, value: string | Uint8Array): string {
  return field.sensitivity === 'pan' && typeof value === 'string' ? maskPan(value) : '•'.repeat(plain(value).length);
}

function plain(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : toHex(value);
}

function childrenOf(
  { sub, sensitivity }: FieldSpec,
  { number, value }: DissectedField,
  place: { readonly start: number; readonly end: number },
  reveal: boolean,
): readonly ReadingNode[] {
  if (sub === undefined) return [];
  try {
    if (sub.layout === 'ber-tlv')
      return typeof value === 'string' ? [] : tlvNodes(value, reveal, place.end - value.length);
    if (sensitivity !== undefined && !reveal) return [];
    if (sub.layout === 'positional' && sub.whole === true && value.length !== totalLength(sub.parts)) return [];
    return decodeSubFields(sub, value, String(number)).map((element) => ({
      label: `${number}.${element.id}`,
      name: partName(`${number}.${element.id}`, element.name ?? ''),
      value: element.sensitivity !== undefined && !reveal ? '•'.repeat(element.value.length) : plain(element.value),
      notes: [],
      ...place,
      ...(element.sensitivity !== undefined && !reveal ? { hiddenFrom: place.start } : {}),
      children: [],
    }));
  } catch (error) {
    // A field that does not follow its layout is still shown as a whole.
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function totalLength(parts: Readonly<Record<string, { readonly length: number }>>): number {
  return Object.values(parts).reduce((sum, { length }) => sum + length, 0);
}
