import { fromHex, toHex, utf8Encode } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { cupsHost, cupsPos, describe, iso87Ascii, iso87Bcd, iso93Bcd, type Message, pack, type Spec } from './index.ts';

const PAN = '6200000000000005';
const CHIP = fromHex('9F2608ED1D6BA78357FB255A086200000000000005');
const PIN_BLOCK = fromHex('0123456789ABCDEF');

const sale: Message<typeof cupsPos> = {
  mti: '0200',
  fields: { 2: PAN, 4: '000000001111', 35: `${PAN}D29032010000000000`, 52: PIN_BLOCK, 55: CHIP, 60: '22000727000600' },
};

test('a message is printed with words, names and the parts of its fields', () => {
  expect(describe(cupsPos, sale).split('\n')).toEqual([
    'China UnionPay POS terminal',
    'MTI 0200  ISO 8583:1987, financial request, acquirer',
    'bit map 5000000020001210',
    'F2   primary account number: 620000******0005',
    'F4   amount, transaction: "000000001111"',
    'F35  track 2 data: <34 characters hidden>',
    'F52  PIN data: <8 bytes hidden>',
    'F55  integrated circuit card data: <21 bytes hidden>',
    '  55.9F26: <8 bytes hidden>',
    '  55.5A: <8 bytes hidden>',
    'F60  private, transaction identification: "22000727000600"',
    '  60.1 transaction type code: "22"',
    '  60.2 batch number: "000727"',
    '  60.3 network management code: "000"',
    '  60.4 terminal read capability: "6"',
    '  60.5 service condition code / IC condition: "0"',
    '  60.6 partial approval / balance flag: "0"',
    '',
  ]);
});

test('bytes are printed like the message that they hold, with offsets', () => {
  const lines = describe(cupsPos, pack(cupsPos, sale)).split('\n');
  expect(lines[3]).toBe('F2   @10  primary account number: 620000******0005');
  expect(lines.map((line) => line.replace(/@\d+ {2}/, ''))).toEqual(describe(cupsPos, sale).split('\n'));
});

test('unmasked on request', () => {
  const text = describe(cupsPos, sale, { unmasked: true });
  for (const clear of [PAN, `${PAN}D29032010000000000`, '0123456789ABCDEF', '55.5A: 6200000000000005'])
    expect(text).toContain(clear);
});

test('what cannot be read is described as far as it goes', () => {
  const packed = pack(cupsPos, sale);
  const lines = describe(cupsPos, packed.subarray(0, 30)).trimEnd().split('\n');
  expect(lines.at(-2)).toBe('F4   @19  amount, transaction: "000000001111"');
  expect(lines.at(-1)).toBe('refused: 35: 4 of 17 bytes are there (offset 26)');
  expect(describe(cupsPos, new Uint8Array())).toContain('refused: mti: 0 of 2 bytes are there (offset 0)');
  expect(describe(cupsPos, fromHex('0000' + '0000000000000000'))).toContain('not a message type of the standard');
});

const SECRETS: readonly (readonly [string, Spec, Message['fields']])[] = [
  ['UnionPay terminal', cupsPos, { 48: `0100000001${PAN.padStart(20, '0')}000000000100`, 59: utf8Encode(PAN) }],
  ['UnionPay terminal keys', cupsPos, { 62: utf8Encode(PAN) }],
  ['UnionPay host', cupsHost, { 45: `B${PAN}^X/Y^2903201`, 48: PAN, 61: PAN, 102: PAN, 122: PAN }],
  ['1987 ASCII', iso87Ascii, { 34: PAN, 36: `01${PAN}=`, 45: `B${PAN}^X/Y^2903201`, 48: PAN, 62: PAN, 103: PAN }],
  ['1987 BCD', iso87Bcd, { 35: `${PAN}=2903201`, 55: CHIP, 96: fromHex(PAN) }],
  ['1993 BCD', iso93Bcd, { 53: fromHex(PAN), 55: CHIP, 59: PAN, 72: PAN, 96: fromHex(PAN) }],
];

test.each(SECRETS)('%s: nothing of what must not be printed is', (_, spec, fields) => {
  const message = { mti: '0200', fields };
  for (const text of [describe(spec, message), describe(spec, pack(spec, message))]) {
    expect(text).not.toContain(PAN.slice(4));
    expect(text).not.toContain(toHex(utf8Encode(PAN)));
  }
});

test('settlement totals are shown, for they are no card data', () => {
  const fields = { 48: '00000001234500300000000010000110000000000000000000000000000000' };
  expect(describe(cupsPos, { mti: '0500', fields })).toContain('  48.1 domestic debit amount: "000000012345"');
});

test('control characters of a text cannot disturb the terminal', () => {
  const message = { mti: '0200', fields: { 43: 'A\u001b[2J\n'.padEnd(40) } };
  expect(describe(cupsPos, message)).toContain('"A\\u001b[2J\\n');
});
