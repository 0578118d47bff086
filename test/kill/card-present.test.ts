import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import type { PreAuthorizationView } from '@zhanggui/modules/payments/hold.ts';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { type CardHandling, CustomerWithCards } from '../support/customer.ts';
import { UNFINISHED, until } from '../support/until.ts';
import { lastWordOf } from '../support/waiting-chips.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

const AMOUNT = 1_000;

let world: World;
let customer: CustomerWithCards;
let server: TestServer;
let client: ApiClient;
let before: Books;

/** What both sides say at one moment, in minor units. */
interface Books {
  readonly held: number;
  readonly receivable: number;
  readonly reserved: number;
  readonly openHolds: number;
}

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  await start();
  await client.openShift();
});
afterAll(() => world.close());
beforeEach(async () => {
  await customer.clearFaults();
  before = await booksOf();
});
afterEach(async () => {
  const { differenceMinor } = await client.trialBalance();
  expect(differenceMinor).toBe(0);
});

async function start(crashAt?: string): Promise<void> {
  await server?.kill();
  server = await world.startServer(crashAt === undefined ? {} : { ZHANGGUI_CRASH_AT: crashAt });
  client = await server.signIn();
}

async function booksOf(): Promise<Books> {
  const { accounts } = await client.trialBalance();
  const { preAuthorizations } = await client.send<{ preAuthorizations: PreAuthorizationView[] }>(
    'GET',
    '/pre-authorizations?open=1',
  );
  return {
    held: (await customer.held()).card,
    receivable: accounts.find(({ id }) => id === 'merchant:mer_demo:channel:card:receivable')?.balanceMinor ?? 0,
    reserved: await customer.reserved(),
    openHolds: preAuthorizations.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
  };
}

/** Both sides moved by `takenMinor`, and keep `reservedMinor` more aside; the bank may hear of it a moment later. */
async function expectMoved(takenMinor: number, reservedMinor = 0): Promise<void> {
  const wanted = {
    held: before.held + takenMinor,
    receivable: before.receivable + takenMinor,
    reserved: before.reserved + reservedMinor,
    openHolds: before.openHolds + reservedMinor,
  };
  const agree = (books: Books): boolean => JSON.stringify(books) === JSON.stringify(wanted);
  expect(await until(booksOf, agree, 8_000)).toEqual(wanted);
}

function card(how: CardHandling, cardId = 'debit-approves'): Promise<unknown> {
  return customer.presentCard(cardId, AMOUNT, 'till_1', '123456', how);
}

/** A command that kills the server which answers it; the next server is there when this returns. */
async function killedBy(path: string, body: unknown, crashAt: string, key: string = randomUUID()): Promise<void> {
  await start(crashAt);
  await Promise.allSettled([client.send('POST', path, body, key), server.ended]);
  expect(await server.ended).toBe('SIGKILL');
  await start();
}

async function rest(id: string): Promise<PaymentView> {
  return until(
    () => client.send<PaymentView>('GET', `/payments/${id}/status`),
    ({ state }) => !UNFINISHED.includes(state),
  );
}

async function begunByChip(how: CardHandling = { way: 'insert' }): Promise<{ payment: PaymentView; word: unknown }> {
  const sale = await client.saleOf(AMOUNT);
  const credential = await card(how);
  const body = { method: 'card', amountMinor: AMOUNT, credential };
  const payment = await client.send<PaymentView>('POST', `/sales/${sale.id}/payments`, body);
  expect(payment.waitingFor).toBe('card');
  return { payment, word: await lastWordOf(payment, credential) };
}

test('killed when the issuer’s answer for the chip is written: undone on both sides', async () => {
  const sale = await client.saleOf(AMOUNT);
  const body = { method: 'card', amountMinor: AMOUNT, credential: await card({ way: 'insert' }) };
  await killedBy(`/sales/${sale.id}/payments`, body, 'outcome-written');
  const { payments } = await client.sale(sale.id);
  expect(payments).toHaveLength(1);
  expect(await rest(payments[0]?.id ?? '')).toMatchObject({ state: 'cancelled' });
  await expectMoved(0);
});

test.each(['advance-received', 'advance-answered'])(
  'killed at %s of a chip’s last word: undone on both sides',
  async (at) => {
    await start(at);
    const { payment, word } = await begunByChip();
    const body = { input: word };
    await Promise.allSettled([client.send('POST', `/payments/${payment.id}/advance`, body), server.ended]);
    expect(await server.ended).toBe('SIGKILL');
    await start();
    expect(await rest(payment.id)).toMatchObject({ state: 'cancelled' });
    await expectMoved(0);
  },
);

test('killed while a chip’s refusal is being told to a silent bank: undone on both sides', async () => {
  const { payment, word } = await begunByChip({ way: 'insert', pullOutAt: 'completion' });
  await customer.setBankFault({ kind: 'silent' }, ['0400']);
  const asked = client.send('POST', `/payments/${payment.id}/advance`, { input: word });
  const killed = delay(400).then(() => server.kill());
  await Promise.allSettled([asked, killed]);
  await start();
  expect(await rest(payment.id)).toMatchObject({ state: 'cancelled', decline: { code: 'card-removed' } });
  await expectMoved(0);
});

test.each([
  ['answer-arrived', 'cancelled', 0],
  ['outcome-written', 'succeeded', AMOUNT],
])('killed at %s of a pre-authorization: ends %s on both sides', async (at, ends, reservedMinor) => {
  const credential = await card({ way: 'swipe', purpose: 'pre-authorization' }, 'debit-swipe');
  const body = { tillId: 'till_1', method: 'card', amountMinor: AMOUNT, credential };
  const key = randomUUID();
  await killedBy('/pre-authorizations', body, at, key);
  const { id } = await client.send<PaymentView>('POST', '/pre-authorizations', body, key);
  expect(await rest(id)).toMatchObject({ state: ends, purpose: 'pre-authorization' });
  await expectMoved(0, reservedMinor);
});

async function hold(): Promise<PaymentView> {
  const credential = await card({ way: 'swipe', purpose: 'pre-authorization' }, 'debit-swipe');
  const body = { tillId: 'till_1', method: 'card', amountMinor: AMOUNT, credential };
  const held = await client.send<PaymentView>('POST', '/pre-authorizations', body);
  expect(held.state).toBe('succeeded');
  return held;
}

test.each([
  ['answer-arrived', 'cancelled', 0, AMOUNT],
  ['outcome-written', 'succeeded', 600, 0],
])('killed at %s of a completion: ends %s, and the hold with it', async (at, ends, takenMinor, reservedMinor) => {
  const { id } = await hold();
  const sale = await client.saleOf(600);
  const body = { method: 'card', amountMinor: 600, credential: { completes: id } };
  await killedBy(`/sales/${sale.id}/payments`, body, at);
  const { payments } = await client.sale(sale.id);
  expect(payments).toHaveLength(1);
  expect(await rest(payments[0]?.id ?? '')).toMatchObject({ state: ends, completes: id });
  await expectMoved(takenMinor, reservedMinor);
});

test.each([
  // Whether the bank can be reached at once after the restart decides whether the void is made or may be tried again.
  ['refund-intent-written', ['succeeded', 'failed']],
  ['refund-answered', ['failed']],
])('killed at %s of a void: %s, alike on both sides', async (at, ends) => {
  const sale = await client.saleOf(AMOUNT);
  const payment = await client.pay(sale.id, 'card', AMOUNT, await card({ way: 'insert' }));
  expect(payment.state).toBe('succeeded');
  const body = { amountMinor: AMOUNT, reason: 'test' };
  await killedBy(`/payments/${payment.id}/refunds`, body, at);
  const { refunds } = await until(
    () => client.payment(payment.id),
    (found) => found.refunds.every(({ result }: RefundView) => result !== 'pending'),
  );
  expect(refunds).toHaveLength(1);
  expect(ends).toContain(refunds[0]?.state);
  await expectMoved(refunds[0]?.state === 'succeeded' ? 0 : AMOUNT);
});

test.each(['batch-frozen', 'batch-begun', 'batch-answered'])(
  'killed at %s of closing a batch: it is closed once, and both sides have counted the same',
  async (at) => {
    const sale = await client.saleOf(AMOUNT);
    expect(await client.pay(sale.id, 'card', AMOUNT, await card({ way: 'insert' }))).toMatchObject({
      state: 'succeeded',
    });
    const { batches: earlier } = await client.send<{ batches: BatchView[] }>('GET', '/batches?tillId=till_1');
    const open = earlier.find(({ state }) => state === 'open');
    await killedBy('/tills/till_1/batch-close', undefined, at);
    const closed = await until(
      async () => {
        const { batches } = await client.send<{ batches: BatchView[] }>('GET', '/batches?tillId=till_1');
        return batches.filter(({ id, batchNumber }) => id !== null && batchNumber === open?.batchNumber);
      },
      ([batch]) => batch?.state === 'closed',
    );
    expect(closed).toMatchObject([
      { state: 'closed', verdict: { domestic: 'balanced', foreign: 'balanced' }, totals: open?.totals },
    ]);
    const settled = (await customer.settlements()).filter(({ batchNumber }) => batchNumber === open?.batchNumber);
    expect(settled.map(({ balanced, state }) => [balanced, state])).toEqual([[true, 'closed']]);
    const after = await client.saleOf(AMOUNT);
    expect(await client.pay(after.id, 'card', AMOUNT, await card({ way: 'insert' }))).toMatchObject({
      state: 'succeeded',
    });
    await expectMoved(2 * AMOUNT);
  },
);
