import { concatBytes, fromHex, toHex, utf8Encode } from '@zhanggui/base';
import { cupsPos, formatSettlement, type Message, pack } from '@zhanggui/iso8583';
import type { UploadRecord } from '@zhanggui/modules/switch/dialect.ts';
import { expect, test } from 'vitest';
import { AT, dialect, EMPTY_MAC, fieldsOf, kept, original, SETTINGS, trace } from './testing.ts';

const { settlement } = dialect;
const uploads = settlement?.uploads;
if (settlement === undefined || uploads === undefined) throw new Error('the dialect closes no batches');

const NONE = { debitMinor: 0, debitCount: 0, creditMinor: 0, creditCount: 0 };
const TOTALS = { domestic: { debitMinor: 12_345, debitCount: 3, creditMinor: 100, creditCount: 1 }, foreign: NONE };
const CHIP = fromHex('9F2608ED1D6BA78357FB259F360201C0950500000000009F1E083132333435363738');
const stripe: UploadRecord = {
  kind: 'sale',
  trace: { ...trace, stan: '000003' },
  amountMinor: 6_220,
  currency: 'CNY',
  createdAt: AT,
  card: { ...kept, entryMode: 'swipe', sequence: null },
  rrn: '000000000042',
  authorizationCode: '000042',
  domestic: true,
  chipResult: null,
};

function answer(mti: string, fields: Message<typeof cupsPos>['fields']): Uint8Array {
  const front = fromHex(SETTINGS.tpdu + SETTINGS.header);
  return concatBytes(front, pack(cupsPos, { mti, fields: { 11: trace.stan, 41: trace.terminalId, ...fields } }));
}

test('totals go up as the published ones do', () => {
  const { message, mac } = settlement.toSettlement(trace, TOTALS, 'CNY');
  expect(mac).toBe(false);
  expect(fieldsOf(message)).toEqual({
    mti: '0500',
    11: '000007',
    41: '12345678',
    42: '898310054110001',
    48: `0000000123450030000000001000010${'0'.repeat(31)}`,
    49: '156',
    60: '00000012201',
    63: toHex(utf8Encode('01 ')),
  });
});

test('a batch of more payments than the count has digits for can be closed: its last digits are told', () => {
  const many = { debitMinor: 12_345, debitCount: 1_002, creditMinor: 100, creditCount: 2_000 };
  const totals = fieldsOf(settlement.toSettlement(trace, { domestic: many, foreign: NONE }, 'CNY').message);
  expect(totals[48]).toBe(`000000012345${'002'}000000000100${'000'}0${'0'.repeat(31)}`);
  expect(fieldsOf(uploads.toBatchEnd(trace, { count: 10_001, balanced: false }).message)).toMatchObject({ 48: '0001' });
});

test.each([
  ['1', '1', 'balanced', 'balanced'],
  ['2', '1', 'unbalanced', 'balanced'],
  ['1', '3', 'balanced', 'error'],
  ['0', '2', 'error', 'unbalanced'],
])('codes %s and %s of the answer mean %s and %s', (first, second, domestic, foreign) => {
  const field48 = formatSettlement({
    domestic: { ...TOTALS.domestic, reconciliationCode: first },
    foreign: { ...NONE, reconciliationCode: second },
  });
  const read = settlement.fromSettlement(answer('0510', { 15: '1123', 39: '00', 48: field48 }));
  expect(read).toMatchObject({ responseCode: '00', settlementDate: '1123', domestic, foreign, mac: null });
});

test('a refused settlement balances nothing, and an approved one without totals is refused', () => {
  expect(settlement.fromSettlement(answer('0510', { 39: '96' }))).toMatchObject({
    domestic: 'error',
    foreign: 'error',
  });
  const differing = { ...TOTALS.domestic, reconciliationCode: '2' };
  const field48 = formatSettlement({ domestic: differing, foreign: { ...NONE, reconciliationCode: '1' } });
  expect(settlement.fromSettlement(answer('0510', { 39: '95', 48: field48 }))).toMatchObject({
    domestic: 'unbalanced',
    foreign: 'balanced',
  });
  expect(() => settlement.fromSettlement(answer('0510', { 39: '00' }))).toThrow(
    expect.objectContaining({ path: '48' }),
  );
  expect(() => settlement.fromSettlement(answer('0330', { 39: '00' }))).toThrow(
    expect.objectContaining({ code: 'bad-mti' }),
  );
});

test('stripe sales go up packed, eight in one message', () => {
  const foreign = { ...stripe, domestic: false, trace: { ...trace, stan: '000004' }, amountMinor: 1 };
  const { message, mac } = uploads.toPackedUpload(trace, [stripe, foreign]);
  expect([uploads.packedPerMessage, mac]).toEqual([8, false]);
  expect(fieldsOf(message)).toEqual({
    mti: '0320',
    11: '000007',
    41: '12345678',
    42: '898310054110001',
    48: `02${'00000003' + '06200000000000000018' + '000000006220'}${'01000004' + '06200000000000000018' + '000000000001'}`,
    60: '00000012201',
  });
  expect(() =>
    uploads.toPackedUpload(
      trace,
      Array.from({ length: 9 }, () => stripe),
    ),
  ).toThrow(expect.objectContaining({ path: '48' }));
  expect(() => uploads.toPackedUpload(trace, [{ ...stripe, card: null }])).toThrow(
    expect.objectContaining({ path: '48' }),
  );
});

test.each([
  ['approved', '203'],
  ['declined', '205'],
] as const)('a chip that %s goes up on its own with its certificate', (chipResult, code) => {
  const record = { ...stripe, card: { ...kept, chip: CHIP }, chipResult };
  const { message, mac } = uploads.toSingleUpload(trace, record);
  expect(mac).toBe(true);
  expect(fieldsOf(message)).toEqual({
    mti: '0320',
    2: kept.pan,
    3: '000000',
    4: '000000006220',
    11: '000003',
    14: '3112',
    22: '051',
    23: '001',
    25: '00',
    37: '000000000042',
    38: '000042',
    41: '12345678',
    42: '898310054110001',
    49: '156',
    55: '9F2608ED1D6BA78357FB259F360201C0950500000000009F1E083132333435363738',
    60: `22000012${code}60`,
    63: toHex(utf8Encode('CUP')),
    64: EMPTY_MAC,
  });
});

test('refunds and sales without the issuer go up one by one, with what they go back to', () => {
  const refund = { ...stripe, kind: 'refund', original, amountMinor: 100 } as const;
  expect(fieldsOf(uploads.toSingleUpload(trace, refund).message)).toMatchObject({
    mti: '0320',
    3: '200000',
    4: '000000000100',
    60: '2500001220160',
    61: '0000120000071123',
  });
  const offline = { ...stripe, kind: 'offline-sale', rrn: null, authorizationCode: null } as const;
  const fields = fieldsOf(uploads.toSingleUpload(trace, offline).message);
  expect(fields).toMatchObject({ 60: '3000001220160', 61: `${'0'.repeat(16)}02${'0'.repeat(11)}` });
  expect(fields).not.toHaveProperty('37');
  // The number that the host gave when it was told of the sale is nobody's approval by telephone.
  const taken = fieldsOf(uploads.toSingleUpload(trace, { ...stripe, kind: 'offline-sale' }).message);
  expect(taken).toMatchObject({ 37: '000000000042', 38: '000042', 61: `${'0'.repeat(16)}02${'0'.repeat(11)}` });
  const code = fieldsOf(uploads.toSingleUpload(trace, { ...stripe, kind: 'qr-sale', card: null }).message);
  expect(code).toMatchObject({ 22: '032', 60: '2200001220160' });
  expect(code).not.toHaveProperty('2');
});

test('the end tells how many went up, and whether the totals agreed', () => {
  const balanced = fieldsOf(uploads.toBatchEnd(trace, { count: 12, balanced: true }).message);
  expect(balanced).toMatchObject({ mti: '0320', 48: '0012', 60: '00000012207' });
  const differing = fieldsOf(uploads.toBatchEnd(trace, { count: 0, balanced: false }).message);
  expect(differing).toMatchObject({ 48: '0000', 60: '00000012202' });
  expect(uploads.fromUpload(answer('0330', { 39: '00' }))).toMatchObject({ responseCode: '00', stan: '000007' });
});

test('packed records are shown by trace and amount, without their account numbers', () => {
  const { message } = uploads.toPackedUpload(trace, [stripe]);
  expect(dialect.titleOf(message)).toBe('0320 batch upload');
  expect(dialect.describe(message)).toContain('48: domestic card, trace 000003, amount 6220');
  expect(dialect.describe(message)).not.toContain(kept.pan);
  const end = uploads.toBatchEnd(trace, { count: 1, balanced: true }).message;
  expect(dialect.titleOf(end)).toBe('0320 end of batch upload');
});
