import { type Queryable, sql } from '@zhanggui/base';
import type { BatchPlace } from './method.ts';
import type { Payment } from './payment.ts';
import { queryPayments } from './payment-rows.ts';
import { queryRefunds, type Refund } from './refund-store.ts';

const paymentsSql = sql(
  'batch-payments',
  `select * from payments.payment where batch_terminal = $1 and batch_number = $2
     and state = 'succeeded' and purpose = 'sale' and lost_minor = 0
   order by created_at, id`,
);
const refundsSql = sql(
  'batch-refunds',
  `select r.* from payments.refund r join payments.payment p on p.id = r.payment_id
   where r.batch_terminal = $1 and r.batch_number = $2 and r.state = 'succeeded' and r.cause = 'return' and p.purpose = 'sale'
   order by r.created_at, r.id`,
);
const openPaymentsSql = sql(
  'batch-open-payments',
  `select * from payments.payment where batch_terminal = $1 and batch_number = $2
     and (provisional or state in ('created', 'pending', 'unknown', 'cancelling'))
   order by created_at, id`,
);
const openRefundsSql = sql(
  'batch-open-refunds',
  `select r.* from payments.refund r join payments.payment p on p.id = r.payment_id
   where p.batch_terminal = $1 and r.state in ('created', 'unknown') order by r.created_at, r.id`,
);
const byIdsSql = sql('batch-payments-by-ids', 'select * from payments.payment where id = any($1)');

/** What a batch holds: the payments that took money in it, and the refunds with the payments that they go back to. */
export async function contentOfBatch(
  db: Queryable,
  { terminal, number }: BatchPlace,
): Promise<{ payments: readonly Payment[]; refunds: readonly (readonly [Refund, Payment])[] }> {
  const payments = await queryPayments(db, paymentsSql, [terminal, number]);
  const refunds = await queryRefunds(db, refundsSql, [terminal, number]);
  const originals = await queryPayments(db, byIdsSql, [refunds.map(({ paymentId }) => paymentId)]);
  const byId = new Map(originals.map((payment) => [payment.id, payment]));
  return {
    payments,
    refunds: refunds.flatMap((refund) => {
      const payment = byId.get(refund.paymentId);
      return payment === undefined ? [] : [[refund, payment] as const];
    }),
  };
}

/** What may still change a batch: payments and refunds of its terminal whose outcome is not certain. */
export async function openInBatch(
  db: Queryable,
  { terminal, number }: BatchPlace,
): Promise<{ payments: readonly Payment[]; refunds: readonly Refund[] }> {
  return {
    payments: await queryPayments(db, openPaymentsSql, [terminal, number]),
    refunds: await queryRefunds(db, openRefundsSql, [terminal]),
  };
}
