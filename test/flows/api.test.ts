import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, JSON_TYPE, login, problemOf, raw } from '../support/api-answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import { type CuttableLine, openCuttableLine } from '../support/cuttable-line.ts';
import { type OpenApiDocument, operationsOf, structuralFaults } from '../support/open-api.ts';
import { until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

let world: World;
let server: TestServer;
let database: CuttableLine;
let manager: ApiClient;
let cashier: ApiClient;

beforeAll(async () => {
  world = await openWorld();
  const url = new URL(world.databaseUrl);
  database = await openCuttableLine(Number(url.port));
  url.port = String(database.port);
  server = await world.startServer({ DATABASE_URL: url.href });
  manager = await server.signIn('manager');
  await manager.openShift();
  cashier = await server.signIn('cashier');
});
afterAll(async () => {
  await world.close();
  await database.close();
});

const at = (path: string): string => `${server.origin}${path}`;

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
    const { headers } = await raw(at('/api/v1/tills'), 'GET');
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
    const { headers } = await raw(at('/api/v1/sessions'), 'POST', JSON_TYPE, JSON.stringify(login('manager')));
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    const expectProblem = async (answer: ReturnType<typeof raw>, status: number, code: string) => {
      const { text, ...came } = await answer;
      expect([came.status, JSON.parse(text)], code).toMatchObject([status, { status, code }]);
      expect(came.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    };
    await expectProblem(raw(at('/api/v1/nothing-here'), 'GET'), 404, 'not-found');
    await expectProblem(raw(at('/nothing-here'), 'GET'), 404, 'not-found');
    await expectProblem(raw(at('/api/v1/tills'), 'PATCH'), 404, 'not-found');
    const key = { ...JSON_TYPE, cookie, 'idempotency-key': randomUUID() };
    await expectProblem(raw(at('/api/v1/shifts'), 'POST', key, '{"tillId":'), 400, 'body-not-json');
    await expectProblem(
      raw(at('/api/v1/shifts'), 'POST', { ...key, 'content-type': 'text/plain' }, 'x'),
      400,
      'body-not-json',
    );
    await expectProblem(raw(at('/api/v1/shifts'), 'POST', key, `"${'x'.repeat(2_000_000)}"`), 413, 'body-too-large');
    const body = JSON.stringify({ tillId: 'till_1', floatMinor: 0 });
    await expectProblem(
      raw(at('/api/v1/shifts'), 'POST', { ...JSON_TYPE, cookie }, body),
      400,
      'idempotency-key-missing',
    );
    await expectProblem(
      raw(at('/api/v1/shifts'), 'POST', { ...key, 'idempotency-key': 'short' }, body),
      400,
      'idempotency-key-missing',
    );
  });
});

describe('the OpenAPI document', () => {
  test('is a well-formed 3.1 document that lists every route', async () => {
    const { status, headers, text } = await raw(at('/api/v1/openapi.json'), 'GET');
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
    const operations = operationsOf(JSON.parse((await raw(at('/api/v1/openapi.json'))).text) as OpenApiDocument);
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
  'GET /audit',
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
    const { status, text } = await raw(at('/healthz'), 'GET');
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
