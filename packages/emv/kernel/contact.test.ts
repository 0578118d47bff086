import { toHex } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { cryptogram, resultOf, run, type Situation, template, words } from './testing.ts';

test('a small purchase without a PIN is approved by the card alone', () => {
  const played = run();
  expect(words(played)).toBe('approved-offline 8000000000 6800 1F0002');
  expect(played.outcome.message.text).toEqual({ zh: '交易批准', en: 'Approved' });
  expect(played.commands.map((command) => command.slice(0, 8))).toEqual([
    '00A40400',
    '00A40400',
    '00A40400',
    '80A80000',
    '00B2010C',
    '80AE4000',
  ]);
  expect(toHex(resultOf(played).values.get('8A') ?? new Uint8Array(0))).toBe('5931');
  expect(toHex(resultOf(played).field55)).toMatch(/^9F260811223344556677889F270140/);
});

/** What differs from the ordinary purchase, and TVR, TSI and CVM results that EMV asks for. */
const steps: readonly (readonly [string, Situation, string])[] = [
  [
    'restrictions: another application version',
    { record: { '9F08': '0021' } },
    'approved-offline 8080000000 6800 1F0002',
  ],
  ['restrictions: an expired application', { record: { '5F24': '251231' } }, 'approved-offline 8040000000 6800 1F0002'],
  ['restrictions: not yet effective', { record: { '5F25': '270101' } }, 'approved-offline 8020000000 6800 1F0002'],
  [
    'restrictions: a reservation is a purchase of goods or services too',
    { record: { '9F07': 'C100', '5F28': '0156' }, purchase: { type: 0x03 } },
    'approved-offline 8010000000 6800 1F0002',
  ],
  [
    'restrictions: not for domestic goods or services',
    { record: { '9F07': 'C100', '5F28': '0156' } },
    'approved-offline 8010000000 6800 1F0002',
  ],
  ['risk: at the floor limit', { purchase: { amountMinor: 50_000 } }, 'approved-offline 8000008000 6800 1F0002'],
  [
    'risk: at the floor limit together with the last purchase of the card',
    { purchase: { log: [{ pan: '6200000000000000010', amountMinor: 40_000 }] } },
    'approved-offline 8000008000 6800 1F0002',
  ],
  [
    'risk: selected at random',
    {
      terminal: { application: { random: { thresholdMinor: 100, targetPercent: 99, maximumTargetPercent: 99 } } },
    },
    'approved-offline 8000001000 6800 1F0002',
  ],
  [
    'risk: the attendant wants the issuer',
    { purchase: { forcedOnline: true } },
    'approved-offline 8000000800 6800 1F0002',
  ],
  [
    'risk: both consecutive limits are exceeded and the card is new',
    { record: { '9F14': '01', '9F23': '02' }, more: { '80CA9F36': '9F360200059000', '80CA9F13': '9F130200009000' } },
    'approved-offline 8008006000 6800 1F0002',
  ],
  [
    'risk: the card does not ask for it',
    { aip: '1400', purchase: { amountMinor: 50_000 } },
    'approved-offline 8000000000 6000 1F0002',
  ],
  [
    'risk: on the exception file',
    { terminal: { settings: { isOnExceptionFile: (pan, sequence) => pan.endsWith('10') && sequence === '01' } } },
    'approved-offline 9000000000 6800 1F0002',
  ],
  ['authentication: static, the tags are missing', { aip: '5C00' }, 'approved-offline 6200000000 E800 1F0002'],
  ['authentication: dynamic, the tags are missing', { aip: '3C00' }, 'approved-offline 2800000000 E800 1F0002'],
  ['authentication: combined, the tags are missing', { aip: '1D00' }, 'approved-offline 2400000000 E800 1F0002'],
  [
    'authentication: static, the authority is unknown',
    { aip: '5C00', record: { '8F': '01', '90': '00', '9F32': '03', '93': '00' } },
    'approved-offline 4200000000 E800 1F0002',
  ],
  ['verification: the profile does not offer it', { aip: '0C00' }, 'approved-offline 8000000000 2800 3F0000'],
  ['verification: the list is missing', { without: ['8E'] }, 'approved-offline A000000000 2800 3F0000'],
  ['verification: signature', { record: { '8E': '00000000000000001E00' } }, 'approved-offline 8000000000 6800 1E0000'],
  [
    'verification: unknown method, the next rule is none',
    { record: { '8E': '00000000000000002A00' } },
    'approved-offline 8000C00000 6800 3F0001',
  ],
  [
    'verification: no PIN pad, then signature',
    {
      record: { '8E': '000000000000000042001E03' },
      people: { 'online-pin': { answer: 'pin-pad-missing' } },
    },
    'approved-offline 8000100000 6800 1E0300',
  ],
  [
    'verification: a PIN passed over is passed over for all rules',
    {
      record: { '8E': '0000000000000000420041001F00' },
      people: { 'online-pin': { answer: 'pin-bypassed' } },
    },
    'approved-offline 8000080000 6800 1F0002',
  ],
  [
    'verification: offline PIN right at the second try',
    {
      record: { '8E': '00000000000000000100' },
      more: { '80CA9F17': '9F1701039000' },
      people: {
        'offline-pin': [
          { answer: 'pin-presented', sw: 0x63c2 },
          { answer: 'pin-presented', sw: 0x9000 },
        ],
      },
    },
    'approved-offline 8000000000 6800 010002',
  ],
  [
    'verification: offline PIN wrong three times',
    {
      record: { '8E': '00000000000000000100' },
      more: { '80CA9F17': '9F1701039000' },
      people: {
        'offline-pin': [
          { answer: 'pin-presented', sw: 0x63c2 },
          { answer: 'pin-presented', sw: 0x63c1 },
          { answer: 'pin-presented', sw: 0x63c0 },
        ],
      },
    },
    'approved-offline 8000A00000 6800 010001',
  ],
  [
    'verification: the PIN is found blocked when it is presented',
    {
      record: { '8E': '00000000000000000100' },
      people: { 'offline-pin': { answer: 'pin-presented', sw: 0x6984 } },
    },
    'approved-offline 8000A00000 6800 010001',
  ],
  [
    'verification: the PIN is blocked already',
    { record: { '8E': '00000000000000000100' }, more: { '80CA9F17': '9F1701009000' } },
    'approved-offline 8000A00000 6800 010001',
  ],
  [
    'verification: enciphered PIN without a key fails without asking',
    { record: { '8E': '00000000000000000400' }, more: { '80CA9F17': '9F1701039000' } },
    'approved-offline 8000800000 6800 040001',
  ],
  [
    'verification: offline PIN and signature',
    {
      record: { '8E': '00000000000000000300' },
      more: { '80CA9F17': '9F1701039000' },
      people: { 'offline-pin': { answer: 'pin-presented', sw: 0x9000 } },
    },
    'approved-offline 8000000000 6800 030000',
  ],
  [
    'cryptogram: the terminal has no TDOL of the card',
    { record: { '8C': '9F02069F370495059814' } },
    'approved-offline 8000000080 6800 1F0002',
  ],
];

test.each(steps)('%s', (_, situation, expected) => {
  expect(words(run(situation))).toBe(expected);
});

test('a card that answers VERIFY with a status that EMV does not know ends the transaction', () => {
  const played = run({
    record: { '8E': '000000000000000041001E03' },
    people: { 'offline-pin': { answer: 'pin-presented', sw: 0x6a80 } },
  });
  expect(played.outcome).toMatchObject({ outcome: 'end-application', reason: 'card-error' });
});

test('a card that says the service is not allowed is not accepted', () => {
  const played = run({ more: { '80AE4000': cryptogram('01') } });
  expect(played.outcome).toMatchObject({ outcome: 'end-application', reason: 'not-allowed' });
});

test.each([
  ['an account that is no number', { record: { '5A': 'ABCDEFABCDEFABCD' } }],
  ['digits behind the filler of an account', { record: { '5A': '62000000000000000F10' } }],
  ['an account of more digits than there can be', { record: { '5A': '620000000000000000001234' } }],
  ['an account that is too short to be one', { record: { '5A': '6200FF' } }],
  [
    'a cryptogram of another length',
    { more: { '80AE4000': template('77', { '9F27': '40', '9F36': '0001', '9F26': '11223344' }) } },
  ],
  [
    'cryptogram information of two bytes',
    { more: { '80AE4000': template('77', { '9F27': '4000', '9F36': '0001', '9F26': '1122334455667788' }) } },
  ],
])('%s ends the transaction', (_, situation) => {
  expect(run(situation).outcome).toMatchObject({ outcome: 'end-application', reason: 'card-data-malformed' });
});

test('a card cannot put its own values in the place of the terminal’s', () => {
  const played = run({ record: { '9F02': '000000000001', '8C': '9F02069F3704' } });
  expect(played.commands.at(-1)).toBe('80AE40000A0000000123450102030400');
  expect(toHex(resultOf(played).values.get('9F02') ?? new Uint8Array(0))).toBe('000000012345');
});

test('settings that cannot be are refused', () => {
  expect(() => run({ purchase: { amountMinor: -1 } })).toThrow(expect.objectContaining({ code: 'settings' }));
  expect(() => run({ terminal: { values: { '9F35': '' } } })).toThrow(expect.objectContaining({ code: 'settings' }));
});
