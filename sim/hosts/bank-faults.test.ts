import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostFault } from './bank-faults.ts';
import type { BankHost } from './bank-host.ts';
import { AMOUNT, type CupsFields, cardFacts, newHost, TestTerminal } from './testing.ts';

let host: BankHost;
let close: () => void;
let terminal: TestTerminal;

beforeEach(async () => {
  ({ host, close } = newHost());
  terminal = new TestTerminal(host);
  await terminal.signOn();
});
afterEach(() => close());

function sale(cardId = 'debit-swipe'): CupsFields {
  const { pan, stripe, pin } = cardFacts(cardId);
  return {
    3: '000000',
    4: String(AMOUNT).padStart(12, '0'),
    11: terminal.nextStan(),
    22: '021',
    25: '00',
    35: stripe,
    49: '156',
    52: terminal.pinBlock(pan, pin),
    53: '2600000000000000',
    60: terminal.field60('22'),
  };
}

const reactions = (fields: CupsFields = sale()) => host.receive(terminal.payload('0200', fields, true));
const booked = (): number => host.book.authorizations(9).filter(({ state }) => state === 'approved').length;

async function under(fault: HostFault, fields?: CupsFields) {
  host.faults.addNext(fault);
  return reactions(fields);
}

test('silent, cut and garbled answers leave the request booked; a deaf host knows of nothing', async () => {
  expect(await under({ kind: 'silent' })).toEqual([]);
  expect(await under({ kind: 'disconnect' })).toEqual(['disconnect']);
  const [half] = await under({ kind: 'cut' });
  expect(half).toHaveProperty('cut');
  const [garbage] = await under({ kind: 'garbage' });
  expect(garbage).toHaveLength(64);
  expect(() => terminal.read(garbage as Uint8Array)).toThrow();
  expect(booked()).toBe(4);
  expect(await under({ kind: 'deaf' })).toEqual([]);
  expect(booked()).toBe(4);
});

test('a wrong MAC is one that does not hold, and a duplicate is the same answer twice', async () => {
  const [spoiled] = await under({ kind: 'wrong-mac' });
  expect(terminal.read(spoiled as Uint8Array)).toMatchObject({ macHolds: false, fields: { 39: '00' } });
  const [first, second, ...more] = await under({ kind: 'duplicate' });
  expect(first).toEqual(second);
  expect(more).toEqual([]);
});

test('a planned decline is booked as one', async () => {
  const [answer] = await under({ kind: 'decline', code: '05' });
  expect(terminal.read(answer as Uint8Array).fields[39]).toBe('05');
  expect(host.book.authorizations(1)[0]).toMatchObject({ state: 'declined', responseCode: '05', why: 'as-planned' });
});

test('a late answer was booked at once; a slow host knows of the reversal, a stuck one has forgotten it', async () => {
  const late = under({ kind: 'late', seconds: 50 });
  await delay(5);
  expect(booked()).toBe(1);
  expect(await late).toHaveLength(1);
  for (const [kind, code] of [
    ['slow', '22'],
    ['stuck', '00'],
  ] as const) {
    const request = sale();
    const answered = under({ kind, seconds: 50 }, request);
    const { 35: _, 52: __, 53: ___, ...rest } = request;
    const reversal = { ...rest, 2: cardFacts('debit-swipe').pan, 39: '98' };
    expect((await terminal.send('0400', reversal)).fields[39]).toBe('25');
    const [answer] = await answered;
    expect(terminal.read(answer as Uint8Array).fields[39], kind).toBe(code);
  }
  expect(booked()).toBe(2);
});

test('what a host had in hand is lost when it restarts', async () => {
  const [late, slow] = [under({ kind: 'late', seconds: 30 }), under({ kind: 'slow', seconds: 30 })];
  host.restart();
  expect(await Promise.all([late, slow])).toEqual([[], []]);
  expect(booked()).toBe(1);
});

test('the day changes with a message, and a sign-on brings a check value that does not fit', async () => {
  const before = host.settlementOn;
  const [answer] = await under({ kind: 'day-change', seconds: 10 });
  expect(terminal.read(answer as Uint8Array).fields[39]).toBe('90');
  expect(host.settlementOn).not.toBe(before);
  host.faults.addNext({ kind: 'wrong-check-value' }, ['sign-on']);
  await expect(terminal.signOn()).rejects.toThrow('the check value is another');
  expect((await terminal.signOn()).fields[39]).toBe('00');
});

test('a fault meets the next messages of its type or kind, for as often as planned or until it is lifted', async () => {
  host.faults.addNext({ kind: 'deaf' }, ['void'], 1);
  expect(await reactions()).toHaveLength(1);
  host.faults.addNext({ kind: 'deaf' }, ['0200'], 2);
  const met = [await reactions(), await reactions(), await reactions()];
  expect(met.map(({ length }) => length)).toEqual([0, 0, 1]);
  host.faults.addNext({ kind: 'deaf' }, ['sale'], null);
  for (let turn = 0; turn < 5; turn += 1) expect(await reactions()).toEqual([]);
  expect(host.faults.view().next).toHaveLength(2);
  host.faults.reset();
  expect(await reactions()).toHaveLength(1);
});

test('a card meets its own fate, once or until it is lifted, and brings one from the drawer', async () => {
  host.faults.setCard('debit-swipe', { kind: 'deaf' }, { count: 1 });
  expect([await reactions(), await reactions()].map(({ length }) => length)).toEqual([0, 1]);
  host.faults.setCard('debit-swipe', { kind: 'deaf' });
  expect([await reactions(), await reactions()].map(({ length }) => length)).toEqual([0, 0]);
  host.faults.setCard('debit-swipe', null);
  expect(await reactions()).toHaveLength(1);
  expect(host.faults.view().cards).toMatchObject({ 'bank-silent': { kind: 'silent' }, 'bank-late': { kind: 'late' } });
});
