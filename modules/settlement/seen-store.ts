import { type Queryable, sql } from '@zhanggui/base';

/** The batch in which a terminal was seen last, and since when. */
export interface SeenBatch {
  /** `acquirerId/terminalId`. */
  readonly terminal: string;
  readonly batchNumber: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

const seenSql = sql('settlement-seen-batches', 'select terminal, batch_number, since from settlement.seen_batch');
const seeSql = sql(
  'settlement-see-batch',
  `insert into settlement.seen_batch (terminal, batch_number, since) values ($1, $2, $3) on conflict (terminal) do nothing`,
);
const seeNextSql = sql(
  'settlement-see-next-batch',
  `update settlement.seen_batch set batch_number = $3, since = $4 where terminal = $1 and batch_number = $2 returning terminal`,
);

/** Of every terminal that was ever seen. */
export async function seenBatches(db: Queryable): Promise<readonly SeenBatch[]> {
  const rows = await db.query<{ terminal: string; batch_number: string; since: Date }>(seenSql);
  return rows.map((row) => ({ terminal: row.terminal, batchNumber: row.batch_number, since: row.since.getTime() }));
}

/** Notes the batch of a terminal that was not seen before. */
export async function seeBatch(db: Queryable, terminal: string, batchNumber: string, atMs: number): Promise<void> {
  await db.query(seeSql, [terminal, batchNumber, new Date(atMs)]);
}

/** Notes that a terminal has gone from one batch to another; false when somebody else has noted it. */
export async function seeNextBatch(
  tx: Queryable,
  terminal: string,
  from: string,
  to: string,
  atMs: number,
): Promise<boolean> {
  return (await tx.query(seeNextSql, [terminal, from, to, new Date(atMs)])).length === 1;
}
