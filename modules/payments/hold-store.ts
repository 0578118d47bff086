import { type Queryable, sql } from '@zhanggui/base';
import type { Payment } from './payment.ts';
import { queryPayments } from './payment-rows.ts';

const listSql = sql(
  'holds-list',
  `select * from payments.payment
   where merchant_id = $1 and purpose = 'pre-authorization'
     and (not $2 or (state = 'succeeded' and refund_claimed_minor = 0))
   order by created_at desc, id desc limit 200`,
);
const completionsSql = sql(
  'holds-completions',
  'select * from payments.payment where completes = any($1) order by created_at, id',
);

/** The newest pre-authorizations of a merchant; with `openOnly` those that can still be completed or voided. */
export function holdsOf(db: Queryable, merchantId: string, openOnly: boolean): Promise<readonly Payment[]> {
  return queryPayments(db, listSql, [merchantId, openOnly]);
}

/** The payments that complete, or tried to complete, these pre-authorizations; oldest first. */
export function completionsOf(db: Queryable, holdIds: readonly string[]): Promise<readonly Payment[]> {
  return queryPayments(db, completionsSql, [holdIds]);
}
