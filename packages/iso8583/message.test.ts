import { fromHex, toHex } from '@zhanggui/base';
import fc from 'fast-check';
import { expect, expectTypeOf, describe as group, test } from 'vitest';
import {
  compile,
  cupsHost,
  cupsPos,
  dissect,
  type FieldSpec,
  Iso8583Error,
  iso87Ascii,
  iso87Bcd,
  iso87Ebcdic,
  iso87Mixed,
  iso93Ascii,
  iso93Bcd,
  iso2003,
  type Message,
  pack,
  type Spec,
  unpack,
} from './index.ts';

/** A dialect that uses what the shipped ones do not: three bit maps, padding, odd prefixes, what a prefix counts. */
const strange = {
  name: 'strange',
  mti: 'ebcdic',
  bitmap: 'hex-ebcdic',
  bitmaps: 3,
  coding: { digits: 'bcd', text: 'ebcdic', binary: 'hex-ebcdic', prefix: 'binary', oddPad: 'left', codePage: 37 },
  fields: {
    2: { name: 'two-byte binary length', type: 'n', length: 500, prefix: 'LLL' },
    3: { name: 'one-digit length', type: 'ans', length: 9, prefix: 'L', prefixEncoding: 'ebcdic' },
    4: { name: 'five-digit length', type: 'ans', length: 60_000, prefix: 'LLLLL', prefixEncoding: 'bcd' },
    5: { name: 'nibbles counted', type: 'b', length: 20, prefix: 'LLL', lengthCounts: 'nibbles', encoding: 'binary' },
    6: { name: 'three-byte length', type: 'b', length: 400, prefix: 'LLL', prefixBytes: 3 },
    70: { name: 'signed', type: 'x+n', length: 8 },
    130: { name: 'third bit map', type: 'an', length: 4 },
    192: { name: 'the last of all', type: 'n', length: 3 },
  },
} as const satisfies Spec;

const DIALECTS: readonly Spec[] = [
  cupsPos,
  cupsHost,
  iso87Ascii,
  iso87Bcd,
  iso87Mixed,
  iso87Ebcdic,
  iso93Ascii,
  iso93Bcd,
  iso2003,
  strange,
];

test.each(DIALECTS.map((spec) => [spec.name, spec] as const))('%s: what was packed unpacks to the same', (_, spec) => {
  fc.assert(
    fc.property(messageOf(spec), (message) => {
      expect(unpack(spec, pack(spec, message))).toEqual(message);
    }),
    { numRuns: 60 },
  );
});

test.each(DIALECTS.map((spec) => [spec.name, spec] as const))('%s: no byte can be cut off or added', (_, spec) => {
  fc.assert(
    fc.property(messageOf(spec), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (message, share) => {
      const packed = pack(spec, message);
      expect(() => unpack(spec, packed.subarray(0, Math.floor(packed.length * share)))).toThrow(Iso8583Error);
      expect(() => unpack(spec, Uint8Array.of(...packed, 0))).toThrow(Iso8583Error);
    }),
    { numRuns: 20 },
  );
});

test('a dissection covers the fields without a gap', () => {
  fc.assert(
    fc.property(messageOf(iso87Bcd), (message) => {
      const packed = pack(iso87Bcd, message as Message<typeof iso87Bcd>);
      const { mti, bitmap, fields, error } = dissect(iso87Bcd, packed);
      expect(error).toBeUndefined();
      expect(mti).toBe(message.mti);
      const ends = [2 + (bitmap?.length ?? 0), ...fields.map(({ end }) => end)];
      expect([...fields.map(({ offset }) => offset), packed.length]).toEqual(ends);
    }),
    { numRuns: 30 },
  );
});

test('three bit maps are announced by bits 1 and 65', () => {
  const packed = pack(strange, { mti: '0200', fields: { 192: '123' } });
  const { bitmap } = dissect(strange, packed);
  expect(toHex(bitmap ?? new Uint8Array())).toBe('8000000000000000' + '8000000000000000' + '0000000000000001');
});

test('a value is typed by its field', () => {
  const { fields } = unpack(cupsPos, fromHex('08000020000000000000000000'));
  expectTypeOf(fields[11]).toEqualTypeOf<string | undefined>();
  expectTypeOf(fields[52]).toEqualTypeOf<Uint8Array | undefined>();
  expectTypeOf(fields[55]).toEqualTypeOf<Uint8Array | undefined>();
  expect(fields[11]).toBe('000000');
});

test('the packed dialects fill an odd number of digits up on their own side', () => {
  const fields = { 2: '6212345678901234567', 22: '051' };
  expect(toHex(pack(iso87Bcd, { mti: '0200', fields }))).toBe(
    '02004000040000000000' + '1962123456789012345670' + '0051',
  );
  const later = { 2: '6212345678901234567', 24: '200' };
  expect(toHex(pack(iso93Bcd, { mti: '1200', fields: later }))).toBe(
    '12004000010000000000196212345678901234567' + '02000',
  );
});

test('a field that is undefined is not sent', () => {
  const message: Message<typeof cupsPos> = { mti: '0200', fields: { 3: '000000', 38: undefined } };
  expect(toHex(pack(cupsPos, message))).toBe('0200' + '2000000000000000' + '000000');
});

test('what was unpacked is a plain copy, even of a buffer that Node lends and writes to again', () => {
  const packed = Buffer.from(pack(cupsPos, { mti: '0200', fields: { 52: fromHex('0123456789ABCDEF') } }));
  const { fields } = unpack(cupsPos, packed);
  packed.fill(0);
  expect(fields[52]).toStrictEqual(fromHex('0123456789ABCDEF'));
});

group('a message whose fields are all plain text', () => {
  const fields = { 2: '6200000000000005', 4: '000000001111', 11: '000079', 43: 'S'.repeat(40), 48: 'x'.repeat(300) };
  const wire = pack(iso87Ascii, { mti: '0200', fields });

  test('is read alike however often it comes, and no answer shares its fields with another', () => {
    const answers = Array.from({ length: 4 }, () => unpack(iso87Ascii, wire));
    for (const answer of answers) expect(answer).toEqual({ mti: '0200', fields });
    const [first, ...others] = answers;
    if (first !== undefined) first.fields[2] = 'changed';
    for (const other of others) expect(other.fields[2]).toBe(fields[2]);
    const shorter = pack(iso87Ascii, { mti: '0210', fields: { 39: '00' } });
    expect(unpack(iso87Ascii, shorter)).toEqual({ mti: '0210', fields: { 39: '00' } });
    expect(unpack(iso87Ascii, wire)).toEqual({ mti: '0200', fields });
  });

  test('is read from the middle of a buffer', () => {
    const buffer = Buffer.concat([Buffer.alloc(3, 0x31), wire, Buffer.alloc(5, 0x32)]);
    expect(unpack(iso87Ascii, buffer.subarray(3, 3 + wire.length))).toEqual({ mti: '0200', fields });
  });

  const checked: Spec = { ...iso87Ascii, coding: { ...iso87Ascii.coding, characters: 'checked' } };
  const start = wire.length - 300;
  test.each([0x1f, 0x7f, 0x80, 0xc3, 0xff].flatMap((byte) => [0, 1, 2, 3, 150, 297, 298, 299].map((at) => [byte, at])))(
    'is refused for the byte %i at place %i of its longest field',
    (byte = 0, at = 0) => {
      const broken = wire.with(start + at, byte);
      expect(() => unpack(checked, broken)).toThrow(
        expect.objectContaining({ code: 'bad-character', path: '48', offset: start + at }),
      );
    },
  );
});

test('padding fills a short value and is taken off again', () => {
  const spec: Spec = {
    ...iso87Ascii,
    fields: {
      41: { name: 'terminal', type: 'ans', length: 8, padding: { side: 'right', character: ' ' } },
      4: { name: 'amount', type: 'n', length: 12, padding: { side: 'left', character: '0' } },
    },
  };
  const packed = pack(spec, { mti: '0200', fields: { 4: '1250', 41: 'T1' } });
  expect(String.fromCharCode(...packed.subarray(20))).toBe('000000001250T1      ');
  expect(unpack(spec, packed).fields).toEqual({ 4: '1250', 41: 'T1' });
});

group('a message that does not suit the dialect is refused with its place', () => {
  const cases: readonly (readonly [string, Spec, Message, string, string])[] = [
    ['a fixed length', cupsPos, { mti: '0200', fields: { 3: '00000' } }, 'bad-length', '3'],
    ['a maximum', cupsPos, { mti: '0200', fields: { 2: '1'.repeat(20) } }, 'too-long', '2'],
    ['letters among digits', cupsPos, { mti: '0200', fields: { 4: '00000000000X' } }, 'not-digits', '4'],
    ['letters among ASCII digits', iso87Ascii, { mti: '0200', fields: { 4: '00000000000X' } }, 'bad-character', '4'],
    ['a control character', iso87Ascii, { mti: '0200', fields: { 41: 'ABC\u0000DEFG' } }, 'bad-character', '41'],
    ['no 7-bit character', iso87Ascii, { mti: '0200', fields: { 41: 'ABCDEFG\u0130' } }, 'bad-character', '41'],
    ['no character of GBK', cupsHost, { mti: '0200', fields: { 44: '\u{1F600}' } }, 'not-gbk', '44'],
    ['a sign', iso87Bcd, { mti: '0200', fields: { 28: 'X00000000' } }, 'bad-sign', '28'],
    ['a track', iso87Bcd, { mti: '0200', fields: { 35: '62?1' } }, 'not-track', '35'],
    ['text for bytes', cupsPos, { mti: '0200', fields: { 52: '12345678' } }, 'bad-type', '52'],
    ['bytes for text', cupsPos, { mti: '0200', fields: { 3: new Uint8Array(6) } }, 'bad-type', '3'],
    ['a field of another dialect', cupsPos, { mti: '0200', fields: { 70: '001' } }, 'no-such-field', '70'],
    ['field 1', iso87Bcd, { mti: '0200', fields: { 1: '00' } }, 'no-such-field', '1'],
    ['a field beyond all', iso87Bcd, { mti: '0200', fields: { 500: '00' } }, 'no-such-field', '500'],
    ['an MTI of letters', cupsPos, { mti: '02X0', fields: {} }, 'not-digits', 'mti'],
    ['an MTI of five digits', cupsPos, { mti: '02000', fields: {} }, 'bad-mti', 'mti'],
  ];
  test.each(cases)('%s', (_, spec, message, code, path) => {
    expect(refusalOf(() => pack(spec, message))).toMatchObject({ code, path });
  });
});

group('bytes that do not suit the dialect are refused with their offset', () => {
  const cases: readonly (readonly [string, Spec, string, string, string, number])[] = [
    ['nothing', cupsPos, '', 'truncated', 'mti', 0],
    ['an MTI of letters', cupsPos, '0A00 0000000000000000', 'not-bcd', 'mti', 0],
    ['a cut bit map', cupsPos, '0200 00000000000000', 'truncated', 'bitmap', 2],
    ['a second bit map', cupsPos, '0200 8000000000000000 0000000000000000', 'no-such-bitmap', 'bitmap', 2],
    ['an unknown field', cupsPos, '0200 0100000000000000 00', 'no-such-field', '8', 10],
    ['a length above the maximum', cupsPos, `0200 4000000000000000 20 ${'00'.repeat(10)}`, 'too-long', '2', 10],
    ['a length that is not BCD', cupsPos, `0200 4000000000000000 1A ${'00'.repeat(10)}`, 'not-bcd', '2', 10],
    ['a cut value', cupsPos, `0200 4000000000000000 19 ${'00'.repeat(9)}`, 'truncated', '2', 11],
    ['a digit above 9', cupsPos, '0200 2000000000000000 00A000', 'not-bcd', '3', 11],
    ['a left-over byte', cupsPos, '0200 2000000000000000 000000 00', 'trailing-bytes', '', 13],
    ['a control character', cupsPos, '0200 0000000000800000 4142430044454647', 'bad-character', '41', 13],
    ['broken GBK', cupsPos, '0200 0000000000000100 0001 B3', 'not-gbk', '56', 12],
  ];
  test.each(cases)('%s', (_, spec, hex, code, path, offset) => {
    expect(refusalOf(() => unpack(spec, fromHex(hex.replaceAll(' ', ''))))).toMatchObject({ code, path, offset });
    expect(dissect(spec, fromHex(hex.replaceAll(' ', ''))).error).toMatchObject({ code, path, offset });
  });
});

test('no refusal repeats what it refuses', () => {
  const pan = '6200000000000005123456';
  const { message } = refusalOf(() => pack(cupsPos, { mti: '0200', fields: { 2: pan } }));
  expect(message).not.toContain(pan.slice(0, 6));
});

group('a dialect that contradicts itself is refused when it is compiled', () => {
  const withField = (number: number, field: Spec['fields'][number]): Spec => ({
    ...iso87Bcd,
    fields: { [number]: field },
  });
  test.each([
    ['text in binary', withField(2, { name: '', type: 'ans', length: 4, encoding: 'binary' })],
    ['letters in BCD', withField(2, { name: '', type: 'an', length: 4, encoding: 'bcd' })],
    ['bytes in ASCII', withField(2, { name: '', type: 'b', length: 4, encoding: 'ascii' })],
    ['field 1', withField(1, { name: '', type: 'b', length: 8 })],
    ['field 129 of two bit maps', withField(129, { name: '', type: 'b', length: 8 })],
    [
      'a padding of two characters',
      withField(2, { name: '', type: 'an', length: 4, padding: { side: 'left', character: '  ' } }),
    ],
  ])('%s', (_, spec) => {
    expect(refusalOf(() => compile(spec))).toMatchObject({ code: 'bad-spec' });
  });
});

function refusalOf(work: () => unknown): Iso8583Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Iso8583Error) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Random messages of a dialect: every field that it has may be there, with a value of its type and length. */
function messageOf(spec: Spec): fc.Arbitrary<Message> {
  const fields = Object.entries(spec.fields).map(([number, field]) => [number, arbitraryValue(field)] as const);
  return fc.record({
    mti: fc.constantFrom('0100', '0200', '0210', '0800', '1804'),
    fields: fc.record(Object.fromEntries(fields), { requiredKeys: [], noNullPrototype: true }),
  });
}

function arbitraryValue(field: FieldSpec): fc.Arbitrary<string | Uint8Array> {
  const most = Math.min(field.length, 60);
  const length =
    field.prefix === undefined ? { minLength: field.length, maxLength: field.length } : { maxLength: most };
  if (field.type === 'b' || field.type === 'ber-tlv') return fc.uint8Array(length);
  if (field.charset === 'gbk') return gbkText(field, most);
  if (field.type !== 'x+n') return fc.string({ ...length, unit: fc.constantFrom(...charactersOf(field)) });
  const digits = { minLength: field.length - 1, maxLength: field.length - 1, unit: fc.constantFrom(...'0123456789') };
  return fc.tuple(fc.constantFrom('C', 'D'), fc.string(digits)).map((parts) => parts.join(''));
}

function charactersOf({ type, separator }: FieldSpec): string {
  if (type === 'n') return '0123456789';
  if (type === 'z') return `0123456789${separator ?? '='}`;
  if (type === 'ns') return '0123456789#-/.,';
  return type === 'ans' ? '09AZaz #-/.,&^~' : '09AZaz ';
}

/** Text whose GBK bytes, two a Chinese character, fill a fixed field exactly. */
function gbkText(field: FieldSpec, most: number): fc.Arbitrary<string> {
  const chinese = fc.string({ maxLength: most >> 1, unit: fc.constantFrom(...'掌柜银联中国万事达') });
  if (field.prefix !== undefined) return chinese;
  return chinese.map((text) => text + ' '.repeat(field.length - 2 * text.length));
}
