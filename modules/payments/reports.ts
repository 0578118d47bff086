import { type Queryable, sql } from '@zhanggui/base';

/** Succeeded payments of one method. */
export interface MethodTotal {
  readonly method: string;
  readonly count: number;
  readonly amountMinor: number;
}

interface MethodTotalRow {
  method: string;
  count: number;
  amount_minor: number;
}

const byShiftSql = sql(
  'payments-by-shift',
  `select method, count(*)::int as count, sum(amount_minor)::bigint as amount_minor
   from payments.payment where shift_id = $1 and purpose = 'sale' and state = 'succeeded' group by method order by 3 desc, method`,
);
const refundsByShiftSql = sql(
  'refunds-by-shift',
  `select p.method, count(*)::int as count, sum(r.amount_minor)::bigint as amount_minor
   from payments.refund r join payments.payment p on p.id = r.payment_id
   where r.shift_id = $1 and p.purpose = 'sale' and r.state = 'succeeded' group by p.method`,
);
const byDaySql = sql(
  'payments-by-day',
  `select method, count(*)::int as count, sum(amount_minor)::bigint as amount_minor, sum(coalesce(fee_minor, 0))::bigint as fee_minor
   from payments.payment where merchant_id = $1 and business_on = $2 and purpose = 'sale' and state = 'succeeded'
   group by method order by 3 desc, method`,
);
const byHourSql = sql(
  'payments-by-hour',
  `select extract(hour from occurred_at at time zone 'Asia/Shanghai')::int as hour, sum(amount_minor)::bigint as amount_minor
   from payments.payment where merchant_id = $1 and business_on = $2 and purpose = 'sale' and state = 'succeeded' group by 1 order by 1`,
);
const refundsByDaySql = sql(
  'refunds-by-day',
  `select coalesce(sum(r.amount_minor), 0)::bigint as amount_minor
   from payments.refund r join payments.payment p on p.id = r.payment_id
   where r.merchant_id = $1 and r.business_on = $2 and r.state = 'succeeded' and r.cause = 'return' and p.purpose = 'sale'`,
);
const openSql = sql(
  'payments-open',
  `select count(*)::int as count, coalesce(sum(amount_minor), 0)::bigint as amount_minor from payments.payment
   where merchant_id = $1 and purpose = 'sale' and next_attempt_at is not null and state in ('created', 'pending', 'unknown', 'cancelling')`,
);
const provisionalSql = sql(
  'payments-provisional',
  `select count(*)::int as count, coalesce(sum(amount_minor), 0)::bigint as amount_minor from payments.payment
   where merchant_id = $1 and provisional`,
);
const lostSql = sql(
  'payments-lost',
  `select coalesce(sum(lost_minor), 0)::bigint as amount_minor from payments.payment
   where merchant_id = $1 and business_on = $2 and lost_minor > 0`,
);
const alertsSql = sql(
  'payments-alerts',
  `select e.at, e.title, e.payment_id, p.amount_minor, p.method from payments.event e join payments.payment p on p.id = e.payment_id
   where e.kind = 'alert' and p.merchant_id = $1 and e.at > $2 order by e.at desc limit 20`,
);

/** Succeeded payments of a shift by method, the largest first. */
export async function totalsOfShift(db: Queryable, shiftId: string): Promise<readonly MethodTotal[]> {
  return (await db.query<MethodTotalRow>(byShiftSql, [shiftId])).map(toTotal);
}

/** What a shift gave back by method. */
export async function refundsOfShift(db: Queryable, shiftId: string): Promise<readonly MethodTotal[]> {
  return (await db.query<MethodTotalRow>(refundsByShiftSql, [shiftId])).map(toTotal);
}

/** Succeeded payments of a business date by method, with their fees. */
export async function totalsOfDay(
  db: Queryable,
  merchantId: string,
  businessOn: string,
): Promise<readonly (MethodTotal & { feeMinor: number })[]> {
  const rows = await db.query<MethodTotalRow & { fee_minor: number }>(byDaySql, [merchantId, businessOn]);
  return rows.map((row) => ({ ...toTotal(row), feeMinor: row.fee_minor }));
}

/** Succeeded amounts of a business date by the hour in Beijing. */
export async function hoursOfDay(
  db: Queryable,
  merchantId: string,
  businessOn: string,
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.query<{ hour: number; amount_minor: number }>(byHourSql, [merchantId, businessOn]);
  return new Map(rows.map(({ hour, amount_minor }) => [hour, amount_minor]));
}

/** What customers got back on a business date. */
export async function refundedOfDay(db: Queryable, merchantId: string, businessOn: string): Promise<number> {
  const [row] = await db.query<{ amount_minor: number }>(refundsByDaySql, [merchantId, businessOn]);
  return row?.amount_minor ?? 0;
}

/** The merchant's payments whose outcome is not certain. */
export async function unresolvedTotals(
  db: Queryable,
  merchantId: string,
): Promise<{ count: number; amountMinor: number }> {
  const [row] = await db.query<{ count: number; amount_minor: number }>(openSql, [merchantId]);
  return { count: row?.count ?? 0, amountMinor: row?.amount_minor ?? 0 };
}

/** Payments that were approved without the issuer and that he has yet to accept: the merchant's risk. */
export async function provisionalTotals(
  db: Queryable,
  merchantId: string,
): Promise<{ count: number; amountMinor: number }> {
  const [row] = await db.query<{ count: number; amount_minor: number }>(provisionalSql, [merchantId]);
  return { count: row?.count ?? 0, amountMinor: row?.amount_minor ?? 0 };
}

/** What issuers refused of a business date's payments after these were approved without them. */
export async function lostOfDay(db: Queryable, merchantId: string, businessOn: string): Promise<number> {
  const [row] = await db.query<{ amount_minor: number }>(lostSql, [merchantId, businessOn]);
  return row?.amount_minor ?? 0;
}

/** Something that needs a person's attention. */
export interface Alert {
  readonly at: string;
  readonly kind: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly method: string;
}

/** The merchant's alerts since an instant, newest first. */
export async function alertsSince(db: Queryable, merchantId: string, since: number): Promise<readonly Alert[]> {
  const rows = await db.query<{ at: Date; title: string; payment_id: string; amount_minor: number; method: string }>(
    alertsSql,
    [merchantId, new Date(since)],
  );
  return rows.map((row) => ({
    at: row.at.toISOString(),
    kind: row.title,
    paymentId: row.payment_id,
    amountMinor: row.amount_minor,
    method: row.method,
  }));
}

function toTotal(row: MethodTotalRow): MethodTotal {
  return { method: row.method, count: row.count, amountMinor: row.amount_minor };
}
