import { fromHex, toHex } from '@zhanggui/base';
import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import {
  decodeDataObjects,
  decodeSubFields,
  encodeDataObjects,
  encodeSubFields,
  Iso8583Error,
  type SubFieldSpec,
} from './index.ts';

const positional: SubFieldSpec = {
  layout: 'positional',
  parts: { '1': { name: 'type', length: 2 }, '2': { name: 'batch', length: 6 } },
  rest: 'rest',
};
const elements: SubFieldSpec = { layout: 'tag-length-value', tagLength: 2, lengthDigits: 3 };
const bitmapped: SubFieldSpec = {
  layout: 'bitmap',
  bitmapBytes: 2,
  fields: {
    1: { name: 'one', type: 'n', length: 3 },
    9: { name: 'nine', type: 'ans', length: 99, prefix: 'LL', sensitivity: 'private' },
    16: { name: 'sixteen', type: 'b', length: 2 },
  },
  coding: { digits: 'bcd', text: 'ascii', binary: 'binary', prefix: 'bcd' },
};

test('parts stand one after the other, and may stop after any', () => {
  expect(decodeSubFields(positional, '22000727')).toEqual([
    { id: '1', name: 'type', value: '22' },
    { id: '2', name: 'batch', value: '000727' },
  ]);
  expect(decodeSubFields(positional, '22')).toHaveLength(1);
  expect(decodeSubFields(positional, '22000727XY').at(-1)).toEqual({ id: 'rest', value: 'XY' });
  expect(encodeSubFields(positional, decodeSubFields(positional, '22000727XY'))).toBe('22000727XY');
  const bytes = fromHex('220007270000000000AA');
  expect(encodeSubFields(positional, decodeSubFields(positional, bytes))).toEqual(bytes);
});

test('text elements carry a tag and a decimal length', () => {
  const decoded = decodeSubFields(elements, 'A3018284957381940238471B1000');
  expect(decoded).toEqual([
    { id: 'A3', value: '284957381940238471' },
    { id: 'B1', value: '' },
  ]);
  expect(encodeSubFields(elements, decoded)).toBe('A3018284957381940238471B1000');
});

test('sub-elements can be announced by a bit map of their own', () => {
  const value = fromHex('8081' + '0123' + '03414243' + 'CAFE');
  const decoded = decodeSubFields(bitmapped, value, '48');
  expect(decoded.map(({ id, value: content }) => [id, typeof content === 'string' ? content : toHex(content)])).toEqual(
    [
      ['1', '123'],
      ['9', 'ABC'],
      ['16', 'CAFE'],
    ],
  );
  expect(encodeSubFields(bitmapped, decoded, '48')).toEqual(value);
});

test('data objects keep their order and their bytes', () => {
  const object = fc.record({
    tag: fc.constantFrom('95', '9F26', '82', '5F2A', 'DF8101', '71'),
    value: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(fc.array(object, { maxLength: 8 }), (objects) => {
      expect(decodeDataObjects(encodeDataObjects(objects))).toEqual(objects);
    }),
    { numRuns: 50 },
  );
});

test('zero bytes between data objects are passed over', () => {
  expect(decodeDataObjects(fromHex('00008202580000')).map(({ tag }) => tag)).toEqual(['82']);
});

group('refusals name the element', () => {
  test.each([
    ['a cut part', positional, '22000', '60.2', 'truncated'],
    ['a cut element', elements, 'A301828', '60', 'truncated'],
    ['a cut length', elements, 'A301', '60', 'truncated'],
    ['a length of letters', elements, 'A30X8', '60', 'bad-length'],
    ['an element without place', bitmapped, fromHex('400000'), '60.2', 'no-such-field'],
    ['a cut bit map', bitmapped, fromHex('80'), '60', 'truncated'],
    ['bytes left over', bitmapped, fromHex('000000'), '60', 'trailing-bytes'],
    ['a cut value', { layout: 'ber-tlv' }, fromHex('9F260811'), '60.9F26', 'truncated'],
    ['a missing length', { layout: 'ber-tlv' }, fromHex('9F26'), '60.9F26', 'truncated'],
    ['an indefinite length', { layout: 'ber-tlv' }, fromHex('9F2680'), '60.9F26', 'bad-length'],
    ['a cut tag', { layout: 'ber-tlv' }, fromHex('9F'), '60', 'truncated'],
    ['a tag of four bytes', { layout: 'ber-tlv' }, fromHex('9F81818101'), '60', 'bad-tag'],
    ['text for bytes', bitmapped, 'text', '60', 'bad-type'],
  ] as const)('%s', (_, layout, value, path, code) => {
    expect(() => decodeSubFields(layout, value, '60')).toThrow(expect.objectContaining({ path, code }));
  });

  test.each([
    ['parts out of order', positional, [{ id: '2', value: '000727' }], 'bad-order'],
    ['a part of another length', positional, [{ id: '1', value: '2' }], 'bad-length'],
    ['a long element', elements, [{ id: 'A3', value: 'x'.repeat(1000) }], 'too-long'],
    ['a tag of another length', elements, [{ id: 'A31', value: 'x' }], 'bad-tag'],
    ['an unknown sub-element', bitmapped, [{ id: '2', value: '1' }], 'no-such-field'],
    [
      'sub-elements out of order',
      bitmapped,
      [
        { id: '9', value: 'A' },
        { id: '1', value: '123' },
      ],
      'bad-order',
    ],
    ['a tag that is two', { layout: 'ber-tlv' }, [{ id: '8295', value: new Uint8Array() }], 'bad-tag'],
  ] as const)('%s', (_, layout, parts, code) => {
    expect(() => encodeSubFields(layout, parts)).toThrow(expect.objectContaining({ code }));
    expect(() => encodeSubFields(layout, parts)).toThrow(Iso8583Error);
  });
});
