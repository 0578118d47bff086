import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { decodeTlv, encodeTlv, type TlvItem } from './ber-tlv.ts';
import { decodeConsumerPresented, encodeConsumerPresented } from './emvco-consumer.ts';
import { QrError } from './qr-error.ts';

const application: TlvItem = [
  '61',
  [
    ['4F', 'A0000003330101'],
    ['57', '6212345678901232D30122011234567890'],
    [
      '63',
      [
        ['9F26', '0102030405060708'],
        ['9F36', '0001'],
      ],
    ],
  ],
];

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof QrError) return error.code;
    throw error;
  }
  return 'accepted';
}

test('a consumer-presented code comes back with its templates opened', () => {
  const { tree } = decodeConsumerPresented(encodeConsumerPresented([application]));
  expect(tree.map(({ tag }) => tag)).toEqual(['85', '61']);
  expect(tree[1]?.children?.[2]?.children?.[1]).toEqual({ tag: '9F36', length: 2, value: '0001' });
});

const refused: readonly (readonly [string, readonly TlvItem[], string])[] = [
  ['no application', [['85', '4350563031']], 'missing'],
  ['another version', [['85', '4350563032'], application], 'bad-value'],
  ['the indicator second', [application, ['85', '4350563031']], 'format-indicator-not-first'],
  ['an application without identifier', [['61', [['50', '41']]]], 'missing'],
  ['a short identifier', [['61', [['4F', 'A0000003']]]], 'bad-length'],
  ['common data before the application', [['62', [['9F36', '0001']]], application], 'bad-order'],
  ['a tag outside the templates', [application, ['5A', '6212345678901232']], 'not-allowed'],
  ['the format indicator twice', [['85', '4350563031'], ['85', '4350563031'], application], 'not-allowed'],
  ['common data twice', [application, ['62', [['82', '0000']]], ['62', [['82', '0000']]]], 'repeated-tag'],
  [
    'a tag twice in a template',
    [
      [
        '61',
        [
          ['4F', 'A000000333'],
          ['4F', 'A000000333'],
        ],
      ],
    ],
    'repeated-tag',
  ],
  [
    'track 2 without separator',
    [
      [
        '61',
        [
          ['4F', 'A000000333'],
          ['57', '6212345678901232'],
        ],
      ],
    ],
    'bad-value',
  ],
  [
    'an account number with letters',
    [
      [
        '61',
        [
          ['4F', 'A000000333'],
          ['5A', '62123A'],
        ],
      ],
    ],
    'bad-value',
  ],
  [
    'half a language',
    [
      [
        '61',
        [
          ['4F', 'A000000333'],
          ['5F2D', '7A6865'],
        ],
      ],
    ],
    'bad-length',
  ],
];

test.each(refused)('%s is refused', (_, items, code) => {
  expect(codeOf(() => encodeConsumerPresented(items))).toBe(code);
});

test('two applications may stand in one code, the first being preferred', () => {
  expect(codeOf(() => encodeConsumerPresented([application, application]))).toBe('accepted');
});

test('BER-TLV that EMV forbids is refused', () => {
  const forbidden: readonly (readonly [string, string])[] = [
    ['61', 'truncated'],
    ['6105', 'truncated'],
    ['6180', 'bad-length'],
    ['4F8105A000000333', 'bad-length'],
    ['4F83000005A000000333', 'bad-length'],
    ['4F820080', 'bad-length'],
    ['4F81', 'truncated'],
    ['00004F00', 'bad-tag'],
    ['9F', 'bad-tag'],
    ['9FFFFFFF01', 'bad-tag'],
    ['61034F0500', 'truncated'],
  ];
  for (const [hex, code] of forbidden)
    expect(
      codeOf(() => decodeTlv(Uint8Array.from(Buffer.from(hex, 'hex')))),
      hex,
    ).toBe(code);
});

test('templates that nest without end are refused', () => {
  let item: TlvItem = ['4F', 'A000000333'];
  for (let depth = 0; depth < 10; depth += 1) item = ['61', [item]];
  const bytes = encodeTlv([item]);
  expect(codeOf(() => decodeTlv(bytes))).toBe('too-deep');
});

test('a value longer than 127 and than 255 bytes keeps its length', () => {
  for (const length of [127, 128, 255, 256, 1000]) {
    const [object] = decodeTlv(encodeTlv([['9F7C', 'AB'.repeat(length)]]));
    expect(object?.length).toBe(length);
  }
});

test('Base64 is exact both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const text = encodeBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(text)).toEqual(bytes);
    }),
  );
});

test('Base64 that is not in canonical form is refused', () => {
  for (const text of ['A', 'AB', 'ABC', 'AB==', 'ABC=', 'A===', '====', 'AA=A', 'A-_A', 'AAA\n', 'QQ==QQ=='])
    expect(
      codeOf(() => decodeBase64(text)),
      text,
    ).toBe('bad-base64');
});
