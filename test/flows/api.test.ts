import { randomUUID } from 'node:crypto';
import { PERMISSIONS, type Role } from '@zhanggui/modules/access/api.ts';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import type { SaleView, ShiftView } from '@zhanggui/modules/sales/api.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiClient, ApiProblem } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { type CuttableLine, openCuttableLine } from '../support/cuttable-line.ts';
import { type OpenApiDocument, operationsOf, structuralFaults } from '../support/open-api.ts';
import { addNeighbour } from '../support/second-merchant.ts';
import { until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

let world: World;
let server: TestServer;
let database: CuttableLine;
let customer: CustomerWithCards;
let manager: ApiClient;
let cashier: ApiClient;
let neighbour: ApiClient;
let shift: ShiftView;

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  const url = new URL(world.databaseUrl);
  database = await openCuttableLine(Number(url.port));
  url.port = String(database.port);
  server = await world.startServer({ DATABASE_URL: url.href });
  manager = await server.signIn('manager');
  cashier = await server.signIn('cashier');
  shift = await manager.openShift();
  await addNeighbour(world.databaseUrl);
  neighbour = await server.signIn('neighbour');
});
afterAll(async () => {
  await world.close();
  await database.close();
});

/** A request as it goes over the wire, for what a well-behaved client never sends. */
async function raw(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const response = await fetch(`${server.origin}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

async function problemOf(answer: Promise<unknown>): Promise<ApiProblem> {
  const came = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (came instanceof ApiProblem) return came;
  throw new Error('the request was not refused', { cause: came });
}

async function codeOf(answer: Promise<unknown>): Promise<string> {
  const { status, code } = await problemOf(answer);
  return `${status} ${code}`;
}

/** How many ended well, and how many with each problem. */
async function tally(answers: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const settled = await Promise.allSettled(answers);
  const words = settled.map((one) => {
    if (one.status === 'fulfilled') return 'done';
    return one.reason instanceof ApiProblem ? one.reason.code : String(one.reason);
  });
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, { length }]) => [word, length]));
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
    const item = await manager.item('1001');
    const payment = await manager.pay(sale.id, 'cash', 500, { tenderedMinor: 500 });
    const line = { itemId: item.id, kind: 'piece', quantity: 1 };
    const commands: readonly (readonly [
      path: string,
      body: Record<string, unknown>,
      other: Record<string, unknown>,
    ])[] = [
      [
        `/sales/${sale.id}/payments`,
        { method: 'cash', amountMinor: 100, credential: { tenderedMinor: 100 } },
        { amountMinor: 90 },
      ],
      [`/payments/${payment.id}/refunds`, { amountMinor: 100, reason: 'a' }, { reason: 'b' }],
      ['/sales', { tillId: 'till_1', scenario: 'retail', lines: [line] }, { label: 'other' }],
      ['/sales/returns', { tillId: 'till_1', scenario: 'retail', lines: [line], reason: 'a' }, { reason: 'b' }],
      ['/shifts', { tillId: 'till_2', floatMinor: 0 }, { floatMinor: 1 }],
      ['/catalog/items', { code: 'conflict', name: 'x', kind: 'piece', unitPriceMinor: 1 }, { unitPriceMinor: 2 }],
    ];
    for (const [path, body, other] of commands) {
      const key = randomUUID();
      const first = await manager.send<{ id: string }>('POST', path, body, key);
      expect((await manager.send<{ id: string }>('POST', path, body, key)).id, path).toBe(first.id);
      expect(await codeOf(manager.send('POST', path, { ...body, ...other }, key)), path).toBe(
        '409 idempotency-conflict',
      );
    }
    expect((await manager.sale(sale.id)).paidMinor).toBe(600);
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

  test('of shifts opened together at one till one stands', async () => {
    const { tills } = await manager.send<{ tills: { id: string; openShift: ShiftView | null }[] }>('GET', '/tills');
    const open = tills.find(({ id }) => id === 'till_2')?.openShift;
    if (open) await manager.send('POST', `/shifts/${open.id}/close`, { countedMinor: open.expectedCashMinor });
    const answers = CROWD.slice(0, 20).map(() =>
      manager.send('POST', '/shifts', { tillId: 'till_2', floatMinor: 100 }),
    );
    expect(await tally(answers)).toEqual({ done: 1, 'shift-already-open': 19 });
  });
});

describe('a problem document', () => {
  test('names code, field and words in the asked language, and has its own content type', async () => {
    const refused = async (language: string) =>
      (await problemOf(manager.send('POST', '/shifts', { tillId: 'till_2', floatMinor: -1 }, randomUUID(), language)))
        .body;
    expect(await refused('en')).toEqual({
      type: 'urn:zhanggui:fault:field-refused',
      title: 'Something that was sent is not right',
      status: 400,
      code: 'field-refused',
      retryable: false,
      fields: [{ path: 'floatMinor', message: 'must be at least 0' }],
    });
    const chinese = { title: '有内容填写不正确', fields: [{ path: 'floatMinor', message: '不得小于 0' }] };
    expect(await refused('zh-CN')).toMatchObject(chinese);
    expect(await refused('fr, zh;q=0.8, en;q=0.5')).toMatchObject(chinese);
    expect(await refused('de')).toMatchObject({ title: 'Something that was sent is not right' });
    const { headers } = await raw('GET', '/api/v1/tills');
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  test.each([
    [
      'a line deep inside',
      '/sales',
      { tillId: 'till_1', scenario: 'retail', lines: [{ itemId: 'x', kind: 'piece', quantity: 'two' }] },
      'field-refused',
      'lines.0.quantity',
    ],
    ['a field that is missing', '/shifts', { floatMinor: 1 }, 'field-refused', 'tillId'],
    [
      'a field that nobody knows',
      '/shifts',
      { tillId: 'till_1', floatMinor: 1, colour: 'red' },
      'field-refused',
      'colour',
    ],
    [
      'an item that is not there',
      '/sales',
      { tillId: 'till_1', scenario: 'retail', lines: [{ itemId: 'itm_0', kind: 'piece', quantity: 1 }] },
      'line-refused',
      'lines.0.itemId',
    ],
    ['a body that is no object', '/shifts', [1], 'field-refused', ''],
  ])('names %s by its path', async (_, path, body, code, field) => {
    const problem = await problemOf(manager.send('POST', path, body));
    expect(problem.code).toBe(code);
    expect((problem.body.fields as { path: string }[]).map((one) => one.path)).toContain(field);
  });

  test('a price that was changed needs a reason, and a total that differs is not taken', async () => {
    const item = await cashier.item('1001');
    const sale = (line: object, more: object = {}) =>
      problemOf(
        cashier.send('POST', '/sales', {
          tillId: 'till_1',
          scenario: 'retail',
          lines: [{ itemId: item.id, kind: 'piece', quantity: 1, ...line }],
          ...more,
        }),
      );
    expect((await sale({ unitPriceMinor: item.unitPriceMinor + 1 })).body).toMatchObject({
      code: 'line-refused',
      fields: [{ path: 'lines.0.priceReason' }],
    });
    expect((await sale({ kind: 'weighed' })).body).toMatchObject({
      code: 'line-refused',
      fields: [{ path: 'lines.0.kind' }],
    });
    expect((await sale({}, { totalMinor: 1 })).body).toMatchObject({
      code: 'total-differs',
      status: 409,
      totalMinor: item.unitPriceMinor,
    });
  });

  test('a credential is refused by its field and never repeated', async () => {
    const sale = await cashier.saleOf(1_000);
    const wrong = '999999999999999999';
    for (const [method, credential, path] of [
      ['wechat', { code: wrong }, 'credential.code'],
      ['alipay', { code: wrong }, 'credential.code'],
      ['cash', { tenderedMinor: 1 }, 'credential.tenderedMinor'],
      ['card', { code: wrong }, 'credential'],
    ] as const) {
      const problem = await problemOf(cashier.pay(sale.id, method, 1_000, credential));
      expect([problem.status, problem.code], method).toEqual([422, 'credential-refused']);
      expect(problem.body.fields, method).toMatchObject([{ path }]);
      expect(JSON.stringify(problem.body)).not.toContain(wrong);
    }
    expect((await cashier.sale(sale.id)).payments).toEqual([]);
  });

  test('an unknown method, an amount over the limit', async () => {
    const sale = await cashier.saleOf(6_000_000);
    expect(await codeOf(cashier.pay(sale.id, 'barter', 100, { tenderedMinor: 100 }))).toBe('422 method-unknown');
    expect(await codeOf(cashier.pay(sale.id, 'cash', 5_000_001, { tenderedMinor: 5_000_001 }))).toBe(
      '422 amount-over-limit',
    );
  });

  test('what is no request of ours is refused as such', async () => {
    const { headers } = await raw('POST', '/api/v1/sessions', JSON_TYPE, JSON.stringify(login('manager')));
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    const expectProblem = async (answer: ReturnType<typeof raw>, status: number, code: string) => {
      const { text, ...came } = await answer;
      expect([came.status, JSON.parse(text)], code).toMatchObject([status, { status, code }]);
      expect(came.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    };
    await expectProblem(raw('GET', '/api/v1/nothing-here'), 404, 'not-found');
    await expectProblem(raw('GET', '/nothing-here'), 404, 'not-found');
    await expectProblem(raw('PATCH', '/api/v1/tills'), 404, 'not-found');
    const key = { ...JSON_TYPE, cookie, 'idempotency-key': randomUUID() };
    await expectProblem(raw('POST', '/api/v1/shifts', key, '{"tillId":'), 400, 'body-not-json');
    await expectProblem(
      raw('POST', '/api/v1/shifts', { ...key, 'content-type': 'text/plain' }, 'x'),
      400,
      'body-not-json',
    );
    await expectProblem(raw('POST', '/api/v1/shifts', key, `"${'x'.repeat(2_000_000)}"`), 413, 'body-too-large');
    const body = JSON.stringify({ tillId: 'till_1', floatMinor: 0 });
    await expectProblem(raw('POST', '/api/v1/shifts', { ...JSON_TYPE, cookie }, body), 400, 'idempotency-key-missing');
    await expectProblem(
      raw('POST', '/api/v1/shifts', { ...key, 'idempotency-key': 'short' }, body),
      400,
      'idempotency-key-missing',
    );
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };

function login(username: string): { username: string; password: string } {
  return { username, password: `${username}-demo` };
}

describe('who may do what', () => {
  const everyOperation = async () =>
    operationsOf(JSON.parse((await raw('GET', '/api/v1/openapi.json')).text) as OpenApiDocument);
  const pathOf = (template: string): string => template.replaceAll(/\{\w+\}/g, 'x');

  test('without a session every door but the public ones is shut', async () => {
    const operations = await everyOperation();
    const open: string[] = [];
    for (const { method, path } of operations) {
      const { status } = await raw(method, pathOf(path));
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

  test.each([
    ['GET', '/payments'],
    ['GET', '/payments/x'],
    ['GET', '/reports/day'],
    ['GET', '/ledger/trial-balance'],
    ['GET', '/ledger/accounts/x/transfers'],
    ['GET', '/ledger/takings?label=x'],
    ['POST', '/payments/x/refunds'],
    ['POST', '/sales/returns'],
  ])('a cashier may not %s %s', async (method, path) => {
    expect(await codeOf(cashier.send(method, path))).toBe('403 not-permitted');
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
      expect((await raw('GET', '/api/v1/sessions/current', { cookie })).status, cookie).toBe(401);
  });
});

describe('signing in', () => {
  test('the cookie is out of reach for scripts and other sites, and ends with the session', async () => {
    const { headers, text, status } = await raw(
      'POST',
      '/api/v1/sessions',
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
    expect((await raw('GET', '/api/v1/sessions/current', { cookie })).status).toBe(200);
    expect((await raw('DELETE', '/api/v1/sessions/current', { cookie })).status).toBe(204);
    expect((await raw('GET', '/api/v1/sessions/current', { cookie })).status).toBe(401);
    expect((await raw('GET', '/api/v1/tills', { cookie })).status).toBe(401);
  });

  test('anew, on the same screen, ends the session before', async () => {
    const signIn = async (username: string, cookie = '') => {
      const { headers } = await raw(
        'POST',
        '/api/v1/sessions',
        { ...JSON_TYPE, cookie },
        JSON.stringify(login(username)),
      );
      return headers.get('set-cookie')?.split(';')[0] ?? '';
    };
    const before = await signIn('cashier');
    expect((await raw('GET', '/api/v1/sessions/current', { cookie: before })).status).toBe(200);
    const after = await signIn('manager', before);
    expect((await raw('GET', '/api/v1/sessions/current', { cookie: before })).status).toBe(401);
    expect((await raw('GET', '/api/v1/sessions/current', { cookie: after })).status).toBe(200);
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
    const receipt = await paidReceipt();
    const item = await manager.item('1001');
    const lines = [{ itemId: item.id, kind: 'piece', quantity: 1 }];
    const cash = { method: 'cash', amountMinor: 100, credential: { tenderedMinor: 100 } };
    const display = { mode: 'idle', lines: [], subtotalMinor: 0, savingsMinor: 0, roundingMinor: 0, totalMinor: 0 };
    const tries: readonly (readonly [method: string, path: string, body: unknown, code: string])[] = [
      ['GET', `/sales/${sale.id}`, undefined, '404 sale-not-found'],
      ['PUT', `/sales/${sale.id}/rounding`, { roundingMinor: 1 }, '404 sale-not-found'],
      ['POST', `/sales/${sale.id}/abandon`, undefined, '404 sale-not-found'],
      ['POST', `/sales/${sale.id}/payments`, cash, '404 sale-not-found'],
      ['GET', `/payments/${payment.id}`, undefined, '404 payment-not-found'],
      ['GET', `/payments/${payment.id}/status`, undefined, '404 payment-not-found'],
      ['POST', `/payments/${payment.id}/inquire`, undefined, '404 payment-not-found'],
      ['POST', `/payments/${payment.id}/cancel`, undefined, '404 payment-not-found'],
      ['POST', `/payments/${payment.id}/refunds`, { amountMinor: 1, reason: 'x' }, '404 payment-not-found'],
      ['GET', `/payments/${payment.id}/refunds/x`, undefined, '404 payment-not-found'],
      ['GET', `/sales/by-receipt/${receipt}`, undefined, '404 receipt-not-found'],
      ['GET', '/tills/till_1/display', undefined, '404 till-not-found'],
      ['PUT', '/tills/till_1/display', display, '404 till-not-found'],
      ['GET', '/tills/till_1/events', undefined, '404 till-not-found'],
      ['GET', '/shifts/current?tillId=till_1', undefined, '404 till-not-found'],
      ['POST', '/shifts', { tillId: 'till_2', floatMinor: 0 }, '404 till-not-found'],
      ['POST', `/shifts/${shift.id}/close`, { countedMinor: 0 }, '404 shift-not-found'],
      ['POST', '/sales', { tillId: 'till_1', scenario: 'retail', lines }, '404 till-not-found'],
      ['POST', '/sales', { tillId: 'till_next', scenario: 'retail', lines }, '422 line-refused'],
      ['POST', '/sales/returns', { tillId: 'till_1', scenario: 'retail', lines, reason: 'x' }, '404 till-not-found'],
    ];
    for (const [method, path, body, code] of tries)
      expect(await codeOf(neighbour.send(method, path, body)), `${method} ${path}`).toBe(code);
    const { payments } = await neighbour.send<{ payments: PaymentView[] }>('GET', '/payments');
    expect(payments).toEqual([]);
    expect(await neighbour.send('GET', `/sales?number=${sale.number}`)).toEqual({ sales: [] });
    expect(await neighbour.send('GET', '/tills/till_1/unresolved')).toEqual({ payments: [] });
    expect(await neighbour.send('GET', '/tills/till_1/payments')).toEqual({ payments: [] });
    expect(await neighbour.send('GET', '/tills')).toMatchObject({ tills: [{ id: 'till_next' }] });
    expect(await neighbour.send('GET', '/reports/day')).toMatchObject({ takingsMinor: 0, count: 0, alerts: [] });
    expect((await manager.sale(sale.id)).paidMinor).toBe(500);
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
    const { status, text } = await raw('GET', `/api/v1/receipts/${receiptToken}`);
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
    const codes = async (guess: string) => (await raw('GET', `/api/v1/receipts/${encodeURIComponent(guess)}`)).status;
    expect(await codes(other)).toBe(404);
    expect(await codes('A'.repeat(24))).toBe(404);
    for (const guess of [sale.id, sale.number, token.slice(0, 23), `${token}A`, '%', "' or true --"])
      expect(await codes(guess), guess).toBe(400);
  });

  test('tokens have nothing in common', async () => {
    const sales = await Promise.all(CROWD.slice(0, 20).map(() => cashier.saleOf(100)));
    await Promise.all(sales.map(({ id }) => cashier.pay(id, 'cash', 100, { tenderedMinor: 100 })));
    const tokens = await Promise.all(sales.map(async ({ id }) => (await cashier.sale(id)).receiptToken ?? ''));
    expect(new Set(tokens).size).toBe(20);
    expect(new Set(tokens.map((token) => token.slice(0, 6))).size).toBe(20);
  });
});

describe('giving money back at a till', () => {
  test('starts from the receipt, and tells how the refund stands', async () => {
    const token = await paidReceipt();
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
    const token = await paidReceipt();
    const sale = await cashier.saleOf(100);
    expect((await cashier.pay(sale.id, 'wechat', 100, { code: '134567890123456789' })).result).toBe('failed');
    const { payments } = await cashier.send<{ payments: PaymentView[] }>('GET', '/tills/till_1/payments?limit=2');
    expect(payments).toHaveLength(2);
    expect(payments.every(({ result, purpose }) => result === 'succeeded' && purpose === 'sale')).toBe(true);
    const { id } = await manager.send<SaleView>('GET', `/sales/by-receipt/${token}`);
    expect(payments[0]?.saleId).toBe(id);
  });
});

/** The token of the receipt of ¥7 that were paid in cash. */
async function paidReceipt(): Promise<string> {
  const sale = await cashier.saleOf(700);
  await cashier.pay(sale.id, 'cash', 700, { tenderedMinor: 700 });
  return (await cashier.sale(sale.id)).receiptToken ?? '';
}

describe('the OpenAPI document', () => {
  test('is a well-formed 3.1 document that lists every route', async () => {
    const { status, headers, text } = await raw('GET', '/api/v1/openapi.json');
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^application\/json/)]);
    const document = JSON.parse(text) as OpenApiDocument;
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(structuralFaults(document)).toEqual([]);
    expect(
      operationsOf(document)
        .map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`)
        .sort(),
    ).toEqual(ROUTES);
  });

  test('says which commands want a key and what problems look like', async () => {
    const operations = operationsOf(JSON.parse((await raw('GET', '/api/v1/openapi.json')).text) as OpenApiDocument);
    const wantsKey = operations.filter(({ operation }) =>
      operation.parameters?.some((parameter) => parameter.name === 'idempotency-key' && parameter.required),
    );
    expect(wantsKey.map(({ path }) => path.replace('/api/v1', '')).sort()).toEqual([
      '/catalog/items',
      '/keys/requests',
      '/links',
      '/pay/{token}/payments',
      '/payments/{paymentId}/refunds',
      '/pre-authorizations',
      '/sales',
      '/sales/returns',
      '/sales/{saleId}/payments',
      '/shifts',
      '/shifts/{shiftId}/close',
      '/tills/{tillId}/batch-close',
    ]);
    for (const { operation, path } of operations)
      expect(Object.keys(operation.responses.default?.content ?? {}), path).toEqual(['application/problem+json']);
  });
});

const ROUTES = [
  'DELETE /sessions/current',
  'GET /acquirers/advices',
  'GET /acquirers/health',
  'GET /batches',
  'GET /batches/{batchId}',
  'GET /bills',
  'GET /bills/{methodId}/{date}',
  'GET /bills/{methodId}/{date}/rows',
  'GET /catalog',
  'GET /channels',
  'GET /demo',
  'GET /keys',
  'GET /keys/audit',
  'GET /keys/requests',
  'GET /keys/versions',
  'GET /ledger/accounts/{accountId}/transfers',
  'GET /ledger/takings',
  'GET /ledger/trial-balance',
  'GET /links',
  'GET /methods',
  'GET /pay/{token}',
  'GET /pay/{token}/payments/{paymentId}',
  'GET /payments',
  'GET /payments/{paymentId}',
  'GET /payments/{paymentId}/refunds/{refundId}',
  'GET /payments/{paymentId}/signature',
  'GET /payments/{paymentId}/status',
  'GET /pre-authorizations',
  'GET /receipts/{token}',
  'GET /receipts/{token}/signatures/{paymentId}',
  'GET /reports/day',
  'GET /sales',
  'GET /sales/by-receipt/{token}',
  'GET /sales/{saleId}',
  'GET /sessions/current',
  'GET /settlement/schedule',
  'GET /shifts/current',
  'GET /tills',
  'GET /tills/{tillId}/display',
  'GET /tills/{tillId}/events',
  'GET /tills/{tillId}/payments',
  'GET /tills/{tillId}/terminal/downloads/{what}',
  'GET /tills/{tillId}/terminal/offline-limits',
  'GET /tills/{tillId}/unresolved',
  'POST /acquirers/advices/{reference}/retry',
  'POST /bills/{methodId}/{date}',
  'POST /catalog/items',
  'POST /channels/{methodId}/test',
  'POST /keys/requests',
  'POST /keys/requests/{requestId}/approval',
  'POST /keys/requests/{requestId}/refusal',
  'POST /links',
  'POST /links/{linkId}/cancel',
  'POST /notifications/{methodId}/{merchantId}',
  'POST /pay/{token}/payments',
  'POST /pay/{token}/payments/{paymentId}/cancel',
  'POST /payments/{paymentId}/advance',
  'POST /payments/{paymentId}/cancel',
  'POST /payments/{paymentId}/inquire',
  'POST /payments/{paymentId}/refunds',
  'POST /payments/{paymentId}/signature',
  'POST /payments/{paymentId}/tip',
  'POST /pre-authorizations',
  'POST /sales',
  'POST /sales/returns',
  'POST /sales/{saleId}/abandon',
  'POST /sales/{saleId}/payments',
  'POST /sessions',
  'POST /shifts',
  'POST /shifts/{shiftId}/close',
  'POST /tills/{tillId}/batch-close',
  'POST /tills/{tillId}/card-balance',
  'POST /tills/{tillId}/shop-code',
  'POST /tills/{tillId}/terminal/downloads/{what}',
  'POST /tills/{tillId}/terminal/sign-off',
  'POST /tills/{tillId}/terminal/sign-on',
  'POST /tills/{tillId}/terminal/status',
  'PUT /channels/{methodId}',
  'PUT /keys/requests/{requestId}/components/{number}',
  'PUT /sales/{saleId}/rounding',
  'PUT /settlement/schedule',
  'PUT /tills/{tillId}/display',
  'PUT /tills/{tillId}/terminal/offline-limits',
];

test('health says no when the database is gone and yes when it is back, and so do payments', async () => {
  const health = async () => {
    const { status, text } = await raw('GET', '/healthz');
    return { ...(JSON.parse(text) as { database: boolean }), status };
  };
  expect(await health()).toMatchObject({ status: 200, database: true, merchants: true, lines: { 'sim-bank': true } });
  const sale = await cashier.saleOf(1_000);
  const key = randomUUID();
  database.cut();
  expect(await health()).toMatchObject({ status: 503, database: false });
  const problem = await problemOf(cashier.pay(sale.id, 'cash', 1_000, { tenderedMinor: 1_000 }, key));
  expect([problem.status, problem.body.retryable]).toEqual([500, true]);
  database.mend();
  const back = await until(health, ({ status }) => status === 200);
  expect(back).toMatchObject({ status: 200, database: true });
  const payment = await cashier.pay(sale.id, 'cash', 1_000, { tenderedMinor: 1_000 }, key);
  expect(payment.state).toBe('succeeded');
  expect((await cashier.sale(sale.id)).payments).toHaveLength(1);
});
