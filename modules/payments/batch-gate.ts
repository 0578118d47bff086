import { Fault, type Queryable, sql } from '@zhanggui/base';

const enterSql = sql('batch-gate-enter', 'select terminal from payments.enter_batches($1) as terminal');
const holdSql = sql('batch-gate-hold', `select pg_advisory_xact_lock(hashtextextended('batch ' || $1, 0))`);
const closeSql = sql(
  'batch-gate-close',
  `insert into payments.batch_gate (terminal, batch_number, closed_at) values ($1, $2, $3)
   on conflict (terminal) do nothing`,
);
const openSql = sql('batch-gate-open', 'delete from payments.batch_gate where terminal = $1');

/**
 * Lets an intent into the batch of its terminal, inside the database transaction that writes it.
 * @throws Fault `batch-closing` while a terminal's batch is being closed.
 */
export async function enterBatches(tx: Queryable, terminals: readonly string[]): Promise<void> {
  if (terminals.length === 0) return;
  const wanted = [...new Set(terminals)].sort();
  if ((await tx.query(enterSql, [wanted])).length > 0) throw new Fault('batch-closing', { retryable: true });
}

/** Lets nothing more into the terminal's batch: what is not yet written when this returns will be refused. */
export async function closeGate(tx: Queryable, terminal: string, batchNumber: string, now: number): Promise<void> {
  // Waits for the intents on their way; its own statement, so that whoever comes later sees the row below.
  await tx.query(holdSql, [terminal]);
  await tx.query(closeSql, [terminal, batchNumber, new Date(now)]);
}

/** The terminal trades again. */
export async function openGate(tx: Queryable, terminal: string): Promise<void> {
  await tx.query(openSql, [terminal]);
}
