import { fromHex, toHex } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { contactTransaction } from './contact.ts';
import type { KernelAnswer } from './dialogue.ts';
import type { TransactionResult } from './outcome.ts';
import {
  AID,
  cardScript,
  cryptogram,
  type Played,
  play,
  purchase,
  RECORD,
  type Script,
  template,
  terminal,
  tlv,
} from './testing.ts';

type CardChanges = Parameters<typeof cardScript>[0];
interface Situation extends NonNullable<CardChanges> {
  readonly terminal?: Parameters<typeof terminal>[0];
  readonly purchase?: Parameters<typeof purchase>[0];
  readonly people?: Script['people'];
}

const approves = (data = ''): KernelAnswer => ({
  answer: 'issuer',
  decision: 'approve',
  responseCode: '00',
  data: fromHex(data),
});

function run(situation: Situation = {}): Played {
  return play(contactTransaction(terminal(situation.terminal), purchase(situation.purchase)), {
    card: cardScript(situation),
    ...(situation.people === undefined ? {} : { people: situation.people }),
  });
}

function resultOf({ outcome }: Played): TransactionResult {
  if ('result' in outcome) return outcome.result;
  if ('request' in outcome) return outcome.request;
  throw new Error(`no result in ${JSON.stringify(outcome)}`);
}

const words = (played: Played): string => {
  const { tvr, tsi, cvmResults } = resultOf(played);
  return `${played.outcome.outcome} ${toHex(tvr)} ${toHex(tsi)} ${cvmResults === undefined ? '-' : toHex(cvmResults)}`;
};

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

test('an online PIN goes with the request to the issuer, and the card confirms the approval', () => {
  const played = run({
    record: { '8E': '00000000000000000200', '9F0F': '0000040000' },
    people: {
      'online-pin': { answer: 'pin-entered' },
      online: approves(tlv(['91', '11223344556677883030'], ['8A', '3030'])),
    },
    more: { '00820000': '9000' },
  });
  expect(words(played)).toBe('approved-online 8000040000 7800 020000');
  const online = played.asked.find((request) => request.ask === 'online');
  expect(online?.ask === 'online' && online.request.pin).toBe('captured');
  expect(online?.ask === 'online' && online.request.verification).toBe('online-pin');
});

test.each([
  ['the card accepts the issuer', '9000', 'approved-online 8000008000 7800 1F0002'],
  ['the card does not accept the issuer', '6300', 'approved-online 8000008040 7800 1F0002'],
])('issuer authentication: %s', (_, sw, expected) => {
  const played = run({
    purchase: { amountMinor: 60_000 },
    record: { '9F0F': '0000008000' },
    people: { online: approves('910A11223344556677883030') },
    more: { '00820000': sw },
  });
  expect(words(played)).toBe(expected);
  expect(played.commands).toContain('008200000A11223344556677883030');
});

test('the issuer’s scripts run in their places, and one that fails does not stop the next', () => {
  const played = run({
    purchase: { amountMinor: 60_000 },
    record: { '9F0F': '0000008000' },
    people: {
      online: approves(
        tlv(
          ['71', tlv(['9F18', '11223344'], ['86', '84240000'])],
          ['72', tlv(['9F18', 'AABBCCDD'], ['86', '841E0000'])],
          ['72', tlv(['86', '84180000'])],
        ),
      ),
    },
    more: { '84240000': '6985', '841E0000': '9000', '84180000': '6283' },
  });
  expect(words(played)).toBe('approved-online 8000008020 6C00 1F0002');
  const order = played.commands.map((command) => command.slice(0, 8));
  expect(order.slice(-4)).toEqual(['84240000', '80AE4000', '841E0000', '84180000']);
  expect(toHex(resultOf(played).scriptResults)).toBe('111122334420AABBCCDD2000000000');
});

test.each([
  ['is pulled out', 'removed'],
  ['answers no answer', '90'],
])('a card that %s while the last scripts run does not undo its own approval', (_, answer) => {
  const played = run({
    purchase: { amountMinor: 60_000 },
    record: { '9F0F': '0000008000' },
    people: {
      online: approves(
        tlv(['72', tlv(['9F18', 'AABBCCDD'], ['86', '84180000'], ['86', '841E0000'])], ['72', tlv(['86', '84240000'])]),
      ),
    },
    more: { '84180000': '9000', '841E0000': answer, '84240000': answer },
  });
  expect(words(played)).toBe('approved-online 8000008010 6C00 1F0002');
  expect(toHex(resultOf(played).scriptResults)).toBe('12AABBCCDD1100000000');
});

test.each([
  ['an online-only terminal', { terminal: { values: { '9F35': '21' } } }],
  ['a transaction that only its issuer can decide', { purchase: { issuerMustDecide: true } }],
] as const)(
  '%s asks for an ARQC of whatever amount, and declines when the issuer cannot be reached',
  (_, situation) => {
    const played = run({ ...situation, people: { online: { answer: 'unable-to-go-online' } } });
    expect(played.commands.slice(-2).map((command) => command.slice(0, 6))).toEqual(['80AE80', '80AE00']);
    expect(played.outcome.outcome).toBe('declined-offline');
    expect(toHex(resultOf(played).values.get('8A') ?? new Uint8Array(0))).toBe('5A33');
  },
);

test('a terminal without a line declines what only the issuer can decide', () => {
  const played = run({ terminal: { values: { '9F35': '23' } }, purchase: { issuerMustDecide: true } });
  expect(played.outcome.outcome).toBe('declined-offline');
});

test.each([
  ['approves', 'approved-offline', '5933', '0000000000'],
  ['declines', 'declined-offline', '5A33', '0000008000'],
])('when the issuer cannot be reached the card %s by its default codes', (_, outcome, code, defaults) => {
  const played = run({
    purchase: { amountMinor: 60_000 },
    record: { '9F0F': '0000008000', '9F0D': defaults },
    people: { online: { answer: 'unable-to-go-online' } },
  });
  expect(played.outcome.outcome).toBe(outcome);
  expect(toHex(resultOf(played).values.get('8A') ?? new Uint8Array(0))).toBe(code);
});

test('an approval of the issuer that the card turns down must be reversed', () => {
  const played = run({
    purchase: { amountMinor: 60_000 },
    record: { '9F0F': '0000008000' },
    people: { online: approves() },
    more: { '80AE4000': cryptogram('00') },
  });
  expect(played.outcome).toMatchObject({ outcome: 'declined-online', reversal: true });
});

test.each([
  ['the card is pulled out after the issuer approved', { '80AE4000': 'removed' }, 'card-removed', true],
  ['the card is pulled out before', { '80AE8000': 'removed' }, 'card-removed', false],
  ['the card answers more than it was asked for', { '80AE8000': cryptogram('40') }, 'card-data-malformed', false],
  ['the second answer is garbage', { '80AE4000': '80009000' }, 'card-data-malformed', true],
] as const)('%s', (_, more, reason, reversal) => {
  const played = run({
    purchase: { amountMinor: 60_000 },
    record: { '9F0F': '0000008000' },
    people: { online: approves() },
    more,
  });
  expect(played.outcome).toMatchObject({ outcome: 'end-application', reason, reversal });
});

test.each([
  ['the denial codes name what was found', { record: { '9F0E': '0040000000', '5F24': '251231' } }, 'declined-offline'],
  ['the issuer declines', { record: { '9F0F': '8000000000' } }, 'declined-online'],
] as const)('declined: %s', (_, situation, outcome) => {
  const played = run({
    ...situation,
    people: { online: { answer: 'issuer', decision: 'decline', responseCode: '51', data: new Uint8Array(0) } },
  });
  expect(played.outcome).toMatchObject({ outcome });
  expect(played.commands.at(-1)).toMatch(/^80AE0000/);
  if (played.outcome.outcome === 'declined-online') expect(played.outcome.reversal).toBe(false);
});

test('a card that says the service is not allowed is not accepted', () => {
  const played = run({ more: { '80AE4000': cryptogram('01') } });
  expect(played.outcome).toMatchObject({ outcome: 'end-application', reason: 'not-allowed' });
});

const SECOND = 'A000000333010102';
const RECORD_ENTRIES = tlv(
  ['61', tlv(['4F', AID], ['87', '02'])],
  ['61', tlv(['4F', SECOND], ['50', '435245444954'], ['87', '01'])],
);
const twoApplications: Script['card'] = {
  '00A404000E': `${tlv(['6F', tlv(['84', '315041592E5359532E4444463031'], ['A5', tlv(['88', '01'])])])}9000`,
  '00B2010C00': [`${tlv(['70', RECORD_ENTRIES])}9000`, template('70', RECORD)],
  '00B2020C00': '6A83',
};

test('the cardholder chooses among applications by priority, and one that fails gives way after a confirmation', () => {
  const both = terminal().applications.flatMap((application) => [
    application,
    { ...application, aid: fromHex(SECOND) },
  ]);
  const played = run({
    terminal: { settings: { applications: both } },
    more: { ...twoApplications, [`00A4040008${SECOND}`]: '6A82' },
    people: { 'choose-application': { answer: 'chosen', index: 0 }, 'confirm-application': { answer: 'confirmed' } },
  });
  const [choice] = played.asked;
  expect(choice?.ask === 'choose-application' && choice.candidates.map(({ aid }) => toHex(aid))).toEqual([SECOND, AID]);
  expect(played.asked[1]?.ask).toBe('confirm-application');
  expect(toHex(resultOf(played).aid)).toBe(AID);
});

test.each([
  ['choose-application', { answer: 'cancelled' }],
  ['choose-application', { answer: 'chosen', index: 5 }],
] as const)('%s answered with %j', (_, answer) => {
  const both = terminal().applications.flatMap((application) => [
    application,
    { ...application, aid: fromHex(SECOND) },
  ]);
  const cancel = (): Played =>
    run({
      terminal: { settings: { applications: both } },
      more: twoApplications,
      people: { 'choose-application': answer },
    });
  if (answer.answer === 'cancelled')
    expect(cancel().outcome).toMatchObject({ outcome: 'end-application', reason: 'cancelled' });
  else expect(cancel).toThrow(expect.objectContaining({ code: 'kernel-answer' }));
});

test.each([
  ['the card is blocked', { '00A404000E': '6A81' }, { reason: 'card-blocked' }],
  ['the application is blocked', { [`00A4040008${AID}`]: `6F0A8408${AID}6283` }, { reason: 'application-blocked' }],
  ['no application is shared', { [`00A4040008${AID}`]: '6A82' }, { reason: 'no-application' }],
  ['the application does not want to start', { '80A8': '6985' }, { reason: 'no-application' }],
  ['GET PROCESSING OPTIONS fails', { '80A8': '6D00' }, { reason: 'card-error' }],
  ['a record cannot be read', { '00B2010C00': '6A83' }, { reason: 'card-error' }],
  ['a record is no template', { '00B2010C00': '9000' }, { reason: 'card-data-malformed' }],
  ['a record is cut off', { '00B2010C00': '70045A0312AA9000' }, { reason: 'card-data-malformed' }],
  ['a mandatory data object is missing', { '00B2010C00': '70035A01129000' }, { reason: 'card-data-missing' }],
  ['GENERATE AC fails', { '80AE4000': '6985' }, { reason: 'card-error' }],
  ['an answer is no answer', { '80A8': '90' }, { reason: 'card-error', detail: 'apdu-malformed' }],
])('the transaction ends when %s', (_, more, expected) => {
  expect(run({ more }).outcome).toMatchObject({ outcome: 'end-application', ...expected });
});

/** A directory with two applications whose priority indicators are given. */
function directory(first: string, second: string): Script['card'] {
  const entries = tlv(['61', tlv(['4F', AID], ['87', first])], ['61', tlv(['4F', SECOND], ['87', second])]);
  return { ...twoApplications, '00B2010C00': [`${tlv(['70', entries])}9000`, template('70', RECORD)] };
}

test.each([
  ['01', '02', AID],
  ['02', '01', SECOND],
  ['81', '02', SECOND],
  ['81', '82', undefined],
])(
  'a terminal without a choice for the cardholder takes of priorities %s and %s what needs no consent',
  (first, second, aid) => {
    const played = run({
      terminal: { settings: { cardholderSelection: false }, application: { aid: fromHex('A000000333') } },
      more: { ...directory(first, second), [`00A4040008${SECOND}`]: `6F0A8408${SECOND}9000` },
    });
    expect(played.asked).toEqual([]);
    if (aid === undefined) expect(played.outcome).toMatchObject({ reason: 'no-application' });
    else expect(toHex(resultOf(played).aid)).toBe(aid);
  },
);

test.each([
  [{ answer: 'confirmed' }, 'approved-offline'],
  [{ answer: 'refused' }, 'end-application'],
] as const)('an application that wants consent gets the answer %j', (answer, outcome) => {
  const entry = tlv(['61', tlv(['4F', AID], ['87', '81'])]);
  const played = run({
    more: { ...twoApplications, '00B2010C00': [`${tlv(['70', entry])}9000`, template('70', RECORD)] },
    people: { 'confirm-application': answer },
  });
  expect(played.outcome.outcome).toBe(outcome);
});

test('an answer of the issuer that is no TLV ends the transaction with a reversal', () => {
  const played = run({
    purchase: { amountMinor: 60_000 },
    record: { '9F0F': '0000008000' },
    people: { online: approves('91FF00') },
  });
  expect(played.outcome).toMatchObject({ reason: 'host-data-malformed', reversal: true });
});

test('a script that is malformed counts as failed, and nothing of it reaches the card', () => {
  const played = run({
    purchase: { amountMinor: 60_000 },
    record: { '9F0F': '0000008000' },
    people: { online: approves(tlv(['71', tlv(['9F18', '1122'], ['86', '841E0000'])])) },
  });
  expect(words(played)).toBe('approved-online 8000008020 6C00 1F0002');
  expect(played.commands.some((command) => command.startsWith('84'))).toBe(false);
  expect(toHex(resultOf(played).scriptResults)).toBe('0000000000');
});

test('a chip without a shared application may be read by its stripe where the acquirer allows it', () => {
  const played = run({
    terminal: { settings: { stripeWhenNoApplication: true } },
    more: { [`00A4040008${AID}`]: '6A82' },
  });
  expect(played.outcome).toMatchObject({ outcome: 'try-another-interface', interfaces: ['stripe'] });
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
