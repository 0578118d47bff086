import { fromHex, toHex, utf8Decode } from '@zhanggui/base';
import { formatKeyElements, iso87Terminal, type Message, pack, unpack } from '@zhanggui/iso8583';
import type { CardDetails, DialectRequest } from '@zhanggui/modules/switch/dialect.ts';
import { expect, test } from 'vitest';
import { iso87Ascii } from './plugin.ts';

const dialect = iso87Ascii.create({ acquirer: '48521000', merchantType: '5411' });
const trace = {
  acquirerId: 'abroad',
  terminalId: 'T0000042',
  acceptorId: '898310054110001',
  stan: '000079',
  batchNumber: '000001',
};
const CHIP = '9F2608ED1D6BA78357FB259F360201C0';
const card: CardDetails = {
  pan: '4000000000000002',
  expiry: '3112',
  sequence: '001',
  track2: '4000000000000002D31122010000000000',
  trackEncrypted: false,
  chip: fromHex(CHIP),
  entryMode: 'chip',
  pinEntered: true,
  verification: 'online-pin',
};
const sale: DialectRequest = {
  kind: 'sale',
  trace,
  amountMinor: 6_220,
  currency: 'USD',
  createdAt: Date.parse('2026-11-22T16:30:05Z'),
  card,
  code: null,
  pinBlock: fromHex('0011223344556677'),
};
const original = { trace, rrn: '000000000042', authorizationCode: '123456', createdAt: sale.createdAt };
const { pinBlock: _, ...withoutPin } = sale;
const later = {
  ...withoutPin,
  trace: { ...trace, stan: '000080' },
  createdAt: sale.createdAt + 60_000,
  card: { ...card, track2: null, chip: null },
  original,
};

function fieldsOf(payload: Uint8Array): Record<string, string> {
  const { mti, fields } = unpack(iso87Terminal, payload);
  const shown = Object.entries(fields).map(([number, value]) => [
    number,
    value instanceof Uint8Array ? toHex(value) : String(value),
  ]);
  return { mti, ...Object.fromEntries(shown) };
}

function answer(mti: string, fields: Message<typeof iso87Terminal>['fields']): Uint8Array {
  return pack(iso87Terminal, { mti, fields: { 11: trace.stan, 41: trace.terminalId, ...fields } });
}

test('a sale stands on the line in characters, with the chip data as it is', () => {
  const text = String.fromCharCode(...dialect.toMessage(sale));
  const chip = String.fromCharCode(...fromHex(CHIP));
  expect(text).toBe(
    `0200723C46C120C09201${'164000000000000002'}${'000000'}${'000000006220'}${'1122163005'}${'000079'}${'003005'}${'1123'}${'3112'}${'5411'}` +
      `${'051'}${'001'}${'00'}${'12'}${'0848521000'}${'344000000000000002=31122010000000000'}${'T0000042'}${'898310054110001'}` +
      `${'840'}${'0011223344556677'}${'016'}${chip}${'0000000000000000'}`,
  );
});

test.each([
  ['void', '0200', '020000', '00', '020000007911221630050000000000000000000000'],
  ['refund', '0220', '200000', '00', '020000007911221630050000000000000000000000'],
  ['pre-authorization-void', '0100', '020000', '06', '010000007911221630050000000000000000000000'],
  ['completion', '0200', '000000', '06', '010000007911221630050000000000000000000000'],
  ['completion-advice', '0220', '000000', '06', '010000007911221630050000000000000000000000'],
  ['completion-void', '0200', '020000', '06', '020000007911221630050000000000000000000000'],
  ['offline-adjustment', '0220', '020000', '00', '022000007911221630050000000000000000000000'],
] as const)('a %s names its original in field 90, so its MAC is field 128', (kind, ...expected) => {
  const [mti, processingCode, conditionCode, elements] = expected;
  const fields = fieldsOf(dialect.toMessage({ ...later, kind }));
  expect(fields).toMatchObject({
    mti,
    3: processingCode,
    11: '000080',
    25: conditionCode,
    37: '000000000042',
    38: '123456',
  });
  expect(fields).toMatchObject({ 90: elements, 128: '0000000000000000' });
  expect(fields).not.toHaveProperty('64');
});

test('a reversal names the request that it undoes, and why in the words of the standard', () => {
  const request = { ...later, kind: 'reversal', reverses: 'sale', trace, createdAt: sale.createdAt } as const;
  const fields = fieldsOf(dialect.toMessage(request));
  expect(fields).toMatchObject({ mti: '0400', 3: '000000', 7: '1122163005', 11: '000079', 38: '123456', 39: '68' });
  expect(fields[90]).toBe('020000007911221630050000000000000000000000');
  const reasons = (['A0', '06'] as const).map(
    (reversalReason) => fieldsOf(dialect.toMessage({ ...request, reversalReason }))[39],
  );
  expect(reasons).toEqual(['22', '06']);
  const advised = iso87Ascii.create({ reversal: 'advice' });
  expect(fieldsOf(advised.toMessage(request)).mti).toBe('0420');
});

test('entry modes, and chip data without what does not belong there', () => {
  const modes = (['swipe', 'chip', 'contactless', 'fallback'] as const).map(
    (entryMode) => fieldsOf(dialect.toMessage({ ...sale, card: { ...card, entryMode } }))[22],
  );
  expect(modes).toEqual(['021', '051', '071', '801']);
  const chip = fromHex(`5A084000000000000002${CHIP}DF310520DEADBEEF`);
  const told = { ...later, kind: 'script-result', card: { ...later.card, chip } } as const;
  expect(fieldsOf(dialect.toMessage(told))).toMatchObject({ mti: '0620', 55: `${CHIP}9F5B0520DEADBEEF` });
  const encrypted = { ...sale, card: { ...card, trackEncrypted: true } };
  expect(fieldsOf(dialect.toMessage(encrypted))).not.toHaveProperty('35');
});

test('local time follows the place of the terminal', () => {
  const west = iso87Ascii.create({ utcOffset: '-05:30' });
  expect(fieldsOf(west.toMessage(sale))).toMatchObject({ 7: '1122163005', 12: '110005', 13: '1122' });
});

test('a sign-on brings the working keys in field 48', () => {
  expect(utf8Decode(dialect.toSignOn(trace))).toBe(
    `08008020000000C000000400000000000000${'000079'}T0000042898310054110001001`,
  );
  expect(fieldsOf(iso87Ascii.create({ signOn: 'key-exchange' }).toSignOn(trace))[70]).toBe('101');
  expect(fieldsOf(dialect.toEcho(trace))[70]).toBe('301');
  const key = (first: number) => ({
    cryptogram: new Uint8Array(16).fill(first),
    checkValue: new Uint8Array(4).fill(first),
  });
  const field48 = formatKeyElements({ pin: key(1), mac: key(2) });
  const signedOn = answer('0810', { 39: '00', 48: field48, 70: '001' });
  expect(dialect.fromSignOn(signedOn)).toEqual({
    responseCode: '00',
    batchNumber: null,
    hostTime: null,
    workingKeys: [
      { usage: 'pin', ...key(1) },
      { usage: 'mac', ...key(2) },
    ],
    demand: null,
  });
  expect(dialect.describe(signedOn)).not.toContain('01010101');
  expect(dialect.titleOf(signedOn)).toBe('0810 sign-on');
});

test('a terminal signs off, and closes its batch by a reconciliation of all cards together', () => {
  const { management, settlement } = dialect;
  const off = management?.toSignOff(trace);
  expect(off?.mac).toBe(false);
  expect(fieldsOf(off?.message ?? new Uint8Array())).toMatchObject({ mti: '0800', 70: '002' });
  expect(management?.fromManagement(answer('0810', { 39: '00', 70: '002' }))).toMatchObject({
    responseCode: '00',
    stan: trace.stan,
    mac: null,
  });
  expect([management?.downloads, management?.toStatusUpload, settlement?.uploads]).toEqual(Array(3).fill(undefined));

  const part = (debitMinor: number, creditMinor: number) => ({
    debitMinor,
    debitCount: 2,
    creditMinor,
    creditCount: 1,
  });
  const totals = { domestic: part(1_000, 300), foreign: part(200, 2_000) };
  const { message, mac } = settlement?.toSettlement(trace, totals, 'USD') ?? {};
  expect(mac).toBe(true);
  expect(fieldsOf(message ?? new Uint8Array())).toEqual({
    mti: '0500',
    11: trace.stan,
    41: trace.terminalId,
    42: trace.acceptorId,
    49: '840',
    74: '0000000002',
    75: '0000000000',
    76: '0000000004',
    77: '0000000000',
    86: '0000000000002300',
    87: '0000000000000000',
    88: '0000000000001200',
    89: '0000000000000000',
    97: 'C0000000000001100',
    128: '0000000000000000',
  });
  expect(dialect.titleOf(message ?? new Uint8Array())).toBe('0500 reconciliation');
  const read = (fields: Parameters<typeof answer>[1]) => settlement?.fromSettlement(answer('0510', fields));
  expect(read({ 15: '1123', 39: '00', 66: '1' })).toMatchObject({ domestic: 'balanced', foreign: 'balanced' });
  expect(read({ 39: '00', 66: '2' })).toMatchObject({ domestic: 'unbalanced', settlementDate: null });
  expect(read({ 39: '96' })).toMatchObject({ responseCode: '96', domestic: 'error' });
  expect(() => read({ 39: '00' })).toThrow(expect.objectContaining({ code: 'missing-field' }));
  expect(() => settlement?.fromSettlement(answer('0210', { 39: '00', 66: '1' }))).toThrow(
    expect.objectContaining({ code: 'bad-mti' }),
  );
});

test('an answer tells balance, texts and chip data', () => {
  const fields = {
    3: '310000',
    25: '00',
    32: '48521000',
    39: '00',
    44: 'CALL BANK',
    54: '1001840D0000000000501002840C000000012345',
    55: fromHex('8A023030'),
  };
  expect(dialect.fromMessage(answer('0210', fields))).toMatchObject({
    balance: { amountMinor: 12_345, currency: 'USD', sign: 'credit' },
    chip: fromHex('8A023030'),
    texts: { acquirerCode: '48521000', issuer: 'CALL BANK', terminal: null },
  });
  const odd = answer('0210', { ...fields, 54: '1002999C000000012345' });
  expect([dialect.fromMessage(odd).balance, dialect.titleOf(odd)]).toEqual([null, '0210 balance inquiry']);
});

test('response codes of the standard: approvals, reversals, sign-on', () => {
  const all = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
  expect(all.filter((code) => dialect.meaningOf(code).approved)).toEqual(['00', '08', '10', '11', '16']);
  expect(all.filter((code) => dialect.meaningOf(code).closesReversal !== null)).toEqual(['00', '25']);
  expect(all.filter((code) => dialect.meaningOf(code).demandsSignOn)).toEqual(['63']);
  const other = iso87Ascii.create({ signOnCodes: '63,98' });
  expect(all.filter((code) => other.meaningOf(code).demandsSignOn)).toEqual(['63', '98']);
  expect(dialect.meaningOf('94').duplicate).toBe(true);
});

test('the length in front is as it is set', () => {
  const lengths = ['binary-2', 'binary-4', 'ascii-4'].map((length) => iso87Ascii.create({ length }).framing);
  expect(lengths.map(({ length, lengthBytes }) => `${length} ${lengthBytes}`)).toEqual([
    'binary 2',
    'binary 4',
    'ascii 4',
  ]);
  for (const settings of [{ length: 'binary-3' }, { bytes: 'bcd' }, { acquirer: 'X' }, { utcOffset: '8' }] as const)
    expect(() => iso87Ascii.create(settings)).toThrow('channel-not-configured');
});
