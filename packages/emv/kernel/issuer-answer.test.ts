import { fromHex, toHex } from '@zhanggui/base';
import { expect, test } from 'vitest';
import { approves, cryptogram, resultOf, run, tlv, words } from './testing.ts';

const declines = { answer: 'issuer', decision: 'decline', responseCode: '51', data: new Uint8Array(0) } as const;

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

test.each([
  ['an ARQC instead of the TC', 'approve', '80AE4000', '80', true],
  ['a kind that does not exist', 'approve', '80AE4000', 'C0', true],
  ['a TC instead of the AAC', 'decline', '80AE0000', '40', false],
] as const)(
  'a last word that makes no sense counts as a decline: %s',
  (_, decision, command, information, reversal) => {
    const played = run({
      purchase: { amountMinor: 60_000 },
      record: { '9F0F': '0000008000' },
      people: { online: { ...declines, decision, data: fromHex(tlv(['72', tlv(['86', '84180000'])])) } },
      more: { [command]: cryptogram(information), '84180000': '9000' },
    });
    expect(played.outcome).toMatchObject({ outcome: 'declined-online', reversal });
    // What the issuer has for the card afterwards reaches it all the same.
    expect(played.commands.at(-1)).toBe('84180000');
  },
);

test('a script command that is no command fails its script and does not reach the card', () => {
  const played = run({
    purchase: { amountMinor: 60_000 },
    record: { '9F0F': '0000008000' },
    people: { online: approves(tlv(['71', tlv(['86', '84180000'], ['86', '8418'])], ['72', tlv(['86', ''])])) },
    more: { '84180000': '9000' },
  });
  expect(words(played)).toBe('approved-online 8000008030 6C00 1F0002');
  expect(played.commands.slice(-2).map((command) => command.slice(0, 8))).toEqual(['84180000', '80AE4000']);
  expect(toHex(resultOf(played).scriptResults)).toBe('12000000001100000000');
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
    people: { online: declines },
  });
  expect(played.outcome).toMatchObject({ outcome });
  expect(played.commands.at(-1)).toMatch(/^80AE0000/);
  if (played.outcome.outcome === 'declined-online') expect(played.outcome.reversal).toBe(false);
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
