import { fromHex, toHex } from '@zhanggui/base';
import { dialectCases } from '@zhanggui/modules/switch/dialect-cases.ts';
import { expect, test } from 'vitest';
import { published } from './node/published.ts';
import { cups } from './plugin.ts';
import { card, dialect, EMPTY_MAC, fieldsOf, SETTINGS, sale, trace } from './testing.ts';

const REVERSIBLE = [
  'sale',
  'qr-sale',
  'void',
  'pre-authorization',
  'pre-authorization-void',
  'completion',
  'completion-void',
] as const;
const ALL_KINDS = [
  ...REVERSIBLE,
  'refund',
  'completion-advice',
  'balance-inquiry',
  'offline-sale',
  'offline-adjustment',
  'script-result',
  'signature-upload',
] as const;
test('a chip sale with PIN carries the fields of the terminal specification', () => {
  const payload = dialect.toMessage(sale);
  expect(toHex(payload.subarray(0, 11))).toBe(SETTINGS.tpdu + SETTINGS.header);
  expect(fieldsOf(payload)).toEqual({
    mti: '0200',
    2: card.pan,
    3: '000000',
    4: '000000006220',
    11: '000007',
    14: '3112',
    22: '051',
    23: '001',
    25: '00',
    26: '12',
    35: card.track2,
    41: '12345678',
    42: '898310054110001',
    49: '156',
    52: '0011223344556677',
    53: '2600000000000000',
    60: '2200001200060',
    64: EMPTY_MAC,
  });
});

test('a swiped card hides its number in the track, and without a PIN nothing of a PIN is sent', () => {
  const { pinBlock: _, ...withoutPin } = sale;
  const fields = fieldsOf(
    dialect.toMessage({ ...withoutPin, card: { ...card, entryMode: 'swipe', sequence: null, pinEntered: false } }),
  );
  expect(fields).toMatchObject({ 22: '022', 35: card.track2, 53: '0600000000000000' });
  for (const absent of ['2', '23', '26', '52']) expect(fields).not.toHaveProperty(absent);
});

test('a reversal repeats the sale under the same trace number without track, PIN and RRN', () => {
  const original = { trace, rrn: '000000000042', authorizationCode: '000042', createdAt: sale.createdAt };
  const kept = { ...card, track2: null };
  const request = { ...sale, kind: 'reversal', card: kept, original, reversalReason: 'A0' } as const;
  const { pinBlock: _, ...reversal } = request;
  expect(fieldsOf(dialect.toMessage(reversal))).toEqual({
    mti: '0400',
    2: card.pan,
    3: '000000',
    4: '000000006220',
    11: '000007',
    14: '3112',
    22: '051',
    23: '001',
    25: '00',
    38: '000042',
    39: 'A0',
    41: '12345678',
    42: '898310054110001',
    49: '156',
    60: '2200001200060',
    64: EMPTY_MAC,
  });
});

test('sign-on and line test carry no MAC', () => {
  const signOn = { mti: '0800', 11: '000007', 41: '12345678', 42: '898310054110001', 60: '00000012003', 63: '303120' };
  expect(fieldsOf(dialect.toSignOn(trace))).toEqual(signOn);
  expect(fieldsOf(dialect.toEcho(trace))).toMatchObject({ mti: '0820', 60: '00000012301' });
});

test('a published sign-on answer gives batch and keys, a single-length MAC key among them', () => {
  const front = SETTINGS.tpdu + SETTINGS.header;
  const { responseCode, batchNumber, hostTime, workingKeys } = dialect.fromSignOn(
    fromHex(front + toHex(published('cups8583-unpack-039'))),
  );
  expect([responseCode, batchNumber, hostTime]).toEqual(['00', '000186', '0401063709']);
  expect(workingKeys.map(({ usage, cryptogram, checkValue }) => [usage, cryptogram.length, toHex(checkValue)])).toEqual(
    [
      ['pin', 16, 'A895281C'],
      ['mac', 8, '719C22F9'],
    ],
  );
});

test('a published sale answer is read, and request and answer have one correlation', () => {
  const request = published('cups8583-unpack-009');
  const answer = published('cups8583-unpack-010');
  expect(dialect.fromMessage(answer)).toMatchObject({
    responseCode: '00',
    rrn: '290983153438',
    authorizationCode: null,
    amountMinor: 1,
    terminalId: '00000026',
    stan: '001082',
  });
  expect(dialect.correlationOf(request)).toBe('0200/001082/00000026');
  expect(dialect.correlationOf(answer)).toBe('0200/001082/00000026');
  expect([dialect.titleOf(request), dialect.titleOf(answer)]).toEqual(['0200 sale', '0210 sale']);
  expect(dialect.correlationOf(fromHex('6000'))).toBeNull();
  expect(dialect.describe(request)).not.toContain('6226097806938388');
});

test('the MAC covers MTI to field 63 and is put in without touching the rest', () => {
  const payload = dialect.toMessage(sale);
  const mac = fromHex('3132333435363738');
  const signed = dialect.withMac(payload, mac);
  expect(toHex(dialect.macInput(signed))).toBe(toHex(payload.subarray(11, -8)));
  expect(toHex(signed)).toBe(toHex(payload.subarray(0, -8)) + toHex(mac));
});

test('response codes: approvals, declines, what closes a reversal and what demands a sign-on', () => {
  const approvals = ['00', '10', '11', '16', 'A2', 'A4', 'A5', 'A6'];
  const alphabet = [...'0123456789'].flatMap((first) => [...'0123456789'].map((second) => first + second));
  const all = [...alphabet, 'A0', 'A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'ZZ'];
  expect(all.filter((code) => dialect.meaningOf(code).approved)).toEqual(approvals);
  expect(all.filter((code) => dialect.meaningOf(code).demandsSignOn)).toEqual(['77', '99', 'A0']);
  expect(all.filter((code) => dialect.meaningOf(code).closesReversal === 'nothing-to-undo')).toEqual(['12', '25']);
  expect(all.filter((code) => dialect.meaningOf(code).closesReversal === 'undone')).toEqual(['00']);
  expect(dialect.meaningOf('55')).toMatchObject({ advice: 'enter-pin-again', message: { zh: '密码错误' } });
  for (const code of all) expect(dialect.meaningOf(code).message.en, code).not.toBe('');
});

test('settings that the acquirer has to give are needed in their shape', () => {
  for (const settings of [{}, { tpdu: SETTINGS.tpdu }, { ...SETTINGS, header: 'xx' }, { ...SETTINGS, tpdu: '60' }])
    expect(() => cups.create(settings as Record<string, string>)).toThrow('channel-not-configured');
});

test.each(dialectCases)('$title', ({ run }) => {
  run({ dialect, kinds: ALL_KINDS, reversible: REVERSIBLE });
});
