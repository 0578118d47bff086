import { type Db, groupReads, type Queryable, type Statement, sql } from '@zhanggui/base';
import type { AcquirerTrace } from './api.ts';
import type { DownloadItem, TerminalDemand } from './dialect.ts';
import { shareWrites } from './shared-writes.ts';
import { stanText } from './stan.ts';
import { terminalParametersOf } from './terminal-parameters.ts';
import type { TerminalParameters } from './terminal-views.ts';

/** A till's terminal at its acquirer. */
export interface Terminal {
  readonly tillId: string;
  readonly acquirerId: string;
  readonly terminalId: string;
  readonly acceptorId: string;
  readonly batchNumber: string;
  /** Milliseconds since the epoch of the last successful sign-on; null before the first and after its session ended. */
  readonly signedOnAt: number | null;
  /** Counts the sign-ons, whichever server process made them. */
  readonly session: number;
  /** Whether the last sign-on gave a track key. */
  readonly trackKey: boolean;
  /** How far the host's clock was ahead of ours at the last sign-on. */
  readonly clockOffsetMs: number;
  /** What the host has asked for and the terminal has not done yet. */
  readonly demand: TerminalDemand | null;
  /** Since when its batch is being closed; no payment begins meanwhile. */
  readonly closingSince: number | null;
  /** What its acquirer has told it to keep to in its last download. */
  readonly parameters: TerminalParameters;
}

/** A terminal as its acquirer knows it. */
export type TerminalKey = Pick<AcquirerTrace, 'acquirerId' | 'terminalId'>;

/** What the switch keeps of terminals in schema `switch`. */
export interface SwitchStore {
  /** Records a till's terminal; an existing one keeps its counter and batch unless its identity changes. */
  saveTerminal(terminal: Pick<Terminal, 'tillId' | 'acquirerId' | 'terminalId' | 'acceptorId'>): Promise<void>;
  terminals(): Promise<readonly Terminal[]>;
  terminalOfTill(tillId: string): Promise<Terminal | null>;
  terminal(key: TerminalKey): Promise<Terminal | null>;
  /** Takes the terminal's next trace number, one writer at a time; null for an unknown terminal. */
  reserveTrace(acquirerId: string, terminalId: string): Promise<AcquirerTrace | null>;
  /** The numbers of `reference`, reserved at its first call; `attempt` counts the calls. Null for an unknown terminal. */
  followUp(
    reference: string,
    acquirerId: string,
    terminalId: string,
    atMs: number,
  ): Promise<{ readonly trace: AcquirerTrace; readonly attempt: number } | null>;
  /** Claims a KSN for `reference`: whether nobody had it before, the same one had, or another. */
  claimPresentation(ksn: string, reference: string, atMs: number): Promise<Presentation>;
  /** Takes the right to sign on in place of `session` until `untilMs`; false when another process has it or has done it. */
  claimSignOn(key: TerminalKey, session: number, atMs: number, untilMs: number): Promise<boolean>;
  /** A sign-on has succeeded: the next session begins. */
  saveSignOn(key: TerminalKey, signOn: SavedSignOn): Promise<void>;
  /** A sign-on has failed: anyone may try again. */
  releaseSignOn(key: TerminalKey): Promise<void>;
  /** Ends `session`; a later one stays. */
  endSession(key: TerminalKey, session: number): Promise<void>;
  /** Notes what the host demands, to be done from `fromMs` on. */
  noteDemand(key: TerminalKey, demand: TerminalDemand, fromMs: number): Promise<void>;
  /** Takes a noted demand that may be done now, so that one process does it once; null where there is none. */
  takeDemand(key: TerminalKey, atMs: number): Promise<TerminalDemand | null>;
  /** Freezes or unfreezes the terminal's batch. */
  setClosing(key: TerminalKey, sinceMs: number | null): Promise<void>;
  /**
   * The batch `from` is closed by a close that began at `startedMs`: the terminal goes on with `to`, or with what a sign-on
   * has told meanwhile, and is free again. Nothing happens the second time, nor to a freeze for a later close.
   */
  advanceBatch(key: TerminalKey, from: string, to: string, startedMs: number): Promise<void>;
}

/** Whether sealed card data has been used before, and for what. */
export type Presentation = 'fresh' | 'same' | 'used';

/** What a successful sign-on leaves. */
export interface SavedSignOn {
  readonly batchNumber: string;
  readonly trackKey: boolean;
  readonly clockOffsetMs: number;
  readonly atMs: number;
}

interface TerminalRow {
  till_id: string;
  acquirer_id: string;
  terminal_id: string;
  acceptor_id: string;
  batch_number: string;
  signed_on_at: Date | null;
  session: number;
  track_key: boolean;
  clock_offset_ms: number;
  demand: TerminalDemand | null;
  closing_since: Date | null;
  parameters: readonly DownloadItem[] | null;
}

interface TraceRow {
  acquirer_id: string;
  terminal_id: string;
  acceptor_id: string;
  stan: number;
  batch_number: string;
}

const TERMINAL_COLUMNS = `till_id, acquirer_id, terminal_id, acceptor_id, batch_number, signed_on_at, session, track_key,
  clock_offset_ms, demand, closing_since,
  (select items from switch.download d where d.acquirer_id = terminal.acquirer_id and d.terminal_id = terminal.terminal_id
     and d.kind = 'terminal-parameters') as parameters`;
const TRACE_COLUMNS = 'acquirer_id, terminal_id, acceptor_id, stan, batch_number';

const saveTerminalSql = sql(
  'switch-save-terminal',
  `insert into switch.terminal (till_id, acquirer_id, terminal_id, acceptor_id) values ($1, $2, $3, $4)
   on conflict (till_id) do update set acquirer_id = $2, terminal_id = $3, acceptor_id = $4, signed_on_at = null
   where (terminal.acquirer_id, terminal.terminal_id, terminal.acceptor_id) <> ($2, $3, $4)`,
);
const allTerminalsSql = sql(
  'switch-all-terminals',
  `select ${TERMINAL_COLUMNS} from switch.terminal order by acquirer_id, terminal_id`,
);
const terminalsOfTillsSql = sql(
  'switch-terminals-of-tills',
  `select ${TERMINAL_COLUMNS} from switch.terminal where till_id = any($1)`,
);
const terminalsSql = sql(
  'switch-terminals',
  `select ${TERMINAL_COLUMNS} from switch.terminal
   where (acquirer_id, terminal_id) in (select * from unnest($1::text[], $2::text[]))`,
);
const reserveTraceSql = sql(
  'switch-reserve-trace',
  `update switch.terminal set last_stan = last_stan % 999999 + 1 where acquirer_id = $1 and terminal_id = $2
   returning acquirer_id, terminal_id, acceptor_id, last_stan as stan, batch_number`,
);
const repeatFollowUpSql = sql(
  'switch-repeat-follow-up',
  `update switch.follow_up set attempts = attempts + 1 where reference = $1 returning ${TRACE_COLUMNS}, attempts`,
);
const addFollowUpSql = sql(
  'switch-add-follow-up',
  `insert into switch.follow_up (reference, ${TRACE_COLUMNS}, reserved_at) values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (reference) do nothing returning ${TRACE_COLUMNS}, attempts`,
);
const claimSignOnSql = sql(
  'switch-claim-sign-on',
  `update switch.terminal set sign_on_until = $5
   where acquirer_id = $1 and terminal_id = $2 and session = $3 and (sign_on_until is null or sign_on_until <= $4)
   returning till_id`,
);
const saveSignOnSql = sql(
  'switch-save-sign-on',
  `update switch.terminal set batch_number = $3, track_key = $4, clock_offset_ms = $5, signed_on_at = $6,
     session = session + 1, sign_on_until = null
   where acquirer_id = $1 and terminal_id = $2`,
);
const releaseSignOnSql = sql(
  'switch-release-sign-on',
  'update switch.terminal set sign_on_until = null where acquirer_id = $1 and terminal_id = $2',
);
const endSessionSql = sql(
  'switch-end-session',
  'update switch.terminal set signed_on_at = null where acquirer_id = $1 and terminal_id = $2 and session = $3',
);
const noteDemandSql = sql(
  'switch-note-demand',
  'update switch.terminal set demand = $3, demand_from = $4 where acquirer_id = $1 and terminal_id = $2',
);
const takeDemandSql = sql(
  'switch-take-demand',
  `with noted as (
     select till_id, demand from switch.terminal
     where acquirer_id = $1 and terminal_id = $2 and demand is not null and demand_from <= $3 for update
   )
   update switch.terminal t set demand = null from noted where t.till_id = noted.till_id returning noted.demand`,
);
const setClosingSql = sql(
  'switch-set-closing',
  'update switch.terminal set closing_since = $3 where acquirer_id = $1 and terminal_id = $2',
);
const advanceBatchSql = sql(
  'switch-advance-batch',
  `update switch.terminal set closing_since = null,
     batch_number = case when batch_number = $3 then $4 else batch_number end
   where acquirer_id = $1 and terminal_id = $2 and closing_since <= $5`,
);

/** The switch's store on PostgreSQL. */
export function createSwitchStore(db: Db): SwitchStore {
  const shared = shareWrites(db);
  const change = async (statement: Statement, { acquirerId, terminalId }: TerminalKey, ...rest: Values) => {
    await db.query(statement, [acquirerId, terminalId, ...rest]);
  };
  return {
    async saveTerminal({ tillId, acquirerId, terminalId, acceptorId }) {
      await db.query(saveTerminalSql, [tillId, acquirerId, terminalId, acceptorId]);
    },
    async terminals() {
      return (await db.query<TerminalRow>(allTerminalsSql)).map(terminalOf);
    },
    terminalOfTill: groupReads((tillIds) => terminalsOfTills(db, tillIds)),
    terminal: groupReads((keys) => terminalsOf(db, keys)),
    reserveTrace: (acquirerId, terminalId) => shared.reserveTrace({ acquirerId, terminalId }),
    followUp: (reference, acquirerId, terminalId, atMs) =>
      db.transaction((tx) => followUp(tx, reference, acquirerId, terminalId, atMs)),
    claimPresentation: (ksn, reference, atMs) => shared.claimPresentation({ ksn, reference, atMs }),
    async claimSignOn({ acquirerId, terminalId }, session, atMs, untilMs) {
      const values = [acquirerId, terminalId, session, new Date(atMs), new Date(untilMs)];
      return (await db.query(claimSignOnSql, values)).length === 1;
    },
    saveSignOn: (key, { batchNumber, trackKey, clockOffsetMs, atMs }) =>
      change(saveSignOnSql, key, batchNumber, trackKey, clockOffsetMs, new Date(atMs)),
    releaseSignOn: (key) => change(releaseSignOnSql, key),
    endSession: (key, session) => change(endSessionSql, key, session),
    noteDemand: (key, demand, fromMs) => change(noteDemandSql, key, demand, new Date(fromMs)),
    async takeDemand({ acquirerId, terminalId }, atMs) {
      const values = [acquirerId, terminalId, new Date(atMs)];
      return (await db.query<{ demand: TerminalDemand }>(takeDemandSql, values))[0]?.demand ?? null;
    },
    setClosing: (key, sinceMs) => change(setClosingSql, key, sinceMs === null ? null : new Date(sinceMs)),
    advanceBatch: (key, from, to, startedMs) => change(advanceBatchSql, key, from, to, new Date(startedMs)),
  };
}

type Values = (string | number | boolean | Date | null)[];

/** The row lock on the terminal lets racing calls of one reference through one by one: the second finds the first's row. */
async function followUp(tx: Queryable, reference: string, acquirerId: string, terminalId: string, atMs: number) {
  const [known] = await tx.query<TraceRow & { attempts: number }>(repeatFollowUpSql, [reference]);
  if (known !== undefined) return { trace: traceOf(known), attempt: known.attempts };
  const [reserved] = await tx.query<TraceRow>(reserveTraceSql, [acquirerId, terminalId]);
  if (reserved === undefined) return null;
  const { acceptor_id, stan, batch_number } = reserved;
  const values = [reference, acquirerId, terminalId, acceptor_id, stan, batch_number, new Date(atMs)];
  const [added] = await tx.query<TraceRow & { attempts: number }>(addFollowUpSql, values);
  if (added !== undefined) return { trace: traceOf(added), attempt: added.attempts };
  const [raced] = await tx.query<TraceRow & { attempts: number }>(repeatFollowUpSql, [reference]);
  return raced === undefined ? null : { trace: traceOf(raced), attempt: raced.attempts };
}

async function terminalsOfTills(db: Db, tillIds: readonly string[]): Promise<readonly (Terminal | null)[]> {
  const rows = await db.query<TerminalRow>(terminalsOfTillsSql, [tillIds]);
  const found = new Map(rows.map((row) => [row.till_id, terminalOf(row)]));
  return tillIds.map((tillId) => found.get(tillId) ?? null);
}

async function terminalsOf(db: Db, keys: readonly TerminalKey[]): Promise<readonly (Terminal | null)[]> {
  const values = [keys.map(({ acquirerId }) => acquirerId), keys.map(({ terminalId }) => terminalId)];
  const rows = await db.query<TerminalRow>(terminalsSql, values);
  const found = new Map(rows.map((row) => [`${row.acquirer_id}/${row.terminal_id}`, terminalOf(row)]));
  return keys.map(({ acquirerId, terminalId }) => found.get(`${acquirerId}/${terminalId}`) ?? null);
}

function terminalOf(row: TerminalRow): Terminal {
  return {
    tillId: row.till_id,
    acquirerId: row.acquirer_id,
    terminalId: row.terminal_id,
    acceptorId: row.acceptor_id,
    batchNumber: row.batch_number,
    signedOnAt: row.signed_on_at?.getTime() ?? null,
    session: row.session,
    trackKey: row.track_key,
    clockOffsetMs: row.clock_offset_ms,
    demand: row.demand,
    closingSince: row.closing_since?.getTime() ?? null,
    parameters: terminalParametersOf(row.parameters ?? []),
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
