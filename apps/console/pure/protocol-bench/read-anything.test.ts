import { fromHex, toHex } from '@zhanggui/base';
import { cupsFraming, cupsPos, encodeFrame, iso87Ascii, pack } from '@zhanggui/iso8583';
import { encodeUnionPayCode } from '@zhanggui/qr';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { READERS, readAnything } from './read-anything.ts';
import { type Format, hiddenUnits, type Reading, type ReadingNode } from './reading.ts';

const PAN = '6228480000000000018';
const CHIP = `9F02060000000001005A0A${PAN}F95050000008000`;
const SALE = pack(cupsPos, {
  mti: '0200',
  fields: {
    2: PAN,
    3: '000000',
    4: '000000002599',
    11: '000001',
    41: '12345678',
    52: fromHex('1122334455667788'),
    55: fromHex(CHIP),
  },
});
const QR = encodeUnionPayCode({
  account: { acquirerIin: '31234567', forwardingIin: '31234568', merchantId: '898210154110002' },
  merchantCategoryCode: '5411',
  name: 'LAO WANG',
  city: 'BEIJING',
  chinese: { name: '老王便利店', city: '北京' },
});
const FRAME = toHex(encodeFrame(cupsFraming, { tpdu: '6000030000', header: '603100310100', message: SALE }));

const samples: readonly (readonly [Format, string])[] = [
  ['tlv', CHIP],
  ['tlv', '6F 1B 84 07 A0000003330101 A5 10 50 08 554E494F4E504159 87 01 01 9F 38 00'],
  ['iso8583', toHex(SALE)],
  ['iso8583', FRAME],
  ['iso8583', FRAME.slice(4)],
  ['iso8583', toHex(pack(iso87Ascii, { mti: '0800', fields: { 11: '000001', 70: '301' } }))],
  ['qr-merchant', QR],
  ['qr-consumer', 'hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8='],
  ['payment-code', '284957381940238471'],
  ['atr', '3B 65 00 00 20 63 CB 68 00'],
  ['apdu-command', '00A4040007A000000333010100'],
  ['apdu-command', '0020008008241234FFFFFFFFFF'],
  ['apdu-response', '77059F36020001 9000'],
  ['apdu-response', '6A82'],
];

test.each(samples)('%s is recognised in %s', (format, text) => {
  expect(read(text).format).toBe(format);
});

test('every place lies inside its parent and shows its own bytes', () => {
  for (const [, text] of samples) {
    const { nodes, units } = read(text);
    const visit = (node: ReadingNode, start: number, end: number): void => {
      expect(node.start).toBeGreaterThanOrEqual(start);
      expect(node.end).toBeLessThanOrEqual(end);
      for (const child of node.children) visit(child, node.start, node.end);
    };
    for (const node of nodes) visit(node, 0, units.length);
  }
});

test('a value stands in the units at its place', () => {
  const reading = read(CHIP);
  const amount = reading.nodes[0];
  expect(reading.units.slice(amount?.start, amount?.end).join('')).toBe('9F0206000000000100');
  const merchant = read(QR);
  const name = merchant.nodes.find(({ label }) => label === '64')?.children[1];
  expect(merchant.units.slice(name?.start, name?.end).join('')).toBe('0105老王便利店');
});

test('card data, PIN blocks and payment codes are hidden in the tree and in the bytes unless asked for', () => {
  const secrets: readonly (readonly [string, string])[] = [
    [CHIP, PAN],
    [toHex(SALE), PAN],
    [toHex(SALE), '1122334455667788'],
    [FRAME, PAN],
    ['284957381940238471', '57381940'],
    ['0020008008241234FFFFFFFFFF', '241234'],
    ['hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=', '1234567890123458'],
  ];
  for (const [text, secret] of secrets) {
    expect(visible(read(text)), text).not.toContain(secret);
    expect(visible(read(text, true)), text).toContain(secret);
  }
});

test('an unknown tag is hidden, since nobody can tell what it holds', () => {
  expect(visible(read('DF7F039988779F02060000000001009A03261122'))).not.toContain('998877');
});

test('what is damaged is read as far as it goes, with the place and the rule', () => {
  expect(read(toHex(SALE).slice(0, -2)).problem).toMatchObject({ code: 'truncated' });
  expect(readAnything(QR.replace('LAO', 'LAI'))).toMatchObject({ kind: 'refused', error: { code: 'crc-mismatch' } });
  expect(readAnything('3B6500002063CB68')).toMatchObject({ kind: 'refused', error: { code: 'atr-malformed' } });
  expect(readAnything('9F0206', { format: 'tlv' })).toMatchObject({
    kind: 'refused',
    error: { code: 'value-truncated' },
  });
});

test('a rule of the standard that a readable code breaks is told', () => {
  const promptPay = '00020101021129370016A000000677010111011300668123456785802TH530376463045D82';
  expect(read(promptPay).problem).toMatchObject({ code: 'missing', path: '52' });
});

test('nothing and nonsense are told apart', () => {
  expect(readAnything('  \n')).toEqual({ kind: 'empty' });
  expect(readAnything('hello')).toEqual({ kind: 'unknown' });
  expect(readAnything('A'.repeat(70_000))).toEqual({ kind: 'unknown' });
});

test('whatever is pasted, in whatever format it is to be read, there is an answer', () => {
  const bytes = fc.uint8Array({ maxLength: 80 }).map((value) => toHex(value));
  const format = fc.constantFrom(undefined, ...(Object.keys(READERS) as Format[]));
  fc.assert(
    fc.property(fc.oneof(bytes, fc.string()), format, (text, wanted) => {
      const outcome = readAnything(text, wanted === undefined ? {} : { format: wanted });
      expect(['read', 'empty', 'unknown', 'refused']).toContain(outcome.kind);
    }),
    { numRuns: 2000 },
  );
});

function read(text: string, reveal = false): Reading {
  const outcome = readAnything(text, { reveal });
  if (outcome.kind !== 'read') throw new Error(`not read: ${outcome.kind}`);
  return outcome.reading;
}

/** All that a screen shows of a reading: the values of the tree and the units that are not hidden. */
function visible(reading: Reading): string {
  const hidden = hiddenUnits(reading);
  const values = (nodes: readonly ReadingNode[]): string =>
    nodes.map(({ value, children }) => `${value} ${values(children)}`).join(' ');
  return `${values(reading.nodes)} ${reading.units.map((unit, index) => (hidden[index] ? '•' : unit)).join('')}`;
}
