import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aPayment, aPlugin, MADE_AT } from '../../test/support/a-payment.ts';
import type { NewTransfer } from '../ledger/api.ts';
import {
  accountsFor,
  feeOn,
  postingsOfLateApproval,
  postingsOfLateRefund,
  postingsOfRefund,
  postingsOfSuccess,
  type RefundPosting,
} from './postings.ts';

const wechat = aPlugin();
const cash = aPlugin({ id: 'cash', holds: 'drawer' });

function refundOf(changed: Partial<RefundPosting> = {}): RefundPosting {
  return { id: 'ref_1', amountMinor: 1_000, tillId: 'till_2', label: null, businessOn: '2026-11-23', ...changed };
}

const said = (transfers: readonly NewTransfer[]) =>
  transfers.map(({ reason, debitAccount, creditAccount, amountMinor }) => [
    reason,
    debitAccount,
    creditAccount,
    amountMinor,
  ]);

describe('the fee', () => {
  test.each([
    [83, 6_000, null, 0],
    [84, 6_000, null, 1],
    [12_345, 3_800, null, 47],
    [500_000, 5_000, 2_000, 2_000],
    [400_000, 5_000, 2_000, 2_000],
    [399_800, 5_000, 2_000, 1_999],
    [129_902, 6_000, null, 779],
    [0, 6_000, null, 0],
  ])('on %i at %i ppm with the cap %s is %i', (amountMinor, ratePpm, capMinor, fee) => {
    expect(feeOn(amountMinor, { ratePpm, capMinor })).toBe(fee);
  });

  test('is nothing where no rate was agreed', () => {
    expect(feeOn(1_000_000, undefined)).toBe(0);
  });
});

describe('a payment that succeeded', () => {
  test('is owed by the channel and to the merchant, less the fee', () => {
    expect(said(postingsOfSuccess(aPayment(), wechat, 10, MADE_AT))).toEqual([
      ['payment', 'merchant:mer_1:channel:wechat:receivable', 'merchant:mer_1:payable', 2_599],
      ['fee', 'merchant:mer_1:payable', 'merchant:mer_1:fees:wechat', 10],
    ]);
  });

  test('without a fee books none', () => {
    expect(postingsOfSuccess(aPayment(), wechat, 0, MADE_AT)).toHaveLength(1);
  });

  test('in cash lies in the drawer of its till, and what was rounded off is takings too', () => {
    const payment = aPayment({ method: 'cash', roundingMinor: 9 });
    expect(said(postingsOfSuccess(payment, cash, 0, MADE_AT))).toEqual([
      ['payment', 'merchant:mer_1:till:till_1:drawer', 'merchant:mer_1:cash-takings', 2_599],
      ['rounding', 'merchant:mer_1:rounding', 'merchant:mer_1:cash-takings', 9],
    ]);
  });

  test('names its payment, and each transfer has an id that it would have again', () => {
    const transfers = postingsOfSuccess(aPayment({ label: 'week' }), wechat, 10, MADE_AT);
    expect(transfers.map(({ id }) => id)).toEqual(['pay_1:payment', 'pay_1:fee']);
    for (const transfer of transfers)
      expect(transfer).toMatchObject({
        paymentId: 'pay_1',
        label: 'week',
        businessOn: '2026-11-22',
        postedAt: MADE_AT,
      });
  });
});

describe('a refund', () => {
  const rate = { ratePpm: 3_800, capMinor: null };

  test('goes the way back, with the part of the fee that belongs to it', () => {
    expect(said(postingsOfRefund(aPayment(), refundOf(), wechat, rate, MADE_AT))).toEqual([
      ['refund', 'merchant:mer_1:payable', 'merchant:mer_1:channel:wechat:receivable', 1_000],
      ['fee-returned', 'merchant:mer_1:fees:wechat', 'merchant:mer_1:payable', 4],
    ]);
  });

  test('in cash comes out of the drawer where it is paid out, and has no fee', () => {
    expect(said(postingsOfRefund(aPayment(), refundOf(), cash, rate, MADE_AT))).toEqual([
      ['refund', 'merchant:mer_1:cash-takings', 'merchant:mer_1:till:till_2:drawer', 1_000],
    ]);
  });

  test('stands on its own business date, under its own id, and names the payment', () => {
    for (const transfer of postingsOfRefund(aPayment(), refundOf({ label: 'week' }), wechat, rate, MADE_AT + 1))
      expect(transfer).toMatchObject({
        paymentId: 'pay_1',
        businessOn: '2026-11-23',
        label: 'week',
        postedAt: MADE_AT + 1,
      });
    expect(postingsOfRefund(aPayment(), refundOf(), wechat, rate, MADE_AT).map(({ id }) => id)).toEqual([
      'ref_1:refund',
      'ref_1:fee-returned',
    ]);
  });

  test('returns exactly the fee once everything went back, in whatever parts', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 12 });
    const rates = fc.record({
      ratePpm: fc.integer({ min: 0, max: 30_000 }),
      capMinor: fc.option(fc.integer({ min: 0, max: 3_000 })),
    });
    fc.assert(
      fc.property(parts, rates, (amounts, agreed) => {
        const amountMinor = amounts.reduce((sum, amount) => sum + amount, 0);
        let refundedMinor = 0;
        let returnedMinor = 0;
        for (const [index, amount] of amounts.entries()) {
          const payment = aPayment({ amountMinor, refundedMinor });
          const refund = refundOf({ id: `ref_${index}`, amountMinor: amount });
          const [back, ...fees] = postingsOfRefund(payment, refund, wechat, agreed, MADE_AT);
          expect(back?.amountMinor).toBe(amount);
          for (const fee of fees) {
            expect(fee.amountMinor).toBeGreaterThan(0);
            returnedMinor += fee.amountMinor;
          }
          refundedMinor += amount;
          expect(returnedMinor).toBe(feeOn(amountMinor, agreed) - feeOn(amountMinor - refundedMinor, agreed));
        }
        expect(returnedMinor).toBe(feeOn(amountMinor, agreed));
      }),
    );
  });
});

describe('money that came too late', () => {
  test('is owed to the customer, and no longer once it went back', () => {
    expect(said(postingsOfLateApproval(aPayment(), wechat, MADE_AT))).toEqual([
      ['late-approval', 'merchant:mer_1:channel:wechat:receivable', 'merchant:mer_1:customers:to-be-returned', 2_599],
    ]);
    expect(said(postingsOfLateRefund(aPayment(), 'ref_1', wechat, MADE_AT))).toEqual([
      ['late-refund', 'merchant:mer_1:customers:to-be-returned', 'merchant:mer_1:channel:wechat:receivable', 2_599],
    ]);
  });
});

test('every account that a merchant’s channel payments touch is opened beforehand', () => {
  const accounts = accountsFor('mer_1', 'CNY', [wechat, cash]);
  const opened = new Set(accounts.map(({ id }) => id));
  expect(opened.size).toBe(accounts.length);
  const transfers = [
    ...postingsOfSuccess(aPayment({ roundingMinor: 1 }), wechat, 1, MADE_AT),
    ...postingsOfRefund(aPayment(), refundOf(), wechat, { ratePpm: 3_800, capMinor: null }, MADE_AT),
    ...postingsOfLateApproval(aPayment(), wechat, MADE_AT),
  ];
  for (const { debitAccount, creditAccount } of transfers) {
    expect(opened).toContain(debitAccount);
    expect(opened).toContain(creditAccount);
  }
  expect([...opened].filter((id) => id.includes('cash'))).toEqual(['merchant:mer_1:cash-takings']);
});
