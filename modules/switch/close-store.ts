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
  readonly closedAt: number | null;
}

/** Closes, by terminal and batch. */
export interface CloseStore {
  /** Keeps what the first call brought; later ones change nothing. */
  begin(key: TerminalKey, content: BatchClose, atMs: number): Promise<StoredClose>;
  load(key: TerminalKey, batchNumber: string): Promise<StoredClose | null>;
  save(key: TerminalKey, batchNumber: string, close: Omit<StoredClose, 'content'>): Promise<void>;
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
  closed_at: Date | null;
}

const beginSql = sql(
  'switch-begin-close',
  `insert into switch.batch_close (acquirer_id, terminal_id, batch_number, content, step, started_at)
   values ($1, $2, $3, $4::jsonb, 'settlement', $5) on conflict do nothing`,
);
const loadSql = sql(
  'switch-load-close',
  `select content, step, domestic, abroad, settlement_on::text as settlement_on, messages_sent, records_sent,
     records_refused, closed_at
   from switch.batch_close where acquirer_id = $1 and terminal_id = $2 and batch_number = $3`,
);
const saveSql = sql(
  'switch-save-close',
  `update switch.batch_close set step = $4, domestic = $5, abroad = $6, settlement_on = $7, messages_sent = $8,
     records_sent = $9, records_refused = $10, closed_at = $11
   where acquirer_id = $1 and terminal_id = $2 and batch_number = $3`,
);

/** The store of batch closes on PostgreSQL. */
export function createCloseStore(db: Db): CloseStore {
  const load: CloseStore['load'] = async ({ acquirerId, terminalId }, batchNumber) => {
    const [row] = await db.query<CloseRow>(loadSql, [acquirerId, terminalId, batchNumber]);
    return row === undefined ? null : closeOf(row);
  };
  return {
    async begin(key, content, atMs) {
      const { acquirerId, terminalId } = key;
      const values = [acquirerId, terminalId, content.batchNumber, JSON.stringify(content), new Date(atMs)];
      await db.query(beginSql, values);
      const kept = await load(key, content.batchNumber);
      assert(kept !== null, 'a close that was just kept is there');
      return kept;
    },
    load,
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
        close.closedAt === null ? null : new Date(close.closedAt),
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
    closedAt: row.closed_at?.getTime() ?? null,
  };
}
