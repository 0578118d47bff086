import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beijingDate } from '@zhanggui/base';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';

/** One notification as WeChat Pay sent it, before the platform has seen it. */
interface Caught {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let world: World;
let server: TestServer;
let client: ApiClient;
let customer: CustomerWithCards;
let between: Server;
/** What WeChat Pay sent to the platform's public address; it is passed on only by the tests. */
let caught: Caught[];

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  between = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      caught.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port } = between.address() as AddressInfo;
  server = await world.startServer({ ZHANGGUI_PUBLIC_URL: `http://127.0.0.1:${port}/` });
  client = await server.signIn();
  await client.openShift();
});
afterAll(async () => {
  await world.close();
  await new Promise((resolve) => between.close(resolve));
});
beforeEach(() => {
  caught = [];
});

/** A payment whose customer has paid, and the notification that says so and that nobody has delivered yet. */
async function paidAndCaught(): Promise<{ payment: PaymentView; notification: Caught }> {
  const sale = await client.saleOf(2599);
  const payment = await client.pay(sale.id, 'wechat', 2599, { show: true });
  const qr = payment.handover?.kind === 'code' ? payment.handover.content : '';
  // The questions are a net that is not to catch it here.
  await customer.setWalletFault('wechat', { kind: '500', operation: 'query', count: 1_000 });
  expect(await customer.onPhone('wechat', 'wangfang', 'scan', { qr, pay: true })).toEqual({ result: 'paid' });
  const [notification] = await until(
    async () => caught,
    (all) => all.length > 0,
  );
  if (notification === undefined) throw new Error('nobody was told');
  return { payment, notification };
}

interface Change {
  readonly path?: string;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Delivers a notification to the platform, as it came or with something changed. */
async function deliver(
  { path, headers, body }: Caught,
  change: Change = {},
): Promise<{ status: number; text: string }> {
  const signed = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && name.startsWith('wechatpay-') ? [[name, value]] : [],
    ),
  );
  const response = await fetch(server.origin + (change.path ?? path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signed, ...change.headers },
    body: change.body ?? body,
  });
  return { status: response.status, text: await response.text() };
}

const stateOf = async (id: string): Promise<string> => (await client.payment(id)).state;

describe('a notification', () => {
  test('is taken byte for byte whatever its content type says, and the till is told at once', async () => {
    const { payment, notification } = await paidAndCaught();
    expect(notification.path).toBe('/api/v1/notifications/wechat/mer_demo');
    const heard: { state: string; at: number }[] = [];
    const stream = await client.follow('till_1', (name, data) => {
      const { id, state } = data as PaymentView;
      if (name === 'payment' && id === payment.id) heard.push({ state, at: performance.now() });
    });
    const from = performance.now();
    const answer = await deliver(notification, { headers: { 'content-type': 'application/octet-stream' } });
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('SUCCESS') });
    await until(
      async () => heard.at(-1)?.state,
      (state) => state === 'succeeded',
    );
    stream.stop();
    expect((heard.at(-1)?.at ?? 0) - from).toBeLessThan(1_000);
    expect(await stateOf(payment.id)).toBe('succeeded');
    await customer.clearFaults();
  });

  test('is believed by nobody when a byte, the merchant, or its headers are others, and then taken all the same', async () => {
    const { payment, notification } = await paidAndCaught();
    const text = notification.body.toString();
    const changes: readonly Change[] = [
      { body: Buffer.from(`${text} `) },
      { body: Buffer.from(text.replace('TRANSACTION', 'TRANSACTIoN')) },
      { body: Buffer.from('{}') },
      { path: '/api/v1/notifications/wechat/mer_other' },
      { headers: { 'wechatpay-timestamp': '1700000000' } },
      { headers: { 'wechatpay-serial': 'FORGED' } },
      { headers: { 'wechatpay-signature': 'WECHATPAY/SIGNTEST/AAAA' } },
    ];
    for (const change of changes) {
      expect(await deliver(notification, change)).toMatchObject({ status: 401, text: expect.stringContaining('FAIL') });
      expect(await stateOf(payment.id)).not.toBe('succeeded');
    }
    const elsewhere = await deliver(notification, { path: '/api/v1/notifications/cash/mer_demo' });
    expect(elsewhere.status).toBe(404);
    expect((await deliver(notification, { body: Uint8Array.of(0xff, 0xfe) })).status).toBe(400);
    expect((await deliver(notification)).status).toBe(200);
    expect(await stateOf(payment.id)).toBe('succeeded');
    await customer.clearFaults();
  });

  test('listened in to and sent again is refused, and the payment counts once', async () => {
    const { payment, notification } = await paidAndCaught();
    expect((await deliver(notification)).status).toBe(200);
    expect(await deliver(notification)).toMatchObject({ status: 401, text: expect.stringContaining('replayed') });
    const { events } = await client.payment(payment.id);
    expect(events.filter(({ kind }) => kind === 'posting')).toHaveLength(2);
    expect(JSON.stringify(events)).toContain('notification TRANSACTION.SUCCESS');
    // The order named the device that is registered for the till.
    expect(JSON.stringify(events)).toContain('ZG00000001');
    await customer.clearFaults();
  });

  test('of a refund ends it', async () => {
    const { payment, notification } = await paidAndCaught();
    await deliver(notification);
    caught = [];
    await customer.setWalletFault('wechat', { kind: '500', operation: 'refund-query', count: 1_000 });
    const path = `/payments/${payment.id}/refunds`;
    const refund = await client.send<RefundView>('POST', path, { amountMinor: 599, reason: '退货' });
    expect(refund.result).toBe('pending');
    const [told] = await until(
      async () => caught,
      (all) => all.length > 0,
    );
    if (told === undefined) throw new Error('nobody was told');
    expect((await deliver(told)).status).toBe(200);
    const { refunds, refundedMinor } = await client.payment(payment.id);
    expect(refunds).toMatchObject([{ id: refund.id, result: 'succeeded' }]);
    expect(refundedMinor).toBe(599);
    await customer.clearFaults();
  });
});

describe('the bill of a day', () => {
  interface BillView {
    readonly state: string;
    readonly rowCount: number;
  }

  test('is fetched by the operator, shown while it comes, and holds what was paid', async () => {
    const { payment, notification } = await paidAndCaught();
    await deliver(notification);
    await customer.clearFaults();
    await fetch(`http://127.0.0.1:${world.simulator.port}/sim/wallets/wechat/bills`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ anyDay: true }),
    });
    const operator = await server.signIn('operator');
    const path = `/bills/wechat/${beijingDate(Date.now())}`;
    await operator.send<BillView>('POST', path);
    const fetched = await until(
      () => operator.send<BillView>('GET', path),
      ({ state }) => state !== 'fetching',
    );
    expect(fetched.state).toBe('fetched');
    const { rows } = await operator.send<{ rows: { kind: string; ourReference: string; amountMinor: number }[] }>(
      'GET',
      `${path}/rows`,
    );
    expect(rows).toHaveLength(fetched.rowCount);
    const ours = payment.id.replace('pay_', '');
    expect(rows.filter(({ ourReference }) => ourReference === ours)).toMatchObject([
      { kind: 'payment', amountMinor: 2599 },
    ]);
    await operator.send<BillView>('POST', path);
    const again = await until(
      () => operator.send<BillView>('GET', path),
      ({ state }) => state !== 'fetching',
    );
    expect(again).toMatchObject({ state: 'fetched', rowCount: fetched.rowCount });
  });

  test('is no matter of the till, and cash has none', async () => {
    const path = `/bills/wechat/${beijingDate(Date.now())}`;
    const cashier = await server.signIn('cashier');
    await expect(cashier.send('POST', path)).rejects.toMatchObject({ code: 'not-permitted' });
    const operator = await server.signIn('operator');
    await expect(operator.send('POST', path.replace('wechat', 'cash'))).rejects.toMatchObject({ code: 'no-bill' });
    await expect(operator.send('GET', '/bills/wechat/2026-01-01')).rejects.toMatchObject({ code: 'not-found' });
  });
});
