import { type Db, type Queryable, sql } from '@zhanggui/base';
import type { AcquirerTrace } from './api.ts';
import { stanText } from './stan.ts';

/** A till's terminal at its acquirer. */
export interface Terminal {
  readonly tillId: string;
  readonly acquirerId: string;
  readonly terminalId: string;
  readonly acceptorId: string;
  readonly batchNumber: string;
  /** Milliseconds since the epoch of the last successful sign-on; null before the first and after a forced one. */
  readonly signedOnAt: number | null;
}

/** What the switch keeps in schema `switch`. */
export interface SwitchStore {
  /** Records a till's terminal; an existing one keeps its counter and batch unless its identity changes. */
  saveTerminal(terminal: Pick<Terminal, 'tillId' | 'acquirerId' | 'terminalId' | 'acceptorId'>): Promise<void>;
  terminals(): Promise<readonly Terminal[]>;
  terminalOfTill(tillId: string): Promise<Terminal | null>;
  /** Takes the terminal's next trace number, one writer at a time; null for an unknown terminal. */
  reserveTrace(acquirerId: string, terminalId: string): Promise<AcquirerTrace | null>;
  /** The numbers of `reference`, reserved at its first call; `attempt` counts the calls. Null for an unknown terminal. */
  followUp(
    reference: string,
    acquirerId: string,
    terminalId: string,
    atMs: number,
  ): Promise<{ readonly trace: AcquirerTrace; readonly attempt: number } | null>;
  /** Claims a KSN for one request; false when another request has used it. */
  claimPresentation(ksn: string, reference: string, atMs: number): Promise<boolean>;
  saveSignOn(acquirerId: string, terminalId: string, batchNumber: string, atMs: number): Promise<void>;
}

interface TerminalRow {
  till_id: string;
  acquirer_id: string;
  terminal_id: string;
  acceptor_id: string;
  batch_number: string;
  signed_on_at: Date | null;
}

interface TraceRow {
  acquirer_id: string;
  terminal_id: string;
  acceptor_id: string;
  stan: number;
  batch_number: string;
}

const TERMINAL_COLUMNS = 'till_id, acquirer_id, terminal_id, acceptor_id, batch_number, signed_on_at';
const TRACE_COLUMNS = 'acquirer_id, terminal_id, acceptor_id, stan, batch_number';

const SAVE_TERMINAL = sql(
  'switch-save-terminal',
  `insert into switch.terminal (till_id, acquirer_id, terminal_id, acceptor_id) values ($1, $2, $3, $4)
   on conflict (till_id) do update set acquirer_id = $2, terminal_id = $3, acceptor_id = $4, signed_on_at = null
   where (terminal.acquirer_id, terminal.terminal_id, terminal.acceptor_id) <> ($2, $3, $4)`,
);
const ALL_TERMINALS = sql(
  'switch-all-terminals',
  `select ${TERMINAL_COLUMNS} from switch.terminal order by acquirer_id, terminal_id`,
);
const TERMINAL_OF_TILL = sql(
  'switch-terminal-of-till',
  `select ${TERMINAL_COLUMNS} from switch.terminal where till_id = $1`,
);
const RESERVE_TRACE = sql(
  'switch-reserve-trace',
  `update switch.terminal set last_stan = last_stan % 999999 + 1 where acquirer_id = $1 and terminal_id = $2
   returning acquirer_id, terminal_id, acceptor_id, last_stan as stan, batch_number`,
);
const REPEAT_FOLLOW_UP = sql(
  'switch-repeat-follow-up',
  `update switch.follow_up set attempts = attempts + 1 where reference = $1 returning ${TRACE_COLUMNS}, attempts`,
);
const ADD_FOLLOW_UP = sql(
  'switch-add-follow-up',
  `insert into switch.follow_up (reference, ${TRACE_COLUMNS}, reserved_at) values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (reference) do nothing returning ${TRACE_COLUMNS}, attempts`,
);
const CLAIM_PRESENTATION = sql(
  'switch-claim-presentation',
  `insert into switch.card_presentation (ksn, reference, used_at) values ($1, $2, $3)
   on conflict (ksn) do nothing returning ksn`,
);
const SAVE_SIGN_ON = sql(
  'switch-save-sign-on',
  `update switch.terminal set batch_number = $3, signed_on_at = $4 where acquirer_id = $1 and terminal_id = $2`,
);

/** The switch's store on PostgreSQL. */
export function createSwitchStore(db: Db): SwitchStore {
  return {
    async saveTerminal({ tillId, acquirerId, terminalId, acceptorId }) {
      await db.query(SAVE_TERMINAL, [tillId, acquirerId, terminalId, acceptorId]);
    },
    async terminals() {
      return (await db.query<TerminalRow>(ALL_TERMINALS)).map(terminalOf);
    },
    async terminalOfTill(tillId) {
      const [row] = await db.query<TerminalRow>(TERMINAL_OF_TILL, [tillId]);
      return row === undefined ? null : terminalOf(row);
    },
    async reserveTrace(acquirerId, terminalId) {
      const [row] = await db.query<TraceRow>(RESERVE_TRACE, [acquirerId, terminalId]);
      return row === undefined ? null : traceOf(row);
    },
    followUp: (reference, acquirerId, terminalId, atMs) =>
      db.transaction((tx) => followUp(tx, reference, acquirerId, terminalId, atMs)),
    async claimPresentation(ksn, reference, atMs) {
      return (await db.query(CLAIM_PRESENTATION, [ksn, reference, new Date(atMs)])).length === 1;
    },
    async saveSignOn(acquirerId, terminalId, batchNumber, atMs) {
      await db.query(SAVE_SIGN_ON, [acquirerId, terminalId, batchNumber, new Date(atMs)]);
    },
  };
}

/** The row lock on the terminal lets racing calls of one reference through one by one: the second finds the first's row. */
async function followUp(tx: Queryable, reference: string, acquirerId: string, terminalId: string, atMs: number) {
  const [known] = await tx.query<TraceRow & { attempts: number }>(REPEAT_FOLLOW_UP, [reference]);
  if (known !== undefined) return { trace: traceOf(known), attempt: known.attempts };
  const [reserved] = await tx.query<TraceRow>(RESERVE_TRACE, [acquirerId, terminalId]);
  if (reserved === undefined) return null;
  const { acceptor_id, stan, batch_number } = reserved;
  const values = [reference, acquirerId, terminalId, acceptor_id, stan, batch_number, new Date(atMs)];
  const [added] = await tx.query<TraceRow & { attempts: number }>(ADD_FOLLOW_UP, values);
  if (added !== undefined) return { trace: traceOf(added), attempt: added.attempts };
  const [raced] = await tx.query<TraceRow & { attempts: number }>(REPEAT_FOLLOW_UP, [reference]);
  return raced === undefined ? null : { trace: traceOf(raced), attempt: raced.attempts };
}

function terminalOf(row: TerminalRow): Terminal {
  return {
    tillId: row.till_id,
    acquirerId: row.acquirer_id,
    terminalId: row.terminal_id,
    acceptorId: row.acceptor_id,
    batchNumber: row.batch_number,
    signedOnAt: row.signed_on_at === null ? null : row.signed_on_at.getTime(),
  };
}

function traceOf(row: TraceRow): AcquirerTrace {
  return {
    acquirerId: row.acquirer_id,
    terminalId: row.terminal_id,
    acceptorId: row.acceptor_id,
    stan: stanText(row.stan),
    batchNumber: row.batch_number,
  };
}
