import { type Queryable, sql } from '@zhanggui/base';
import type { BatchPlace } from './method.ts';
import type { Payment } from './payment.ts';
import { queryPayments } from './payment-rows.ts';
import { queryRefunds, type Refund } from './refund-store.ts';

/** Numbers come again: only what was made after the terminal's earlier batch of the number ended is of this one. */
const TAKEN = `p.batch_terminal = $1 and p.batch_number = $2 and p.state = 'succeeded' and p.purpose = 'sale'
  and p.lost_minor = 0 and ($3::timestamptz is null or p.created_at > $3)`;
const GIVEN_BACK = `r.batch_terminal = $1 and r.batch_number = $2 and r.state = 'succeeded' and r.cause = 'return'
  and p.purpose = 'sale' and ($3::timestamptz is null or r.created_at > $3)`;
const paymentsSql = sql(
  'batch-payments',
  `select p.* from payments.payment p where ${TAKEN} order by p.created_at, p.id`,
);
const refundsSql = sql(
  'batch-refunds',
  `select r.* from payments.refund r join payments.payment p on p.id = r.payment_id
   where ${GIVEN_BACK} order by r.created_at, r.id`,
);
const firstSql = sql(
  'batch-first',
  `select least(
     (select min(p.created_at) from payments.payment p where ${TAKEN}),
     (select min(r.created_at) from payments.refund r join payments.payment p on p.id = r.payment_id where ${GIVEN_BACK})
   ) as first`,
);
const refusedSql = sql(
  'batch-refused-payments',
  `select p.* from payments.payment p
   where p.batch_terminal = $1 and p.batch_number = $2 and p.state in ('failed', 'cancelled') and p.purpose = 'sale'
     and ($3::timestamptz is null or p.created_at > $3)
   order by p.created_at, p.id`,
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

/**
 * What a batch holds: the payments that took money in it, the refunds with the payments that they go back to, and the
 * payments that came to nothing, of which some acquirers want to know.
 * @param after when the terminal's batch of the same number before this one ended; null where there was none.
 */
export async function contentOfBatch(
  db: Queryable,
  { terminal, number }: BatchPlace,
  after: number | null,
): Promise<{
  payments: readonly Payment[];
  refunds: readonly (readonly [Refund, Payment])[];
  refused: readonly Payment[];
}> {
  const values = [terminal, number, after === null ? null : new Date(after)];
  const payments = await queryPayments(db, paymentsSql, values);
  const refunds = await queryRefunds(db, refundsSql, values);
  const originals = await queryPayments(db, byIdsSql, [refunds.map(({ paymentId }) => paymentId)]);
  const byId = new Map(originals.map((payment) => [payment.id, payment]));
  return {
    payments,
    refused: await queryPayments(db, refusedSql, values),
    refunds: refunds.flatMap((refund) => {
      const payment = byId.get(refund.paymentId);
      return payment === undefined ? [] : [[refund, payment] as const];
    }),
  };
}

/** When the first payment or refund that a batch holds was made; null for an empty batch. */
export async function firstOfBatch(
  db: Queryable,
  { terminal, number }: BatchPlace,
  after: number | null,
): Promise<number | null> {
  const values = [terminal, number, after === null ? null : new Date(after)];
  const [row] = await db.query<{ first: Date | null }>(firstSql, values);
  return row?.first?.getTime() ?? null;
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
