import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { describe, expect, it } from 'vitest';
import type { TillEvent } from '../till/events.ts';
import type { Effect } from '../till/state.ts';
import { testPayment, testSale, WATER } from '../till/test-shop.ts';
import { runEffect } from './run-effects.ts';
import { worldAnswering, worldWhere } from './test-world.ts';

const charge: Extract<Effect, { kind: 'charge' }> = {
  kind: 'charge',
  attemptId: 'try-1',
  sale: null,
  cart: { lines: [{ lineId: '1', item: WATER, quantity: 2, grams: null, unitPriceMinor: 200 }], nextLine: 2 },
  roundingMinor: 0,
  method: 'cash',
  amountMinor: 400,
  credential: { tenderedMinor: 1000 },
};
const kinds = (events: readonly TillEvent[]) => events.map(({ kind }) => kind);

describe('charging', () => {
  it('opens the sale, then asks for the money, each with a key of its own', async () => {
    const { world, sent, events } = worldAnswering(testSale(), testPayment({ state: 'succeeded' }));
    await runEffect(world, charge);
    expect(sent.map(({ what }) => what)).toEqual(['POST /sales', 'POST /sales/sale_1/payments']);
    expect(sent[0]?.body).toEqual({
      tillId: 'till_1',
      scenario: 'retail',
      totalMinor: 400,
      lines: [{ itemId: WATER.id, kind: 'piece', quantity: 2 }],
    });
    expect(sent[1]?.body).toEqual({ method: 'cash', amountMinor: 400, credential: { tenderedMinor: 1000 } });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
    expect(kinds(events)).toEqual(['sale-opened', 'payment-told']);
  });

  it('grants the rounding before it asks for the money', async () => {
    const { world, sent } = worldAnswering(testSale(), testSale({ roundingMinor: 12 }), testPayment());
    await runEffect(world, { ...charge, roundingMinor: 12 });
    expect(sent.map(({ what }) => what)).toEqual([
      'POST /sales',
      'PUT /sales/sale_1/rounding',
      'POST /sales/sale_1/payments',
    ]);
  });

  it('without an answer repeats the same request under the same key, and says that it waits', async () => {
    const { world, sent, events } = worldAnswering(
      new ApiSilence(null),
      new ApiProblem(503, { code: 'link-down' }),
      testPayment({ state: 'succeeded' }),
    );
    await runEffect(world, { ...charge, sale: testSale() });
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
    expect(kinds(events)).toEqual(['sale-opened', 'charge-unanswered', 'charge-unanswered', 'payment-told']);
  });

  it('that was given up before the sale was open asks for no money', async () => {
    const { world, sent, events } = worldWhere(false, testSale(), {});
    await runEffect(world, charge);
    expect(sent.map(({ what }) => what)).toEqual(['POST /sales', 'POST /sales/sale_1/abandon']);
    expect(events).toEqual([]);
  });

  it('that is refused says why and is not repeated', async () => {
    const { world, sent, events } = worldAnswering(new ApiProblem(409, { title: '价格已变', detail: '请刷新' }));
    await runEffect(world, charge);
    expect(sent).toHaveLength(1);
    expect(events).toEqual([{ kind: 'charge-refused', attemptId: 'try-1', title: '价格已变', detail: '请刷新' }]);
  });
});

describe('asking and cancelling', () => {
  it('tells what the server says', async () => {
    const { world, events } = worldAnswering(testPayment({ version: 7 }));
    await runEffect(world, { kind: 'inquire', paymentId: 'pay_1' });
    expect(events).toMatchObject([{ kind: 'payment-told', payment: { version: 7 } }]);
  });

  it('keeps waiting when a question gets no answer', async () => {
    const { world, events } = worldAnswering(new ApiSilence(null));
    await runEffect(world, { kind: 'inquire', paymentId: 'pay_1' });
    expect(events).toEqual([]);
  });

  it('says when the channel does not yet let a payment be cancelled', async () => {
    const { world, events } = worldAnswering(new ApiProblem(409, { code: 'cancel-too-early' }));
    await runEffect(world, { kind: 'cancel', paymentId: 'pay_1' });
    expect(kinds(events)).toEqual(['cancel-refused']);
  });
});
