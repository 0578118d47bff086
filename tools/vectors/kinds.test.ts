import { describe, expect, test } from 'vitest';
import type { Inputs } from './kind.ts';
import { judge } from './main.ts';
import { topics } from './topics.ts';

function verdict(topic: string, kind: string, inputs: Inputs, expected: unknown): string {
  return judge({ id: 'test', kind, inputs, expected }, topics[topic], { conventions: {} }).verdict;
}

const REFUSED = { error: true };

describe('inputs that vectors may write in another way', () => {
  test.each<[string, string, Inputs, unknown]>([
    ['pinblock', 'encode', { format: 2, pin: '1234', pan: null }, { block: '241234FFFFFFFFFF' }],
    ['pinblock', 'encode', { format: '2', pin: '1234' }, { block: '241234FFFFFFFFFF' }],
    [
      'pinblock',
      'encode',
      { format: 0, pin: '123456', dialect: 'CUPS PIN format without PAN (field 53.1 = 1)' },
      { block: '06123456FFFFFFFF' },
    ],
    [
      'pinblock',
      'encipher',
      { format: 0, key: '12345678'.repeat(4), pin: '1234', accountDigits12: '123456789012' },
      { encryptedBlock: '3C0CA40863092C3A' },
    ],
    ['iso8583', 'ebcdic', { text: 'ISO 8583', codePage: 'cp500' }, { hex: 'C9E2D640F8F5F8F3' }],
    [
      'iso8583',
      'field',
      { value: '12D', field: { encoding: 'binary', prefixEncoding: 'bcd', prefixBytes: 1, ...oddNibbles() } },
      { hex: '03012D' },
    ],
    [
      'iso8583',
      'field',
      { hex: '03012D', field: { encoding: 'binary', prefixEncoding: 'bcd', prefixBytes: 1, ...oddNibbles() } },
      { value: '12D', bytesRead: 3 },
    ],
    ['wechat-alipay', 'digest', { text: 'abc' }, { sha1: 'A9993E364706816ABA3E25717850C26C9CD0D89D' }],
    ['wechat-alipay', 'digest', { text: 'abc' }, { sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d' }],
    ['capk', 'capk', caKey({ bits: 32 }), { sha1: '3F82B73413F118156A1E00D90E10EC2525B675A5' }],
    ['emv-tlv', 'parse', { hex: '9A0101', mode: 'emv' }, { tree: [{ tag: '9A', length: 1, value: '01' }] }],
  ])('%s/%s %j', (topic, kind, inputs, expected) => {
    expect(verdict(topic, kind, inputs, expected)).toBe('passed');
  });
});

describe('vectors that must not pass', () => {
  test.each<[string, string, Inputs, unknown]>([
    ['mac', 'pad', { method: 1, blockSize: 9, data: '12' }, { padded: '1200000000000000' }],
    ['wechat-alipay', 'digest', { text: 'abc' }, { sha1: 'B9993E364706816ABA3E25717850C26C9CD0D89D' }],
    ['capk', 'capk', caKey({ bits: 1152 }), { sha1: '3F82B73413F118156A1E00D90E10EC2525B675A5' }],
    [
      'pinblock',
      'encode',
      { format: 0, pin: '1234', pan: '4012345678909', accountDigits12: '1' },
      { block: '041274EDCBA9876F' },
    ],
  ])('%s/%s %j', (topic, kind, inputs, expected) => {
    expect(verdict(topic, kind, inputs, expected)).toBe('failed');
  });
});

describe('vectors that ask for a refusal', () => {
  test.each<[string, string, Inputs]>([
    ['emv-tlv', 'error', { op: 'parse', hex: '9A010100' }],
    ['iso8583', 'error', { op: 'length-prefix-encode', encoding: 'roman', digits: 2, max: 99, length: 2 }],
    ['iso8583', 'error', { op: 'ebcdic-encode', text: 'A', codePage: 'cp999' }],
    [
      'cvv-pvv',
      'error',
      { op: 'pvv', pvk: '0123456789ABCDEF'.repeat(2), pvki: '1', pin: '12345', pan: '1'.repeat(16) },
    ],
    ['pinblock', 'error', { op: 'encode', format: 0, pin: '1234', pan: null }],
    ['pinblock', 'error', { op: 'encode', format: 7, pin: '1234', pan: '4012345678909' }],
  ])('%s/%s %j', (topic, kind, inputs) => {
    expect(verdict(topic, kind, inputs, REFUSED)).toBe('passed');
  });
});

function oddNibbles(): Inputs {
  return { lengthCounts: 'nibbles', oddPad: 'left' };
}

function caKey(more: Inputs): Inputs {
  return { rid: 'A000000333', index: '01', modulus: 'C0FFEE01', exponent: '03', ...more };
}
