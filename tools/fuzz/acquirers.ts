import { concatBytes } from '@zhanggui/base';
import {
  decodePayload,
  formatBinList,
  formatCaKeyList,
  formatDownloadPart,
  formatKeyElements,
  formatSettlement,
  formatTerminalSettings,
  joinWorkingKeys,
  pack,
  responseMti,
  unpack,
} from '@zhanggui/iso8583';
import type { AcquirerTrace } from '@zhanggui/modules/switch/api.ts';
import type { AcquirerDialect } from '@zhanggui/modules/switch/dialect.ts';
import { acquirers } from '../../plugins/registry.ts';

type Target = (bytes: Uint8Array) => unknown;

/** What any of the dialects needs to be set. */
const SETTINGS = { tpdu: '6000030000', header: '603100310000' };
const TRACE: AcquirerTrace = {
  acquirerId: 'bank',
  terminalId: 'T0000042',
  acceptorId: '898310054110001',
  stan: '000079',
  batchNumber: '000012',
};

/** Everything that a dialect reads from a line, for the fuzz driver: each may only answer, or refuse with a `Refusal`. */
export const targets: Readonly<Record<string, Target>> = Object.fromEntries(
  acquirers.flatMap(({ id, create }) => {
    const dialect = create(SETTINGS);
    return Object.entries(readersOf(dialect)).map(([name, read]): [string, Target] => [`acquirer ${id} ${name}`, read]);
  }),
);

/** Valid inputs to start mutations from: each dialect's own messages, and answers to them. */
export const samples: Readonly<Record<string, readonly Uint8Array[]>> = Object.fromEntries(
  acquirers.flatMap(({ id, create }) => {
    const dialect = create(SETTINGS);
    const messages = samplesOf(dialect);
    return Object.keys(readersOf(dialect)).map((name) => [`acquirer ${id} ${name}`, messages]);
  }),
);

function readersOf(dialect: AcquirerDialect): Record<string, Target> {
  const { management, settlement } = dialect;
  const downloads = management?.downloads;
  const uploads = settlement?.uploads;
  return {
    answer: dialect.fromMessage,
    'sign-on answer': dialect.fromSignOn,
    correlation: dialect.correlationOf,
    'MAC input': dialect.macInput,
    title: dialect.titleOf,
    description: dialect.describe,
    ...(management === undefined ? {} : { 'management answer': management.fromManagement }),
    ...(downloads === undefined
      ? {}
      : {
          'CA keys': (bytes: Uint8Array) => downloads.fromDownload('ca-keys', bytes, null),
          'refused prefixes': (bytes: Uint8Array) => downloads.fromDownload('bin-list', bytes, null),
          'terminal parameters': (bytes: Uint8Array) => downloads.fromDownload('terminal-parameters', bytes, null),
        }),
    ...(settlement === undefined ? {} : { 'settlement answer': settlement.fromSettlement }),
    ...(uploads === undefined ? {} : { 'upload answer': uploads.fromUpload }),
  };
}

function samplesOf(dialect: AcquirerDialect): Uint8Array[] {
  const { management, settlement } = dialect;
  const part = { debitMinor: 1, debitCount: 1, creditMinor: 0, creditCount: 0 };
  const totals = { domestic: part, foreign: part };
  const card = { pan: '6200000000000005', expiry: '3112', sequence: '001', track2: null, chip: null } as const;
  const sale = dialect.toMessage({
    kind: 'sale',
    trace: TRACE,
    amountMinor: 1,
    currency: 'CNY',
    createdAt: Date.parse('2026-11-23T00:00:00Z'),
    card: { ...card, trackEncrypted: false, entryMode: 'chip', pinEntered: false, verification: null },
    code: null,
  });
  const requests = [
    sale,
    dialect.toSignOn(TRACE),
    dialect.toEcho(TRACE),
    ...(management === undefined ? [] : [management.toSignOff(TRACE).message]),
    ...(management?.downloads === undefined ? [] : [management.downloads.toDownload('ca-keys', TRACE, null).message]),
    ...(settlement === undefined ? [] : [settlement.toSettlement(TRACE, totals, 'CNY').message]),
    ...(settlement?.uploads === undefined
      ? []
      : [settlement.uploads.toBatchEnd(TRACE, { count: 0, balanced: true }).message]),
  ];
  return [...requests, ...requests.flatMap((request) => answersTo(dialect, request))];
}

/** Approving answers to a request, with each of the private fields that the dialect has. */
function answersTo(dialect: AcquirerDialect, request: Uint8Array): Uint8Array[] {
  const { message } = decodePayload(dialect.framing, request);
  const { mti, fields } = unpack(dialect.spec, message);
  const answer = { ...fields, 15: '1123', 37: '000000000042', 39: '00' };
  const packed = privateFields(dialect).map((extra) =>
    pack(dialect.spec, { mti: responseMti(mti), fields: { ...answer, ...extra } }),
  );
  return packed.map((bytes) => concatBytes(request.subarray(0, request.length - message.length), bytes));
}

function privateFields({ spec }: AcquirerDialect): Record<number, string | Uint8Array>[] {
  const key = { cryptogram: new Uint8Array(16).fill(1), checkValue: new Uint8Array(4).fill(2) };
  const keys = { pin: key, mac: key };
  if (spec.fields[62]?.type !== 'b') return [{}, { 48: formatKeyElements(keys), 70: '001' }];
  const part = { debitMinor: 1, debitCount: 1, creditMinor: 0, creditCount: 0, reconciliationCode: '1' };
  const list = formatCaKeyList([{ rid: Uint8Array.of(0xa0, 0, 0, 3, 0x33), index: 2 }]);
  return [
    {},
    { 48: formatSettlement({ domestic: part, foreign: part }) },
    { 62: joinWorkingKeys(keys) },
    { 62: formatDownloadPart({ state: 'complete', content: list }) },
    { 62: formatBinList({ state: 'more', last: 0, prefixes: ['621234'] }) },
    { 62: formatTerminalSettings({ answerTimeoutS: '60', merchantName: '示范小店' }) },
  ];
}
