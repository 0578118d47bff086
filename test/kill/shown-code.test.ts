import { randomUUID } from 'node:crypto';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { until } from '../support/until.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
let customer: CustomerWithCards;
/** One address for all servers, so that notifications find the one that follows a dead one. */
let port: string;

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  const server = await world.startServer();
  port = new URL(server.origin).port;
  await (await server.signIn()).openShift();
  await server.kill();
});
afterAll(() => world.close());

const SHOW = { show: true };

test.for(['intent-written', 'answer-arrived', 'outcome-written'])(
  'killed at %s of a code that the customer is to scan: the next server shows it, and it is paid once',
  async (at) => {
    const before = (await customer.held()).wechat;
    const dying = await world.startServer({ PORT: port, ZHANGGUI_CRASH_AT: at });
    const cashier = await dying.signIn();
    const sale = await cashier.saleOf(1_000);
    const key = randomUUID();
    await Promise.allSettled([cashier.pay(sale.id, 'wechat', 1_000, SHOW, key), dying.ended]);
    expect(await dying.ended).toBe('SIGKILL');

    const server = await world.startServer({ PORT: port });
    const client = await server.signIn();
    const { id } = await client.pay(sale.id, 'wechat', 1_000, SHOW, key);
    const shown = await until(
      () => client.payment(id),
      ({ handover }) => handover !== null,
    );
    await scan(shown);
    await isPaidOnce(client, id, before);
    await server.kill();
  },
);

test('killed while WeChat Pay tells that it is paid: it tells again, and the payment counts once', async () => {
  const before = (await customer.held()).wechat;
  const first = await world.startServer({ PORT: port });
  const cashier = await first.signIn();
  const sale = await cashier.saleOf(1_000);
  const payment = await cashier.pay(sale.id, 'wechat', 1_000, SHOW);
  await first.kill();
  const dying = await world.startServer({ PORT: port, ZHANGGUI_CRASH_AT: 'answer-arrived' });
  await scan(payment);
  expect(await dying.ended).toBe('SIGKILL');
  const server = await world.startServer({ PORT: port });
  await isPaidOnce(await server.signIn(), payment.id, before);
  await server.kill();
});

test('paid while no server runs: the next one finds out, and the payment counts once', async () => {
  const before = (await customer.held()).wechat;
  const first = await world.startServer({ PORT: port });
  const cashier = await first.signIn();
  const sale = await cashier.saleOf(1_000);
  const payment = await cashier.pay(sale.id, 'wechat', 1_000, SHOW);
  await first.kill();
  await scan(payment);
  const server = await world.startServer({ PORT: port });
  await isPaidOnce(await server.signIn(), payment.id, before);
  await server.kill();
});

async function scan({ handover }: PaymentView): Promise<void> {
  const qr = handover?.kind === 'code' ? handover.content : '';
  expect(await customer.onPhone('wechat', 'wangfang', 'scan', { qr, pay: true })).toEqual({ result: 'paid' });
}

/** Succeeded, booked once, and held once by the wallet's own book. */
async function isPaidOnce(client: ApiClient, id: string, before: number): Promise<void> {
  const paid = await until(
    () => client.payment(id),
    ({ state }) => state === 'succeeded',
  );
  expect(paid.state).toBe('succeeded');
  expect(paid.events.filter(({ kind }) => kind === 'posting')).toHaveLength(2);
  expect((await customer.held()).wechat).toBe(before + 1_000);
  expect((await client.trialBalance()).differenceMinor).toBe(0);
}
