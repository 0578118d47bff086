import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { describe, expect, it } from 'vitest';
import type { Cart } from '../till/cart.ts';
import { testPayment, testSale, WATER } from '../till/test-shop.ts';
import { settleKept } from './settle-kept.ts';
import { worldAnswering } from './test-world.ts';

const AT = '2026-11-22T06:05:00.000Z';
const cart: Cart = {
  lines: [{ lineId: '1', item: WATER, quantity: 2, grams: null, unitPriceMinor: 200 }],
  nextLine: 2,
};

describe('a ticket for which money had been asked when the page was left', () => {
  it('is gone when it was paid, so that nobody pays it again', async () => {
    const { world } = worldAnswering(testSale({ state: 'paid', paidMinor: 812, dueMinor: 0 }));
    await expect(settleKept(world, 'sale_1', cart)).resolves.toBeUndefined();
  });

  it('waits with the unresolved payments while it is being paid', async () => {
    const { world } = worldAnswering(testSale({ pendingMinor: 812, dueMinor: 0 }));
    await expect(settleKept(world, 'sale_1', cart)).resolves.toBeUndefined();
  });

  it('is waited for again while the customer may still scan our code', async () => {
    const payment = testPayment({ handover: { kind: 'code', content: 'weixin://pay', expiresAt: AT } });
    const { world } = worldAnswering(testSale({ pendingMinor: 812, dueMinor: 0, payments: [payment] }));
    await expect(settleKept(world, 'sale_1', cart)).resolves.toMatchObject({ kind: 'wait-resumed', cart, payment });
  });

  it('goes on where it was when it was paid in part', async () => {
    const { world } = worldAnswering(testSale({ paidMinor: 400, dueMinor: 412 }));
    await expect(settleKept(world, 'sale_1', cart)).resolves.toMatchObject({ kind: 'sale-resumed', cart });
  });

  it('is a ticket again when nothing was paid, or the server does not know it', async () => {
    const unpaid = worldAnswering(testSale());
    await expect(settleKept(unpaid.world, 'sale_1', cart)).resolves.toMatchObject({ kind: 'restored', cart });
    const unknown = worldAnswering(new ApiProblem(404, {}));
    await expect(settleKept(unknown.world, 'sale_1', cart)).resolves.toMatchObject({ kind: 'restored', cart });
  });

  it('is not decided by silence: the server is asked until it answers', async () => {
    const { world, sent } = worldAnswering(new ApiSilence(null), new ApiProblem(503, {}), testSale({ state: 'paid' }));
    await expect(settleKept(world, 'sale_1', cart)).resolves.toBeUndefined();
    expect(sent).toHaveLength(3);
  });
});
