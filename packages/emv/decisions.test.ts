import { fromHex, toHex } from '@zhanggui/base';
import { expect, test } from 'vitest';
import {
  type CvmAttempt,
  type CvmContext,
  type CvmDecision,
  issuerActionCodes,
  mayAnswer,
  onlineCapability,
  parseCvmList,
  processingRestrictions,
  selectCvm,
  terminalActionAnalysis,
  terminalResponseCode,
  terminalRiskManagement,
  unableToGoOnline,
} from './index.ts';

type HexByTag = Readonly<Record<string, string>>;

const values = (record: HexByTag): ReadonlyMap<string, Uint8Array> =>
  new Map(Object.entries(record).map(([tag, hex]) => [tag, fromHex(hex)]));

const restrictions = (card: HexByTag, changes: { terminal?: HexByTag; transaction?: HexByTag } = {}): string =>
  toHex(
    processingRestrictions({
      terminal: values({ '9F09': '0020', '9F35': '22', '9F40': '6000F0A001', '9F1A': '0156', ...changes.terminal }),
      transaction: values({ '9C': '00', '9A': '261122', ...changes.transaction }),
      card: values({ '5F24': '301231', ...card }),
    }).tvr,
  );

test.each([
  ['nothing is wrong', { '9F08': '0020', '9F07': 'FFC0', '5F28': '0156', '5F25': '200101' }, {}, '0000000000'],
  ['versions differ', { '9F08': '0030' }, {}, '0080000000'],
  ['the application is expired since yesterday', { '5F24': '261121' }, {}, '0040000000'],
  ['it expires today', { '5F24': '261122' }, {}, '0000000000'],
  ['it is effective from tomorrow', { '5F25': '261123' }, {}, '0020000000'],
  ['years from 50 on are the last century', { '5F24': '991231' }, {}, '0040000000'],
  ['goods at home are not allowed, services are', { '9F07': '0900', '5F28': '0156' }, {}, '0000000000'],
  ['goods and services abroad are not allowed', { '9F07': 'AB00', '5F28': '0840' }, {}, '0010000000'],
  ['cash at home is not allowed', { '9F07': '7FC0', '5F28': '0156' }, { transaction: { '9C': '01' } }, '0010000000'],
  [
    'cashback at home is not allowed',
    { '9F07': 'FF40', '5F28': '0156' },
    { transaction: { '9C': '09' } },
    '0010000000',
  ],
  [
    'an other amount is a cashback',
    { '9F07': 'FF40', '5F28': '0156' },
    { transaction: { '9F03': '000000000100' } },
    '0010000000',
  ],
  ['without an issuer country only the kind of terminal counts', { '9F07': '0100' }, {}, '0000000000'],
  [
    'a machine that gives cash is no shop',
    { '9F07': 'FD00' },
    { terminal: { '9F35': '14', '9F40': '8000000000' } },
    '0010000000',
  ],
])('restrictions: %s', (_, card, changes, tvr) => {
  expect(restrictions(card, changes)).toBe(tvr);
});

test('a date that is none, or a terminal without its data, is refused', () => {
  expect(() => restrictions({ '5F24': '301331' })).toThrow(/YYMMDD/);
  expect(() => processingRestrictions({ terminal: values({}), transaction: values({}), card: values({}) })).toThrow(
    /missing/,
  );
});

const risk = (amountMinor: number, changes: Partial<Parameters<typeof terminalRiskManagement>[0]> = {}): string =>
  toHex(
    terminalRiskManagement({
      terminal: values({ '9F1B': '00002710' }),
      transaction: values({ '9F02': String(amountMinor).padStart(12, '0') }),
      card: values({ '5A': '6210948000000011', '9F14': '02', '9F23': '05' }),
      log: [],
      ...changes,
    }).tvr,
  );

const random = { thresholdMinor: 1000, targetPercent: 10, maximumTargetPercent: 60 };
const counters = (atc: number, lastOnline: number): { atc: Uint8Array; lastOnlineAtc: Uint8Array } => ({
  atc: Uint8Array.of(0, atc),
  lastOnlineAtc: Uint8Array.of(0, lastOnline),
});

test.each([
  ['just below the floor limit', 9999, {}, '0000000000'],
  ['at the floor limit', 10_000, {}, '0000008000'],
  [
    'the latest entry of the same card counts',
    9000,
    {
      log: [
        { pan: '6210948000000011', amountMinor: 5 },
        { pan: '6210948000000011', amountMinor: 1000 },
      ],
    },
    '0000008000',
  ],
  [
    'earlier entries and other cards do not',
    9000,
    {
      log: [
        { pan: '6210948000000011', amountMinor: 5000 },
        { pan: '6210948000000011', amountMinor: 5 },
        { pan: '6210948000000029', amountMinor: 5000 },
      ],
    },
    '0000000000',
  ],
  ['selected below the threshold', 999, { random: { ...random, drawn: 10 } }, '0000001000'],
  ['not selected below the threshold', 999, { random: { ...random, drawn: 11 } }, '0000000000'],
  ['halfway up the percentage is halfway', 5500, { random: { ...random, drawn: 35 } }, '0000001000'],
  ['and not above it', 5500, { random: { ...random, drawn: 36 } }, '0000000000'],
  ['within both limits', 100, { counters: counters(9, 7) }, '0000000000'],
  ['above the lower limit', 100, { counters: counters(10, 7) }, '0000004000'],
  ['above both limits', 100, { counters: counters(13, 7) }, '0000006000'],
  ['counters that go backwards', 100, { counters: counters(7, 7) }, '0000006000'],
  ['a new card', 100, { counters: counters(1, 0) }, '0008000000'],
  ['the card keeps its counter back', 100, { counters: { ...counters(0, 0), atc: undefined } }, '2008006000'],
  [
    'the card keeps its last online counter back',
    100,
    { counters: { ...counters(9, 0), lastOnlineAtc: undefined } },
    '2000006000',
  ],
])('risk: %s', (_, amount, changes, tvr) => {
  expect(risk(amount, changes)).toBe(tvr);
});

test('percentages of the random selection that cannot be are refused', () => {
  expect(() => risk(100, { random: { ...random, targetPercent: 70, drawn: 1 } })).toThrow(/percentages/);
  expect(() => risk(100, { random: { ...random, thresholdMinor: 20_000, drawn: 1 } })).toThrow(/percentages/);
});

const ALL_CAPABLE: CvmContext = {
  capabilities: 0xf8,
  attended: true,
  kind: 'purchase',
  amountMinor: 5000,
  inApplicationCurrency: true,
};

/** Walks a list given by its rules, answering each rule to perform in turn. */
function walk(rules: string, context: Partial<CvmContext>, ...attempts: readonly CvmAttempt[]): string {
  const walker = selectCvm(parseCvmList(fromHex(`000003E800001388${rules}`)), { ...ALL_CAPABLE, ...context });
  let step = walker.next();
  for (const attempt of attempts) {
    if (step.done === true) throw new Error('the walk ended before');
    step = walker.next(attempt);
  }
  if (step.done !== true) throw new Error('the walk wants another attempt');
  return text(step.value);
}

const text = ({ results, tvr, tsi }: CvmDecision): string => `${toHex(results)} ${toHex(tvr)} ${toHex(tsi)}`;

test.each<[string, string, Partial<CvmContext>, CvmAttempt[], string]>([
  ['online PIN is captured', '0200', {}, ['unknown'], '020000 0000040000 4000'],
  ['a wrong offline PIN and then the signature', '41005E03', {}, ['failed', 'unknown'], '5E0300 0000000000 4000'],
  ['the PIN is blocked and nothing follows', '0100', {}, ['pin-try-limit-exceeded'], '010001 0000A00000 4000'],
  ['the PIN is passed over, then no CVM', '41001F00', {}, ['pin-bypassed'], '1F0002 0000080000 4000'],
  [
    'no PIN pad: the condition "if supported" passes the rule by',
    '42031F00',
    { capabilities: 0x08 },
    [],
    '1F0002 0000000000 4000',
  ],
  [
    'no PIN pad: an unconditional PIN leaves its mark',
    '42001F00',
    { capabilities: 0x08 },
    [],
    '1F0002 0000100000 4000',
  ],
  [
    'a PIN with a signature, of which only the signature is missing: the pad is there',
    '43001F00',
    { capabilities: 0x98 },
    [],
    '1F0002 0000000000 4000',
  ],
  [
    'an enciphered PIN with a signature, of which only the pad is missing',
    '45001F00',
    { capabilities: 0x28 },
    [],
    '1F0002 0000100000 4000',
  ],
  ['an unknown method is marked and passed', '60001F00', {}, [], '1F0002 0000400000 4000'],
  ['fail CVM fails', '0000', {}, [], '000001 0000800000 4000'],
  ['no condition is met', '02010205', {}, [], '3F0001 0000800000 4000'],
  ['unattended cash', '0201', { kind: 'cash', attended: false }, ['unknown'], '020100 0000040000 4000'],
  ['manual cash', '0204', { kind: 'cash' }, ['unknown'], '020400 0000040000 4000'],
  ['below X', '1F06', { amountMinor: 999 }, [], '1F0602 0000000000 4000'],
  ['X itself is neither below nor above', '1F061F07', { amountMinor: 1000 }, [], '3F0001 0000800000 4000'],
  ['above Y', '1F09', { amountMinor: 5001 }, [], '1F0902 0000000000 4000'],
  [
    'amounts do not count in another currency',
    '1F061F09',
    { inApplicationCurrency: false },
    [],
    '3F0001 0000800000 4000',
  ],
])('cardholder verification: %s', (_, rules, context, attempts, decision) => {
  expect(walk(rules, context, ...attempts)).toBe(decision);
});

test('without a list there is no verification, and the results say so', () => {
  const step = selectCvm(undefined, ALL_CAPABLE).next();
  expect(step.done === true && text(step.value)).toBe('3F0000 0000000000 0000');
});

const codes = (denial: string, online: string, fallback: string): Parameters<typeof unableToGoOnline>[1] => ({
  denial: fromHex(denial),
  online: fromHex(online),
  default: fromHex(fallback),
});
const ISSUER = codes('0010000000', 'D8689CF800', 'D8609CA800');
const TERMINAL = codes('0400000000', 'D84004F800', 'D84000A800');

test.each([
  ['a refused service is denied', '0010000000', 'offline-with-online-capability', 'AAC', 'denial'],
  ['the terminal may deny as well', '0400000000', 'offline-with-online-capability', 'AAC', 'denial'],
  ['above the floor limit goes online', '0000008000', 'offline-with-online-capability', 'ARQC', 'online'],
  ['nothing set is approved offline', '0000000000', 'offline-with-online-capability', 'TC', 'none'],
  ['a terminal that is always online asks anyway', '0000000000', 'online-only', 'ARQC', 'none'],
  ['an offline terminal uses the default codes', '0000008000', 'offline-only', 'AAC', 'default'],
  ['what no code names does not matter', '0000010000', 'offline-only', 'TC', 'none'],
] as const)('action analysis: %s', (_, tvr, capability, request, decidedBy) => {
  const decision = terminalActionAnalysis(fromHex(tvr), ISSUER, TERMINAL, capability);
  expect(decision).toMatchObject({ request, decidedBy });
  expect(decision.reasons.length > 0).toBe(decidedBy !== 'none');
});

test('action codes the card lacks count as everything but denial', () => {
  const none = issuerActionCodes(new Map());
  expect(unableToGoOnline(fromHex('0000010000'), none, TERMINAL).request).toBe('AAC');
  expect(terminalActionAnalysis(fromHex('0000010000'), none, TERMINAL, 'online-only').request).toBe('ARQC');
});

test('the type of a terminal tells how it reaches the issuer', () => {
  expect([0x11, 0x22, 0x23, 0x14, 0x25, 0x36].map(onlineCapability)).toEqual([
    'online-only',
    'offline-with-online-capability',
    'offline-only',
    'online-only',
    'offline-with-online-capability',
    'offline-only',
  ]);
  for (const type of [0x00, 0x10, 0x17, 0x37, 0x41]) expect(() => onlineCapability(type)).toThrow(/terminal type/);
});

test('a card may turn a request down, never up', () => {
  expect(mayAnswer('TC', 'ARQC')).toBe(true);
  expect(mayAnswer('ARQC', 'AAC')).toBe(true);
  expect(mayAnswer('ARQC', 'TC')).toBe(false);
  expect(mayAnswer('AAC', 'ARQC')).toBe(false);
  expect([terminalResponseCode(true, false), terminalResponseCode(false, true)]).toEqual(['Y1', 'Z3']);
});
