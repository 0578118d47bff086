import { beijingTime } from '@zhanggui/base';
import {
  type Framing,
  formatBalances,
  formatKeyElements,
  iso87Terminal,
  type Message,
  pack,
  parseOriginalElements,
  responseMti,
  type Settlement,
  type Spec,
  setLastMac,
  splitLastMac,
  splitWorkingKeys,
  unpack,
} from '@zhanggui/iso8583';
import { retailMac } from '@zhanggui/paycrypto';
import type {
  AnswerFrame,
  Entry,
  HeardMessage,
  HostAnswer,
  HostDialect,
  HostRequest,
  OriginalReference,
  Seal,
  ShownCard,
} from '../dialect.ts';
import { lackOf, type NeededFields, neededFields } from '../needed-fields.ts';
import { kindOf, reversedKind } from './kinds.ts';

/** How the fields are written; which there are is the same for all of this family. */
type Iso87Spec = Omit<Spec, 'fields'> & Pick<typeof iso87Terminal, 'fields'>;
type Iso87Message = Message<Iso87Spec>;
type Iso87Fields = Iso87Message['fields'];

const FRAMING: Framing = { length: 'binary', lengthBytes: 2, tpdu: false, headerBytes: 0 };
const INSTITUTION = '48021000';
const NO_MAC = new Uint8Array(8);
const ECHOED = [3, 4, 7, 11, 12, 13, 23, 25, 41, 42, 49, 70] as const;
const ENTRIES: Readonly<Record<string, Entry>> = {
  '01': 'manual',
  '02': 'stripe',
  '05': 'chip',
  '07': 'contactless',
  '80': 'stripe',
  '90': 'stripe',
  '91': 'contactless',
  '95': 'chip',
};
const FALLBACK = '80';
/** Codes of the host that ISO 8583:1987 does not have, in its own words. */
const CODES: Readonly<Record<string, string>> = { A0: '63', '77': '63', '97': '03', '99': '63', '45': '57' };
const NO_TOTALS = { debitMinor: 0, debitCount: 0, creditMinor: 0, creditCount: 0, reconciliationCode: '0' };
const NEEDED: NeededFields = {
  ...neededFields(90),
  reversal: [4, 39, 90],
  settlement: [74, 76, 86, 88],
};

/**
 * ISO 8583:1987 in characters, as a host abroad reads it: retail MAC (ANSI X9.19) in field 64 or 128, working keys in field
 * 48 of the sign-on answer, no batches: a terminal's trace numbers count until the host's day ends.
 */
export const iso87AsciiDialect: HostDialect = iso87Dialect('iso87-ascii', iso87Terminal);

/** The same messages under this name, with their fields written as `spec` says. */
export function iso87Dialect(id: string, spec: Iso87Spec): HostDialect {
  return {
    id,
    framing: FRAMING,
    settings: { acquirer: INSTITUTION, utcOffset: '+08:00' },
    currency: null,
    batches: false,
    mac: ({ mak }, covered) => retailMac(mak, covered),
    read(payload): HeardMessage {
      const message = unpack(spec, payload);
      const isSealed = message.fields[64] !== undefined || message.fields[128] !== undefined;
      return {
        request: requestOf(message),
        sealed: isSealed ? splitLastMac(spec, payload) : null,
        answer: (answer, frame, seal) => packAnswer(spec, message, answer, frame, seal),
      };
    },
  };
}

function requestOf({ mti, fields }: Iso87Message): HostRequest {
  const original = fields[90] === undefined ? null : parseOriginalElements(fields[90]);
  const marks = {
    mti,
    processingCode: fields[3] ?? '',
    conditionCode: fields[25] ?? '',
    networkCode: fields[70],
    originalType: original?.mti ?? null,
  };
  const kind = kindOf(marks);
  return {
    kind,
    mti,
    terminalId: fields[41] ?? '',
    acceptorId: fields[42] ?? '',
    stan: fields[11] ?? '',
    batchNumber: '',
    amountMinor: fields[4] === undefined ? null : Number(fields[4]),
    currency: fields[49] ?? null,
    card: cardOf(fields),
    pin: fields[52] === undefined ? null : { block: fields[52], withPan: true },
    chip: fields[55] ?? null,
    partialAllowed: false,
    original: original === null ? null : referenceOf(original),
    rrn: fields[37]?.trim() || null,
    authorizationCode: fields[38]?.trim() || null,
    reverses: kind === 'reversal' ? reversedKind(marks) : null,
    reason: fields[39] ?? null,
    signature: null,
    code: null,
    keyLayout: 'double',
    settlement: kind === 'settlement' ? totalsOf(fields) : null,
    upload: null,
    uploads: null,
    download: null,
    lacks: lackOf(NEEDED, kind, fields),
  };
}

function cardOf(fields: Iso87Fields): ShownCard {
  const entryMode = fields[22]?.slice(0, 2) ?? '';
  return {
    pan: fields[2] ?? null,
    expiry: fields[14] ?? null,
    sequence: fields[23] ?? null,
    track2: fields[35]?.replace('=', 'D') ?? null,
    trackEnciphered: false,
    entry: ENTRIES[entryMode] ?? 'unspecified',
    fallback: entryMode === FALLBACK,
  };
}

function referenceOf({ traceNumber, transmittedAt }: ReturnType<typeof parseOriginalElements>): OriginalReference {
  return { batchNumber: null, stan: traceNumber, date: transmittedAt.slice(0, 4) };
}

/** Totals of a reconciliation: fields 74 to 77 count, 86 to 89 add up; reversals are taken off. */
function totalsOf(fields: Iso87Fields): Settlement | null {
  const number = (field: 74 | 75 | 76 | 77 | 86 | 87 | 88 | 89): number => Number(fields[field] ?? 0);
  const domestic = {
    debitMinor: number(88) - number(89),
    debitCount: number(76) - number(77),
    creditMinor: number(86) - number(87),
    creditCount: number(74) - number(75),
    reconciliationCode: '0',
  };
  return { domestic, foreign: NO_TOTALS };
}

/**
 * Payload of the answer: what the request said, what the host says, and a MAC where `seal` is given, in field 128 where the
 * request has its own there.
 */
function packAnswer(
  spec: Iso87Spec,
  message: Iso87Message,
  answer: HostAnswer,
  frame: AnswerFrame,
  seal: Seal | null,
): Uint8Array {
  const echoed: Iso87Fields = {};
  for (const number of ECHOED) if (message.fields[number] !== undefined) echoed[number] = message.fields[number];
  const fields: Iso87Fields = { ...echoed, 32: INSTITUTION, ...timeFields(message, frame), ...resultFields(answer) };
  const isLong = message.fields[128] !== undefined || Object.keys(fields).some((number) => Number(number) > 64);
  const macField = isLong ? 128 : 64;
  const sealed = seal === null ? fields : { ...fields, [macField]: NO_MAC };
  const packed = pack(spec, { mti: responseMti(message.mti), fields: sealed });
  return seal === null ? packed : setLastMac(spec, packed, seal(splitLastMac(spec, packed).covered));
}

function timeFields({ mti, fields }: Iso87Message, { at, settlementOn }: AnswerFrame): Iso87Fields {
  if (mti.startsWith('08')) return {};
  const { month, day, hour, minute, second } = beijingTime(at.getTime());
  return {
    ...(fields[12] === undefined ? { 12: hour + minute + second, 13: month + day } : {}),
    15: settlementOn,
  };
}

function resultFields(answer: HostAnswer): Iso87Fields {
  const { responseCode, rrn, authorizationCode, amountMinor, balance, chip, workingKeys, settlement, text } = answer;
  const balanced = settlement?.domestic.reconciliationCode === '1';
  return {
    39: CODES[responseCode] ?? responseCode,
    ...(rrn == null ? {} : { 37: rrn }),
    ...(authorizationCode == null ? {} : { 38: authorizationCode }),
    ...(amountMinor === undefined ? {} : { 4: String(amountMinor).padStart(12, '0') }),
    ...(text === undefined ? {} : { 44: text }),
    ...(workingKeys === undefined ? {} : { 48: formatKeyElements(splitWorkingKeys(workingKeys)) }),
    ...(balance === undefined ? {} : { 54: balanceText(balance) }),
    ...(chip === undefined ? {} : { 55: chip }),
    ...(settlement === undefined ? {} : { 66: balanced ? '1' : '2' }),
  };
}

function balanceText({ minor, credit, currency }: NonNullable<HostAnswer['balance']>): string {
  return formatBalances([
    { accountType: credit ? '30' : '10', amountType: '02', currencyCode: currency, amountMinor: minor },
  ]);
}
