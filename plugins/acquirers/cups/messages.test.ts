import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import type { RequestKind } from '@zhanggui/modules/switch/api.ts';
import type { DialectRequest } from '@zhanggui/modules/switch/dialect.ts';
import { expect, test } from 'vitest';
import { published } from './node/published.ts';
import { cups } from './plugin.ts';
import { card, dialect, EMPTY_MAC, fieldsOf, kept, later, original, SETTINGS, sale, trace } from './testing.ts';

const CHIP =
  '9F2608ED1D6BA78357FB259F2701809F100807010103A0A010019F3704112233449F360201C0950500000000009A032611239C0100' +
  '9F02060000000062205F2A02015682027C009F1A0201569F03060000000000009F3303E0E9C89F34030203009F3501229F1E0831323334353637388408A0000003330101019F0902003' +
  '09F410400000007';
const ONLINE = [2, 3, 4, 11, 14, 22, 23, 25, 26, 35, 41, 42, 49, 52, 53, 55, 60, 64];
const LATER = [2, 3, 4, 11, 14, 22, 23, 25, 38, 41, 42, 49, 60, 61, 64];
const chipCard = { ...card, chip: fromHex(CHIP) };
const { pinBlock: _, ...withoutPin } = sale;

/** Numbers of the fields that a request carries. */
function numbersOf(request: DialectRequest): number[] {
  const { mti: _mti, ...fields } = fieldsOf(dialect.toMessage(request));
  return Object.keys(fields).map(Number);
}

test.each([
  ['sale', '0200', '000000', '00', '22', ONLINE],
  ['pre-authorization', '0100', '030000', '06', '10', ONLINE],
  ['balance-inquiry', '0200', '310000', '00', '01', ONLINE.filter((number) => number !== 4)],
] as const)('a %s with chip and PIN carries what the table of the specification says', (kind, ...expected) => {
  const [mti, processingCode, conditionCode, type, numbers] = expected;
  const request = { ...sale, kind, card: chipCard };
  expect(fieldsOf(dialect.toMessage(request))).toMatchObject({ mti, 3: processingCode, 22: '051', 25: conditionCode });
  expect(fieldsOf(dialect.toMessage(request))).toMatchObject({ 53: '2600000000000000', 55: CHIP });
  expect(fieldsOf(dialect.toMessage(request))[60]).toBe(`${type}00001200060`);
  expect(numbersOf(request)).toEqual(numbers);
});

const GOING_BACK: readonly [RequestKind, string, string, string, string, string, readonly number[]][] = [
  ['void', '0200', '200000', '00', '23', '000012000007', [...LATER, 37]],
  ['pre-authorization-void', '0100', '200000', '06', '11', '0000120000071123', LATER],
  ['completion', '0200', '000000', '06', '20', '0000120000071123', LATER],
  ['completion-advice', '0220', '000000', '06', '24', '0000120000071123', LATER],
  ['completion-void', '0200', '200000', '06', '21', '0000120000071123', [...LATER, 37]],
  ['refund', '0220', '200000', '00', '25', '0000120000071123', [...LATER.filter((n) => n !== 38), 37, 63]],
  ['offline-adjustment', '0220', '000000', '00', '32', '0000120000071123', [...LATER, 63]],
];

test.each(GOING_BACK)('a %s goes back to its original as the table of the specification says', (kind, ...expected) => {
  const [mti, processingCode, conditionCode, type, earlier, numbers] = expected;
  const fields = fieldsOf(dialect.toMessage({ ...later, kind }));
  expect(fields).toMatchObject({ mti, 3: processingCode, 11: '000009', 22: '052', 25: conditionCode, 61: earlier });
  expect(fields[60]).toBe(`${type}00001200060`);
  expect(numbersOf({ ...later, kind })).toEqual([...numbers].sort((one, other) => one - other));
  const { original: _original, ...alone } = later;
  expect(() => dialect.toMessage({ ...alone, kind })).toThrow(expect.objectContaining({ path: '61' }));
});

test('a message that goes back names the day on the host’s clock, where the host told it', () => {
  const told = { ...original, hostOn: '2026-12-01' };
  expect(fieldsOf(dialect.toMessage({ ...later, kind: 'refund', original: told }))[61]).toBe('0000120000071201');
  expect(fieldsOf(dialect.toMessage({ ...later, kind: 'void', original: told }))[61]).toBe('000012000007');
});

test('an adjustment with a tip tells the tip and is of its own type', () => {
  const fields = fieldsOf(
    dialect.toMessage({ ...later, kind: 'offline-adjustment', amountMinor: 7_000, tipMinor: 780 }),
  );
  expect(fields).toMatchObject({ 4: '000000007000', 48: '000000000780', 60: '3400001200060' });
});

test('a sale that the chip approved by itself goes up with its certificate, one of a stripe with who approved it', () => {
  const { original: _original, ...alone } = later;
  const request = { ...alone, kind: 'offline-sale', card: { ...kept, chip: fromHex(CHIP) } } as const;
  expect(fieldsOf(dialect.toMessage(request))).toMatchObject({ mti: '0200', 55: CHIP, 60: '3600001200060' });
  const stripe = { ...request, card: { ...kept, sequence: null, entryMode: 'swipe' as const } };
  const standIn = fieldsOf(dialect.toMessage(stripe));
  expect(standIn).toMatchObject({ mti: '0220', 60: '3000001200060', 61: `${'0'.repeat(16)}02${'0'.repeat(11)}` });
  expect(standIn[63]).toBe(toHex(utf8Encode('CUP')));
  const byPhone = fieldsOf(dialect.toMessage({ ...stripe, original: { ...original, rrn: '' } }));
  expect(byPhone).toMatchObject({ 38: '000042', 61: `${'0'.repeat(16)}01${'0'.repeat(11)}` });
});

test('a QR sale carries the code in field 59 and nothing of a card', () => {
  const request = { ...withoutPin, kind: 'qr-sale', card: null, code: '6284957381940238471' } as const;
  expect(fieldsOf(dialect.toMessage(request))).toEqual({
    mti: '0200',
    3: '000000',
    4: '000000006220',
    11: '000007',
    22: '032',
    25: '00',
    41: '12345678',
    42: '898310054110001',
    49: '156',
    59: toHex(utf8Encode('A30196284957381940238471')),
    60: '2200001200060',
    64: EMPTY_MAC,
  });
  const reversal = { ...request, kind: 'reversal', reverses: 'qr-sale' } as const;
  expect(fieldsOf(dialect.toMessage(reversal))).toMatchObject({
    mti: '0400',
    22: '032',
    39: '98',
    60: '2200001200060',
  });
  expect(() => dialect.toMessage({ ...request, code: null })).toThrow(expect.objectContaining({ path: '2' }));
});

test('the result of a script is told about its payment under a number of its own', () => {
  const chip = fromHex(
    '9F2608ED1D6BA78357FB259F360201C0950500000000009F1E083132333435363738DF310520DEADBEEF84031122335F24022911',
  );
  const told = { ...later, kind: 'script-result', card: { ...kept, chip } } as const;
  const fields = fieldsOf(dialect.toMessage(told));
  expect(fields).toMatchObject({ mti: '0620', 3: '000000', 11: '000009', 37: '000000000042', 38: '000042' });
  expect(fields).toMatchObject({ 60: '0000001295160', 61: '0000120000071123' });
  expect(fields[55]).toBe('950500000000009F1E0831323334353637389F2608ED1D6BA78357FB259F360201C0DF310520DEADBEEF');
  const held = fieldsOf(dialect.toMessage({ ...told, reverses: 'pre-authorization' }));
  expect(held[3]).toBe('030000');
  expect(() => dialect.toMessage({ ...told, card: kept })).toThrow(expect.objectContaining({ path: '55' }));
});

test('a signature has the fields of the published one, and names its payment', () => {
  const request = { ...later, kind: 'signature-upload', signature: '000001000000008000' } as const;
  const fields = fieldsOf(dialect.toMessage(request));
  expect(fields).toMatchObject({ mti: '0920', 2: kept.pan, 4: '000000006220', 11: '000009', 37: '000000000042' });
  expect(fields).toMatchObject({ 60: '07000012', 61: '0000120000071123', 62: '000001000000008000' });
  const sample = fieldsOf(published('cups8583-unpack-007'));
  const { 61: _61, ...common } = fields;
  for (const number of Object.keys(common)) expect(sample, number).toHaveProperty(number);
  expect(sample[60]).toMatch(/^07\d{6}$/);
});

test.each([
  ['sale', '000000', '00', '22', undefined],
  ['void', '200000', '00', '23', '000012000007'],
  ['pre-authorization', '030000', '06', '10', '0000120000070000'],
  ['pre-authorization-void', '200000', '06', '11', '0000120000071123'],
  ['completion', '000000', '06', '20', '0000120000071123'],
  ['completion-void', '200000', '06', '21', '0000120000071123'],
] as const)('the reversal of a %s names what it undoes', (reverses, processingCode, conditionCode, type, earlier) => {
  const request = { ...later, kind: 'reversal', reverses, trace, reversalReason: 'A0' } as const;
  const fields = fieldsOf(dialect.toMessage(request));
  expect(fields).toMatchObject({
    mti: '0400',
    3: processingCode,
    11: '000007',
    25: conditionCode,
    38: '000042',
    39: 'A0',
  });
  expect(fields[60]).toBe(`${type}00001200060`);
  expect(fields[61]).toBe(earlier);
  expect(fields[37]).toBeUndefined();
});

test('where an acquirer wants it, a reversal names the transaction that the undone one went back to', () => {
  const other = cups.create({ ...SETTINGS, reversalNames: 'original' });
  const voided = { ...later, kind: 'reversal', reverses: 'void', trace: { ...trace, stan: '000009' } } as const;
  expect(fieldsOf(other.toMessage(voided))[61]).toBe('000012000007');
  expect(fieldsOf(dialect.toMessage(voided))[61]).toBe('000012000009');
});

test('a reversal tells of the chip what it did after an approval', () => {
  const chip = fromHex(`${CHIP}DF310520DEADBEEF`);
  const request = { ...later, kind: 'reversal', trace, card: { ...kept, chip }, reversalReason: '06' } as const;
  expect(fieldsOf(dialect.toMessage(request))).toMatchObject({
    22: '051',
    39: '06',
    55: '950500000000009F1E0831323334353637389F100807010103A0A010019F360201C0DF310520DEADBEEF',
  });
});

test('what is never reversed cannot be', () => {
  const kinds: readonly RequestKind[] = [
    'balance-inquiry',
    'refund',
    'completion-advice',
    'offline-sale',
    'script-result',
  ];
  for (const reverses of kinds)
    expect(() => dialect.toMessage({ ...later, kind: 'reversal', reverses }), reverses).toThrow(
      expect.objectContaining({ code: 'not-reversible' }),
    );
});

test('a card whose chip failed says so, and an encrypted track is announced', () => {
  const stripe = { ...card, entryMode: 'fallback', sequence: null, trackEncrypted: true } as const;
  const fields = fieldsOf(dialect.toMessage({ ...sale, card: stripe }));
  expect(fields).toMatchObject({ 22: '021', 35: card.track2, 53: '2610000000000000', 60: '2200001200062' });
  expect(fields).not.toHaveProperty('2');
  const silent = fieldsOf(dialect.toMessage({ ...withoutPin, card: { ...stripe, pinEntered: false } }));
  expect(silent).toMatchObject({ 22: '022', 53: '0610000000000000' });
});

test('only what belongs into field 55 goes out', () => {
  const chip = fromHex('5A0A6200000000000000018F5F20074C492F4D494E479F2608ED1D6BA78357FB25');
  expect(fieldsOf(dialect.toMessage({ ...sale, card: { ...card, chip } }))[55]).toBe('9F2608ED1D6BA78357FB25');
  const cut = fromHex('9F2608ED1D');
  expect(() => dialect.toMessage({ ...sale, card: { ...card, chip: cut } })).toThrow();
});

test('what acquirers want otherwise is set', () => {
  const other = cups.create({ ...SETTINGS, partialApproval: '1', readCapability: '5', pinCaptureCode: '06' });
  const request = { ...sale, amountMinor: 1, card: { ...card, entryMode: 'swipe', sequence: null } } as const;
  const ours = fieldsOf(other.toMessage(request));
  const sample = fieldsOf(published('cups8583-unpack-009'));
  const same = [3, 4, 22, 25, 26, 49] as const;
  for (const number of same) expect(ours[number], String(number)).toBe(sample[number]);
  expect([ours[60]?.slice(0, 2), ours[60]?.slice(8)]).toEqual([sample[60]?.slice(0, 2), sample[60]?.slice(8)]);
  const { 36: _track3, ...ofSample } = sample;
  expect(Object.keys(ours).filter((number) => number !== '14')).toEqual(Object.keys(ofSample));
});

test('a contactless sale has the fields of the published one', () => {
  const request = { ...sale, card: { ...chipCard, track2: null, entryMode: 'contactless' } } as const;
  const ours = fieldsOf(dialect.toMessage(request));
  const sample = fieldsOf(published('cups8583-unpack-005'));
  expect(sample).toMatchObject({ mti: '0200', 3: ours[3], 22: ours[22], 25: ours[25], 26: ours[26], 49: ours[49] });
  expect(ours[60]?.length).toBe(sample[60]?.length);
  // The published one adds its own time and three private fields.
  const own = ['12', '13', '46', '62', '63'];
  expect(Object.keys(ours)).toEqual(Object.keys(sample).filter((number) => !own.includes(number)));
  const tags = (hex: string | undefined): string[] =>
    [...(hex ?? '').matchAll(/9F26|9F10|9F37|9F36|9F33|9F34|9F1E|9F41/g)].map(String);
  expect(tags(ours[55])).toEqual(tags(sample[55]));
});
