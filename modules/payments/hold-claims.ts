import { Fault, type Queryable, sql } from '@zhanggui/base';

const claimSql = sql(
  'holds-claim',
  `update payments.payment set refund_claimed_minor = refund_claimed_minor + amount_minor
   where id = any($1) and purpose = 'pre-authorization' and state = 'succeeded' returning id`,
);
const freeSql = sql(
  'holds-free',
  'update payments.payment set refund_claimed_minor = refund_claimed_minor - amount_minor where id = any($1)',
);

/**
 * Gives pre-authorizations to the payments that complete them, whole: a void and a second completion then break the
 * constraint `refund_exceeds_payment`.
 * @throws Fault `pre-authorization-not-open` when one of them holds no money, or two payments want the same.
 */
export async function claimHolds(tx: Queryable, holdIds: readonly string[]): Promise<void> {
  if (holdIds.length === 0) return;
  const claimed = await tx.query(claimSql, [holdIds]);
  if (claimed.length < holdIds.length) throw new Fault('pre-authorization-not-open');
}

/** The completions came to nothing: the pre-authorizations stand again. */
export async function freeHolds(tx: Queryable, holdIds: readonly string[]): Promise<void> {
  if (holdIds.length > 0) await tx.query(freeSql, [holdIds]);
}
