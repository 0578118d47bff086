import { PERMISSIONS, type Role } from '@zhanggui/modules/access/api.ts';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import type { SaleView, ShiftView } from '@zhanggui/modules/sales/api.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, JSON_TYPE, login, paidReceipt, problemOf, raw, saidBy } from '../support/api-answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { triesOfPayments, triesOfSales, triesOfTills, untried } from '../support/foreign-tries.ts';
import { type OpenApiDocument, operationsOf } from '../support/open-api.ts';
import { addNeighbour } from '../support/second-merchant.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

let world: World;
let server: TestServer;
let customer: CustomerWithCards;
let manager: ApiClient;
let cashier: ApiClient;
let neighbour: ApiClient;
let shift: ShiftView;

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  server = await world.startServer();
  manager = await server.signIn('manager');
  shift = await manager.openShift();
  cashier = await server.signIn('cashier');
  await addNeighbour(world.databaseUrl);
  neighbour = await server.signIn('neighbour');
  await neighbour.openShift('till_next', 0);
});
afterAll(() => world.close());

const at = (path: string): string => `${server.origin}${path}`;

async function everyOperation() {
  return operationsOf(JSON.parse((await raw(at('/api/v1/openapi.json'))).text) as OpenApiDocument);
}

describe('who may do what', () => {
  const pathOf = (template: string): string => template.replaceAll(/\{\w+\}/g, 'x');

  test('without a session every door but the public ones is shut', async () => {
    const operations = await everyOperation();
    const open: string[] = [];
    for (const { method, path } of operations) {
      const { status } = await raw(at(pathOf(path)), method);
      if (status !== 401) open.push(`${method} ${path}`);
    }
    expect(open.sort()).toEqual([
      'GET /api/v1/demo',
      'GET /api/v1/pay/{token}',
      'GET /api/v1/pay/{token}/payments/{paymentId}',
      'GET /api/v1/receipts/{token}',
      'GET /api/v1/receipts/{token}/signatures/{paymentId}',
      'POST /api/v1/notifications/{methodId}/{merchantId}',
      'POST /api/v1/pay/{token}/payments',
      'POST /api/v1/pay/{token}/payments/{paymentId}/cancel',
      'POST /api/v1/sessions',
    ]);
    expect(operations.length).toBeGreaterThan(25);
  });

  test.each(['cashier', 'manager', 'owner', 'operator'] as const)(
    '%s is refused whatever the role does not hold',
    async (role: Role) => {
      const client = await server.signIn(role);
      const forbidden = (await everyOperation()).filter(
        ({ permission }) => permission !== 'public' && !PERMISSIONS[role].some((held) => held === permission),
      );
      for (const { method, path } of forbidden)
        expect(await codeOf(client.send(method, pathOf(path).replace('/api/v1', ''))), path).toBe('403 not-permitted');
      expect(forbidden.length).toBeGreaterThan(0);
    },
  );

  test('a forged, an empty and a foreign cookie open nothing', async () => {
    for (const cookie of ['zg_session=', `zg_session=${'A'.repeat(43)}`, 'session=1', "zg_session=' or 1=1 --"])
      expect((await raw(at('/api/v1/sessions/current'), 'GET', { cookie })).status, cookie).toBe(401);
  });
});

describe('signing in', () => {
  test('the cookie is out of reach for scripts and other sites, and ends with the session', async () => {
    const { headers, text, status } = await raw(
      at('/api/v1/sessions'),
      'POST',
      JSON_TYPE,
      JSON.stringify(login('cashier')),
    );
    expect(status).toBe(201);
    expect(JSON.parse(text)).toMatchObject({
      staff: { username: 'cashier', role: 'cashier' },
      permissions: ['signed-in', 'sell', 'quick-item'],
      merchant: { currency: 'CNY' },
    });
    const set = headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^zg_session=[\w-]{43};/);
    expect(set).toMatch(/; HttpOnly/i);
    expect(set).toMatch(/; SameSite=Strict/i);
    const cookie = set.split(';')[0] ?? '';
    expect(text).not.toContain(cookie.slice('zg_session='.length));
    expect((await raw(at('/api/v1/sessions/current'), 'GET', { cookie })).status).toBe(200);
    expect((await raw(at('/api/v1/sessions/current'), 'DELETE', { cookie })).status).toBe(204);
    expect((await raw(at('/api/v1/sessions/current'), 'GET', { cookie })).status).toBe(401);
    expect((await raw(at('/api/v1/tills'), 'GET', { cookie })).status).toBe(401);
  });

  test('anew, on the same screen, ends the session before', async () => {
    const signIn = async (username: string, cookie = '') => {
      const { headers } = await raw(
        at('/api/v1/sessions'),
        'POST',
        { ...JSON_TYPE, cookie },
        JSON.stringify(login(username)),
      );
      return headers.get('set-cookie')?.split(';')[0] ?? '';
    };
    const before = await signIn('cashier');
    expect((await raw(at('/api/v1/sessions/current'), 'GET', { cookie: before })).status).toBe(200);
    const after = await signIn('manager', before);
    expect((await raw(at('/api/v1/sessions/current'), 'GET', { cookie: before })).status).toBe(401);
    expect((await raw(at('/api/v1/sessions/current'), 'GET', { cookie: after })).status).toBe(200);
  });

  test('five wrong passwords slow the next try down, whoever it is and even with the right one', async () => {
    for (const username of ['owner', 'nobody-of-that-name']) {
      const attempt = (password: string) =>
        problemOf(server.signIn().then((client) => client.send('POST', '/sessions', { username, password })));
      for (let count = 1; count <= 5; count += 1)
        expect((await attempt(`wrong-${count}`)).code).toBe('wrong-credentials');
      const { status, body } = await attempt('owner-demo');
      expect([status, body.code, body.retryable]).toEqual([429, 'too-many-attempts', true]);
      expect(body.retryAfterS).toSatisfy(
        (seconds: number) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 5,
      );
      expect(body.title).toContain(String(body.retryAfterS));
    }
    await expect(server.signIn('cashier')).resolves.toBeDefined();
  });
});

describe('the shop next door', () => {
  test('finds nothing of ours by its id, and can change nothing', async () => {
    const sale = await manager.saleOf(1_000);
    const payment = await manager.pay(sale.id, 'cash', 500, { tenderedMinor: 500 });
    const tries = [
      ...triesOfSales(sale.id, await paidReceipt(cashier)),
      ...triesOfPayments(payment.id),
      ...(await triesOfTills(manager, customer, shift.id)),
    ];
    for (const [method, path, body, code] of tries)
      expect(await neighbour.send(method, path, body).catch(saidBy), `${method} ${path}`).toBe(code);
    expect(untried(await everyOperation(), tries)).toEqual([]);
    expect((await manager.sale(sale.id)).paidMinor).toBe(500);
  });

  test('has lists of its own, in which nothing of ours is', async () => {
    const { number } = await manager.saleOf(1_000);
    expect(await neighbour.send('GET', '/payments')).toEqual({ payments: [], nextCursor: null });
    expect(await neighbour.send('GET', '/pre-authorizations')).toEqual({ preAuthorizations: [] });
    expect(await neighbour.send('GET', `/sales?number=${number}`)).toEqual({ sales: [] });
    expect(await neighbour.send('GET', '/tills/till_1/unresolved')).toEqual({ payments: [] });
    expect(await neighbour.send('GET', '/tills/till_1/payments')).toEqual({ payments: [] });
    expect(await neighbour.send('GET', '/links')).toEqual({ links: [] });
    expect(await neighbour.send('GET', '/batches')).toEqual({ batches: [] });
    expect(await neighbour.send('GET', '/bills')).toEqual({ bills: [] });
    expect(await neighbour.send('GET', '/channels')).toEqual({ channels: [] });
    expect(await neighbour.send('GET', '/acquirers/advices')).toEqual({ advices: [] });
    expect(await neighbour.send('GET', '/acquirers/health')).toMatchObject({ acquirers: [{ terminals: [] }] });
    expect(await neighbour.send('GET', '/tills')).toMatchObject({ tills: [{ id: 'till_next' }] });
    expect(await neighbour.send('GET', '/reports/day')).toMatchObject({ takingsMinor: 0, count: 0, alerts: [] });
    const { accounts } = await neighbour.trialBalance();
    expect(accounts.filter(({ id }) => !id.startsWith('merchant:mer_next:'))).toEqual([]);
  });

  test('takes cash of its own, by what it has agreed to and nothing else', async () => {
    const own = await neighbour.saleOf(1_000, 'till_next');
    expect(await codeOf(neighbour.pay(own.id, 'wechat', 1_000, { code: await customer.paymentCode('wechat') }))).toBe(
      '422 method-not-agreed',
    );
    expect(await neighbour.pay(own.id, 'cash', 1_000, { tenderedMinor: 1_000 })).toMatchObject({ state: 'succeeded' });
  });
});

describe('a receipt', () => {
  test('opens by its token alone, without a session, once the sale is paid', async () => {
    const sale = await cashier.saleOf(2_599);
    expect(sale.receiptToken).toBeNull();
    await cashier.pay(sale.id, 'cash', 2_599, { tenderedMinor: 3_000 });
    const { receiptToken, number } = await cashier.sale(sale.id);
    expect(receiptToken).toMatch(/^[\w-]{24}$/);
    const { status, text } = await raw(at(`/api/v1/receipts/${receiptToken}`), 'GET');
    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      { saleNumber: number, totalMinor: 2_599, payments: [{ changeMinor: 401 }] },
    ]);
    for (const secret of [sale.id, 'mer_demo', 'commandKey', 'staffId']) expect(text).not.toContain(secret);
  });

  test('opens by nothing else', async () => {
    const sale = await cashier.saleOf(100);
    await cashier.pay(sale.id, 'cash', 100, { tenderedMinor: 100 });
    const token = (await cashier.sale(sale.id)).receiptToken ?? '';
    const other = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const codes = async (guess: string) => (await raw(at(`/api/v1/receipts/${encodeURIComponent(guess)}`))).status;
    expect(await codes(other)).toBe(404);
    expect(await codes('A'.repeat(24))).toBe(404);
    for (const guess of [sale.id, sale.number, token.slice(0, 23), `${token}A`, '%', "' or true --"])
      expect(await codes(guess), guess).toBe(400);
  });

  test('tokens have nothing in common', async () => {
    const sales = await Promise.all(Array.from({ length: 20 }, () => cashier.saleOf(100)));
    await Promise.all(sales.map(({ id }) => cashier.pay(id, 'cash', 100, { tenderedMinor: 100 })));
    const tokens = await Promise.all(sales.map(async ({ id }) => (await cashier.sale(id)).receiptToken ?? ''));
    expect(new Set(tokens).size).toBe(20);
    expect(new Set(tokens.map((token) => token.slice(0, 6))).size).toBe(20);
  });
});

describe('giving money back at a till', () => {
  test('starts from the receipt, and tells how the refund stands', async () => {
    const token = await paidReceipt(cashier);
    const sale = await manager.send<SaleView>('GET', `/sales/by-receipt/${token}`);
    expect(sale).toMatchObject({ receiptToken: token, payments: [{ amountMinor: 700, result: 'succeeded' }] });
    const [payment] = sale.payments;
    const body = { amountMinor: 300, reason: 'x' };
    const refund = await manager.send<RefundView>('POST', `/payments/${payment?.id}/refunds`, body);
    const standing = `/payments/${payment?.id}/refunds/${refund.id}`;
    expect(await manager.send('GET', standing)).toMatchObject({ id: refund.id, result: 'succeeded', amountMinor: 300 });
    expect(await codeOf(manager.send('GET', `/payments/${payment?.id}/refunds/x`))).toBe('404 not-found');
    expect(await codeOf(manager.send('GET', `/sales/by-receipt/${'A'.repeat(24)}`))).toBe('404 receipt-not-found');
  });

  test('a till lists what it has taken, the newest first and nothing that failed', async () => {
    const token = await paidReceipt(cashier);
    const sale = await cashier.saleOf(100);
    expect((await cashier.pay(sale.id, 'wechat', 100, { code: '134567890123456789' })).result).toBe('failed');
    const { payments } = await cashier.send<{ payments: PaymentView[] }>('GET', '/tills/till_1/payments?limit=2');
    expect(payments).toHaveLength(2);
    expect(payments.every(({ result, purpose }) => result === 'succeeded' && purpose === 'sale')).toBe(true);
    const { id } = await manager.send<SaleView>('GET', `/sales/by-receipt/${token}`);
    expect(payments[0]?.saleId).toBe(id);
  });
});
