import { randomUUID } from 'node:crypto';
import type { RefundView } from '@zhanggui/modules/payments/api.ts';
import type { SaleView, ShiftView } from '@zhanggui/modules/sales/api.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../support/api-answers.ts';
import { type ApiClient, ApiProblem } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { type OpenApiDocument, operationsOf } from '../support/open-api.ts';
import { addNeighbour } from '../support/second-merchant.ts';
import { until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

let world: World;
let server: TestServer;
let customer: CustomerWithCards;
let manager: ApiClient;
let cashier: ApiClient;
let neighbour: ApiClient;

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  server = await world.startServer();
  manager = await server.signIn('manager');
  await manager.openShift();
  cashier = await server.signIn('cashier');
  await addNeighbour(world.databaseUrl);
  neighbour = await server.signIn('neighbour');
});
afterAll(() => world.close());

/** How many ended well, and how many with each problem. */
async function tally(answers: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const settled = await Promise.allSettled(answers);
  const words = settled.map((one) => {
    if (one.status === 'fulfilled') return 'done';
    return one.reason instanceof ApiProblem ? one.reason.code : String(one.reason);
  });
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, { length }]) => [word, length]));
}

/** A command as it is sent first, and what is another under the same key. */
type Command = readonly [path: string, body: Record<string, unknown>, other: Record<string, unknown>];

async function commandsOfGoods(saleId: string): Promise<readonly Command[]> {
  const item = await manager.item('1001');
  const payment = await manager.pay(saleId, 'cash', 500, { tenderedMinor: 500 });
  const goods = { tillId: 'till_1', scenario: 'retail', lines: [{ itemId: item.id, kind: 'piece', quantity: 1 }] };
  const cash = { method: 'cash', amountMinor: 100, credential: { tenderedMinor: 100 } };
  const shift = await manager.openShift('till_2');
  return [
    [`/sales/${saleId}/payments`, cash, { amountMinor: 90 }],
    [`/payments/${payment.id}/refunds`, { amountMinor: 100, reason: 'a' }, { reason: 'b' }],
    ['/sales', goods, { label: 'other' }],
    ['/sales/returns', { ...goods, reason: 'a' }, { reason: 'b' }],
    [`/shifts/${shift.id}/close`, { countedMinor: 50_000 }, { countedMinor: 1 }],
    ['/shifts', { tillId: 'till_2', floatMinor: 0 }, { floatMinor: 1 }],
    ['/catalog/items', { code: 'conflict', name: 'x', kind: 'piece', unitPriceMinor: 1 }, { unitPriceMinor: 2 }],
  ];
}

async function commandsOfMoney(): Promise<readonly Command[]> {
  const order = { tillId: 'till_1', title: 'x', amountMinor: 100, validMinutes: 5 };
  const { path } = await manager.send<{ path: string }>('POST', '/links', order);
  const credential = await customer.presentCard('debit-approves', 500, 'till_1', '123456', {
    purpose: 'pre-authorization',
  });
  const hold = { tillId: 'till_1', method: 'card', amountMinor: 500, credential };
  return [
    ['/links', order, { title: 'y' }],
    [path.replace('/p/', '/pay/').concat('/payments'), { method: 'wechat' }, { method: 'alipay' }],
    ['/pre-authorizations', hold, { amountMinor: 400 }],
  ];
}

/** Paths of every command of the shop that has a content; the close of a batch is named by its till alone. */
async function commandPaths(): Promise<readonly string[]> {
  const operations = operationsOf(await manager.send<OpenApiDocument>('GET', '/openapi.json'));
  return operations
    .filter(({ operation, permission }) => permission !== 'keys' && operation.requestBody !== undefined)
    .filter(({ operation }) => operation.parameters?.some(({ name }) => name === 'idempotency-key'))
    .map(({ path }) => path.replace('/api/v1', ''));
}

const CROWD = Array.from({ length: 100 }, (_, index) => index);

describe('a command that is sent many times', () => {
  async function credentialFor(method: string, amountMinor: number): Promise<unknown> {
    if (method === 'cash') return { tenderedMinor: amountMinor };
    if (method === 'card') return customer.presentCard('debit-approves', amountMinor, 'till_1', '123456');
    return { code: await customer.paymentCode('wechat') };
  }

  test.each(['cash', 'card', 'wechat'] as const)(
    '100 copies of one %s payment at once are one payment',
    async (method) => {
      const before = await customer.held();
      const sale = await cashier.saleOf(2_599);
      const credential = await credentialFor(method, 2_599);
      const key = randomUUID();
      const answers = await Promise.all(CROWD.map(() => cashier.pay(sale.id, method, 2_599, credential, key)));
      expect(new Set(answers.map(({ id, state }) => `${id} ${state}`)).size).toBe(1);
      expect(await cashier.sale(sale.id)).toMatchObject({
        state: 'paid',
        paidMinor: 2_599,
        payments: [{ id: answers[0]?.id }],
      });
      const after = await customer.held();
      const moved = { card: after.card - before.card, wechat: after.wechat - before.wechat };
      expect(moved).toEqual({ card: 0, wechat: 0, ...(method === 'cash' ? {} : { [method]: 2_599 }) });
    },
  );

  test('copies that reach two servers are one payment too', async () => {
    const other = await (await world.startServer()).signIn('cashier');
    for (const method of ['cash', 'wechat']) {
      const sale = await cashier.saleOf(1_000);
      const credential = await credentialFor(method, 1_000);
      const key = randomUUID();
      const copies = CROWD.map((index) =>
        (index % 2 === 0 ? cashier : other).pay(sale.id, method, 1_000, credential, key),
      );
      expect(new Set((await Promise.all(copies)).map(({ id }) => id)).size).toBe(1);
      const { payments } = await until(
        () => cashier.sale(sale.id),
        ({ state }) => state === 'paid',
      );
      expect(payments.map(({ state, amountMinor }) => [state, amountMinor])).toEqual([['succeeded', 1_000]]);
    }
  });

  test('100 copies of one refund pay out once', async () => {
    const sale = await manager.saleOf(1_000);
    const { id } = await manager.pay(sale.id, 'cash', 1_000, { tenderedMinor: 1_000 });
    const ask = { amountMinor: 300, reason: 'test' };
    const key = randomUUID();
    const answers = await Promise.all(
      CROWD.map(() => manager.send<RefundView>('POST', `/payments/${id}/refunds`, ask, key)),
    );
    expect(new Set(answers.map((refund) => refund.id)).size).toBe(1);
    expect((await manager.payment(id)).refundedMinor).toBe(300);
  });

  test('100 copies of one sale are one sale', async () => {
    const item = await cashier.item('1001');
    const body = { tillId: 'till_1', scenario: 'retail', lines: [{ itemId: item.id, kind: 'piece', quantity: 2 }] };
    const key = randomUUID();
    const sales = await Promise.all(CROWD.map(() => cashier.send<SaleView>('POST', '/sales', body, key)));
    expect(new Set(sales.map(({ id, number }) => `${id} ${number}`)).size).toBe(1);
  });

  test('the same key with other content is a conflict, for each command', async () => {
    const sale = await manager.saleOf(1_000);
    const asked: string[] = [];
    for (const [path, body, other] of [...(await commandsOfGoods(sale.id)), ...(await commandsOfMoney())]) {
      const key = randomUUID();
      const first = await manager.send<{ id: string }>('POST', path, body, key);
      expect((await manager.send<{ id: string }>('POST', path, body, key)).id, path).toBe(first.id);
      const changed = manager.send('POST', path, { ...body, ...other }, key);
      expect(await codeOf(changed), path).toBe('409 idempotency-conflict');
      asked.push(path);
    }
    expect((await manager.sale(sale.id)).paidMinor).toBe(600);
    const patterns = (await commandPaths()).map((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
    expect(patterns.filter((pattern) => !asked.some((path) => pattern.test(path))).map(String)).toEqual([]);
  });

  test('one item that is added by many at once is one item, and another under its code is refused', async () => {
    const item = { code: 'crowd', name: 'x', kind: 'piece', unitPriceMinor: 1 };
    const added = await Promise.all(CROWD.map(() => cashier.send<{ id: string }>('POST', '/catalog/items', item)));
    expect(new Set(added.map(({ id }) => id)).size).toBe(1);
    expect(await codeOf(cashier.send('POST', '/catalog/items', { ...item, name: 'y' }))).toBe('409 item-code-taken');
  });

  test('a key that was used for one sale is a conflict on another', async () => {
    const [first, second] = [await cashier.saleOf(1_000), await cashier.saleOf(1_000)];
    const key = randomUUID();
    await cashier.pay(first.id, 'cash', 1_000, { tenderedMinor: 1_000 }, key);
    expect(await codeOf(cashier.pay(second.id, 'cash', 1_000, { tenderedMinor: 1_000 }, key))).toBe(
      '409 idempotency-conflict',
    );
  });

  test('the key belongs to the merchant: the shop next door may use the same one', async () => {
    const key = randomUUID();
    await manager.send('POST', '/catalog/items', { code: 'shared', name: 'x', kind: 'piece', unitPriceMinor: 1 }, key);
    const opened = await neighbour.send<ShiftView>('POST', '/shifts', { tillId: 'till_next', floatMinor: 0 }, key);
    expect(opened.tillId).toBe('till_next');
  });
});

describe('many commands at once', () => {
  test('tenders never take more than is due', async () => {
    const sale = await cashier.saleOf(2_500);
    const codes = await Promise.all(CROWD.map(() => customer.paymentCode('wechat')));
    const answers = CROWD.map((index) =>
      index % 2 === 0
        ? cashier.pay(sale.id, 'cash', 100, { tenderedMinor: 100 })
        : cashier.pay(sale.id, 'wechat', 100, { code: codes[index] }),
    );
    expect(await tally(answers)).toEqual({ done: 25, 'amount-exceeds-due': 75 });
    const { payments, ...rest } = await until(
      () => cashier.sale(sale.id),
      ({ state }) => state === 'paid',
    );
    expect(rest).toMatchObject({ paidMinor: 2_500, pendingMinor: 0, dueMinor: 0 });
    expect(payments).toHaveLength(25);
  });

  test.each(['cash', 'alipay'] as const)('refunds never give back more than was paid by %s', async (method) => {
    const fees = async () =>
      (await manager.trialBalance()).accounts.find(({ id }) => id === 'merchant:mer_demo:fees:alipay')?.balanceMinor ??
      0;
    const [held, fee] = [(await customer.held()).alipay, await fees()];
    const sale = await manager.saleOf(2_500);
    const credential = method === 'cash' ? { tenderedMinor: 2_500 } : { code: await customer.paymentCode('alipay') };
    const { id } = await manager.pay(sale.id, method, 2_500, credential);
    const ask = { amountMinor: 100, reason: 'test' };
    const answers = CROWD.map(() => manager.send<RefundView>('POST', `/payments/${id}/refunds`, ask));
    expect(await tally(answers)).toEqual({ done: 25, 'refund-exceeds-payment': 75 });
    const { refundedMinor } = await until(
      () => manager.payment(id),
      (payment) => payment.refundedMinor === 2_500,
    );
    expect(refundedMinor).toBe(2_500);
    expect([(await customer.held()).alipay, await fees()]).toEqual([held, fee]);
    expect((await manager.trialBalance()).differenceMinor).toBe(0);
  });

  test('sales that open together have numbers of their own, one after the other', async () => {
    const sales = await Promise.all(CROWD.map(() => cashier.saleOf(100)));
    const numbers = sales.map(({ number }) => Number(number.split('-')[1])).sort((left, right) => left - right);
    expect(numbers).toEqual(CROWD.map((index) => (numbers[0] ?? 0) + index));
  });

  async function closeTill2(): Promise<void> {
    const { tills } = await manager.send<{ tills: { id: string; openShift: ShiftView | null }[] }>('GET', '/tills');
    const open = tills.find(({ id }) => id === 'till_2')?.openShift;
    if (open) await manager.send('POST', `/shifts/${open.id}/close`, { countedMinor: open.expectedCashMinor });
  }

  test('cash that moves while its shift is closed is counted in it, or refused', async () => {
    await closeTill2();
    const drawer = async () =>
      (await manager.trialBalance()).accounts.find(({ id }) => id === 'merchant:mer_demo:till:till_2:drawer')
        ?.balanceMinor;
    const before = await drawer();
    const shift = await manager.openShift('till_2', 10_000);
    const item = await manager.item('1001');
    const lines = [{ itemId: item.id, kind: 'piece', quantity: 1, unitPriceMinor: 30, priceReason: 'test' }];
    const goodsBack = { tillId: 'till_2', scenario: 'retail', lines, reason: 'test' };
    const sales = await Promise.all(CROWD.map(() => cashier.saleOf(100, 'till_2')));
    const cash = (index: number, key = randomUUID()) =>
      manager.pay(sales[index]?.id ?? '', 'cash', 100, { tenderedMinor: 100 }, key);
    const paid = await Promise.all(CROWD.slice(0, 20).map((index) => cash(index)));
    const refund = (id: string, key = randomUUID()) =>
      manager.send<RefundView>('POST', `/payments/${id}/refunds`, { amountMinor: 7, reason: 'test' }, key);
    const unpaid = await cashier.saleOf(100, 'till_2');
    const early = randomUUID();
    const refunded = await refund(paid[0]?.id ?? '', early);

    const crowd = (from: number) =>
      CROWD.slice(from, from + 40).flatMap((index) => [
        cash(index),
        ...(index % 4 === 0
          ? [refund(paid[index / 4 - 5]?.id ?? ''), manager.send('POST', '/sales/returns', goodsBack)]
          : []),
      ]);
    const first = crowd(20);
    const closing = manager.send<ShiftView>('POST', `/shifts/${shift.id}/close`, { countedMinor: 11_000 });
    const moving = [...first, ...crowd(60)];
    const { done = 0, 'no-open-shift': refused = 0, ...others } = await tally(moving);
    const closed = await closing;
    expect([others, done + refused]).toEqual([{}, moving.length]);

    expect(await drawer()).toBe(before);
    expect(closed.differenceMinor).toBe(11_000 - closed.expectedCashMinor);
    const late = manager.pay(unpaid.id, 'cash', 100, { tenderedMinor: 100 });
    expect(await codeOf(late)).toBe('409 no-open-shift');
    expect(await codeOf(refund(paid[1]?.id ?? ''))).toBe('409 no-open-shift');
    // What was done before the closing is still answered with what it came to.
    expect(await refund(paid[0]?.id ?? '', early)).toEqual(refunded);
  });

  test('of shifts opened together at one till one stands', async () => {
    await closeTill2();
    const answers = CROWD.slice(0, 20).map(() =>
      manager.send('POST', '/shifts', { tillId: 'till_2', floatMinor: 100 }),
    );
    expect(await tally(answers)).toEqual({ done: 1, 'shift-already-open': 19 });
  });
});
