import { fromHex, toHex, utf8Decode } from '@zhanggui/base';
import { expect, test } from 'vitest';
import {
  formatKeyElements,
  formatOriginalElements,
  iso87Mixed,
  iso87Terminal,
  pack,
  parseKeyElements,
  parseOriginalElements,
  requestMti,
  setLastMac,
  splitLastMac,
  unpack,
} from '../index.ts';

const NO_MAC = new Uint8Array(8);
const MAC = fromHex('0123456789ABCDEF');

test('the chip data stays binary among characters', () => {
  const packed = pack(iso87Terminal, { mti: '0200', fields: { 3: '000000', 55: fromHex('9F3602000A') } });
  expect(utf8Decode(packed.subarray(0, 29))).toBe('02002000000000000200000000005');
  expect(toHex(packed.subarray(-5))).toBe('9F3602000A');
  expect(unpack(iso87Terminal, packed).fields[55]).toEqual(fromHex('9F3602000A'));
});

test.each([
  ['hexadecimal in field 64', iso87Terminal, 64, 16],
  ['hexadecimal in field 128', iso87Terminal, 128, 16],
  ['binary in field 64', iso87Mixed, 64, 8],
  ['binary in field 128', iso87Mixed, 128, 8],
] as const)('a MAC that is %s covers all before it', (_, spec, field, length) => {
  const packed = pack(spec, { mti: '0200', fields: { 3: '000000', [field]: NO_MAC } });
  const { covered, mac } = splitLastMac(spec, packed);
  expect(covered).toHaveLength(packed.length - length);
  expect(mac).toEqual(NO_MAC);
  const signed = setLastMac(spec, packed, MAC);
  expect(unpack(spec, signed).fields[field]).toEqual(MAC);
  expect(toHex(splitLastMac(spec, signed).covered)).toBe(toHex(covered));
  expect(toHex(packed)).not.toBe(toHex(signed));
});

test('a message without a MAC, or a MAC of another size, is refused', () => {
  const packed = pack(iso87Terminal, { mti: '0200', fields: { 3: '000000' } });
  expect(() => splitLastMac(iso87Terminal, packed)).toThrow(expect.objectContaining({ code: 'no-mac' }));
  const sealed = pack(iso87Terminal, { mti: '0200', fields: { 64: NO_MAC } });
  expect(() => splitLastMac(iso87Terminal, sealed.subarray(1))).toThrow();
  expect(() => setLastMac(iso87Terminal, sealed, new Uint8Array(4))).toThrow(
    expect.objectContaining({ code: 'bad-length' }),
  );
});

test('the original data elements name an earlier message', () => {
  const original = { mti: '0200', traceNumber: '000079', transmittedAt: '1122163000' };
  const text = formatOriginalElements({ ...original, acquirer: '48521000' });
  expect(text).toBe('020000007911221630000004852100000000000000');
  expect(parseOriginalElements(text)).toEqual({ ...original, acquirer: '00048521000', forwarder: '00000000000' });
  expect(() => parseOriginalElements(text.slice(1))).toThrow(expect.objectContaining({ code: 'bad-length' }));
  expect(() => parseOriginalElements(`${text.slice(1)}X`)).toThrow(expect.objectContaining({ code: 'not-digits' }));
  expect(() => formatOriginalElements({ ...original, mti: '020', traceNumber: '0000079' })).toThrow(
    expect.objectContaining({ path: '90' }),
  );
});

test('working keys come with their check values', () => {
  const key = (length: number, first: number) => ({
    cryptogram: new Uint8Array(length).fill(first),
    checkValue: new Uint8Array(4).fill(first + 1),
  });
  const keys = { pin: key(16, 1), mac: key(8, 3) };
  const text = formatKeyElements(keys);
  expect(text).toBe(`PK040${'01'.repeat(16)}02020202MK024${'03'.repeat(8)}04040404`);
  expect(parseKeyElements(text)).toEqual(keys);
  const three = { ...keys, track: key(16, 5) };
  expect(parseKeyElements(formatKeyElements(three))).toEqual(three);
  expect(() => parseKeyElements(text.slice(0, 45))).toThrow(expect.objectContaining({ path: '48.MK' }));
  expect(() => parseKeyElements('PK0020A')).toThrow(expect.objectContaining({ code: 'bad-length', path: '48.PK' }));
  expect(() => parseKeyElements('PK0')).toThrow(expect.objectContaining({ code: 'truncated' }));
});

test('an answer belongs to the type of its request', () => {
  expect(['0200', '0210', '0230', '0421', '0810'].map(requestMti)).toEqual(['0200', '0200', '0220', '0421', '0800']);
  expect(() => requestMti('02100')).toThrow(expect.objectContaining({ code: 'bad-mti' }));
});
