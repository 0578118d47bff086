import { type Queryable, sql } from '@zhanggui/base';

/** A signature as it is kept. */
export interface StoredSignature {
  readonly strokes: Uint8Array;
  readonly digest: Uint8Array;
  readonly drawnAt: number;
}

const insertSql = sql(
  'signatures-insert',
  `insert into payments.signature (payment_id, strokes, digest, drawn_at) values ($1, $2, sha256($3), $4)
   on conflict (payment_id) do nothing returning digest`,
);
const markSql = sql(
  'signatures-mark',
  `update payments.payment set signature = 'given', version = version + 1, updated_at = $2
   where id = $1 and signature = 'wanted' returning id`,
);
const byPaymentSql = sql('signatures-by-payment', 'select * from payments.signature where payment_id = $1');

/**
 * Keeps the signature of a payment that wants one.
 * @param covered what the digest covers.
 * @returns the digest, or undefined when the payment has been signed already.
 */
export async function keepSignature(
  tx: Queryable,
  paymentId: string,
  strokes: Uint8Array,
  covered: Uint8Array,
  now: number,
): Promise<Uint8Array | undefined> {
  const [kept] = await tx.query<{ digest: Uint8Array }>(insertSql, [paymentId, strokes, covered, new Date(now)]);
  if (kept !== undefined) await tx.query(markSql, [paymentId, new Date(now)]);
  return kept?.digest;
}

/** The signature of a payment, or undefined. */
export async function signatureOf(db: Queryable, paymentId: string): Promise<StoredSignature | undefined> {
  const [row] = await db.query<{ strokes: Uint8Array; digest: Uint8Array; drawn_at: Date }>(byPaymentSql, [paymentId]);
  return row === undefined ? undefined : { strokes: row.strokes, digest: row.digest, drawnAt: row.drawn_at.getTime() };
}
