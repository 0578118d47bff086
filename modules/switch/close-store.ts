import { assert, type Db, sql } from '@zhanggui/base';
import type { BatchClose, PartVerdict } from './api.ts';
import type { TerminalKey } from './store.ts';

/** Where a close stands with the host; the steps before the totals are not kept, since they are asked anew. */
export type StoredStep = 'settlement' | 'upload' | 'end' | 'closed';

/** A batch that is being closed or has been closed. */
export interface StoredClose {
  /** What the first call brought. */
  readonly content: BatchClose;
  readonly step: StoredStep;
  readonly domestic: PartVerdict | null;
  readonly foreign: PartVerdict | null;
  /** `YYYY-MM-DD`. */
  readonly settlementOn: string | null;
  /** Upload messages that were answered, and the records in them. */
  readonly messagesSent: number;
  readonly recordsSent: number;
  /** Records that the host definitely did not take. */
  readonly recordsRefused: number;
  readonly startedAt: number;
  readonly closedAt: number | null;
}

/**
 * Closes, by terminal and batch. Numbers come again, after 999999 or because a host begins anew: `openSince`, an instant at
 * which the batch that is meant was open, keeps a close of an earlier batch with the same number out of it.
 */
export interface CloseStore {
  /** Keeps what the first call brought; later ones change nothing. */
  begin(key: TerminalKey, content: BatchClose, openSince: number | null, atMs: number): Promise<StoredClose>;
  load(key: TerminalKey, batchNumber: string, openSince: number | null): Promise<StoredClose | null>;
  /** Drops a close that nobody can carry on. */
  forget(key: TerminalKey, batchNumber: string): Promise<void>;
  save(key: TerminalKey, batchNumber: string, close: Omit<StoredClose, 'content' | 'startedAt'>): Promise<void>;
}

interface CloseRow {
  content: BatchClose;
  step: StoredStep;
  domestic: PartVerdict | null;
  abroad: PartVerdict | null;
  settlement_on: string | null;
  messages_sent: number;
  records_sent: number;
  records_refused: number;
  started_at: Date;
  closed_at: Date | null;
}

const beginSql = sql(
  'switch-begin-close',
  `insert into switch.batch_close (acquirer_id, terminal_id, batch_number, content, step, started_at)
   values ($1, $2, $3, $4::jsonb, 'settlement', $5)
   on conflict (acquirer_id, terminal_id, batch_number) do update set content = excluded.content, step = excluded.step,
     domestic = null, abroad = null, settlement_on = null, messages_sent = 0, records_sent = 0, records_refused = 0,
     started_at = excluded.started_at, closed_at = null
   where batch_close.closed_at < $6`,
);
const loadSql = sql(
  'switch-load-close',
  `select content, step, domestic, abroad, settlement_on::text as settlement_on, messages_sent, records_sent,
     records_refused, started_at, closed_at
   from switch.batch_close where acquirer_id = $1 and terminal_id = $2 and batch_number = $3
     and (closed_at is null or $4::timestamptz is null or closed_at >= $4)`,
);
const forgetSql = sql(
  'switch-forget-close',
  `delete from switch.batch_close
   where acquirer_id = $1 and terminal_id = $2 and batch_number = $3 and closed_at is null`,
);
const saveSql = sql(
  'switch-save-close',
  `update switch.batch_close set step = $4, domestic = $5, abroad = $6, settlement_on = $7, messages_sent = $8,
     records_sent = $9, records_refused = $10, closed_at = $11
   where acquirer_id = $1 and terminal_id = $2 and batch_number = $3`,
);

/** The store of batch closes on PostgreSQL. */
export function createCloseStore(db: Db): CloseStore {
  const load: CloseStore['load'] = async ({ acquirerId, terminalId }, batchNumber, openSince) => {
    const [row] = await db.query<CloseRow>(loadSql, [acquirerId, terminalId, batchNumber, instant(openSince)]);
    return row === undefined ? null : closeOf(row);
  };
  return {
    async begin(key, content, openSince, atMs) {
      const { acquirerId, terminalId } = key;
      const values = [acquirerId, terminalId, content.batchNumber, JSON.stringify(content), new Date(atMs)];
      await db.query(beginSql, [...values, instant(openSince)]);
      const kept = await load(key, content.batchNumber, openSince);
      assert(kept !== null, 'a close that was just kept is there');
      return kept;
    },
    load,
    async forget({ acquirerId, terminalId }, batchNumber) {
      await db.query(forgetSql, [acquirerId, terminalId, batchNumber]);
    },
    async save({ acquirerId, terminalId }, batchNumber, close) {
      await db.query(saveSql, [
        acquirerId,
        terminalId,
        batchNumber,
        close.step,
        close.domestic,
        close.foreign,
        close.settlementOn,
        close.messagesSent,
        close.recordsSent,
        close.recordsRefused,
        instant(close.closedAt),
      ]);
    },
  };
}

function closeOf(row: CloseRow): StoredClose {
  return {
    content: row.content,
    step: row.step,
    domestic: row.domestic,
    foreign: row.abroad,
    settlementOn: row.settlement_on,
    messagesSent: row.messages_sent,
    recordsSent: row.records_sent,
    recordsRefused: row.records_refused,
    startedAt: row.started_at.getTime(),
    closedAt: row.closed_at?.getTime() ?? null,
  };
}

function instant(atMs: number | null): Date | null {
  return atMs === null ? null : new Date(atMs);
}
