import { fromHex, toHex } from '@zhanggui/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeOid,
  encodeOid,
  encodeTlv,
  findTlv,
  MAX_TLV_DEPTH,
  parseTlv,
  primitives,
  TlvError,
  type TlvItem,
  type TlvNode,
  tagForm,
} from './index.ts';

const primitiveTag = fc.constantFrom('82', '95', '9A', '9F02', '9F26', '5F2A', 'DF8117', '9FC81A', '01');
const templateTag = fc.constantFrom('70', 'E0', 'BF0C', 'FF21', 'FF8105');
const { item } = fc.letrec<{ item: TlvItem }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ tag: primitiveTag, value: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ tag: templateTag, value: fc.array(tie('item'), { maxLength: 4 }) }),
  ),
}));
const items = fc.array(item, { maxLength: 6 });

/** Tags and values, templates opened, in a form that can be compared. */
const shapeOfNodes = (nodes: readonly TlvNode[]): unknown =>
  nodes.map(({ tag, value, children }) => [tag, children === undefined ? toHex(value) : shapeOfNodes(children)]);
const shapeOfItems = (list: readonly TlvItem[]): unknown =>
  list.map(({ tag, value }) => [tag, value instanceof Uint8Array ? toHex(value) : shapeOfItems(value)]);

function refusal(hex: string, options = {}): TlvError {
  try {
    parseTlv(fromHex(hex), options);
  } catch (error) {
    if (error instanceof TlvError) return error;
    throw error;
  }
  throw new Error(`${hex} was accepted`);
}

test('what is encoded is what is parsed', () => {
  fc.assert(
    fc.property(items, (list) => {
      expect(shapeOfNodes(parseTlv(encodeTlv(list), { padding: 'refuse' }))).toEqual(shapeOfItems(list));
    }),
  );
});

test('zero padding between data objects changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(item, fc.nat(3)), { maxLength: 5 }), (padded) => {
      const bytes = padded.flatMap(([each, zeros]) => [...encodeTlv([each]), ...new Uint8Array(zeros)]);
      expect(shapeOfNodes(parseTlv(Uint8Array.from(bytes)))).toEqual(shapeOfItems(padded.map(([each]) => each)));
    }),
  );
});

test('each node tells the place of its bytes in the input', () => {
  const input = fromHex('00E0049F0201AA9C00');
  const [template, last] = parseTlv(input);
  expect(template).toMatchObject({ tag: 'E0', offset: 1, valueOffset: 3, length: 4 });
  expect(template?.children?.[0]).toMatchObject({ tag: '9F02', offset: 3, valueOffset: 6, length: 1 });
  expect(last).toMatchObject({ tag: '9C', offset: 7, length: 0, children: undefined });
});

test('every way to cut a message short is refused at the place where bytes are missing', () => {
  const whole = encodeTlv([{ tag: '70', value: [{ tag: '9F02', value: new Uint8Array(200).fill(1) }] }]);
  for (let length = 1; length < whole.length; length += 1)
    expect(() => parseTlv(whole.subarray(0, length)), `${length} bytes`).toThrow(TlvError);
  expect(refusal('E0039C8201FF')).toMatchObject({ code: 'length-missing', path: 'E0.9C', tag: '9C', offset: 4 });
  expect(refusal('9F82')).toMatchObject({ code: 'tag-malformed', tag: '9F82', offset: 0 });
});

test('strict reading refuses what EMV Annex B forbids', () => {
  expect(refusal('9C80').code).toBe('length-indefinite');
  expect(refusal('9C8501').code).toBe('length-reserved');
  expect(refusal('9CFF').code).toBe('length-reserved');
  expect(refusal('9F800100').code).toBe('tag-malformed');
  expect(refusal('9C0000', { padding: 'refuse' })).toMatchObject({ code: 'padding', offset: 2 });
});

test('lengths in more bytes than needed are read, as Annex B2 does not forbid them', () => {
  for (const hex of ['9C0155', '9C810155', '9C82000155', '9C8300000155', '9C840000000155'])
    expect(toHex(parseTlv(fromHex(hex))[0]?.value ?? new Uint8Array(0))).toBe('55');
});

test('lenient reading takes length 80 for an empty value', () => {
  const [node, next] = parseTlv(fromHex('9C8095020000'), { mode: 'lenient' });
  expect(node).toMatchObject({ tag: '9C', length: 0 });
  expect(next).toMatchObject({ tag: '95', length: 2 });
});

test('lenient reading takes a length byte that cannot announce length bytes for the length itself', () => {
  const record = `7091${encodedFiller(0x91)}`;
  expect(refusal(record).code).toBe('length-reserved');
  expect(parseTlv(fromHex(record), { mode: 'lenient' })[0]).toMatchObject({ tag: '70', length: 0x91 });
});

test('lenient reading ends a template whose padding was cut off with the input', () => {
  const cut =
    '910A93D60A0F3CC53834303072459F180400004000860E04DA9F5809004B360CA0FF728F689F180400004000860E04DA9F580904B50F23328A5C788500000000000000000000000000000000000000000000';
  expect(refusal(cut)).toMatchObject({ code: 'value-truncated', tag: '72', offset: 14 });
  const [, script] = parseTlv(fromHex(cut), { mode: 'lenient' });
  expect(script?.children?.map(({ tag }) => tag)).toEqual(['9F18', '86', '9F18', '86']);
  expect(refusal('5A0412', { mode: 'lenient' }).code).toBe('value-truncated');
});

test('templates may nest only so deep', () => {
  const nested = (depth: number): Uint8Array =>
    depth === 0 ? new Uint8Array(0) : encodeTlv([{ tag: 'E0', value: nested(depth - 1) }]);
  expect(parseTlv(nested(MAX_TLV_DEPTH - 1))).toHaveLength(1);
  expect(() => nested(MAX_TLV_DEPTH + 1)).toThrow(/deeper/);
});

test('encoding refuses malformed tags, data objects under a primitive tag, and templates that are none', () => {
  for (const tag of ['', '0', '00', '9F', '1F', '9FC8', '9F1A1A', 'XX', '9F8001'])
    expect(() => encodeTlv([{ tag, value: new Uint8Array(0) }]), tag).toThrow(TlvError);
  expect(() => encodeTlv([{ tag: '9C', value: [] }])).toThrow(/primitive/);
  expect(() => encodeTlv([{ tag: '70', value: fromHex('9C') }])).toThrow(TlvError);
});

test('a refusal names the rule and the place but not the value', () => {
  const { message, path, offset } = refusal('70055A086210948000');
  expect(`${message} ${path} ${offset}`).not.toContain('6210');
});

test('data objects are found through templates, first come first', () => {
  const nodes = parseTlv(fromHex('6F0C8402AABBA506500141870101500142'));
  expect(toHex(findTlv(nodes, '50')?.value ?? new Uint8Array(0))).toBe('41');
  expect(findTlv(nodes, '9F12')).toBeUndefined();
  expect(primitives(nodes).map(({ tag }) => tag)).toEqual(['84', '50', '87', '50']);
});

test('a tag has a form exactly when the parser reads it whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 4 }), (bytes) => {
      fc.pre(bytes[0] !== 0);
      const text = toHex(bytes);
      const [node] = tryParse(`${text}00`);
      expect(tagForm(text) !== undefined).toBe(node?.tag === text);
    }),
  );
});

test('object identifiers survive the way there and back', () => {
  const arcs = fc.tuple(fc.nat(2), fc.nat(39), fc.array(fc.nat(2 ** 31 - 1), { maxLength: 8 }));
  fc.assert(
    fc.property(arcs, ([first, second, rest]) => {
      const oid = [first, second, ...rest].join('.');
      expect(decodeOid(encodeOid(oid))).toBe(oid);
    }),
  );
  for (const oid of ['', '1', '3.1', '1.40', '1..2', '1.2.x', '01.2'])
    expect(() => encodeOid(oid), oid).toThrow(/ident/);
  for (const hex of ['', '80', '2A80', '2A86']) expect(() => decodeOid(fromHex(hex)), hex).toThrow(/ident/);
});

/** One data object that fills `length` bytes. */
function encodedFiller(length: number): string {
  return `9F1F81${(length - 4).toString(16).padStart(2, '0')}${'30'.repeat(length - 4)}`;
}

function tryParse(hex: string): readonly TlvNode[] {
  try {
    return parseTlv(fromHex(hex));
  } catch (error) {
    if (error instanceof TlvError) return [];
    throw error;
  }
}
