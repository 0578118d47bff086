import { randomUUID } from 'node:crypto';
import { sql } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { LinkPaymentView, LinkView, PayPageView } from '@zhanggui/modules/sales/link-routes.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { openIdOf } from '../../sim/wallets/wechat/answers.ts';
import { ApiClient, type ApiProblem } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { addNeighbour } from '../support/second-merchant.ts';
import { until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

let world: World;
let server: TestServer;
let shop: ApiClient;
let neighbour: ApiClient;
/** Somebody who holds the link and nothing else. */
let stranger: ApiClient;
let customer: CustomerWithCards;

beforeAll(async () => {
  world = await openWorld();
  server = await world.startServer();
  customer = new CustomerWithCards(world.simulator);
  await addNeighbour(world.databaseUrl);
  shop = await server.signIn('cashier');
  neighbour = await server.signIn('neighbour');
  stranger = new ApiClient(server.origin);
});
afterAll(() => world.close());
beforeEach(() => customer.clearFaults());

const ORDER = { tillId: 'till_1', title: '定制蛋糕', amountMinor: 16_800, validMinutes: 60 };

const order = (change: Partial<typeof ORDER> = {}, key?: string): Promise<LinkView> =>
  shop.send('POST', '/links', { ...ORDER, ...change }, key);
const tokenOf = ({ path }: LinkView): string => path.replace('/p/', '');
const page = (link: LinkView): Promise<PayPageView> => stranger.send('GET', `/pay/${tokenOf(link)}`);
const begin = (link: LinkView, body: object = { method: 'wechat' }, key?: string): Promise<LinkPaymentView> =>
  stranger.send('POST', `/pay/${tokenOf(link)}/payments`, body, key);
const standing = (link: LinkView, id: string): Promise<LinkPaymentView> =>
  stranger.send('GET', `/pay/${tokenOf(link)}/payments/${id}`);
const giveUp = (link: LinkView, id: string): Promise<LinkPaymentView> =>
  stranger.send('POST', `/pay/${tokenOf(link)}/payments/${id}/cancel`);
const refusal = (asked: Promise<unknown>): Promise<ApiProblem> =>
  asked.then(
    () => {
      throw new Error('it was not refused');
    },
    (problem: ApiProblem) => problem,
  );

async function scan(payment: LinkPaymentView, who = 'wangfang'): Promise<unknown> {
  if (payment.handover?.kind !== 'code') throw new Error('there is no code to scan');
  return customer.onPhone('wechat', who, 'scan', { qr: payment.handover.content, pay: true });
}

const settled = (link: LinkView, { id }: LinkPaymentView): Promise<LinkPaymentView> =>
  until(
    () => standing(link, id),
    ({ result }) => result !== 'pending',
  );

async function expire(link: LinkView): Promise<void> {
  const db = openPgDb(world.databaseUrl);
  try {
    await db.query(
      sql('expire-a-link', "update sales.link set expires_at = now() - interval '1 second' where id = $1"),
      [link.id],
    );
  } finally {
    await db.close();
  }
}

describe('an order that is paid by a link', () => {
  test('is paid by whoever holds the link, belongs to its sale, and is in the takings of the book', async () => {
    const link = await order();
    expect(link).toMatchObject({ kind: 'order', standing: 'open', amountMinor: 16_800, title: '定制蛋糕' });
    expect(tokenOf(link)).toMatch(/^[\w-]{24}$/);
    expect(await page(link)).toMatchObject({ standing: 'open', amountMinor: 16_800, largestMinor: null });
    const payment = await begin(link);
    expect(payment).toMatchObject({ result: 'pending', amountMinor: 16_800, receiptToken: null });
    expect((await page(link)).standing).toBe('paying');
    expect(await scan(payment)).toEqual({ result: 'paid' });
    const paid = await settled(link, payment);
    expect(paid.result).toBe('succeeded');
    expect((await page(link)).standing).toBe('paid');
    const receipt = await stranger.send<{ lines: { name: string }[] }>('GET', `/receipts/${paid.receiptToken}`);
    expect(receipt.lines).toMatchObject([{ name: '定制蛋糕' }]);
    const { links } = await shop.send<{ links: LinkView[] }>('GET', '/links');
    expect(links.find(({ id }) => id === link.id)).toMatchObject({ standing: 'paid' });
    const manager = await server.signIn('manager');
    const detail = await manager.payment(payment.id);
    expect(detail).toMatchObject({ state: 'succeeded', method: 'wechat' });
    expect(await manager.sale(detail.saleId)).toMatchObject({ state: 'paid', paidMinor: 16_800, dueMinor: 0 });
    const refund = { amountMinor: 16_800, reason: '顾客退货' };
    await manager.send('POST', `/payments/${payment.id}/refunds`, refund);
    expect((await page(link)).standing).toBe('paid');
  });

  test('is made once however often it is asked for with one key', async () => {
    const key = randomUUID();
    const first = await order({}, key);
    expect((await order({}, key)).id).toBe(first.id);
    expect((await refusal(order({ amountMinor: 1 }, key))).code).toBe('idempotency-conflict');
  });

  test('is never paid twice: not by two customers, not by two wallets, not again after it was paid', async () => {
    const link = await order();
    const key = randomUUID();
    const [one, copy] = await Promise.all([begin(link, undefined, key), begin(link, undefined, key)]);
    expect(copy.id).toBe(one.id);
    expect((await refusal(begin(link))).code).toBe('amount-exceeds-due');
    await scan(one);
    await settled(link, one);
    expect((await refusal(begin(link))).status).toBe(409);
    expect((await begin(link, undefined, key)).result).toBe('succeeded');
    const manager = await server.signIn('manager');
    const { saleId } = await manager.payment(one.id);
    expect((await manager.sale(saleId)).payments).toHaveLength(1);
  });

  test('takes ten customers who begin at one moment for one', async () => {
    const link = await order();
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => begin(link)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('takes another customer’s turn after one has given up', async () => {
    const link = await order();
    const first = await begin(link);
    expect((await giveUp(link, first.id)).result).toBe('failed');
    expect((await giveUp(link, first.id)).result).toBe('failed');
    expect(await scan(first)).toEqual({ result: 'not-payable' });
    const second = await begin(link);
    expect(second.id).not.toBe(first.id);
    await scan(second, 'liqiang');
    expect((await settled(link, second)).result).toBe('succeeded');
    expect((await giveUp(link, second.id)).result).toBe('succeeded');
  });

  test('is not begun and given up for ever', async () => {
    const link = await order();
    const key = randomUUID();
    const first = await begin(link, undefined, key);
    await giveUp(link, first.id);
    for (let turn = 1; turn < 10; turn += 1) await giveUp(link, (await begin(link)).id);
    expect(await refusal(begin(link))).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect((await begin(link, undefined, key)).id).toBe(first.id);
  });

  test('is over at its hour, but a payment that has begun is finished', async () => {
    const late = await order();
    await expire(late);
    expect((await page(late)).standing).toBe('over');
    expect((await refusal(begin(late))).code).toBe('link-over');
    const link = await order();
    const key = randomUUID();
    const payment = await begin(link, undefined, key);
    await expire(link);
    expect((await begin(link, undefined, key)).id).toBe(payment.id);
    await scan(payment);
    expect((await settled(link, payment)).result).toBe('succeeded');
    expect((await page(link)).standing).toBe('paid');
  });

  test('is cancelled by the shop unless it is being paid, and then nobody pays it', async () => {
    const link = await order();
    const payment = await begin(link);
    expect((await refusal(shop.send('POST', `/links/${link.id}/cancel`))).code).toBe('sale-being-paid');
    await giveUp(link, payment.id);
    expect(await shop.send('POST', `/links/${link.id}/cancel`)).toMatchObject({ standing: 'cancelled' });
    expect(await shop.send('POST', `/links/${link.id}/cancel`)).toMatchObject({ standing: 'cancelled' });
    expect((await page(link)).standing).toBe('cancelled');
    expect((await refusal(begin(link))).code).toBe('link-over');
  });

  test('is nobody else’s: not another merchant’s, not under another link, not without a link', async () => {
    const link = await order();
    const other = await order();
    expect((await refusal(neighbour.send('POST', `/links/${link.id}/cancel`))).code).toBe('link-not-found');
    expect((await neighbour.send<{ links: LinkView[] }>('GET', '/links')).links).toEqual([]);
    expect((await refusal(neighbour.send('POST', '/links', ORDER))).code).toBe('till-not-found');
    const payment = await begin(link);
    expect((await refusal(standing(other, payment.id))).code).toBe('payment-not-found');
    expect((await refusal(giveUp(other, payment.id))).code).toBe('payment-not-found');
    const guessed = { ...link, path: `/p/${'A'.repeat(24)}` };
    expect((await refusal(page(guessed))).code).toBe('link-not-found');
    expect((await refusal(begin(guessed))).code).toBe('link-not-found');
    expect((await refusal(stranger.send('GET', '/links'))).status).toBe(401);
  });

  test('takes no method that a customer cannot pay with alone, and no amount of the customer’s own', async () => {
    const link = await order();
    expect((await refusal(begin(link, { method: 'cash' }))).code).toBe('method-unknown');
    expect((await refusal(begin(link, { method: 'card' }))).code).toBe('method-unknown');
    const payment = await begin(link, { method: 'wechat', amountMinor: 1 });
    expect(payment.amountMinor).toBe(16_800);
  });

  test('is paid on WeChat’s own page by the customer whose page it is', async () => {
    const link = await order();
    const payment = await begin(link, { method: 'wechat', payer: openIdOf('wangfang') });
    if (payment.handover?.kind !== 'wallet-call') throw new Error('the page has nothing to hand to WeChat');
    const qr = payment.handover.parameters.package;
    expect(await customer.onPhone('wechat', 'liqiang', 'scan', { qr, pay: true })).toEqual({ result: 'not-payable' });
    expect(await customer.onPhone('wechat', 'wangfang', 'scan', { qr, pay: true })).toEqual({ result: 'paid' });
    expect((await settled(link, payment)).result).toBe('succeeded');
  });
});

describe('a printed code', () => {
  const shopCode = (tillId = 'till_1'): Promise<LinkView> => shop.send('POST', `/tills/${tillId}/shop-code`);

  test('is the same each time, and another one for another till', async () => {
    const code = await shopCode();
    expect(code).toMatchObject({ kind: 'shop-code', amountMinor: null, expiresAt: null, standing: 'open' });
    expect((await shopCode()).path).toBe(code.path);
    expect((await shopCode('till_2')).path).not.toBe(code.path);
    expect((await refusal(neighbour.send('POST', '/tills/till_1/shop-code'))).code).toBe('till-not-found');
    const { links } = await shop.send<{ links: LinkView[] }>('GET', '/links');
    expect(links.some(({ id }) => id === code.id)).toBe(false);
  });

  test('takes what customers type, many at once, and tells the till', async () => {
    const code = await shopCode();
    const heard: PaymentView[] = [];
    const stream = await shop.follow('till_1', (name, data) => {
      if (name === 'payment') heard.push(data as PaymentView);
    });
    const [first, second] = await Promise.all([
      begin(code, { method: 'wechat', amountMinor: 1_250 }),
      begin(code, { method: 'wechat', amountMinor: 990 }),
    ]);
    await Promise.all([scan(first), scan(second, 'liqiang')]);
    expect((await settled(code, first)).receiptToken).toMatch(/^[\w-]{24}$/);
    expect((await settled(code, second)).result).toBe('succeeded');
    await until(
      async () => heard.filter(({ state }) => state === 'succeeded').map(({ id }) => id),
      (told) => told.includes(first.id) && told.includes(second.id),
    );
    stream.stop();
  });

  test('takes ¥500 and not a fen more, and never nothing', async () => {
    const code = await shopCode();
    expect((await page(code)).largestMinor).toBe(50_000);
    const over = await refusal(begin(code, { method: 'wechat', amountMinor: 50_001 }));
    expect(over.code).toBe('amount-over-limit');
    const missing = await refusal(begin(code));
    expect(missing).toMatchObject({ code: 'field-refused', body: { fields: [{ path: 'amountMinor' }] } });
    expect((await refusal(begin(code, { method: 'wechat', amountMinor: 0 }))).status).toBe(400);
    const most = await begin(code, { method: 'wechat', amountMinor: 50_000 });
    expect((await giveUp(code, most.id)).result).toBe('failed');
  });

  test('cannot be flooded with orders', async () => {
    const code = await shopCode('till_2');
    const asked = Array.from({ length: 33 }, () => begin(code, { method: 'wechat', amountMinor: 1 }));
    const answers = await Promise.allSettled(asked);
    const refused = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason as ApiProblem);
    expect(refused.map(({ status, code: why }) => [status, why])).toEqual(Array(3).fill([429, 'too-many-attempts']));
    // One till's flood leaves the other till's code alone.
    expect((await begin(await shopCode(), { method: 'wechat', amountMinor: 1 })).result).toBe('pending');
  });
});
