import {
  cupsFraming,
  cupsPos,
  decodePayload,
  type Field60,
  type Message,
  parseBatchUpload,
  parseField60,
  parseField61,
  parsePaymentCode,
  parseSettlement,
  splitMac,
  unpack,
} from '@zhanggui/iso8583';
import { cupEcbMac } from '@zhanggui/paycrypto';
import type {
  DownloadRequest,
  Entry,
  HeardMessage,
  HostDialect,
  HostRequest,
  KeyLayout,
  OriginalReference,
  ShownCard,
  UploadContent,
} from '../dialect.ts';
import { lackOf, type NeededFields, neededFields } from '../needed-fields.ts';
import { packAnswer } from './answer.ts';
import { copiedKind, downloadOf, kindOf } from './kinds.ts';

export type CupsMessage = Message<typeof cupsPos>;
export type CupsFields = CupsMessage['fields'];

const SETTINGS = { tpdu: '6000030000', header: '603100310000' };
const NOTHING = new Uint8Array(0);
const ENTRIES: Readonly<Record<string, Entry>> = {
  '01': 'manual',
  '02': 'stripe',
  '03': 'code',
  '04': 'code',
  '05': 'chip',
  '07': 'contactless',
  '90': 'stripe',
  '91': 'contactless',
  '95': 'chip',
  '96': 'contactless',
  '98': 'contactless',
};
/** What each kind cannot do without, beside trace, terminal and merchant. */
const NEEDED: NeededFields = {
  ...neededFields(61),
  sale: [4, 22, 25, 49],
  'qr-sale': [4, 22, 25, 49, 59],
  'chip-offline-sale': [4, 55],
  settlement: [48],
};

/** The China UnionPay terminal dialect as its acquirer reads it (CUPS.md). */
export const cupsDialect: HostDialect = {
  id: 'cups',
  framing: cupsFraming,
  settings: SETTINGS,
  currency: '156',
  batches: true,
  mac: ({ mak }, covered) => cupEcbMac(mak, covered),
  read(payload): HeardMessage {
    const frame = decodePayload(cupsFraming, payload);
    const message = unpack(cupsPos, frame.message);
    const sealed = message.fields[64] === undefined ? null : splitMac(frame.message);
    return {
      request: requestOf(message),
      sealed,
      answer: (answer, answerFrame, seal) => packAnswer({ frame, message }, answer, answerFrame, seal),
    };
  },
};

function requestOf({ mti, fields }: CupsMessage): HostRequest {
  const field60 = parseField60(fields[60] ?? '');
  const marks = {
    mti,
    processingCode: fields[3],
    conditionCode: fields[25],
    entryMode: fields[22] ?? '',
    field60,
  };
  const kind = kindOf(marks);
  const copies = kind === 'reversal' || kind === 'batch-upload' ? copiedKind(marks) : null;
  return {
    kind,
    mti,
    terminalId: fields[41] ?? '',
    acceptorId: fields[42] ?? '',
    stan: fields[11] ?? '',
    batchNumber: field60.batchNumber,
    amountMinor: fields[4] === undefined ? null : Number(fields[4]),
    currency: fields[49] ?? null,
    card: cardOf(fields, field60),
    pin: fields[52] === undefined ? null : { block: fields[52], withPan: fields[53]?.[0] !== '1' },
    chip: fields[55] ?? null,
    partialAllowed: field60.partialApproval === '1',
    original: originalOf(fields),
    rrn: trimmed(fields[37]),
    authorizationCode: trimmed(fields[38]),
    reverses: kind === 'reversal' ? copies : null,
    reason: fields[39] ?? null,
    signature: kind === 'signature-upload' ? (fields[62] ?? null) : null,
    code: codeOf(fields),
    keyLayout: keyLayoutOf(field60),
    settlement: kind === 'settlement' && fields[48] !== undefined ? parseSettlement(fields[48]) : null,
    upload: kind === 'batch-upload' ? uploadOf(fields) : null,
    uploads: kind === 'batch-upload' ? copies : null,
    download: downloadRequestOf(fields, field60),
    lacks: lackOf(NEEDED, kind, fields),
  };
}

function cardOf(fields: CupsFields, field60: Field60): ShownCard {
  const track2 = fields[35] ?? null;
  return {
    pan: fields[2] ?? null,
    expiry: fields[14] ?? null,
    sequence: fields[23] ?? null,
    track2,
    trackEnciphered: fields[53]?.[2] === '1',
    entry: ENTRIES[fields[22]?.slice(0, 2) ?? ''] ?? 'unspecified',
    fallback: field60.chipCondition === '1' || field60.chipCondition === '2',
  };
}

function originalOf(fields: CupsFields): OriginalReference | null {
  if (fields[61] === undefined) return null;
  const { batchNumber, traceNumber, date } = parseField61(fields[61]);
  return { batchNumber, stan: traceNumber, date: date === undefined || date === '0000' ? null : date };
}

function codeOf(fields: CupsFields): string | null {
  return fields[59] !== undefined && fields[22]?.startsWith('03') === true ? parsePaymentCode(fields[59]) : null;
}

function keyLayoutOf({ networkCode }: Field60): KeyLayout {
  if (networkCode === '001') return 'single';
  return networkCode === '004' ? 'double-with-track' : 'double';
}

function uploadOf(fields: CupsFields): UploadContent {
  if (fields[48] === undefined) return { form: 'single' };
  return { form: 'packed', records: parseBatchUpload(fields[48]) };
}

function downloadRequestOf(fields: CupsFields, { networkCode }: Field60): DownloadRequest | null {
  const found = downloadOf(networkCode);
  return found === null ? null : { ...found, data: fields[62] ?? NOTHING };
}

/** Null for what is blank or all zeros, which terminals send where they know none. */
function trimmed(value: string | undefined): string | null {
  const text = value?.trim() ?? '';
  return /^0*$/.test(text) ? null : text;
}
