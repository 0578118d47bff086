import { setTimeout as delay } from 'node:timers/promises';
import { cardDataOf } from '@zhanggui/plugins/methods/card/data.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { BankFault } from '../../sim/cards/cards.ts';
import type { Authorization } from '../../sim/hosts/bank-book.ts';
import { makeCertificates } from '../../sim/hosts/certificates.ts';
import { type CardChain, type Paid, startCardChain } from '../support/card-chain.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
let chain: CardChain;

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close());
beforeEach(async () => {
  chain = await startCardChain(database.db, { authorizeTimeoutMs: 800 });
});
afterEach(() => chain.close());

const AMOUNT = 6_220;

async function paid(cardId = 'debit-approves', pin?: string | null): Promise<Paid> {
  return chain.pay(await chain.present(cardId, AMOUNT, pin), AMOUNT);
}

async function paidUnder(fault: BankFault): Promise<Paid> {
  chain.bank.host.faults.addNext(fault);
  return paid();
}

const cancel = (payment: Paid['payment']) => chain.method.cancel?.(payment);
const book = (): Authorization[] => chain.bank.host.book.authorizations(1_000);

test('a debit card with its PIN is approved and stands in the book of the bank', async () => {
  const { outcome, payment } = await paid();
  const [entry] = book();
  expect(entry).toMatchObject({ kind: 'sale', cardId: 'debit-approves', amountMinor: AMOUNT, state: 'approved' });
  expect(outcome).toMatchObject({ kind: 'approved', channelReference: entry?.rrn });
  expect(payment.channelData).toMatchObject({ rrn: entry?.rrn, authorizationCode: entry?.authorizationCode });
});

test('a small contactless amount needs no PIN, a large one does, and a stripe is read too', async () => {
  const small = await chain.present('credit-contactless', 100_000, null);
  expect(small.pinBlock).toBeUndefined();
  expect((await chain.pay(small, 100_000)).outcome.kind).toBe('approved');
  await expect(chain.present('credit-contactless', 100_001, null)).rejects.toThrow('the reader is waiting');
  expect((await paid('debit-swipe')).outcome.kind).toBe('approved');
});

test('declines carry the code of the bank and what the cashier should do', async () => {
  const expected = [
    ['insufficient-funds', '51', 'other-method'],
    ['wrong-pin', '55', 'enter-pin-again'],
    ['expired', '54', 'other-method'],
  ] as const;
  for (const [cardId, code, advice] of expected)
    expect((await paid(cardId)).outcome, cardId).toMatchObject({ kind: 'declined', decline: { code, advice } });
  expect((await paid('wrong-pin', '888888')).outcome.kind).toBe('approved');
  expect(book().map(({ state }) => state)).toEqual(['approved', 'declined', 'declined', 'declined']);
});

test('a silent bank leaves the payment unknown, and the reversal with the same trace number undoes it', async () => {
  const { outcome, payment } = await paidUnder({ kind: 'silent' });
  expect(outcome).toMatchObject({ kind: 'unknown', channelData: { reversalReason: '98' } });
  expect(book()[0]?.state).toBe('approved');
  expect(await cancel(payment)).toMatchObject({ kind: 'cancelled', moneyHadMoved: true });
  expect(book()).toMatchObject([{ state: 'reversed' }]);
  expect(await cancel(payment)).toMatchObject({ kind: 'cancelled', moneyHadMoved: true });
});

test('the reversal of what the bank never saw finds nothing to undo', async () => {
  const { payment } = await paidUnder({ kind: 'deaf' });
  expect(await cancel(payment)).toMatchObject({ kind: 'cancelled', moneyHadMoved: false });
  expect(book()).toEqual([]);
});

test('a reversal without an answer stays unknown until one comes', async () => {
  const { payment } = await paidUnder({ kind: 'silent' });
  chain.bank.host.faults.addNext({ kind: 'silent' }, ['0400'], 2);
  expect(await cancel(payment)).toMatchObject({ kind: 'unknown' });
  expect(await cancel(payment)).toMatchObject({ kind: 'unknown' });
  expect(await cancel(payment)).toMatchObject({ kind: 'cancelled' });
});

test('a late approval that the reversal has undone is reported as undone', async () => {
  const { outcome, payment } = await paidUnder({ kind: 'late', seconds: 1.2 });
  expect(outcome.kind).toBe('unknown');
  await cancel(payment);
  await expect.poll(() => chain.late, { timeout: 5_000 }).toMatchObject([{ reference: payment.id, reversed: true }]);
  expect(book()).toMatchObject([{ state: 'reversed' }]);
});

test('a sale that the bank books after denying it is reported as standing, and can be voided', async () => {
  const { payment } = await paidUnder({ kind: 'stuck', seconds: 1.2 });
  expect(await cancel(payment)).toMatchObject({ kind: 'cancelled', moneyHadMoved: false });
  await expect.poll(() => chain.late, { timeout: 5_000 }).toMatchObject([{ reference: payment.id, reversed: false }]);
  expect(book()).toMatchObject([{ state: 'approved' }]);
  expect(await chain.method.refund(chain.refundFacts(payment, AMOUNT), payment)).toMatchObject({ kind: 'approved' });
  expect(book()).toMatchObject([{ kind: 'void' }, { kind: 'sale', state: 'voided' }]);
});

test('it is reported too where the reversal was sent by another server process', async () => {
  const { payment } = await paidUnder({ kind: 'stuck', seconds: 1.2 });
  const second = chain.openSecondProcess();
  try {
    const { trace, vaulted } = cardDataOf(payment);
    const { id: reference, amountMinor, currency, createdAt } = payment;
    const original = { trace, createdAt };
    const asked = { reference, trace, amountMinor, currency, createdAt, card: { vaulted }, original } as const;
    const reversal = { kind: 'reversal', reverses: 'sale', reversalReason: '98', ...asked } as const;
    expect(await second.exchange.ask(reversal)).toMatchObject({ kind: 'answered', responseCode: '25' });
    await expect.poll(() => chain.late, { timeout: 5_000 }).toMatchObject([{ reference, reversed: false }]);
  } finally {
    await second.close();
  }
});

test('an answer with a wrong MAC is not believed and is reversed with reason A0', async () => {
  const { outcome, payment } = await paidUnder({ kind: 'wrong-mac' });
  expect(outcome).toMatchObject({ kind: 'unknown', channelData: { reversalReason: 'A0' } });
  const undone = await cancel(payment);
  expect(undone).toMatchObject({ kind: 'cancelled', moneyHadMoved: true });
  expect(undone?.evidence?.[0]?.text).toMatch(/F39 .*"A0"/);
});

test('a line that is cut instead of an answer leaves the payment unknown at once and comes back', async () => {
  const before = Date.now();
  const { outcome, payment } = await paidUnder({ kind: 'disconnect' });
  expect(outcome.kind).toBe('unknown');
  expect(Date.now() - before).toBeLessThan(800);
  expect(await cancel(payment)).toMatchObject({ kind: 'cancelled', moneyHadMoved: true });
});

test('garbage is no answer, and a second answer changes nothing', async () => {
  expect((await paidUnder({ kind: 'garbage' })).outcome.kind).toBe('unknown');
  expect((await paidUnder({ kind: 'duplicate' })).outcome.kind).toBe('approved');
  await delay(50);
  expect(chain.late).toEqual([]);
});

test('a bank that cannot be reached declines without a trace in its book, and the next sale goes through', async () => {
  await paid();
  await chain.bank.line.down();
  expect((await paid()).outcome).toMatchObject({ kind: 'declined', decline: { code: 'not-sent', advice: 'retry' } });
  expect(book()).toHaveLength(1);
  await chain.bank.line.up();
  await expect.poll(async () => (await paid()).outcome.kind, { timeout: 5_000 }).toBe('approved');
});

test('a host that the pinned authority does not vouch for by its name gets nothing', async () => {
  const { caPem } = chain.simulator.credentials().bank;
  const stranger = makeCertificates(new Date()).caPem;
  for (const tls of [{ caPem: stranger }, { caPem, serverName: 'bank.example' }]) {
    await chain.close();
    chain = await startCardChain(database.db, { authorizeTimeoutMs: 800, link: { tls } });
    expect((await paid()).outcome).toMatchObject({ kind: 'declined', decline: { code: 'not-sent' } });
  }
});

test('a terminal whose keys the bank has forgotten signs on again', async () => {
  await paid();
  chain.bank.host.terminals.forgetKeys();
  expect((await paid()).outcome).toMatchObject({ kind: 'declined', decline: { code: 'A0', advice: 'retry' } });
  expect((await paid()).outcome.kind).toBe('approved');
});

test('a reversal that meets forgotten keys is repeated under new ones', async () => {
  const { payment } = await paidUnder({ kind: 'silent' });
  chain.bank.host.terminals.forgetKeys();
  expect(await cancel(payment)).toMatchObject({ kind: 'unknown', cause: 'reversal answered A0' });
  expect(await cancel(payment)).toMatchObject({ kind: 'cancelled', moneyHadMoved: true });
});

test('many refusals of one session lead to one sign-on', async () => {
  await paid();
  const cards = [];
  for (let index = 0; index < 12; index += 1) cards.push(await chain.present('credit-contactless', AMOUNT));
  chain.bank.host.terminals.forgetKeys();
  const signOns = vi.spyOn(chain.bank.host.terminals, 'signOn');
  const all = await Promise.all(cards.map((card) => chain.pay(card, AMOUNT)));
  expect(all.filter(({ outcome }) => outcome.kind === 'declined').length).toBeGreaterThan(1);
  expect(all.every(({ outcome }) => outcome.kind === 'declined' || outcome.kind === 'approved')).toBe(true);
  expect((await paid()).outcome.kind).toBe('approved');
  expect(signOns).toHaveBeenCalledTimes(1);
});

test('a line test passes an open line and leaves a closed one alone', async () => {
  await chain.line.exchange.testLine('town-bank');
  expect(chain.bank.line.connections).toBe(0);
  await paid();
  await chain.line.exchange.testLine('town-bank');
  expect(chain.line.connected('town-bank')).toBe(true);
});

test('sealed card data is sent for one payment only, and not at all when it was changed', async () => {
  const card = await chain.present('debit-approves', AMOUNT);
  expect((await chain.pay(card, AMOUNT)).outcome.kind).toBe('approved');
  expect((await chain.pay(card, AMOUNT)).outcome).toMatchObject({ kind: 'declined', decline: { code: 'not-sent' } });
  const { entryMode: _, ...rest } = await chain.present('debit-approves', AMOUNT);
  await expect(chain.pay({ ...rest, entryMode: 'contactless' }, AMOUNT)).rejects.toThrow('credential-refused');
  expect(book()).toHaveLength(1);
});

test('a whole payment is voided, a part is refunded, and never more than was taken', async () => {
  const whole = await paid();
  expect(await refund(whole, AMOUNT)).toMatchObject({ kind: 'approved' });
  const partly = await paid();
  expect(await refund(partly, 2_000)).toMatchObject({ kind: 'approved' });
  expect(await refund(partly, 4_220)).toMatchObject({ kind: 'approved' });
  expect(await refund(partly, 1)).toMatchObject({ kind: 'declined', decline: { code: '64' } });
  expect(book().map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'refund declined',
    'refund approved',
    'refund approved',
    'sale approved',
    'void approved',
    'sale voided',
  ]);
});

test('a refund without an answer is sent again with the same number and made once', async () => {
  const { payment } = await paid();
  const facts = chain.refundFacts(payment, 1_000);
  chain.bank.host.faults.addNext({ kind: 'silent' });
  expect(await chain.method.refund(facts, payment)).toMatchObject({ kind: 'unknown' });
  expect(await chain.method.refund(facts, payment)).toMatchObject({ kind: 'approved' });
  expect(book().filter(({ kind }) => kind === 'refund')).toHaveLength(1);
});

test('many payments share one line without mixing their answers', async () => {
  const cards = [];
  for (let index = 0; index < 40; index += 1) cards.push(await chain.present('credit-contactless', 100 + index));
  const all = await Promise.all(cards.map((card, index) => chain.pay(card, 100 + index)));
  expect(all.every(({ outcome }) => outcome.kind === 'approved')).toBe(true);
  for (const { payment } of all) {
    const { rrn } = payment.channelData;
    expect(book().find((entry) => entry.rrn === rrn)?.amountMinor).toBe(payment.amountMinor);
  }
  expect(chain.bank.line.connections).toBe(1);
});

test('what is kept and shown of a card payment holds no card number, track or PIN block', async () => {
  const { first, outcome, payment } = await paid();
  const undone = await cancel(payment);
  const kept = JSON.stringify([payment, first, outcome, undone, book()]);
  expect(kept).not.toContain('6200000000000000018');
  expect(kept).not.toMatch(/0000000000000018|D3112/);
  expect(first.evidence?.map(({ title }) => title)).toEqual(['0200 sale', '0210 sale']);
});

function refund({ payment }: Paid, amountMinor: number) {
  return chain.method.refund(chain.refundFacts(payment, amountMinor), payment);
}
