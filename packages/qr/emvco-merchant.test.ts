import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crcOfText } from './crc.ts';
import { openTemplate } from './emvco-fields.ts';
import { decodeMerchantPresented, encodeMerchantPresented, type MerchantItem } from './emvco-merchant.ts';
import { QrError } from './qr-error.ts';

const minimal: readonly MerchantItem[] = [
  ['00', '01'],
  ['01', '12'],
  ['15', '3123456731234567ABCDEFGHIJKLMNO'],
  ['52', '5411'],
  ['53', '156'],
  ['54', '23.72'],
  ['58', 'CN'],
  ['59', 'LAO WANG'],
  ['60', 'BEIJING'],
];

/** The minimal code with some data objects replaced, added (before 63) or, when undefined, taken out. */
function changed(
  changes: Readonly<Record<string, string | readonly MerchantItem[] | undefined>>,
): readonly MerchantItem[] {
  const kept = minimal.filter(([id]) => !(id in changes));
  const given = Object.entries(changes).flatMap(([id, content]) =>
    content === undefined ? [] : [[id, content] as MerchantItem],
  );
  return [...kept, ...given];
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof QrError) return error.code;
    throw error;
  }
  return 'accepted';
}

test('a strict code comes back field by field', () => {
  const { fields, crc } = decodeMerchantPresented(encodeMerchantPresented(minimal));
  expect(fields.map(({ id, value }) => [id, value])).toEqual([...minimal, ['63', crc]]);
});

const refused: readonly (readonly [string, Parameters<typeof changed>[0], string])[] = [
  ['no category', { '52': undefined }, 'missing'],
  ['no currency', { '53': undefined }, 'missing'],
  ['no country', { '58': undefined }, 'missing'],
  ['no name', { '59': undefined }, 'missing'],
  ['no city', { '60': undefined }, 'missing'],
  ['no account', { '15': undefined }, 'missing'],
  ['another format version', { '00': '02' }, 'format-indicator-not-first'],
  ['an unknown initiation method', { '01': '13' }, 'bad-value'],
  ['letters in the category', { '52': '54A1' }, 'bad-characters'],
  ['a short currency', { '53': '15' }, 'bad-length'],
  ['a country in lower case', { '58': 'cn' }, 'bad-value'],
  ['a name of 26 characters', { '59': 'A'.repeat(26) }, 'bad-length'],
  ['a Chinese name outside the language template', { '59': '老王便利店' }, 'bad-characters'],
  ['a city of 16 characters', { '60': 'A'.repeat(16) }, 'bad-length'],
  ['a zero amount', { '54': '0.00' }, 'zero-amount'],
  ['an amount with a comma', { '54': '1,00' }, 'bad-amount'],
  ['an amount with two points', { '54': '1.0.0' }, 'bad-amount'],
  ['an amount without whole part', { '54': '.50' }, 'bad-amount'],
  ['an amount of thousandths', { '54': '1.005' }, 'bad-amount'],
  ['a yen amount with decimals', { '53': '392', '54': '100.5' }, 'bad-amount'],
  ['an unknown tip indicator', { '55': '04' }, 'bad-value'],
  ['a fixed fee that is missing', { '55': '02' }, 'missing'],
  ['a percentage that is missing', { '55': '03' }, 'missing'],
  ['a fee without an indicator', { '56': '5.00' }, 'not-allowed'],
  ['both fees', { '55': '02', '56': '5.00', '57': '5' }, 'not-allowed'],
  ['a percentage of 100', { '55': '03', '57': '100' }, 'bad-percentage'],
  ['a percentage of nothing', { '55': '03', '57': '0.00' }, 'bad-percentage'],
  ['a percentage with its sign', { '55': '03', '57': '5%' }, 'bad-percentage'],
  ['a template without identifier', { '26': [['01', 'X']] }, 'missing'],
  ['a template that is no list', { '26': 'plain' }, 'not-a-template'],
  ['an unreserved template without identifier', { '80': [['01', 'X']] }, 'missing'],
  ['a label of 26 characters', { '62': [['01', 'A'.repeat(26)]] }, 'bad-length'],
  ['a consumer data request twice', { '62': [['09', 'AA']] }, 'bad-value'],
  ['an unknown consumer data request', { '62': [['09', 'X']] }, 'bad-value'],
  ['a language without name', { '64': [['00', 'ZH']] }, 'missing'],
  [
    'a language of three letters',
    {
      '64': [
        ['00', 'ZHO'],
        ['01', '店'],
      ],
    },
    'bad-length',
  ],
  ['a system template without identifier', { '62': [['50', [['01', 'X']]]] }, 'missing'],
  ['a control character', { '61': '1000\n' }, 'bad-characters'],
];

test.each(refused)('%s is refused', (_, changes, code) => {
  const items = changed(changes);
  expect(codeOf(() => encodeMerchantPresented(items))).toBe(code);
});

test('a code over 512 characters is refused when strict', () => {
  const long: MerchantItem[] = ['26', '27', '28', '29', '30'].map((id) => [
    id,
    [
      ['00', 'A0'],
      ['01', 'X'.repeat(89)],
    ],
  ]);
  expect(codeOf(() => encodeMerchantPresented([...minimal, ...long]))).toBe('too-long');
  expect(codeOf(() => encodeMerchantPresented([...minimal, ...long], { strict: false }))).toBe('accepted');
});

test('what schemes in use leave out passes when not strict', () => {
  const promptPay: MerchantItem[] = [
    ['00', '01'],
    ['29', 'plain account'],
    ['58', 'TH'],
    ['53', '764'],
    ['54', '0'],
  ];
  const payload = encodeMerchantPresented(promptPay, { strict: false });
  expect(decodeMerchantPresented(payload, { strict: false }).fields.map(({ id }) => id)).toEqual([
    '00',
    '29',
    '58',
    '53',
    '54',
    '63',
  ]);
});

test('structure and CRC are never waived', () => {
  const payload = encodeMerchantPresented(minimal);
  const damaged: readonly (readonly [string, string])[] = [
    [payload.replace('23.72', '23.73'), 'crc-mismatch'],
    [payload.slice(0, -1), 'truncated'],
    [`${payload}0`, 'truncated'],
    [`${payload}6101X`, 'crc-not-last'],
    [payload.slice(0, -8), 'crc-missing'],
    [`${payload.slice(0, -4)}1de5`, 'crc-form'],
    [payload.replace('5802', '58A2'), 'not-digits'],
    [payload.replace('0102', 'A102'), 'not-digits'],
    [withCrc(`${payload.slice(0, -8)}5802CN`), 'repeated-id'],
    [withCrc(`${payload.slice(0, -8)}62050109X`), 'truncated'],
    ['\ud800', 'bad-text'],
    ['', 'crc-missing'],
  ];
  for (const [text, code] of damaged)
    expect(
      codeOf(() => decodeMerchantPresented(text, { strict: false })),
      code,
    ).toBe(code);
});

test('a CRC below 1000 keeps its leading zeros', () => {
  const name = Array.from({ length: 5000 }, (_, index) => String(index)).find((text) =>
    crcOfText(text).startsWith('0'),
  );
  expect(name).toBeDefined();
  expect(crcOfText(name ?? '')).toMatch(/^0[0-9A-F]{3}$/);
});

test('lengths count characters and not bytes or UTF-16 units', () => {
  const items = changed({
    '64': [
      ['00', 'ZH'],
      ['01', '𠮷野家'],
      ['02', '北京'],
    ],
  });
  const payload = encodeMerchantPresented(items);
  expect(payload).toContain('0103𠮷野家');
  expect(decodeMerchantPresented(payload).fields.at(-2)?.children?.[1]).toEqual({
    id: '01',
    length: 3,
    value: '𠮷野家',
  });
});

test("payment systems' own templates in additional data open on demand", () => {
  const payload = encodeMerchantPresented(
    changed({
      '62': [
        [
          '50',
          [
            ['00', 'A000000333'],
            ['01', '7'],
          ],
        ],
      ],
    }),
  );
  const [inner] = decodeMerchantPresented(payload).fields.at(-2)?.children ?? [];
  expect(inner?.children).toBeUndefined();
  expect(inner && openTemplate(inner).map(({ value }) => value)).toEqual(['A000000333', '7']);
});

test('a refusal says where and never repeats the value', () => {
  try {
    encodeMerchantPresented(changed({ '62': [['01', 'SECRET-ACCOUNT-0123456789X']] }));
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ path: '62.01', offset: 104 });
    expect(String(error)).not.toContain('SECRET');
  }
});

test('whatever the texts, decoding gives back what was encoded', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
  const id = fc.integer({ min: 1, max: 25 }).map((value) => String(value).padStart(2, '0'));
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(id, text), { selector: ([key]) => key, maxLength: 12 }), (items) => {
      const payload = encodeMerchantPresented([['00', '01'], ...items], { strict: false });
      const { fields } = decodeMerchantPresented(payload, { strict: false });
      expect(fields.slice(1, -1).map(({ id: key, value }) => [key, value])).toEqual(items);
    }),
  );
});

function withCrc(body: string): string {
  return `${body}6304${crcOfText(`${body}6304`)}`;
}
