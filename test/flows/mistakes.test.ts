import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WALLET_IDS, type WalletId } from '../../sim/wallets/code-issuer.ts';
import type { Order } from '../../sim/wallets/orders.ts';
import type { ApiClient, PaymentDetail } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { UNFINISHED, until } from '../support/until.ts';
import { openWorld, type TestServer, TIME_SCALE, type World } from '../support/world.ts';
import { Auditor } from './auditor.ts';

/** Mistakes that are known of other tills: each is tried here, and named. */
const AMOUNT = 1_005;

let world: World;
let server: TestServer;
let client: ApiClient;
let customer: CustomerWithCards;
let auditor: Auditor;

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  server = await world.startServer({ LOG_LEVEL: 'trace' });
  client = await server.signIn();
  await client.openShift();
  auditor = await Auditor.begin(client, customer);
});
afterAll(() => world.close());
beforeEach(() => customer.clearFaults());
afterEach(async () => {
  expect(await auditor.findings()).toEqual([]);
});

/** All wallets at the same time, each with faults of its own; what fails is said with the wallet's name. */
async function eachWallet(act: (wallet: WalletId) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(WALLET_IDS.map(act));
  const wrong = ends.flatMap((end, index) =>
    end.status === 'rejected' ? [`${WALLET_IDS[index]}: ${String(end.reason)}`] : [],
  );
  expect(wrong).toEqual([]);
}

async function pay(wallet: WalletId, code?: string): Promise<PaymentView> {
  const sale = await client.saleOf(AMOUNT);
  return client.pay(sale.id, wallet, AMOUNT, { code: code ?? (await customer.paymentCode(wallet)) });
}

/** The payment once the server has found out by itself. */
function ended(id: string): Promise<PaymentDetail> {
  return until(
    () => client.payment(id),
    ({ state, refunds }) => !UNFINISHED.includes(state) && refunds.every(({ result }) => result !== 'pending'),
  );
}

function ordersOf(wallet: WalletId, from: number): readonly Order[] {
  return world.simulator.wallets.books[wallet].orders().slice(from);
}

const orderCount = (wallet: WalletId): number => ordersOf(wallet, 0).length;

const wordOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'accepted',
    ({ code }: { code?: string }) => code ?? 'no problem document',
  );

describe('in every wallet', () => {
  test('a network error leaves the order never asked again', () =>
    eachWallet(async (wallet) => {
      await customer.setWalletFault(wallet, { kind: 'lost-answer', operation: 'pay' });
      const unheard = await pay(wallet);
      expect(unheard.result).toBe('pending');
      expect(await ended(unheard.id)).toMatchObject({ state: 'succeeded' });
      await customer.setWalletFault(wallet, { kind: 'silence', operation: 'pay' });
      const unseen = await pay(wallet);
      expect(unseen.result).toBe('pending');
      expect((await ended(unseen.id)).result).toBe('failed');
    }));

  test('a time-out is taken for a failure, so that the customer pays twice', () =>
    eachWallet(async (wallet) => {
      const before = orderCount(wallet);
      await customer.setWalletFault(wallet, { kind: 'lost-answer', operation: 'pay' });
      const first = await pay(wallet);
      const credential = { code: await customer.paymentCode(wallet) };
      expect(await wordOf(client.pay(first.saleId, wallet, AMOUNT, credential))).toBe('amount-exceeds-due');
      expect((await ended(first.id)).state).toBe('succeeded');
      expect(ordersOf(wallet, before).filter(({ paidAt }) => paidAt !== null)).toHaveLength(1);
    }));

  test.each([
    ['500', 'cancelled'],
    ['wrong-signature', 'succeeded'],
    ['truncated', 'succeeded'],
  ])('every answer but two is taken for a failure: %s', (kind, state) =>
    eachWallet(async (wallet) => {
      await customer.setWalletFault(wallet, { kind, operation: 'pay' });
      const unclear = await pay(wallet);
      expect(unclear).toMatchObject({ result: 'pending', state: 'unknown' });
      expect((await ended(unclear.id)).state).toBe(state);
    }),
  );

  test('asking ends without a cancellation', () =>
    eachWallet(async (wallet) => {
      const before = orderCount(wallet);
      await customer.setWalletFault(wallet, { kind: 'userpaying-forever' });
      const { id } = await pay(wallet);
      expect((await ended(id)).state).toBe('cancelled');
      expect(ordersOf(wallet, before).map(({ state }) => state)).toEqual(['revoked']);
    }));

  test('a success that comes after the cancellation is told as one, for an order that is closed', () =>
    eachWallet(async (wallet) => {
      const told = new Set<string>();
      const stream = await client.follow('till_1', (name, data) => {
        if (name === 'payment' && (data as PaymentView).result === 'succeeded') told.add((data as PaymentView).id);
      });
      await customer.setWalletFault(wallet, { kind: 'late-success-after-cancel', delayMs: 50 });
      const { id, saleId } = await pay(wallet);
      const returned = await until(
        () => ended(id),
        ({ refunds }) => refunds.length > 0 && refunds.every(({ result }) => result !== 'pending'),
      );
      stream.stop();
      expect(returned).toMatchObject({ state: 'cancelled', refunds: [{ cause: 'late-approval', state: 'succeeded' }] });
      expect([...told]).not.toContain(id);
      expect(await client.sale(saleId)).toMatchObject({ paidMinor: 0, dueMinor: AMOUNT });
    }));

  test('a payment code is kept as a number, whose last digits are lost', () =>
    eachWallet(async (wallet) => {
      const before = orderCount(wallet);
      const code = await customer.paymentCode(wallet);
      const sale = await client.saleOf(AMOUNT);
      expect(await wordOf(client.pay(sale.id, wallet, AMOUNT, { code: Number(code) }))).toBe('field-refused');
      expect(orderCount(wallet)).toBe(before);
      expect((await client.pay(sale.id, wallet, AMOUNT, { code })).state).toBe('succeeded');
    }));

  test('an order’s number is used again with a new code', () =>
    eachWallet(async (wallet) => {
      const before = orderCount(wallet);
      await customer.onPhone(wallet, 'wangfang', 'switches', { insufficient: true });
      const sale = await client.saleOf(AMOUNT);
      const poor = await client.pay(sale.id, wallet, AMOUNT, { code: await customer.paymentCode(wallet, 'wangfang') });
      expect((await ended(poor.id)).result).toBe('failed');
      await customer.resetPhones();
      const rich = await client.pay(sale.id, wallet, AMOUNT, { code: await customer.paymentCode(wallet, 'wangfang') });
      expect((await ended(rich.id)).state).toBe('succeeded');
      const numbers = ordersOf(wallet, before).map(({ outTradeNo }) => outTradeNo);
      expect(new Set(numbers).size).toBe(2);
    }));

  test('money is reckoned as a float', () =>
    eachWallet(async (wallet) => {
      const before = orderCount(wallet);
      const sale = await client.saleOf(29);
      await client.pay(sale.id, wallet, 29, { code: await customer.paymentCode(wallet) });
      expect((await pay(wallet)).amountMinor).toBe(AMOUNT);
      expect(ordersOf(wallet, before).map(({ amountMinor }) => amountMinor)).toEqual([29, AMOUNT]);
    }));

  test('a refund that is accepted is shown as done', () =>
    eachWallet(async (wallet) => {
      const { id } = await pay(wallet);
      await customer.setWalletFault(wallet, { kind: 'lost-answer', operation: 'refund' });
      await customer.setWalletFault(wallet, { kind: 'silence', operation: 'refund-query', count: 3 });
      await customer.setWalletFault(wallet, { kind: 'silence', operation: 'notify', count: 20 });
      const asked = await client.send<RefundView>('POST', `/payments/${id}/refunds`, {
        amountMinor: 5,
        reason: 'test',
      });
      expect(asked.result).toBe('pending');
      expect(await client.payment(id)).toMatchObject({ refundedMinor: 0 });
      expect(await ended(id)).toMatchObject({ refundedMinor: 5 });
    }));

  test('a payment that was refunded whole is taken for one that was never paid', () =>
    eachWallet(async (wallet) => {
      const { id } = await pay(wallet);
      await client.send('POST', `/payments/${id}/refunds`, { amountMinor: AMOUNT, reason: 'test' });
      await ended(id);
      expect(await client.send('POST', `/payments/${id}/inquire`)).toMatchObject({
        state: 'succeeded',
        refundedMinor: AMOUNT,
      });
    }));

  test('notifications have to sign in, are answered with a page, or are believed without a signature', () =>
    eachWallet(async (wallet) => {
      const { id } = await pay(wallet);
      const forged = await fetch(`${server.origin}/api/v1/notifications/${wallet}/mer_demo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ out_trade_no: id, trade_status: 'TRADE_SUCCESS', total_amount: '0.01' }),
      });
      expect(forged.headers.get('content-type')).not.toContain('html');
      expect([400, 401, 403]).toContain(forged.status);
      expect(await forged.text()).not.toMatch(/^(success|ok)$/i);
    }));

  test('codes and secrets are written to the log', () =>
    eachWallet(async (wallet) => {
      const code = await customer.paymentCode(wallet);
      await pay(wallet, code);
      const { secrets } = world.simulator.credentials().wallets[wallet];
      for (const secret of [code, ...Object.values(secrets)]) expect(server.log()).not.toContain(secret);
      expect(server.log()).toContain('acquirer line');
    }));
});

test('WeChat Pay is reversed before its 15 seconds', async () => {
  await customer.setWalletFault('wechat', { kind: 'userpaying-forever' });
  const payment = await pay('wechat');
  expect(await wordOf(client.send('POST', `/payments/${payment.id}/cancel`))).toBe('cancel-too-early');
  const { events } = await ended(payment.id);
  const from = Date.parse(payment.createdAt) + 15_000 * TIME_SCALE;
  const reversed = events.filter(({ kind, title }) => kind === 'request' && title.includes('reverse'));
  expect(reversed.length).toBeGreaterThan(0);
  for (const { at } of reversed) expect(Date.parse(at)).toBeGreaterThanOrEqual(from);
});

test('Alipay is cancelled long after the last question, when the customer may have paid meanwhile', async () => {
  await customer.setWalletFault('alipay', { kind: 'userpaying-forever' });
  const { id } = await pay('alipay');
  const { events } = await ended(id);
  const decided = events.findIndex(({ kind, title }) => kind === 'state' && title === 'cancelling');
  expect(events[decided - 1]).toMatchObject({ kind: 'answer', title: expect.stringContaining('query') });
  expect(events[decided + 1]).toMatchObject({ kind: 'request', title: expect.stringContaining('cancel') });
});

test('only one certificate of a channel is known, and the next one is not', async () => {
  for (const wallet of ['wechat', 'alipay'] as const) {
    await customer.setWalletFault(wallet, { kind: 'rotation', operation: 'pay' });
    const { id } = await pay(wallet);
    expect((await ended(id)).state).toBe('succeeded');
  }
});
