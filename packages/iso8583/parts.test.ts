import { fromHex, toHex } from '@zhanggui/base';
import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import {
  cupsHost,
  cupsPos,
  decodeBcd,
  decodeBitmap,
  decodeEbcdic,
  decodePrefix,
  describeMti,
  encodeBcd,
  encodeBitmap,
  encodeEbcdic,
  encodePrefix,
  fieldNamesZh,
  formatTrack1,
  formatTrack2,
  formatTrack3,
  Iso8583Error,
  parseTrack1,
  parseTrack2,
  parseTrack3,
  responseMti,
} from './index.ts';

test.each([37, 500, 1047] as const)('code page %i maps its 256 codes one to one', (codePage) => {
  const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
  expect(encodeEbcdic(decodeEbcdic(codes, codePage), codePage)).toEqual(codes);
});

test('the code pages differ where they do', () => {
  expect([37, 500, 1047].map((page) => toHex(encodeEbcdic('[]!|^', page as 37)))).toEqual([
    'BABB5A4FB0',
    '4A5A4FBB5F',
    'ADBD5A4F5F',
  ]);
  expect(() => encodeEbcdic('掌', 1047)).toThrow(Iso8583Error);
});

test('packed digits are filled up on either side', () => {
  expect(toHex(encodeBcd('123', 'left'))).toBe('0123');
  expect(toHex(encodeBcd('123', 'right'))).toBe('1230');
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789') }),
      fc.constantFrom('left', 'right'),
      (text, side) => {
        const bytes = encodeBcd(text, side);
        expect(decodeBcd(bytes, text.length, side)).toEqual({ value: text, bytesRead: bytes.length });
      },
    ),
  );
});

test('a length prefix reads back, in every form', () => {
  const encoding = fc.constantFrom('ascii', 'bcd', 'ebcdic', 'binary');
  fc.assert(
    fc.property(encoding, fc.integer({ min: 1, max: 6 }), fc.nat(999_999), (form, digits, number) => {
      const length = number % (form === 'binary' ? 200 : 10 ** digits);
      const spec = { encoding: form, digits, max: 1_000_000 };
      const bytes = encodePrefix(spec, length);
      expect(decodePrefix(spec, bytes)).toEqual({ length, bytesRead: bytes.length });
    }),
  );
});

test('bit maps and field numbers say the same', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 192 }).filter((number) => number !== 65)), (numbers) => {
      const sorted = numbers.toSorted((left, right) => left - right);
      expect(decodeBitmap(encodeBitmap(numbers)).fields).toEqual(sorted);
    }),
  );
  expect(() => encodeBitmap([1])).toThrow(Iso8583Error);
  expect(() => encodeBitmap([193])).toThrow(Iso8583Error);
  expect(() => decodeBitmap(fromHex('00'))).toThrow(Iso8583Error);
});

test('every field of the UnionPay dialects has a Chinese name, but those that only they define', () => {
  const unnamed = [...Object.keys(cupsPos.fields), ...Object.keys(cupsHost.fields)].filter(
    (number) => fieldNamesZh[Number(number)] === undefined,
  );
  expect(unnamed).toEqual(['104', '113', '116', '117', '121', '122', '123', '125', '126']);
});

test('an MTI is said in words, and its answer follows', () => {
  expect(describeMti('0421')).toEqual({
    version: 'ISO 8583:1987',
    class: 'reversal/chargeback',
    function: 'advice',
    origin: 'acquirer repeat',
  });
  expect(['0200', '0401', '0421', '1804', '0800', '0920'].map(responseMti)).toEqual([
    '0210',
    '0410',
    '0430',
    '1814',
    '0810',
    '0930',
  ]);
  for (const wrong of ['', '020', '02000', '02X0', '0900', '0280', '0207', '5200'])
    expect(() => describeMti(wrong), wrong).toThrow(expect.objectContaining({ code: 'bad-mti' }));
  expect(() => responseMti('0210')).toThrow(expect.objectContaining({ code: 'not-a-request' }));
});

group('tracks', () => {
  const one = {
    formatCode: 'B',
    pan: '6200000000000005',
    name: 'LI/MING',
    expiry: '2903',
    serviceCode: '201',
    discretionary: '0000',
  };
  const { formatCode: _, name: __, ...two } = one;

  test('read with and without sentinels', () => {
    expect(parseTrack1('B6200000000000005^LI/MING   ^29032010000')).toEqual(one);
    expect(parseTrack1('%B6200000000000005^LI/MING^29032010000?')).toEqual(one);
    expect(parseTrack2('6200000000000005=29032010000')).toEqual(two);
    expect(parseTrack2(';6200000000000005=29032010000?5')).toEqual(two);
    expect(parseTrack2('6200000000000005D29032010000F')).toEqual(two);
    expect(parseTrack2('6200000000000005===0000')).toEqual({ ...two, expiry: null, serviceCode: null });
    expect(parseTrack3('016200000000000005=156156').discretionary).toBe('156156');
  });

  test('are written as they read', () => {
    expect(parseTrack1(formatTrack1(one))).toEqual(one);
    expect(parseTrack1(formatTrack1({ ...one, expiry: null, serviceCode: null }))).toMatchObject({ expiry: null });
    expect(formatTrack2(two, 'D')).toBe('6200000000000005D29032010000');
    expect(formatTrack3({ formatCode: '01', pan: one.pan, discretionary: '1=2' })).toBe('016200000000000005=1=2');
  });

  test.each([
    ['no separator', () => parseTrack2('620000000000000529032010000')],
    ['an account number of 20 digits', () => parseTrack2('62000000000000050000=2903201')],
    ['a track 2 of 39 characters', () => parseTrack2(`6200000000000005=2903201${'0'.repeat(15)}`)],
    ['a track 1 of 77 characters', () => parseTrack1(`B6200000000000005^LI/MING^2903201${'0'.repeat(44)}`)],
    ['a service code of letters', () => parseTrack1('B6200000000000005^LI/MING^2903ABC')],
    ['a name of one character', () => parseTrack1('B6200000000000005^L^2903201')],
    ['a track 3 without format code', () => parseTrack3('X6200000000000005=1')],
    ['a track that would not read back', () => formatTrack2({ ...two, expiry: '29' })],
  ])('%s is refused', (___, work) => {
    expect(work).toThrow(expect.objectContaining({ code: 'bad-track' }));
  });
});
