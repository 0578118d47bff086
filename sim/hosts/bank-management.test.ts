import { fromHex, utf8Encode } from '@zhanggui/base';
import { parseCaKey } from '@zhanggui/emv';
import {
  formatApplicationList,
  formatBatchUpload,
  formatBinListRequest,
  formatCaKeyList,
  formatField61,
  formatListRequest,
  formatSettlement,
  formatTerminalSettings,
  formatUploadCount,
  parseApplicationList,
  parseBinList,
  parseCaKeyList,
  parseDownloadPart,
  parseSettlement,
  parseTerminalSettings,
} from '@zhanggui/iso8583';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BankHost } from './bank-host.ts';
import { AMOUNT, type CupsFields, cardFacts, chipData, type Heard, newHost, TestTerminal } from './testing.ts';

let host: BankHost;
let close: () => void;
let terminal: TestTerminal;

beforeEach(async () => {
  ({ host, close } = newHost());
  terminal = new TestTerminal(host);
  await terminal.signOn();
});
afterEach(() => close());

const NONE = { debitMinor: 0, debitCount: 0, creditMinor: 0, creditCount: 0, reconciliationCode: '0' };
const processing = ({ header }: Heard): string | undefined => header[5];

function sale(minor = AMOUNT, cardId = 'debit-swipe', transactionType = '22'): CupsFields {
  const { pan, stripe, pin } = cardFacts(cardId);
  return {
    3: '000000',
    4: String(minor).padStart(12, '0'),
    11: terminal.nextStan(),
    22: '021',
    25: '00',
    26: '12',
    35: stripe,
    49: '156',
    52: terminal.pinBlock(pan, pin),
    53: '2600000000000000',
    60: terminal.field60(transactionType),
  };
}

const back = (sold: Heard, minor: number, transactionType: string): CupsFields => ({
  2: cardFacts('debit-swipe').pan,
  3: '200000',
  4: String(minor).padStart(12, '0'),
  11: terminal.nextStan(),
  22: '012',
  25: '00',
  37: sold.fields[37],
  49: '156',
  60: terminal.field60(transactionType),
  61: formatField61({ batchNumber: terminal.batchNumber, traceNumber: sold.fields[11] ?? '' }),
});

const settle = (domestic: Partial<typeof NONE>, foreign: Partial<typeof NONE> = {}): Promise<Heard> =>
  terminal.manage('0500', '201', {
    48: formatSettlement({ domestic: { ...NONE, ...domestic }, foreign: { ...NONE, ...foreign } }),
    49: '156',
    63: utf8Encode('01 '),
  });
const verdicts = ({ fields }: Heard): string => {
  const { domestic, foreign } = parseSettlement(fields[48] ?? '');
  return domestic.reconciliationCode + foreign.reconciliationCode;
};
const end = (code: '202' | '207', count: number): Promise<Heard> =>
  terminal.manage('0320', code, { 48: formatUploadCount(count) });

test('a terminal signs on for one, two or three keys, and each set works', async () => {
  for (const [code, bytes] of [
    ['001', 24],
    ['003', 40],
    ['004', 60],
  ] as const) {
    const { mti, fields } = await terminal.signOn(code);
    expect([mti, fields[39], fields[62]?.length]).toEqual(['0810', '00', bytes]);
    expect(fields[60]).toBe(`00000001${code}`);
    if (code !== '001') expect((await terminal.send('0200', sale())).fields[39]).toBe('00');
  }
});

test('a terminal of another merchant is unknown, and one without keys or with a wrong MAC signs on first', async () => {
  const stranger = await terminal.exchange(
    terminal.payload('0800', { 11: '000009', 60: '00000001003', 42: '898310054119999' }, false),
  );
  expect(stranger.fields[39]).toBe('97');
  const spoiled = terminal.payload('0200', sale(), true);
  spoiled[spoiled.length - 1] = (spoiled.at(-1) ?? 0) ^ 1;
  const refused = await terminal.exchange(spoiled);
  expect([refused.fields[39], refused.fields[64]]).toEqual(['A0', undefined]);
  expect((await terminal.exchange(terminal.payload('0200', sale(), false))).fields[39]).toBe('A0');
  await terminal.manage('0820', '002', {});
  expect((await terminal.send('0200', sale())).fields[39]).toBe('A0');
  expect(host.book.authorizations(9)).toEqual([]);
});

test('keys and batch are there after a restart', async () => {
  host.restart();
  expect((await terminal.send('0200', sale())).fields[39]).toBe('00');
});

test('line test and status upload are answered; a message of no known kind is not supported', async () => {
  expect((await terminal.manage('0820', '301', {})).fields[39]).toBe('00');
  const status = { 62: formatTerminalSettings({ keyboard: '1', printer: '0' }) };
  expect((await terminal.manage('0820', '362', status)).fields[39]).toBe('00');
  expect((await terminal.manage('0820', '999', {})).fields[39]).toBe('40');
  expect((await terminal.send('0200', { ...sale(), 3: '990000' })).fields[39]).toBe('40');
  expect((await terminal.send('0200', { ...sale(), 4: undefined })).fields[39]).toBe('30');
});

test('the header asks for what the host wants until it has been done', async () => {
  const { terminalId } = terminal.grant;
  host.terminals.ask(terminalId, 'sign-on');
  expect(processing(await terminal.send('0200', sale()))).toBe('3');
  expect(processing(await terminal.signOn())).toBe('0');
  host.terminals.ask(terminalId, 'upload-status');
  expect(processing(await terminal.manage('0820', '301', {}))).toBe('2');
  expect(processing(await terminal.manage('0820', '362', { 62: formatTerminalSettings({ keyboard: '1' }) }))).toBe('0');
  host.terminals.ask(terminalId, 'update-ca-keys');
  expect(processing(await terminal.manage('0820', '372', { 62: formatListRequest(0) }))).toBe('4');
  expect(processing(await terminal.manage('0800', '371', {}))).toBe('0');
});

test('CA keys are listed and handed out one by one', async () => {
  const list = await terminal.manage('0820', '372', { 62: formatListRequest(0) });
  const { state, content } = parseDownloadPart(list.fields[62] ?? new Uint8Array(0));
  expect(state).toBe('complete');
  const keys = parseCaKeyList(content);
  const algorithms = new Set<string>();
  for (const { rid, index } of keys) {
    const { fields } = await terminal.manage('0800', '370', { 62: formatCaKeyList([{ rid, index }]) });
    const key = parseDownloadPart(fields[62] ?? new Uint8Array(0));
    const read = parseCaKey(key.content);
    expect(read).toMatchObject({ rid, index });
    algorithms.add(read.algorithm);
  }
  expect(algorithms).toEqual(new Set(['RSA', 'SM2']));
  const strange = { 62: formatCaKeyList([{ rid: fromHex('A000000999'), index: 1 }]) };
  const none = await terminal.manage('0800', '370', strange);
  expect(parseDownloadPart(none.fields[62] ?? new Uint8Array(0)).state).toBe('none');
  const beyond = await terminal.manage('0820', '372', { 62: formatListRequest(50) });
  expect(parseDownloadPart(beyond.fields[62] ?? new Uint8Array(0)).state).toBe('none');
});

test('chip parameters, refused prefixes and terminal parameters are handed out', async () => {
  const list = await terminal.manage('0820', '382', { 62: formatListRequest(0) });
  const aids = parseApplicationList(parseDownloadPart(list.fields[62] ?? new Uint8Array(0)).content);
  expect(aids).toContain('A000000333010101');
  for (const aid of aids) {
    const { fields } = await terminal.manage('0800', '380', { 62: formatApplicationList([aid]) });
    expect(parseDownloadPart(fields[62] ?? new Uint8Array(0)).state).toBe('complete');
  }
  const bins = await terminal.manage('0800', '390', { 62: formatBinListRequest(0) });
  expect(parseBinList(bins.fields[62] ?? new Uint8Array(0))).toMatchObject({ state: 'complete', last: 3 });
  const parameters = await terminal.manage('0800', '360', {});
  const { settings, unread } = parseTerminalSettings(parameters.fields[62] ?? new Uint8Array(0));
  expect(settings).toMatchObject({ merchantName: '示范小店', reversalRetries: '3' });
  expect(unread).toBe(0);
});

test('a batch that balances is closed and the next one begins; its numbers are refused from then on', async () => {
  const first = await terminal.send('0200', sale(10_000));
  const second = await terminal.send('0200', sale(2_000));
  await terminal.send('0200', back(second, 2_000, '23'));
  await terminal.send('0220', { ...back(first, 500, '25'), 63: utf8Encode('CUP') });
  const abroad = sale(300, 'visa');
  const chip = { ...abroad, 2: cardFacts('visa').pan, 22: '051', 35: cardFacts('visa').chipTrack };
  await terminal.send('0200', { ...chip, 55: chipData('visa', { amountMinor: 300 }) });
  const totals = { debitMinor: 12_000, debitCount: 2, creditMinor: 2_500, creditCount: 2 };
  const answer = await settle(totals, { debitMinor: 300, debitCount: 1 });
  expect([answer.mti, answer.fields[39], verdicts(answer)]).toEqual(['0510', '00', '11']);
  expect((await end('207', 0)).fields[39]).toBe('00');
  expect((await end('207', 0)).fields[39]).toBe('00');
  expect(host.book.settlements(1)[0]).toMatchObject({ balanced: true, state: 'closed', differences: [] });
  expect((await terminal.send('0200', sale())).fields[39]).toBe('77');
  const { fields } = await terminal.signOn();
  expect(fields[60]).toBe('00000002003');
  expect((await terminal.send('0200', sale())).fields[39]).toBe('00');
});

test('a batch that differs is uploaded, and the host finds what differs', async () => {
  const same = await terminal.send('0200', sale(1_000));
  const other = await terminal.send('0200', sale(2_000));
  await terminal.send('0200', sale(3_000));
  const answer = await settle({ debitMinor: 1_234, debitCount: 3 });
  expect(verdicts(answer)).toBe('21');
  const { pan } = cardFacts('debit-swipe');
  const record = (traceNumber: string, amountMinor: number) => ({ foreign: false, traceNumber, pan, amountMinor });
  const records = [
    record(same.fields[11] ?? '', 1_000),
    record(other.fields[11] ?? '', 2_222),
    record('900000', 4_000),
  ];
  expect((await terminal.manage('0320', '201', { 48: formatBatchUpload(records) })).mti).toBe('0330');
  host.restart();
  await end('202', 3);
  const [result] = host.book.settlements(1);
  expect(result).toMatchObject({ balanced: false, state: 'closed', uploadedRecords: 3 });
  expect(result?.differences).toEqual([
    { stan: other.fields[11], what: 'amount', terminalMinor: 2_222, hostMinor: 2_000 },
    { stan: '900000', what: 'only-terminal', terminalMinor: 4_000, hostMinor: null },
    { stan: '000004', what: 'only-host', terminalMinor: null, hostMinor: 3_000 },
  ]);
});

test('single records: an offline sale the host has missed is booked, a chip’s certificate is checked', async () => {
  const { pan, chipTrack } = cardFacts('debit-approves');
  const chipSale = {
    ...sale(AMOUNT, 'debit-approves'),
    2: pan,
    22: '051',
    35: chipTrack,
    55: chipData('debit-approves'),
  };
  const sold = await terminal.send('0200', chipSale);
  await settle({ debitMinor: 1, debitCount: 1 });
  const missed = { ...back(sold, 700, '30'), 2: pan, 3: '000000', 37: undefined, 61: undefined };
  const upload = (fields: CupsFields): Promise<Heard> => terminal.exchange(terminal.payload('0320', fields, false));
  expect((await upload(missed)).fields[39]).toBe('00');
  expect((await upload(missed)).fields[39]).toBe('00');
  expect(host.book.authorizations(1)[0]).toMatchObject({ kind: 'offline-sale', amountMinor: 700, state: 'approved' });
  const certificate = (change: Record<string, string>): CupsFields => ({
    ...back(sold, AMOUNT, '22'),
    2: pan,
    3: '000000',
    11: sold.fields[11],
    55: chipData('debit-approves', { kind: 'tc', change }),
  });
  const certified = () => host.book.byRrn(sold.fields[37] ?? '')?.certificate;
  await upload(certificate({ '9F26': '0000000000000000' }));
  expect(certified()).toBe('does-not-hold');
  await upload(certificate({}));
  expect(certified()).toBe('holds');
  // The word of a chip that declined is taken, also of a payment that the host has never met.
  expect((await upload({ ...certificate({ '9F27': '00' }), 11: '900002' })).fields[39]).toBe('00');
  expect(certified()).toBe('holds');
});

test('while the day changes everything is answered 90, and afterwards field 15 is another', async () => {
  const before = host.settlementOn;
  host.changeDay(60_000);
  expect((await terminal.send('0200', sale())).fields[39]).toBe('90');
  expect((await settle({})).fields[39]).toBe('90');
  expect((await terminal.manage('0820', '301', {})).fields[39]).toBe('00');
  host.restart();
  const { fields } = await terminal.send('0200', sale());
  expect(fields[39]).toBe('00');
  expect(fields[15]).not.toBe(before);
  expect(fields[15]).toBe(host.settlementOn);
});
