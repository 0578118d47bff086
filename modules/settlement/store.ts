import { type Queryable, type SqlValue, type Statement, sql } from '@zhanggui/base';
import type { BatchTotals, PartVerdict } from '../switch/api.ts';
import type { BatchState, KindTotal } from './api.ts';

/** A batch whose closing has begun, as it is stored. Instants are milliseconds since the epoch. */
export interface Batch {
  readonly id: string;
  readonly merchantId: string;
  readonly tillId: string;
  /** `acquirerId/terminalId`. */
  readonly terminal: string;
  /** The merchant's number at the acquirer; null in batches from before it was kept. */
  readonly acceptorId: string | null;
  readonly batchNumber: string;
  readonly currency: string;
  readonly state: Exclude<BatchState, 'open'>;
  readonly staffId: string | null;
  readonly totals: BatchTotals | null;
  readonly byKind: readonly KindTotal[] | null;
  readonly step: string | null;
  readonly cause: string | null;
  readonly domesticVerdict: PartVerdict | null;
  readonly foreignVerdict: PartVerdict | null;
  readonly uploaded: number | null;
  /** Of these, what the acquirer did not take. */
  readonly refused: number | null;
  readonly settlementOn: string | null;
  readonly nextBatchNumber: string | null;
  readonly beganAt: number;
  readonly endedAt: number | null;
  readonly nextAttemptAt: number | null;
  readonly version: number;
}

const insertSql = sql(
  'settlement-insert',
  `insert into settlement.batch (id, merchant_id, till_id, terminal, batch_number, currency, state, staff_id, began_at, next_attempt_at, acceptor_id)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
   on conflict (terminal) where state = 'closing' do nothing returning id`,
);
const stepSql = sql(
  'settlement-step',
  `update settlement.batch set state = $3, totals = $4::jsonb, by_kind = $5::jsonb, step = $6, cause = $7, domestic_verdict = $8,
     foreign_verdict = $9, uploaded = $10, settlement_on = $11, next_batch_number = $12, ended_at = $13, next_attempt_at = $14, refused = $15,
     version = version + 1
   where id = $1 and version = $2 returning *`,
);
const byIdSql = sql('settlement-by-id', 'select * from settlement.batch where id = $1');
const closingSql = sql(
  'settlement-closing',
  `select * from settlement.batch where terminal = $1 and state = 'closing'`,
);
const lastSql = sql(
  'settlement-last',
  'select * from settlement.batch where terminal = $1 order by began_at desc, id desc limit 1',
);
const endOfBatchSql = sql(
  'settlement-end-of-batch',
  `select max(ended_at) as ended_at from settlement.batch
   where terminal = $1 and batch_number = $2 and state in ('closed', 'left')`,
);
const listSql = sql(
  'settlement-list',
  `select * from settlement.batch where merchant_id = $1 and ($2::text is null or till_id = $2)
   order by began_at desc, id desc limit $3`,
);
const claimDueSql = sql(
  'settlement-claim-due',
  `update settlement.batch b set next_attempt_at = $2, attempts = b.attempts + 1
   from (select id from settlement.batch where next_attempt_at <= $1 order by next_attempt_at limit 8 for update skip locked) due
   where b.id = due.id returning b.*`,
);
const putCommandSql = sql(
  'settlement-put-command',
  `insert into settlement.command (merchant_id, command_key, content_hash, batch_id) values ($1, $2, $3, $4)
   on conflict (merchant_id, command_key) do nothing`,
);
const commandSql = sql(
  'settlement-command',
  'select content_hash, batch_id from settlement.command where merchant_id = $1 and command_key = $2',
);
const scheduleSql = sql('settlement-schedule', 'select at from settlement.schedule where merchant_id = $1');
const schedulesSql = sql('settlement-schedules', 'select merchant_id, at from settlement.schedule');
const putScheduleSql = sql(
  'settlement-put-schedule',
  'insert into settlement.schedule (merchant_id, at) values ($1, $2) on conflict (merchant_id) do update set at = excluded.at',
);
const dropScheduleSql = sql('settlement-drop-schedule', 'delete from settlement.schedule where merchant_id = $1');

/** Adds a batch; false for one that is being closed when another close of its terminal is under way. */
export async function insertBatch(tx: Queryable, batch: Batch): Promise<boolean> {
  const { id, merchantId, tillId, terminal, acceptorId, batchNumber, currency, state, staffId } = batch;
  const values = [
    id,
    merchantId,
    tillId,
    terminal,
    batchNumber,
    currency,
    state,
    staffId,
    new Date(batch.beganAt),
    at(batch.nextAttemptAt),
    acceptorId,
  ];
  return (await tx.query(insertSql, values)).length === 1;
}

/** Writes the batch as it stands now; undefined when another step came first. */
export async function stepBatch(tx: Queryable, fromVersion: number, batch: Batch): Promise<Batch | undefined> {
  return one(tx, stepSql, [
    batch.id,
    fromVersion,
    batch.state,
    batch.totals === null ? null : JSON.stringify(batch.totals),
    batch.byKind === null ? null : JSON.stringify(batch.byKind),
    batch.step,
    batch.cause,
    batch.domesticVerdict,
    batch.foreignVerdict,
    batch.uploaded,
    batch.settlementOn,
    batch.nextBatchNumber,
    at(batch.endedAt),
    at(batch.nextAttemptAt),
    batch.refused,
  ]);
}

/** The batch with this id, or undefined. */
export function batchById(db: Queryable, id: string): Promise<Batch | undefined> {
  return one(db, byIdSql, [id]);
}

/** The close that is under way at a terminal, or undefined. */
export function closingAt(db: Queryable, terminal: string): Promise<Batch | undefined> {
  return one(db, closingSql, [terminal]);
}

/** The newest close of a terminal, or undefined. */
export function lastCloseAt(db: Queryable, terminal: string): Promise<Batch | undefined> {
  return one(db, lastSql, [terminal]);
}

/** When the terminal's last batch of this number ended; null where there has been none. Numbers come again. */
export async function endOfBatch(db: Queryable, terminal: string, batchNumber: string): Promise<number | null> {
  const [row] = await db.query<{ ended_at: Date | null }>(endOfBatchSql, [terminal, batchNumber]);
  return row?.ended_at?.getTime() ?? null;
}

/** A merchant's batches, newest first. */
export function batchesOf(
  db: Queryable,
  merchantId: string,
  tillId: string | null,
  limit: number,
): Promise<readonly Batch[]> {
  return many(db, listSql, [merchantId, tillId, limit]);
}

/** Takes the closes whose next attempt is due; nobody else gets them before `leaseUntil`. */
export function claimDueBatches(db: Queryable, now: number, leaseUntil: number): Promise<readonly Batch[]> {
  return many(db, claimDueSql, [new Date(now), new Date(leaseUntil)]);
}

/** Remembers which batch a command closed; the first word stands. */
export async function putCommand(
  tx: Queryable,
  command: { readonly merchantId: string; readonly commandKey: string; readonly contentHash: string },
  batchId: string,
): Promise<void> {
  await tx.query(putCommandSql, [command.merchantId, command.commandKey, command.contentHash, batchId]);
}

/** What a command closed before, or undefined. */
export async function commandOf(
  db: Queryable,
  merchantId: string,
  commandKey: string,
): Promise<{ readonly contentHash: string; readonly batchId: string } | undefined> {
  const [row] = await db.query<{ content_hash: string; batch_id: string }>(commandSql, [merchantId, commandKey]);
  return row === undefined ? undefined : { contentHash: row.content_hash, batchId: row.batch_id };
}

/** When the merchant's batches close by themselves, `HH:MM` in Beijing; null where they do not. */
export async function scheduleOf(db: Queryable, merchantId: string): Promise<string | null> {
  const [row] = await db.query<{ at: string }>(scheduleSql, [merchantId]);
  return row?.at ?? null;
}

/** Every merchant whose batches close by themselves. */
export async function schedules(db: Queryable): Promise<readonly { merchantId: string; at: string }[]> {
  const rows = await db.query<{ merchant_id: string; at: string }>(schedulesSql);
  return rows.map((row) => ({ merchantId: row.merchant_id, at: row.at }));
}

/** Sets or, with null, ends the schedule. */
export async function putSchedule(db: Queryable, merchantId: string, time: string | null): Promise<void> {
  if (time === null) await db.query(dropScheduleSql, [merchantId]);
  else await db.query(putScheduleSql, [merchantId, time]);
}

interface BatchRow {
  id: string;
  merchant_id: string;
  till_id: string;
  terminal: string;
  acceptor_id: string | null;
  batch_number: string;
  currency: string;
  state: Batch['state'];
  staff_id: string | null;
  totals: BatchTotals | null;
  by_kind: KindTotal[] | null;
  step: string | null;
  cause: string | null;
  domestic_verdict: PartVerdict | null;
  foreign_verdict: PartVerdict | null;
  uploaded: number | null;
  refused: number | null;
  settlement_on: string | null;
  next_batch_number: string | null;
  began_at: Date;
  ended_at: Date | null;
  next_attempt_at: Date | null;
  version: number;
}

async function one(db: Queryable, statement: Statement, values: readonly SqlValue[]): Promise<Batch | undefined> {
  return (await many(db, statement, values))[0];
}

async function many(db: Queryable, statement: Statement, values: readonly SqlValue[]): Promise<readonly Batch[]> {
  return (await db.query<BatchRow>(statement, values)).map(fromRow);
}

function fromRow(row: BatchRow): Batch {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    tillId: row.till_id,
    terminal: row.terminal,
    acceptorId: row.acceptor_id,
    batchNumber: row.batch_number,
    currency: row.currency,
    state: row.state,
    staffId: row.staff_id,
    totals: row.totals,
    byKind: row.by_kind,
    step: row.step,
    cause: row.cause,
    domesticVerdict: row.domestic_verdict,
    foreignVerdict: row.foreign_verdict,
    uploaded: row.uploaded,
    refused: row.refused,
    settlementOn: row.settlement_on,
    nextBatchNumber: row.next_batch_number,
    beganAt: row.began_at.getTime(),
    endedAt: row.ended_at?.getTime() ?? null,
    nextAttemptAt: row.next_attempt_at?.getTime() ?? null,
    version: row.version,
  };
}

function at(instant: number | null): Date | null {
  return instant === null ? null : new Date(instant);
}
