import { fromHex, toHex } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { concludeContactless, contactlessTransaction } from './contactless.ts';
import { DEFAULT_RELAY_RESISTANCE } from './settings.ts';
import { AID, type Played, play, purchase, type Script, template, terminal, tlv } from './testing.ts';
import { MemoryTornLog } from './torn.ts';

const ENTRY = (more: readonly (readonly [string, string])[] = []): string => tlv(['61', tlv(['4F', AID], ...more)]);
const ppse = (...entries: readonly string[]): string =>
  `${tlv(['6F', tlv(['84', '325041592E5359532E4444463031'], ['A5', tlv(['BF0C', entries.join('')])])])}9000`;
const fci = (pdol: string, name = AID): string =>
  `${tlv(['6F', tlv(['84', name], ['A5', tlv(['50', '554E494F4E504159'], ['9F38', pdol])])])}9000`;
const PDOL = '9F66049F02069F37045F2A02';

/** Answer to GET PROCESSING OPTIONS with a cryptogram: `40` TC, `80` ARQC, `00` AAC. */
const options = (information: string, more: Readonly<Record<string, string>> = {}): string =>
  template('77', {
    '82': '0000',
    '57': '6200000000000000010D3112220000000000',
    '5F34': '01',
    '9F10': '07010103A0A80201',
    '9F26': '1122334455667788',
    '9F27': information,
    '9F36': '0007',
    ...more,
  });

interface Situation {
  readonly terminal?: Parameters<typeof terminal>[0];
  readonly purchase?: Parameters<typeof purchase>[0];
  readonly card?: Script['card'];
}

function run({ terminal: settings, purchase: input, card }: Situation): Played {
  return play(contactlessTransaction(terminal(settings), purchase(input)), {
    card: {
      '00A404000E': ppse(ENTRY()),
      [`00A4040008${AID}`]: fci(PDOL),
      '80A8': options('80'),
      ...card,
    },
  });
}

test.each([
  ['a purchase within the floor limit', {}, '2600'],
  ['one that the attendant sends to the issuer', { forcedOnline: true }, '2680'],
  ['one that only the issuer can decide', { issuerMustDecide: true }, '2680'],
  ['an inquiry without an amount', { amountMinor: 0 }, '2680'],
])('the reader’s qualifiers want an online cryptogram or not: %s', (_, input, qualifiers) => {
  const played = run({ terminal: { contactless: { floorLimitMinor: 50_000 } }, purchase: input });
  expect(played.commands.at(-1)?.slice(14, 22)).toBe(`${qualifiers}0080`);
});

test('a small contactless purchase asks the issuer without a PIN', () => {
  const played = run({});
  expect(played.commands).toEqual([
    '00A404000E325041592E5359532E444446303100',
    `00A4040008${AID}00`,
    '80A800001283102680008000000001234501020304015600',
  ]);
  const { outcome } = played;
  expect(outcome).toMatchObject({ outcome: 'online-request', request: { pin: 'none', verification: 'none' } });
  if (outcome.outcome !== 'online-request') throw new Error('not an online request');
  expect(outcome.request.pan).toBe('6200000000000000010');
  expect(toHex(outcome.request.tvr)).toBe('0000000000');
  expect(outcome.request.cvmResults).toBeUndefined();
  expect(toHex(outcome.request.field55)).toMatch(/^9F260811223344556677889F2701809F1008/);
  expect(concludeContactless(outcome.request, 'approve')).toMatchObject({ outcome: 'approved-online' });
  expect(concludeContactless(outcome.request, 'decline')).toMatchObject({
    outcome: 'declined-online',
    reversal: false,
  });
});

const online = (pin: string, verification: string): object => ({
  outcome: 'online-request',
  request: { pin, verification },
});
const above: Situation['purchase'] = { amountMinor: 150_000 };

/** Qualifiers of the card and the amount, and what is to happen. */
const verifications: readonly (readonly [string, Situation, object])[] = [
  ['the card asks for a PIN', { card: { '80A8': options('80', { '9F6C': '8000' }) } }, online('needed', 'online-pin')],
  [
    'small amounts are free of a PIN',
    { card: { '80A8': options('80', { '9F6C': '8000' }) }, terminal: { contactless: { smallAmountsFree: true } } },
    online('none', 'none'),
  ],
  [
    'small amounts are free, this one is not small',
    {
      card: { '80A8': options('80', { '9F6C': '8000' }) },
      terminal: { contactless: { smallAmountsFree: true } },
      purchase: above,
    },
    online('needed', 'online-pin'),
  ],
  [
    'the phone has verified its holder',
    { card: { '80A8': options('80', { '9F6C': '0080' }) }, purchase: above },
    online('none', 'cdcvm'),
  ],
  [
    'the phone’s word is confirmed by what it signs',
    { card: { '80A8': options('80', { '9F6C': '0080', '9F69': '0111223344008000' }) }, purchase: above },
    online('none', 'cdcvm'),
  ],
  [
    'the phone’s word is not what it signs',
    { card: { '80A8': options('80', { '9F6C': '0080', '9F69': '0111223344000000' }) }, purchase: above },
    { outcome: 'declined-offline' },
  ],
  [
    'the card asks for a signature',
    { card: { '80A8': options('80', { '9F6C': '4000' }) }, purchase: above },
    online('none', 'signature'),
  ],
  ['UnionPay: no qualifiers, above the limit', { purchase: above }, online('needed', 'online-pin')],
  [
    'Visa: no qualifiers, above the limit',
    { purchase: above, terminal: { contactless: { kernel: 3 } } },
    online('none', 'signature'),
  ],
  [
    'an approval that goes to the issuer may bring a PIN',
    {
      card: { '80A8': options('40', { '5F24': '311231', '9F6C': 'A000' }) },
      terminal: { contactless: { floorLimitMinor: 50_000 } },
    },
    online('needed', 'online-pin'),
  ],
  [
    'no qualifiers, above the limit, the reader takes no signature',
    { purchase: above, terminal: { contactless: { kernel: 3, ttq: fromHex('24000080') } } },
    online('needed', 'online-pin'),
  ],
  [
    'nothing is possible above the limit',
    { purchase: above, card: { '80A8': options('80', { '9F6C': '0000' }) } },
    { outcome: 'declined-offline' },
  ],
];

test.each(verifications)('qVSDC verification: %s', (_, situation, expected) => {
  expect(run(situation).outcome).toMatchObject(expected);
});

const offline = { contactless: { floorLimitMinor: 50_000 } };

test.each([
  ['an AAC is a decline', { card: { '80A8': options('00') } }, { outcome: 'declined-offline' }],
  ['an approval against the wish for the issuer', { card: { '80A8': options('40') } }, { outcome: 'declined-offline' }],
  [
    'an approval without a signature',
    { card: { '80A8': options('40', { '5F24': '311231' }) }, terminal: offline },
    { outcome: 'declined-offline' },
  ],
  [
    'an approval of what only the issuer can decide',
    { card: { '80A8': options('40') }, terminal: offline, purchase: { issuerMustDecide: true } },
    { outcome: 'declined-offline' },
  ],
  [
    'an approval of nothing, which is an inquiry',
    { card: { '80A8': options('40') }, terminal: offline, purchase: { amountMinor: 0 } },
    { outcome: 'declined-offline' },
  ],
  [
    'an approval without a signature goes to the issuer when the card says so',
    { card: { '80A8': options('40', { '5F24': '311231', '9F6C': '2000' }) }, terminal: offline },
    { outcome: 'online-request' },
  ],
  [
    'an approval without a signature goes to the contact reader when the card says so',
    {
      card: { '80A8': options('40', { '5F24': '311231', '9F6C': '1000' }) },
      terminal: { contactless: { floorLimitMinor: 50_000, ttq: fromHex('36000080') } },
    },
    { outcome: 'try-another-interface', interfaces: ['contact', 'stripe'] },
  ],
  [
    'an expired card that approves goes to the issuer when the card says so',
    { card: { '80A8': options('40', { '5F24': '251231', '9F6C': '0800' }) }, terminal: offline },
    { outcome: 'online-request' },
  ],
  [
    'the kind of cryptogram is in the card’s results',
    { card: { '80A8': options('80').replace('9F270180', '9F270100').replace('9F270100', '9F200100') } },
    { outcome: 'online-request' },
  ],
  ['6984 sends the card elsewhere', { card: { '80A8': '6984' } }, { outcome: 'try-another-interface' }],
  ['6986 sends the holder to the phone', { card: { '80A8': '6986' } }, { outcome: 'try-again', reason: 'see-phone' }],
  [
    'a card that leaves is asked for again',
    { card: { '80A8': 'removed' } },
    { outcome: 'try-again', reason: 'card-removed', message: { text: { zh: '请再次出示卡片' } } },
  ],
  [
    'above the reader’s limit nothing is sent',
    { purchase: { amountMinor: 1_000_000 } },
    { outcome: 'try-another-interface' },
  ],
  ['no PPSE', { card: { '00A404000E': '6A82' } }, { outcome: 'end-application', reason: 'no-application' }],
  ['a PPSE that is garbage', { card: { '00A404000E': '6F05119000' } }, { outcome: 'end-application' }],
  [
    'an entry for another kernel',
    { card: { '00A404000E': ppse(ENTRY([['9F2A', '03']])) } },
    { outcome: 'end-application', reason: 'no-application' },
  ],
  [
    'a card without reader qualifiers in its list',
    { card: { [`00A4040008${AID}`]: fci('9F0206') } },
    { outcome: 'end-application', reason: 'no-application' },
  ],
  [
    'data that is missing',
    { card: { '80A8': template('77', { '82': '0000' }) } },
    { outcome: 'end-application', reason: 'card-data-missing' },
  ],
  [
    'an account that is no number',
    { card: { '80A8': options('80', { '57': '6200D3112220000000000' + 'F' }) } },
    { outcome: 'end-application', reason: 'card-data-malformed' },
  ],
] as const)('qVSDC: %s', (_, situation, expected) => {
  expect(run(situation).outcome).toMatchObject(expected);
});

const RECORD = {
  '5A': '5400000000000005',
  '5F24': '311231',
  '8C': '9F02069F370495059F3403',
  '8E': '000000000000000042031E031F03',
  '9F0F': '0000008000',
  '9F0D': '0000000000',
  '9F51': '9F3704',
};
const answer = (information: string): string => `8012${information}00071122334455667788${'01'.repeat(7)}9000`;
const mchipCard = (aip: string, more: Script['card'] = {}): Script['card'] => ({
  '80A8': template('77', { '82': aip, '94': '08010100' }),
  '00B2010C00': template('70', RECORD),
  '80AE8000': answer('80'),
  '80AE4000': answer('40'),
  '80AE0000': answer('00'),
  ...more,
});
const mastercard: Situation['terminal'] = {
  contactless: { kernel: 2, onDeviceCvm: true, onDeviceTransactionLimitMinor: 5_000_000, floorLimitMinor: 0 },
};

test.each([
  ['small: no CVM', '1880', 12_345, '1F0302', '8000008001', online('none', 'none')],
  ['above the CVM limit: online PIN', '1880', 150_000, '420300', '8000048001', online('needed', 'online-pin')],
  ['a phone above the CVM limit', '1A80', 2_000_000, '010002', '8000008001', online('none', 'cdcvm')],
  ['a phone below it', '1A80', 12_345, '3F0002', '8000008001', online('none', 'none')],
])('M/Chip: %s', (_, aip, amountMinor, results, tvr, expected) => {
  const played = run({ terminal: mastercard, purchase: { amountMinor }, card: mchipCard(aip) });
  expect(played.outcome).toMatchObject(expected);
  if (played.outcome.outcome !== 'online-request') throw new Error('not an online request');
  expect(toHex(played.outcome.request.cvmResults ?? new Uint8Array(0))).toBe(results);
  expect(toHex(played.outcome.request.tvr)).toBe(tvr);
});

test.each([
  ['magnetic stripe mode is not accepted', { card: mchipCard('1800') }, { reason: 'no-application' }],
  [
    'a card above its limit is sent elsewhere',
    { purchase: { amountMinor: 2_000_000 }, card: mchipCard('1880') },
    { outcome: 'try-another-interface' },
  ],
  [
    'the card declines',
    { card: mchipCard('1880', { '80AE8000': '800B00000711223344556677889000' }) },
    { outcome: 'declined-offline' },
  ],
  [
    'the device wants its holder first',
    {
      card: mchipCard('1A80', {
        '80AE8000': template('77', {
          '9F27': '00',
          '9F36': '0007',
          '9F26': '1122334455667788',
          DF4B: '000100',
        }),
      }),
    },
    { outcome: 'try-again', reason: 'see-phone' },
  ],
] as const)('M/Chip: %s', (_, situation, expected) => {
  expect(run({ terminal: mastercard, ...situation }).outcome).toMatchObject(expected);
});

/** The device answers within 0 to 20 ms, and believes that its answer is on its way for 1.8 ms. */
const RELAY_ANSWER = '800ADDDDDDDD000000C800129000';
const relayTerminal: Situation['terminal'] = {
  contactless: {
    ...mastercard.contactless,
    relayResistance: DEFAULT_RELAY_RESISTANCE,
  },
};

/** Profile of the card, its answer, times in microseconds, and byte 5 of the TVR with the measure and the repeats (DF8306, DF8307). */
const relays: readonly (readonly [string, string, string, readonly number[], string])[] = [
  ['the card does not take part', '1880', RELAY_ANSWER, [], '01 - -'],
  ['in time', '1881', RELAY_ANSWER, [10_000], '02 0040 00'],
  ['sooner than the way takes', '1881', RELAY_ANSWER, [3_000], '02 0000 00'],
  ['late once', '1881', RELAY_ANSWER, [40_000, 10_000], '02 0040 01'],
  ['at the limit with its grace', '1881', RELAY_ANSWER, [28_699], '02 00FA 00'],
  ['late each time', '1881', RELAY_ANSWER, [28_700, 28_700, 28_700], '06 00FB 02'],
  ['late by more than any clock errs', '1881', RELAY_ANSWER, [60_000, 60_000, 9_000_000], '0E FFFF 02'],
  ['within the limit, far above the least time', '1881', '800ADDDDDDDD0000FFFF00129000', [33_700], '0A 012D 00'],
  [
    'the device’s time for its answer is less than half of the reader’s',
    '1881',
    RELAY_ANSWER.replace('0012', '000B'),
    [10_000],
    '0A 0047 00',
  ],
  ['it is more than twice the reader’s', '1881', RELAY_ANSWER.replace('0012', '0031'), [10_000], '0A 003A 00'],
  ['the device tells no time for its answer', '1881', RELAY_ANSWER.replace('0012', '0000'), [10_000], '0A 0052 00'],
];

test.each(relays)('M/Chip relay resistance: %s', (_, aip, answered, took, expected) => {
  const played = play(contactlessTransaction(terminal(relayTerminal), purchase()), {
    card: {
      '00A404000E': ppse(ENTRY()),
      [`00A4040008${AID}`]: fci('9F0206'),
      ...mchipCard(aip, { '80EA': answered }),
    },
    took,
  });
  if (played.outcome.outcome !== 'online-request') throw new Error('not an online request');
  const { tvr, values } = played.outcome.request;
  const shown = (tag: string): string => (values.has(tag) ? toHex(values.get(tag) ?? new Uint8Array(0)) : '-');
  expect(`${toHex(tvr).slice(8)} ${shown('DF8306')} ${shown('DF8307')}`).toBe(expected);
  const exchanges = played.commands.filter((command) => command.startsWith('80EA'));
  expect(exchanges).toHaveLength(took.length);
  expect(new Set(exchanges).size).toBe(took.length);
  // The last entropy is the unpredictable number that the cryptogram covers, and the device's own is kept beside it.
  for (const last of exchanges.slice(-1)) {
    expect(last).toBe(`80EA000004${toHex(values.get('9F37') ?? new Uint8Array(0))}00`);
    expect(shown('DF8301')).toBe(shown('9F37'));
    expect(shown('DF8302')).toBe('DDDDDDDD');
  }
});

test.each([
  ['comes sooner than the device can make it', '800ADDDDDDDD006400C800129000', { reason: 'card-error' }],
  ['has another length', '8009DDDDDDDD000000C8009000', { reason: 'card-error' }],
  ['is an error', '6985', { reason: 'card-error' }],
  ['never comes', 'removed', { outcome: 'try-again', reason: 'card-removed' }],
])('M/Chip relay resistance: an answer that %s ends the transaction', (_, answered, expected) => {
  const situation = { terminal: relayTerminal, card: mchipCard('1881', { '80EA': answered }) };
  const played = play(contactlessTransaction(terminal(situation.terminal), purchase()), {
    card: { '00A404000E': ppse(ENTRY()), [`00A4040008${AID}`]: fci('9F0206'), ...situation.card },
    took: [10_000],
  });
  expect(played.outcome).toMatchObject(expected);
  expect(played.commands.at(-1)).toMatch(/^80EA/);
});

test('a reader that does not say how long it took has not kept its word', () => {
  expect(() => run({ terminal: relayTerminal, card: mchipCard('1881', { '80EA': RELAY_ANSWER }) })).toThrow(
    expect.objectContaining({ code: 'kernel-answer' }),
  );
});

test.each([
  ['is added to the name', true, 'D05600', `00A404000B${AID}D05600`],
  ['is left out by a reader that does not know it', false, 'D05600', `00A4040008${AID}`],
  ['is left out where the name would be too long', true, 'D05600010203040506', `00A4040008${AID}`],
])('an entry’s extended selection %s', (_, extendedSelection, extension, expected) => {
  const played = run({
    terminal: { contactless: { extendedSelection } },
    card: {
      '00A404000E': ppse(ENTRY([['9F29', extension]])),
      [`00A404000B${AID}D05600`]: fci(PDOL, `${AID}D05600`),
    },
  });
  expect(played.commands[1]).toBe(`${expected}00`);
  expect(played.outcome.outcome).toBe('online-request');
});

test('M/Chip: an account that is no number ends the transaction', () => {
  const card = mchipCard('1880', { '00B2010C00': template('70', { ...RECORD, '5A': 'ABCDEFABCDEFABCD' }) });
  expect(run({ terminal: mastercard, card }).outcome).toMatchObject({ reason: 'card-data-malformed' });
});

test('a cryptogram that got lost is recovered when the card comes back for the same purchase', () => {
  const log = new MemoryTornLog(2);
  const tap = (card: Script['card'], amountMinor = 12_345): Played =>
    play(contactlessTransaction(terminal(mastercard), purchase({ amountMinor }), log), {
      card: { '00A404000E': ppse(ENTRY()), [`00A4040008${AID}`]: fci('9F0206'), ...mchipCard('1880'), ...card },
    });
  expect(tap({ '80AE8000': 'removed' }).outcome).toMatchObject({ outcome: 'try-again', reason: 'torn' });
  const recovered = tap({ '80D0': '800B80000A99223344556677889000' });
  expect(recovered.commands.at(-1)).toBe('80D00000040102030400');
  expect(recovered.outcome).toMatchObject({ outcome: 'online-request' });
  expect(recovered.outcome.outcome === 'online-request' && toHex(recovered.outcome.request.field55)).toMatch(
    /^9F26089922334455667788/,
  );
  // Nothing is remembered of what has been recovered, and nothing is recovered for another amount.
  expect(tap({}).commands.at(-1)).toMatch(/^80AE80/);
  expect(tap({ '80AE8000': 'removed' }).outcome).toMatchObject({ reason: 'torn' });
  expect(tap({}, 500).commands.at(-1)).toMatch(/^80AE80/);
});

test('a cryptogram that got lost can still be recovered when the card leaves once more while it is asked for', () => {
  const log = new MemoryTornLog(2);
  const tap = (card: Script['card']): Played =>
    play(contactlessTransaction(terminal(mastercard), purchase(), log), {
      card: { '00A404000E': ppse(ENTRY()), [`00A4040008${AID}`]: fci('9F0206'), ...mchipCard('1880'), ...card },
    });
  expect(tap({ '80AE8000': 'removed' }).outcome).toMatchObject({ outcome: 'try-again', reason: 'torn' });
  expect(tap({ '80D0': 'removed' }).outcome).toMatchObject({ outcome: 'try-again', reason: 'torn' });
  expect(tap({ '80D0': '800B80000A99223344556677889000' }).outcome).toMatchObject({ outcome: 'online-request' });
});

test('torn records grow old and few', () => {
  let nowMs = 0;
  const log = new MemoryTornLog(1, 1000, { now: () => nowMs });
  const record = {
    pan: '5400000000000005',
    panSequenceNumber: undefined,
    cdol1Data: new Uint8Array(0),
    drdolData: new Uint8Array(0),
    pdolData: new Uint8Array(0),
    relayData: undefined,
    request: 'ARQC',
    values: new Map(),
    verification: 'none',
  } as const;
  log.keep(record);
  expect(log.take('5400000000000013', undefined)).toBeUndefined();
  nowMs = 1001;
  expect(log.take(record.pan, undefined)).toBeUndefined();
  log.keep(record);
  log.keep({ ...record, pan: '5400000000000013' });
  expect(log.take(record.pan, undefined)).toBeUndefined();
  expect(log.take('5400000000000013', undefined)?.pan).toBe('5400000000000013');
});
