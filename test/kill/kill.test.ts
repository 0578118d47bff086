import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { UNFINISHED, until } from '../support/until.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
let customer: CustomerWithCards;

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  const server = await world.startServer();
  await (await server.signIn()).openShift();
  await server.kill();
});
afterAll(() => world.close());
beforeEach(() => customer.clearFaults());

/** What is done before the process dies, and how the payment must stand once the platform has resolved it. */
interface Case {
  readonly at: string;
  readonly method: 'cash' | 'card' | 'wechat' | 'alipay';
  readonly outside: 'answers' | 'is silent' | 'waits for the customer';
  /** The states that are right; anything else is a loss for somebody. */
  readonly ends: readonly string[];
}

const cases: readonly Case[] = [
  { at: 'intent-written', method: 'cash', outside: 'answers', ends: ['succeeded'] },
  { at: 'intent-written', method: 'card', outside: 'answers', ends: ['cancelled'] },
  { at: 'answer-arrived', method: 'card', outside: 'answers', ends: ['cancelled'] },
  { at: 'outcome-written', method: 'card', outside: 'answers', ends: ['succeeded'] },
  { at: 'outcome-written', method: 'card', outside: 'is silent', ends: ['cancelled'] },
  { at: 'cancellation-decided', method: 'card', outside: 'is silent', ends: ['cancelled'] },
  { at: 'cancellation-answered', method: 'card', outside: 'is silent', ends: ['cancelled'] },
  { at: 'intent-written', method: 'wechat', outside: 'answers', ends: ['cancelled', 'failed'] },
  { at: 'answer-arrived', method: 'wechat', outside: 'answers', ends: ['succeeded'] },
  { at: 'outcome-written', method: 'wechat', outside: 'answers', ends: ['succeeded'] },
  { at: 'outcome-written', method: 'wechat', outside: 'waits for the customer', ends: ['cancelled', 'failed'] },
  { at: 'cancellation-decided', method: 'wechat', outside: 'waits for the customer', ends: ['cancelled', 'failed'] },
  { at: 'cancellation-answered', method: 'wechat', outside: 'waits for the customer', ends: ['cancelled', 'failed'] },
  { at: 'intent-written', method: 'alipay', outside: 'answers', ends: ['cancelled', 'failed'] },
  { at: 'answer-arrived', method: 'alipay', outside: 'answers', ends: ['succeeded'] },
  { at: 'outcome-written', method: 'alipay', outside: 'answers', ends: ['succeeded'] },
  { at: 'cancellation-decided', method: 'alipay', outside: 'waits for the customer', ends: ['cancelled', 'failed'] },
];

test.for(cases)(
  'killed at $at of a $method payment while the outside $outside: ends $ends',
  async ({ at, method, outside, ends }) => {
    const before = await customer.held();
    await arrange(method, outside);
    const dying = await world.startServer({ ZHANGGUI_CRASH_AT: at });
    const cashier = await dying.signIn();
    const booked = await receivables(cashier);
    const sale = await cashier.saleOf(1_000);
    const credential = await credentialFor(method);
    const key = randomUUID();
    await Promise.allSettled([cashier.pay(sale.id, method, 1_000, credential, key), dying.ended]);
    expect(await dying.ended).toBe('SIGKILL');

    const server = await world.startServer();
    const client = await server.signIn();
    const { payments } = await until(
      () => client.sale(sale.id),
      (found) => found.payments.every(({ state }) => !UNFINISHED.includes(state)),
    );
    expect(payments).toHaveLength(1);
    expect(ends).toContain(payments[0]?.state);

    const again = await client.pay(sale.id, method, 1_000, credential, key);
    expect(again.id).toBe(payments[0]?.id);

    const after = await customer.held();
    const rebooked = await receivables(client);
    const expected = payments[0]?.state === 'succeeded' && method !== 'cash' ? 1_000 : 0;
    for (const channel of ['card', 'wechat', 'alipay'] as const) {
      const moved = channel === method ? expected : 0;
      expect(after[channel] - before[channel], `${channel}: by the outside's own book`).toBe(moved);
      expect(rebooked[channel] - booked[channel], `${channel}: by the ledger`).toBe(moved);
    }
    expect((await client.trialBalance()).differenceMinor).toBe(0);
    await server.kill();
  },
);

test.for([
  { at: 'refund-intent-written', method: 'card' as const },
  { at: 'refund-answered', method: 'card' as const },
  { at: 'refund-intent-written', method: 'wechat' as const },
  { at: 'refund-answered', method: 'wechat' as const },
  { at: 'refund-answered', method: 'alipay' as const },
])('killed at $at of a $method refund: the money goes back exactly once', async ({ at, method }) => {
  const dying = await world.startServer({ ZHANGGUI_CRASH_AT: at });
  const manager = await dying.signIn();
  const sale = await manager.saleOf(1_000);
  const payment = await manager.pay(sale.id, method, 1_000, await credentialFor(method));
  expect(payment.state).toBe('succeeded');
  const before = await customer.held();
  const booked = await receivables(manager);
  const key = randomUUID();
  const ask = { amountMinor: 400, reason: 'test' };
  await Promise.allSettled([manager.send('POST', `/payments/${payment.id}/refunds`, ask, key), dying.ended]);
  expect(await dying.ended).toBe('SIGKILL');

  const server = await world.startServer();
  const client = await server.signIn();
  const detail = await until(
    () => client.payment(payment.id),
    ({ refunds }) => refunds.every(({ result }) => result !== 'pending'),
  );
  expect(detail.refunds.map(({ state, amountMinor }) => [state, amountMinor])).toEqual([['succeeded', 400]]);
  expect(detail.refundedMinor).toBe(400);
  await client.send('POST', `/payments/${payment.id}/refunds`, ask, key);
  expect((await client.payment(payment.id)).refunds).toHaveLength(1);
  const after = await until(
    () => customer.held(),
    (held) => held[method] === before[method] - 400,
  );
  expect(after[method]).toBe(before[method] - 400);
  expect((await receivables(client))[method]).toBe(booked[method] - 400);
  expect((await client.trialBalance()).differenceMinor).toBe(0);
  await server.kill();
});

async function arrange(method: Case['method'], outside: Case['outside']): Promise<void> {
  if (outside === 'answers' || method === 'cash') return;
  if (method === 'card') await customer.setBankFault({ kind: 'silent' });
  else await customer.setWalletFault(method, { kind: 'userpaying-forever', count: 1 });
}

async function credentialFor(method: Case['method']): Promise<unknown> {
  if (method === 'cash') return { tenderedMinor: 2_000 };
  if (method === 'card') return customer.presentCard('debit-swipe', 1_000, 'till_1', '123456');
  return { code: await customer.paymentCode(method) };
}

async function receivables(client: ApiClient): Promise<Record<'card' | 'wechat' | 'alipay', number>> {
  const { accounts } = await client.trialBalance();
  const of = (id: string): number =>
    accounts.find((account) => account.id === `merchant:mer_demo:channel:${id}:receivable`)?.balanceMinor ?? 0;
  return { card: of('card'), wechat: of('wechat'), alipay: of('alipay') };
}
