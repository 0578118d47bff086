import { type Db, type Queryable, sql } from '@zhanggui/base';
import type { AcquirerRequest, AdviceAnswer, AdviceStatus, RequestKind } from './api.ts';
import type { TerminalKey } from './store.ts';

/** A request as it is stored: its card is vaulted, its chip data and signature sealed. */
export interface StoredRequest extends Omit<AcquirerRequest, 'chip' | 'answerBy' | 'card'> {
  readonly card: { readonly vaulted: string };
}

/** A message that was claimed to be sent. */
export interface ClaimedAdvice {
  readonly sequence: number;
  readonly request: StoredRequest;
  /** How often it has been claimed, this time included: it may have been sent as often. */
  readonly attempts: number;
  /** Whether one of the attempts before may have reached the host. */
  readonly mayHaveArrived: boolean;
  readonly quarantined: boolean;
}

/** An attempt after which the message still waits. */
export interface FailedAttempt {
  readonly cause: string;
  readonly responseCode: string | null;
  /** Whether the host certainly did not take it: nothing left this machine, or it has answered so. */
  readonly notTaken: boolean;
}

/** Which messages a claim may take. */
export interface AdviceScope {
  readonly acquirerId?: string;
  /** One terminal's lane only. */
  readonly terminal?: TerminalKey;
  readonly reference?: string;
  /** Also those whose next instant has not come, unless they were tried since `sinceMs`. */
  readonly allUntriedSinceMs?: number;
}

/** The messages that are stored and forwarded. */
export interface AdviceStore {
  /** Stores a request once by reference and kind. */
  add(request: StoredRequest, atMs: number): Promise<void>;
  /** How many terminals of each acquirer may send a message now. */
  lanesDue(atMs: number): Promise<readonly { readonly acquirerId: string; readonly lanes: number }[]>;
  /**
   * Takes the oldest message that may be sent of a terminal that sends no other, and the terminal's lane with it for
   * `leaseMs`; null where there is none.
   */
  claim(atMs: number, leaseMs: number, scope?: AdviceScope): Promise<ClaimedAdvice | null>;
  /** Lets the terminal's next message go. */
  free(terminal: TerminalKey, atMs: number): Promise<void>;
  /** The acquirer has it, or has definitely refused it: then `answer` is null. */
  end(
    sequence: number,
    state: 'done' | 'refused',
    told: { readonly responseCode: string; readonly answer: AdviceAnswer | null },
    atMs: number,
  ): Promise<void>;
  /** It is to be sent again at `nextMs`; `quarantinedMs` is set when people are told now. */
  postpone(
    sequence: number,
    attempt: FailedAttempt,
    again: { readonly nextMs: number; readonly quarantinedMs: number | null },
  ): Promise<void>;
  status(reference: string): Promise<readonly AdviceStatus[]>;
  /** How many messages of each terminal wait, and how many of these are quarantined. */
  waiting(): Promise<readonly (TerminalKey & { readonly waiting: number; readonly quarantined: number })[]>;
  /** How many messages of a terminal wait, of these kinds where they are told. */
  waitingOf(key: TerminalKey, kinds?: readonly RequestKind[]): Promise<number>;
}

interface ClaimRow {
  sequence: number;
  request: StoredRequest;
  attempts: number;
  not_taken: number;
  quarantined_at: Date | null;
}

interface StatusRow {
  reference: string;
  kind: RequestKind;
  state: AdviceStatus['state'];
  attempts: number;
  quarantined_at: Date | null;
  next_attempt_at: Date;
  last_cause: string | null;
  response_code: string | null;
  answer: AdviceAnswer | null;
  ended_at: Date | null;
}

const addSql = sql(
  'switch-add-advice',
  `insert into switch.advice (reference, kind, acquirer_id, terminal_id, request, next_attempt_at, created_at)
   values ($1, $2, $3, $4, $5::jsonb, $6, $6) on conflict (reference, kind) do nothing`,
);
const lanesDueSql = sql(
  'switch-lanes-due',
  `select a.acquirer_id as "acquirerId", count(distinct a.terminal_id)::int as lanes
   from switch.advice a join switch.terminal t using (acquirer_id, terminal_id)
   where a.state = 'waiting' and a.next_attempt_at <= $1 and (t.lane_until is null or t.lane_until <= $1)
   group by a.acquirer_id`,
);
/** What may be sent now: due, or asked for and not tried since; `$2` to `$5` narrow it to a lane or a reference. */
const MAY_GO = `a.state = 'waiting' and ($4::text is null or a.reference = $4)
  and (a.next_attempt_at <= $1 or ($5::timestamptz is not null and (a.tried_at is null or a.tried_at < $5)))`;
const claimLaneSql = sql(
  'switch-claim-lane',
  `with free as (
     select till_id from switch.terminal t
     where (lane_until is null or lane_until <= $1)
       and ($2::text is null or acquirer_id = $2) and ($3::text is null or terminal_id = $3)
       and exists (
         select 1 from switch.advice a
         where a.acquirer_id = t.acquirer_id and a.terminal_id = t.terminal_id and ${MAY_GO}
       )
     order by lane_until nulls first limit 1 for update skip locked
   )
   update switch.terminal t set lane_until = $6 from free
   where t.till_id = free.till_id returning t.acquirer_id as "acquirerId", t.terminal_id as "terminalId"`,
);
/** A host that begins another batch takes nothing of the one before; only what may have reached it keeps its number. */
const claimSql = sql(
  'switch-claim-advice',
  `update switch.advice a set attempts = attempts + 1, tried_at = $1,
     request = case when a.attempts > a.not_taken then a.request
       else jsonb_set(a.request, '{trace,batchNumber}', to_jsonb(t.batch_number)) end
   from switch.terminal t
   where t.acquirer_id = a.acquirer_id and t.terminal_id = a.terminal_id and sequence = (
     select sequence from switch.advice a where a.acquirer_id = $2 and a.terminal_id = $3 and ${MAY_GO}
     order by sequence limit 1
   )
   returning sequence, request, attempts, not_taken, quarantined_at`,
);
/** The lane that was used last comes last. */
const freeLaneSql = sql(
  'switch-free-lane',
  'update switch.terminal set lane_until = $3 where acquirer_id = $1 and terminal_id = $2',
);
const endSql = sql(
  'switch-end-advice',
  `update switch.advice set state = $2, response_code = $3, ended_at = $4, answer = $5::jsonb, last_cause = null
   where sequence = $1 and state = 'waiting'`,
);
const postponeSql = sql(
  'switch-postpone-advice',
  `update switch.advice set last_cause = $2, response_code = $3, next_attempt_at = $4,
     quarantined_at = coalesce(quarantined_at, $5), not_taken = not_taken + $6::int
   where sequence = $1 and state = 'waiting'`,
);
const statusSql = sql(
  'switch-advice-status',
  `select reference, kind, state, attempts, quarantined_at, next_attempt_at, last_cause, response_code, answer, ended_at
   from switch.advice where reference = $1 order by sequence`,
);
const waitingSql = sql(
  'switch-waiting-advices',
  `select acquirer_id as "acquirerId", terminal_id as "terminalId", count(*)::int as waiting,
     count(quarantined_at)::int as quarantined
   from switch.advice where state = 'waiting' group by 1, 2`,
);
const waitingOfSql = sql(
  'switch-waiting-advices-of',
  `select count(*)::int as waiting from switch.advice
   where state = 'waiting' and acquirer_id = $1 and terminal_id = $2 and ($3::text[] is null or kind = any($3))`,
);

/** The store of stored-and-forwarded messages on PostgreSQL. */
export function createAdviceStore(db: Db): AdviceStore {
  return {
    async add(request, atMs) {
      const { reference, kind, trace } = request;
      const values = [reference, kind, trace.acquirerId, trace.terminalId, JSON.stringify(request), new Date(atMs)];
      await db.query(addSql, values);
    },
    lanesDue: (atMs) => db.query(lanesDueSql, [new Date(atMs)]),
    claim: (atMs, leaseMs, scope = {}) => db.transaction((tx) => claim(tx, atMs, leaseMs, scope)),
    async free({ acquirerId, terminalId }, atMs) {
      await db.query(freeLaneSql, [acquirerId, terminalId, new Date(atMs)]);
    },
    async end(sequence, state, { responseCode, answer }, atMs) {
      const kept = answer === null ? null : JSON.stringify(answer);
      await db.query(endSql, [sequence, state, responseCode, new Date(atMs), kept]);
    },
    async postpone(sequence, { cause, responseCode, notTaken }, { nextMs, quarantinedMs }) {
      const quarantinedAt = quarantinedMs === null ? null : new Date(quarantinedMs);
      const values = [sequence, cause, responseCode, new Date(nextMs), quarantinedAt, notTaken ? 1 : 0];
      await db.query(postponeSql, values);
    },
    async status(reference) {
      return (await db.query<StatusRow>(statusSql, [reference])).map(statusOf);
    },
    waiting: () => db.query(waitingSql),
    async waitingOf({ acquirerId, terminalId }, kinds) {
      const [row] = await db.query<{ waiting: number }>(waitingOfSql, [acquirerId, terminalId, kinds ?? null]);
      return row?.waiting ?? 0;
    },
  };
}

/** The lease is the terminal's: two processes never send two messages of one terminal at once. */
async function claim(
  tx: Queryable,
  atMs: number,
  leaseMs: number,
  { acquirerId, terminal, reference, allUntriedSinceMs }: AdviceScope,
): Promise<ClaimedAdvice | null> {
  const now = new Date(atMs);
  const untried = allUntriedSinceMs === undefined ? null : new Date(allUntriedSinceMs);
  const within = [terminal?.acquirerId ?? acquirerId ?? null, terminal?.terminalId ?? null];
  const leased = [now, ...within, reference ?? null, untried, new Date(atMs + leaseMs)];
  const [lane] = await tx.query<TerminalKey>(claimLaneSql, leased);
  if (lane === undefined) return null;
  const values = [now, lane.acquirerId, lane.terminalId, reference ?? null, untried];
  const [row] = await tx.query<ClaimRow>(claimSql, values);
  if (row === undefined) {
    await tx.query(freeLaneSql, [lane.acquirerId, lane.terminalId, now]);
    return null;
  }
  const { sequence, request, attempts, not_taken, quarantined_at } = row;
  const mayHaveArrived = attempts - 1 > not_taken;
  return { sequence, request, attempts, mayHaveArrived, quarantined: quarantined_at !== null };
}

function statusOf(row: StatusRow): AdviceStatus {
  return {
    reference: row.reference,
    kind: row.kind,
    state: row.state,
    attempts: row.attempts,
    quarantinedAt: row.quarantined_at?.getTime() ?? null,
    nextAttemptAt: row.state === 'waiting' ? row.next_attempt_at.getTime() : null,
    lastCause: row.last_cause,
    responseCode: row.response_code,
    answer: row.answer,
    endedAt: row.ended_at?.getTime() ?? null,
  };
}
