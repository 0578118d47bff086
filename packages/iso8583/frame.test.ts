import { fromHex, toHex } from '@zhanggui/base';
import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import {
  answerTpdu,
  cupsFraming,
  Deframer,
  decodeFrame,
  decodeLength,
  encodeFrame,
  encodeLength,
  type Framing,
  Iso8583Error,
} from './index.ts';

const plain = { tpdu: false, headerBytes: 0 } as const;
const FRAMINGS: readonly (readonly [string, Framing])[] = [
  ['2 binary bytes', { length: 'binary', lengthBytes: 2, ...plain }],
  ['4 binary bytes', { length: 'binary', lengthBytes: 4, ...plain }],
  ['2 BCD bytes', { length: 'bcd', lengthBytes: 2, ...plain }],
  ['4 ASCII digits', { length: 'ascii', lengthBytes: 4, ...plain }],
  ['a length that counts itself', { length: 'binary', lengthBytes: 2, lengthIncludesItself: true, ...plain }],
  ['2 reserved bytes', { length: 'binary', lengthBytes: 2, reservedBytes: 2, ...plain }],
  ['the UnionPay terminal frame', cupsFraming],
];

test.each([
  ['0073', { length: 'binary', lengthBytes: 2, ...plain }],
  ['00000073', { length: 'binary', lengthBytes: 4, ...plain }],
  ['0115', { length: 'bcd', lengthBytes: 2, ...plain }],
  ['30313135', { length: 'ascii', lengthBytes: 4, ...plain }],
  ['0075', { length: 'binary', lengthBytes: 2, lengthIncludesItself: true, ...plain }],
  ['00730000', { length: 'binary', lengthBytes: 2, reservedBytes: 2, ...plain }],
] as const)('115 bytes are announced as %s', (hex, framing) => {
  expect(toHex(encodeLength(framing, 115))).toBe(hex);
  expect(decodeLength(framing, fromHex(hex))).toEqual({ payloadLength: 115, bytesRead: hex.length / 2 });
});

group.each(FRAMINGS)('%s', (_, framing) => {
  const tpdu = framing.tpdu ? '6000030000' : '';
  const header = framing.headerBytes > 0 ? '603100310100' : '';

  test('a frame comes apart into what it was made of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
        const frame = { tpdu, header, message };
        expect(decodeFrame(framing, encodeFrame(framing, frame))).toEqual(frame);
      }),
      { numRuns: 30 },
    );
  });

  test('a stream gives the same payloads however it is cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(messages, fc.array(fc.nat(60), { maxLength: 20 }), (parts, cuts) => {
        const frames = parts.map((message) => encodeFrame(framing, { tpdu, header, message }));
        const stream = Uint8Array.from(frames.flatMap((frame) => [...frame]));
        const deframer = new Deframer(framing, 200);
        const payloads: Uint8Array[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          payloads.push(...deframer.push(stream.slice(at, at + cut)));
          at += cut;
        }
        expect(payloads.map(toHex)).toEqual(parts.map((message) => tpdu + header + toHex(message)));
        expect(deframer.pendingBytes).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

test('an unfinished frame shows as pending', () => {
  const deframer = new Deframer(cupsFraming);
  expect(deframer.push(fromHex('0004AABB'))).toEqual([]);
  expect(deframer.pendingBytes).toBe(4);
});

test('a frame longer than allowed is refused as soon as its length is known', () => {
  const deframer = new Deframer(cupsFraming, 512);
  expect(() => deframer.push(fromHex('0201'))).toThrow(expect.objectContaining({ code: 'frame-too-long' }));
});

test('frames before a broken one are delivered, and nothing after it', () => {
  const deframer = new Deframer(cupsFraming, 512);
  expect(deframer.push(fromHex('0001AA' + '0201')).map(toHex)).toEqual(['AA']);
  for (const more of ['', '0001AA'])
    expect(() => deframer.push(fromHex(more))).toThrow(expect.objectContaining({ code: 'frame-too-long' }));
});

group('a frame is refused', () => {
  const ascii: Framing = { length: 'ascii', lengthBytes: 4, ...plain };
  const own: Framing = { length: 'binary', lengthBytes: 2, lengthIncludesItself: true, ...plain };
  test.each([
    ['when bytes are missing', cupsFraming, '000C60000300006031003101', 'truncated'],
    ['when bytes are left over', cupsFraming, '000B600003000060310031010000', 'trailing-bytes'],
    ['when TPDU and header are cut', cupsFraming, '00056000030000', 'truncated'],
    ['when its length is cut', cupsFraming, '00', 'truncated'],
    ['when its length is no number', ascii, '30304135', 'bad-length'],
    ['when its length does not count itself', own, '0001', 'bad-length'],
  ])('%s', (_, framing, hex, code) => {
    expect(() => decodeFrame(framing, fromHex(hex))).toThrow(expect.objectContaining({ code }));
  });
});

test('a length that does not fit its header is refused', () => {
  expect(() => encodeLength(cupsFraming, 65_536)).toThrow(Iso8583Error);
  expect(() => encodeLength({ length: 'bcd', lengthBytes: 2, ...plain }, 10_000)).toThrow(Iso8583Error);
});

test('the answer goes back to where the request came from', () => {
  expect(answerTpdu('6000030001')).toBe('6000010003');
  expect(() => answerTpdu('60000300')).toThrow(Iso8583Error);
  expect(() => encodeFrame(cupsFraming, { tpdu: 'zz', header: '603100310100', message: new Uint8Array() })).toThrow(
    expect.objectContaining({ code: 'bad-tpdu' }),
  );
});
