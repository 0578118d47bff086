import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@zhanggui/base';
import { cupsFraming, cupsPos, decodePayload, unpack } from '@zhanggui/iso8583';
import type { CardDetails, DialectRequest } from '@zhanggui/modules/switch/dialect.ts';
import { dialectCases } from '@zhanggui/modules/switch/dialect-cases.ts';
import { expect, test } from 'vitest';
import { cups } from './plugin.ts';

const SETTINGS = { tpdu: '6000030000', header: '603100310000' };
const dialect = cups.create(SETTINGS);
const trace = {
  acquirerId: 'bank',
  terminalId: '12345678',
  acceptorId: '898310054110001',
  stan: '000007',
  batchNumber: '000012',
};
const card: CardDetails = {
  pan: '6200000000000000018',
  expiry: '3112',
  sequence: '001',
  track2: '6200000000000000018D31122200000000',
  chip: null,
  trackEncrypted: false,
  entryMode: 'chip',
  pinEntered: true,
  verification: 'online-pin',
};
const sale: DialectRequest = {
  kind: 'sale',
  trace,
  amountMinor: 6_220,
  currency: 'CNY',
  createdAt: Date.parse('2026-11-22T16:30:00Z'),
  card,
  code: null,
  pinBlock: fromHex('0011223344556677'),
};
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
const EMPTY_MAC = '0000000000000000';

/** Fields of a built message, bytes as hexadecimal. */
function fieldsOf(payload: Uint8Array): Record<string, string> {
  const { mti, fields } = unpack(cupsPos, decodePayload(cupsFraming, payload).message);
  const shown = Object.entries(fields).map(([number, value]) => [
    number,
    value instanceof Uint8Array ? toHex(value) : String(value),
  ]);
  return { mti, ...Object.fromEntries(shown) };
}

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

test('chip data goes into field 55', () => {
  const chip = fromHex('9F2608ED1D6BA78357FB25');
  expect(fieldsOf(dialect.toMessage({ ...sale, card: { ...card, chip } }))[55]).toBe(toHex(chip));
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

test('a void names batch and trace of its sale, a refund also its date in Beijing and the card organisation', () => {
  const { pinBlock: _, ...rest } = sale;
  const original = { trace, rrn: '000000000042', authorizationCode: '000042', createdAt: sale.createdAt };
  const later = { ...rest, trace: { ...trace, stan: '000009' }, card: { ...card, track2: null }, original };
  const voided = fieldsOf(dialect.toMessage({ ...later, kind: 'void' }));
  expect(voided).toMatchObject({ mti: '0200', 3: '200000', 11: '000009', 22: '052', 37: '000000000042', 38: '000042' });
  expect(voided).toMatchObject({ 60: '2300001200060', 61: '000012000007' });
  const refunded = fieldsOf(dialect.toMessage({ ...later, kind: 'refund', amountMinor: 100 }));
  expect(refunded).toMatchObject({ mti: '0220', 3: '200000', 4: '000000000100', 37: '000000000042' });
  expect(refunded).toMatchObject({ 60: '2500001200060', 61: '0000120000071123', 63: toHex(Buffer.from('CUP')) });
  expect(refunded).not.toHaveProperty('38');
  const unknownRrn = { trace, createdAt: sale.createdAt };
  expect(fieldsOf(dialect.toMessage({ ...later, kind: 'void', original: unknownRrn }))[37]).toBe('000000000000');
});

test('sign-on and line test carry no MAC', () => {
  const signOn = { mti: '0800', 11: '000007', 41: '12345678', 42: '898310054110001', 60: '00000012003', 63: '303120' };
  expect(fieldsOf(dialect.toSignOn(trace))).toEqual(signOn);
  expect(fieldsOf(dialect.toEcho(trace))).toMatchObject({ mti: '0820', 60: '00000012301' });
});

test('a published sign-on answer gives batch and keys, a single-length MAC key among them', () => {
  const front = SETTINGS.tpdu + SETTINGS.header;
  const { responseCode, batchNumber, hostTime, workingKeys } = dialect.fromSignOn(
    fromHex(front + vectorHex('cups8583-unpack-039')),
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
  const request = fromHex(vectorHex('cups8583-unpack-009').slice(4));
  const answer = fromHex(vectorHex('cups8583-unpack-010').slice(4));
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

function vectorHex(id: string): string {
  const file = new URL('../../../vectors/cups8583.json', import.meta.url);
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: { id: string; inputs: { hex: string } }[] };
  const found = vectors.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found.inputs.hex;
}

test.each(dialectCases)('$title', ({ run }) => {
  run({ dialect, kinds: ALL_KINDS, reversible: REVERSIBLE });
});
