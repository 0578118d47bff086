import { randomUUID } from 'node:crypto';
import type { DayReport } from '@zhanggui/modules/insight/api.ts';
import type { PaymentView, SignatureView } from '@zhanggui/modules/payments/api.ts';
import type { PreAuthorizationView } from '@zhanggui/modules/payments/hold.ts';
import { packDrawing } from '@zhanggui/modules/payments/signature.ts';
import type { ReceiptView } from '@zhanggui/modules/sales/api.ts';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApiClient, ApiProblem } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { until } from '../support/until.ts';
import { lastWordOf } from '../support/waiting-chips.ts';
import { openWorld, type World } from '../support/world.ts';
import { Auditor } from './auditor.ts';

let world: World;
let client: ApiClient;
let operator: ApiClient;
let customer: CustomerWithCards;
let auditor: Auditor;

beforeAll(async () => {
  world = await openWorld();
  customer = new CustomerWithCards(world.simulator);
  const server = await world.startServer();
  client = await server.signIn();
  operator = await server.signIn('operator');
  await client.openShift();
});
afterAll(() => world.close());
beforeEach(async () => {
  await customer.clearFaults();
  await customer.setBankLine(true);
  auditor = await Auditor.begin(client, customer);
});
afterEach(async () => {
  expect(await auditor.findings(), 'what the auditor found').toEqual([]);
});

const CROWD = Array.from({ length: 100 }, (_, index) => index);

async function payByCard(amountMinor: number, cardId = 'debit-approves', pin = '123456') {
  const sale = await client.saleOf(amountMinor);
  const credential = await customer.presentCard(cardId, amountMinor, 'till_1', pin, { way: 'insert' });
  return client.pay(sale.id, 'card', amountMinor, credential);
}

async function holdOf(amountMinor: number): Promise<PaymentView> {
  const how = { purpose: 'pre-authorization' } as const;
  const credential = await customer.presentCard('debit-approves', amountMinor, 'till_1', '123456', how);
  const body = { tillId: 'till_1', method: 'card', amountMinor, credential };
  const begun = await client.send<PaymentView>('POST', '/pre-authorizations', body);
  const input = await lastWordOf(begun, credential);
  return client.send('POST', `/payments/${begun.id}/advance`, { input });
}

/** What came of a request: a state or result, or the code of the problem. */
async function wordOf(answer: Promise<{ readonly state: string }>): Promise<string> {
  try {
    return (await answer).state;
  } catch (error) {
    if (error instanceof ApiProblem) return error.code;
    throw error;
  }
}

describe('at the same time', () => {
  test('100 refunds of one payment never give back more than was taken', async () => {
    const payment = await payByCard(10_000);
    const words = await Promise.all(
      CROWD.map((index) =>
        wordOf(
          client.send('POST', `/payments/${payment.id}/refunds`, { amountMinor: 150 + (index % 7), reason: 'crowd' }),
        ),
      ),
    );
    const { refundedMinor, refunds } = await client.payment(payment.id);
    expect(refundedMinor).toBeLessThanOrEqual(10_000);
    expect(refundedMinor).toBeGreaterThan(10_000 - 157);
    expect(refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(refundedMinor);
    expect(words.filter((word) => word === 'succeeded')).toHaveLength(refunds.length);
    expect(new Set(words)).toEqual(new Set(['succeeded', 'refund-exceeds-payment']));
  });

  test('a completion and a void of one hold exclude each other, whoever is first', async () => {
    for (let round = 0; round < 6; round += 1) {
      const hold = await holdOf(10_000);
      const credential = { completes: hold.id };
      // A sale of its own for each completion, so that only the hold can refuse the second one.
      const sales = [await client.saleOf(4_000), await client.saleOf(4_000)];
      const complete = (): Promise<PaymentView> =>
        client.send('POST', `/sales/${sales.pop()?.id}/payments`, { method: 'card', amountMinor: 4_000, credential });
      const letGo = (): Promise<{ state: string }> =>
        client.send('POST', `/payments/${hold.id}/refunds`, { amountMinor: 10_000, reason: 'crowd' });
      const both = round % 2 === 0 ? [complete, letGo, complete] : [letGo, complete, letGo];
      const words = await Promise.all(both.map((act) => wordOf(act())));
      expect(words.toSorted()).toEqual(['pre-authorization-not-open', 'pre-authorization-not-open', 'succeeded']);
    }
  });
});

async function slipOf({ saleId }: PaymentView) {
  const { receiptToken } = await client.sale(saleId);
  const receipt = await client.send<ReceiptView>('GET', `/receipts/${receiptToken}`);
  return receipt.payments[0]?.slip ?? null;
}

test('the slip of a chip tells its certificate and the verification results, and who issued the card', async () => {
  const slip = await slipOf(await payByCard(25_000));
  expect(slip).toMatchObject({
    entryMode: 'chip',
    applicationId: 'A000000333010101',
    issuer: expect.stringMatching(/^\d+$/),
  });
  expect([slip?.certificate, slip?.verificationResults]).toEqual([
    expect.stringMatching(/^[0-9A-F]{16}$/),
    expect.stringMatching(/^[0-9A-F]{10}$/),
  ]);
});

describe('a tip', () => {
  /** A payment of which the customer signs the slip. */
  async function signed(amountMinor = 30_000): Promise<PaymentView> {
    const sale = await client.saleOf(amountMinor);
    const credential = await customer.presentCard('credit-contactless', amountMinor, 'till_1', undefined, {
      way: 'insert',
    });
    return client.pay(sale.id, 'card', amountMinor, credential);
  }
  const tip = (id: string, tipMinor: number): Promise<PaymentView> =>
    client.send('POST', `/payments/${id}/tip`, { tipMinor });
  const settled = (id: string) =>
    until(
      () => client.payment(id),
      ({ provisional }) => !provisional,
    );
  const receivable = async (): Promise<number> => {
    const { balances } = await auditor.moved();
    return balances.get('merchant:mer_demo:channel:card:receivable') ?? 0;
  };
  const held = async (): Promise<number> => (await auditor.moved()).held.card;

  test('is added to what the customer signs, told to the bank, and counted in the batch', async () => {
    const payment = await signed();
    expect(await tip(payment.id, 4_000)).toMatchObject({ tipMinor: 4_000, provisional: true, amountMinor: 30_000 });
    expect(await tip(payment.id, 4_000)).toMatchObject({ tipMinor: 4_000 });
    expect(await wordOf(tip(payment.id, 4_001))).toBe('tip-already-added');
    expect(await settled(payment.id)).toMatchObject({ tipMinor: 4_000, feeMinor: 170 });
    expect([await receivable(), await held()]).toEqual([34_000, 34_000]);
    expect(await slipOf(payment)).toMatchObject({ tipMinor: 4_000 });
    // All of the sale is refunded, not voided; the tip stays.
    expect(
      await wordOf(client.send('POST', `/payments/${payment.id}/refunds`, { amountMinor: 30_000, reason: 'test' })),
    ).toBe('succeeded');
    expect([await receivable(), await held()]).toEqual([4_000, 4_000]);
    const { id } = await client.send<BatchView>('POST', '/tills/till_1/batch-close');
    const closed = await until(
      () => client.send<BatchView>('GET', `/batches/${id}`),
      ({ state }) => state === 'closed',
    );
    expect(closed).toMatchObject({ verdict: { domestic: 'balanced', foreign: 'balanced' } });
    expect(await wordOf(tip((await signedBefore()).id, 100))).toBe('tip-too-late');
  });

  /** A payment whose batch is closed since. */
  async function signedBefore(): Promise<PaymentView> {
    const payment = await signed();
    const { id } = await client.send<BatchView>('POST', '/tills/till_1/batch-close');
    await until(
      () => client.send<BatchView>('GET', `/batches/${id}`),
      ({ state }) => state === 'closed',
    );
    return payment;
  }

  test('that the bank refuses is taken off again, with an alert', async () => {
    const payment = await signed();
    await customer.setBankFault({ kind: 'decline', code: '12' }, ['0220']);
    await tip(payment.id, 1_000);
    expect(await settled(payment.id)).toMatchObject({ state: 'succeeded', tipMinor: 0, lostMinor: 0, feeMinor: 150 });
    expect([await receivable(), await held()]).toEqual([30_000, 30_000]);
    const { alerts } = await client.send<DayReport>('GET', '/reports/day');
    expect(alerts.filter(({ paymentId }) => paymentId === payment.id).map(({ kind }) => kind)).toEqual(['tip-refused']);
  });

  test('that the bank is silent to is told until it has it, once', async () => {
    const payment = await signed();
    await customer.setBankFault({ kind: 'silent' }, ['0220']);
    await tip(payment.id, 1_000);
    expect(await wordOf(client.send('POST', `/payments/${payment.id}/refunds`, { amountMinor: 1, reason: 'x' }))).toBe(
      'payment-provisional',
    );
    expect(await settled(payment.id)).toMatchObject({ tipMinor: 1_000 });
    expect([await receivable(), await held()]).toEqual([31_000, 31_000]);
  });

  test('is refused where nobody signed, where it is too large, and where money went back', async () => {
    expect(await wordOf(tip((await payByCard(25_000)).id, 100))).toBe('tip-not-allowed');
    const payment = await signed();
    expect(await wordOf(tip(payment.id, 6_001))).toBe('tip-too-large');
    await client.send('POST', `/payments/${payment.id}/refunds`, { amountMinor: 100, reason: 'test' });
    expect(await wordOf(tip(payment.id, 100))).toBe('tip-not-allowed');
  });
});

describe('a code that the customer shows', () => {
  const scan = async (amountMinor: number): Promise<PaymentView> => {
    const sale = await client.saleOf(amountMinor);
    const { code } = world.simulator.bank.host.codes.issue('debit-approves', new Date());
    return client.pay(sale.id, 'card', amountMinor, { code });
  };
  const giveBack = (id: string, amountMinor: number): Promise<{ state: string }> =>
    client.send('POST', `/payments/${id}/refunds`, { amountMinor, reason: 'test' });

  test('pays through the acquirer of the cards, is voided and refunded there, and counts in the batch', async () => {
    const voided = await scan(2_000);
    expect(voided).toMatchObject({ state: 'succeeded', method: 'card' });
    expect(await giveBack(voided.id, 2_000)).toMatchObject({ state: 'succeeded' });
    const refunded = await scan(3_000);
    expect(await giveBack(refunded.id, 1_000)).toMatchObject({ state: 'succeeded' });
    expect(world.simulator.bank.host.book.authorizations(10).map(({ kind, state }) => `${kind} ${state}`)).toEqual(
      expect.arrayContaining(['qr-sale voided', 'void approved', 'qr-sale approved', 'refund approved']),
    );
    expect(await slipOf(refunded)).toMatchObject({
      entryMode: 'code',
      device: 'phone',
      scheme: 'unionpay',
      certificate: null,
    });
  });

  test('is undone when its bank stays silent, and reserves nothing', async () => {
    await customer.setBankFault({ kind: 'silent' });
    const { id } = await scan(2_000);
    const ended = await until(
      () => client.payment(id),
      ({ state }) => state === 'cancelled',
    );
    expect(ended.state).toBe('cancelled');
    const { code } = world.simulator.bank.host.codes.issue('debit-approves', new Date());
    const body = { tillId: 'till_1', method: 'card', amountMinor: 100, credential: { code } };
    expect(await wordOf(client.send('POST', '/pre-authorizations', body))).toBe('credential-refused');
  });
});

describe('without the bank', () => {
  const setLimits = (perPaymentMinor: number, totalMinor: number): Promise<unknown> =>
    operator.send('PUT', '/tills/till_1/terminal/offline-limits', { perPaymentMinor, totalMinor });
  const report = (): Promise<DayReport> => client.send('GET', '/reports/day');
  const settled = (id: string) =>
    until(
      () => client.payment(id),
      ({ provisional }) => !provisional,
    );

  beforeEach(() => setLimits(30_000, 50_000));

  test('a chip that wanted its bank and does not pay without it says so', async () => {
    await customer.setBankLine(false);
    expect(await payByCard(25_000)).toMatchObject({ state: 'failed', decline: { code: 'chip-declined-offline' } });
    await customer.setBankLine(true);
  });

  test('a chip that approves by itself pays at once, is shown as a risk, and is told to the bank', async () => {
    await customer.setBankLine(false);
    const payment = await payByCard(5_000, 'offline-approving');
    expect(payment).toMatchObject({ state: 'succeeded', provisional: true });
    expect((await report()).atRisk).toEqual({ count: 1, amountMinor: 5_000 });
    expect(await wordOf(client.send('POST', `/payments/${payment.id}/refunds`, { amountMinor: 1, reason: 'x' }))).toBe(
      'payment-provisional',
    );
    await customer.setBankLine(true);
    expect(await settled(payment.id)).toMatchObject({ state: 'succeeded', provisional: false, lostMinor: 0 });
    expect((await report()).atRisk).toEqual({ count: 0, amountMinor: 0 });
  });

  test('a chip that wanted its bank approves by itself when the line is down (Y3), and its bank gets its certificate', async () => {
    const asked = await payByCard(25_000, 'approves-unreached');
    expect(asked).toMatchObject({ state: 'succeeded', provisional: false });
    await customer.setBankLine(false);
    const payment = await payByCard(25_000, 'approves-unreached');
    expect(payment).toMatchObject({ state: 'succeeded', provisional: true });
    expect((await report()).atRisk).toEqual({ count: 1, amountMinor: 25_000 });
    await customer.setBankLine(true);
    expect(await settled(payment.id)).toMatchObject({ state: 'succeeded', provisional: false, lostMinor: 0 });
    expect(world.simulator.bank.host.book.authorizations(10)).toContainEqual(
      expect.objectContaining({ kind: 'chip-offline-sale', state: 'approved', amountMinor: 25_000 }),
    );
  });

  test.each([
    ['offline-approving', 5_000],
    ['approves-unreached', 25_000],
  ])('what the bank refuses afterwards is the merchant’s loss, with an alert: %s', async (cardId, amountMinor) => {
    const lostBefore = (await report()).lostMinor;
    await customer.setBankLine(false);
    const payment = await payByCard(amountMinor, cardId);
    await customer.setBankFault({ kind: 'decline', code: '51' }, ['0200', '0220']);
    await customer.setBankLine(true);
    expect(await settled(payment.id)).toMatchObject({
      state: 'succeeded',
      provisional: false,
      lostMinor: amountMinor,
      decline: { code: '51' },
    });
    const { alerts, lostMinor } = await report();
    expect(alerts.filter(({ paymentId }) => paymentId === payment.id).map(({ kind }) => kind)).toEqual([
      'offline-refused',
    ]);
    expect(lostMinor - lostBefore).toBe(amountMinor);
    const { balances } = await auditor.moved();
    expect(balances.get('merchant:mer_demo:payable')).toBe(0);
    expect(balances.get('merchant:mer_demo:fees:card')).toBe(0);
  });

  test('the limits hold for each payment and for all that the bank has not seen', async () => {
    await setLimits(4_999, 50_000);
    await customer.setBankLine(false);
    expect(await payByCard(5_000, 'offline-approving')).toMatchObject({
      state: 'failed',
      decline: { code: 'offline-limit' },
    });
    await setLimits(5_000, 7_000);
    expect(await payByCard(5_000, 'offline-approving')).toMatchObject({ state: 'succeeded' });
    expect(await payByCard(5_000, 'offline-approving')).toMatchObject({
      state: 'failed',
      decline: { code: 'offline-limit' },
    });
    await setLimits(0, 0);
    expect(await payByCard(5_000)).toMatchObject({ state: 'failed', decline: { code: 'not-sent' } });
    await customer.setBankLine(true);
  });
});

describe('a signature', () => {
  const drawing = { width: 600, height: 200, strokes: [[5, 40, 90].map((x) => ({ x, y: 200 - x }))] };
  const strokes = Buffer.from(packDrawing(drawing)).toString('base64');
  const sign = (id: string, drawn = strokes): Promise<PaymentView> =>
    client.send('POST', `/payments/${id}/signature`, { strokes: drawn });

  test('is asked for where the card does, kept with the payment, and stands on the receipt', async () => {
    const payment = await payByCard(5_000, 'visa');
    expect(payment).toMatchObject({ state: 'succeeded', signature: 'wanted' });
    const key = `/payments/${payment.id}/signature`;
    expect(await sign(payment.id)).toMatchObject({ signature: 'given' });
    expect(await sign(payment.id)).toMatchObject({ signature: 'given' });
    const other = Buffer.from(packDrawing({ ...drawing, width: 601 })).toString('base64');
    await expect(sign(payment.id, other)).rejects.toMatchObject({ code: 'signature-given' });
    const kept = await client.send<SignatureView>('GET', key);
    expect(kept).toMatchObject({ width: 600, height: 200, path: 'M5 195L40 160L90 110' });
    const { receiptToken } = await client.sale(payment.saleId);
    const receipt = await client.send<ReceiptView>('GET', `/receipts/${receiptToken}`);
    expect(receipt.payments).toMatchObject([
      { slip: { scheme: 'visa', verification: 'signature', entryMode: 'chip', terminalId: expect.any(String) } },
    ]);
    expect(await client.send<SignatureView>('GET', receipt.payments[0]?.signatureUrl ?? '')).toEqual(kept);
    await expect(client.send('GET', `/receipts/${'A'.repeat(24)}/signatures/${payment.id}`)).rejects.toMatchObject({
      code: 'receipt-not-found',
    });
  });

  test('is not taken where nobody asked, and nothing else is taken for one', async () => {
    const payment = await payByCard(5_000);
    await expect(sign(payment.id)).rejects.toMatchObject({ code: 'signature-not-wanted' });
    const wanting = await payByCard(5_000, 'visa');
    await expect(sign(wanting.id, 'AAAA')).rejects.toMatchObject({ code: 'signature-refused' });
    await expect(sign(wanting.id, 'A'.repeat(10_928))).rejects.toMatchObject({ code: 'field-refused' });
    expect(await client.payment(wanting.id)).toMatchObject({ signature: 'wanted' });
  });
});

test('a balance inquiry tells what the card holds and moves nothing', async () => {
  const how = { purpose: 'balance' } as const;
  const credential = await customer.presentCard('debit-approves', 0, 'till_1', '123456', how);
  const told = await client.send('POST', '/tills/till_1/card-balance', { credential });
  expect(told).toMatchObject({ balance: { currency: 'CNY', amountMinor: expect.any(Number) }, decline: null });
});

test('an open hold tells until when it reserves the money, and how much may be taken', async () => {
  const hold = await holdOf(10_000);
  const { preAuthorizations } = await client.send<{ preAuthorizations: PreAuthorizationView[] }>(
    'GET',
    '/pre-authorizations?open=1',
  );
  const found = preAuthorizations.find(({ id }) => id === hold.id);
  expect(found).toMatchObject({ standing: 'open', largestCompletionMinor: 11_500, saleId: hold.id, feeMinor: null });
  expect(Date.parse(found?.expiresAt ?? '') - Date.parse(hold.createdAt)).toBe(30 * 86_400_000);
  const key = randomUUID();
  const body = { amountMinor: 10_000, reason: 'x' };
  const voided = await client.send<{ id: string }>('POST', `/payments/${hold.id}/refunds`, body, key);
  expect(await client.send('POST', `/payments/${hold.id}/refunds`, body, key)).toMatchObject({ id: voided.id });
});
