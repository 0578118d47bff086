import { type Queryable, sql } from '@zhanggui/base';
import { type Static, Type } from 'typebox';

/** A message that is stored and forwarded, as people see it: not yet with the acquirer, or refused by him. */
export const AdviceView = Type.Object({
  reference: Type.String({ description: 'id of the payment or refund that it belongs to' }),
  kind: Type.String(),
  tillId: Type.String(),
  acquirerId: Type.String(),
  terminalId: Type.String(),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('refused')]),
  amountMinor: Type.Integer(),
  currency: Type.String(),
  attempts: Type.Integer(),
  quarantinedAt: Type.Union([Type.String(), Type.Null()]),
  nextAttemptAt: Type.Union([Type.String(), Type.Null()]),
  lastCause: Type.Union([Type.String(), Type.Null()]),
  responseCode: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.String(),
});
export type AdviceView = Static<typeof AdviceView>;

interface Row {
  reference: string;
  kind: string;
  till_id: string;
  acquirer_id: string;
  terminal_id: string;
  state: AdviceView['state'];
  amount_minor: number;
  currency: string;
  attempts: number;
  quarantined_at: Date | null;
  next_attempt_at: Date;
  last_cause: string | null;
  response_code: string | null;
  created_at: Date;
}

const listSql = sql(
  'switch-advices-that-are-not-done',
  `select a.reference, a.kind, t.till_id, a.acquirer_id, a.terminal_id, a.state,
     (a.request->>'amountMinor')::bigint as amount_minor, a.request->>'currency' as currency, a.attempts, a.quarantined_at,
     a.next_attempt_at, a.last_cause, a.response_code, a.created_at
   from switch.advice a
   join switch.terminal t on t.acquirer_id = a.acquirer_id and t.terminal_id = a.terminal_id
   where (a.state = 'waiting' or (a.state = 'refused' and a.ended_at > $1)) and ($3::text[] is null or t.till_id = any($3))
   order by (a.quarantined_at is null), a.state, a.sequence
   limit $2`,
);

/** What waits, the quarantined first, and what acquirers have refused since an instant: of these tills, or of all where it is null. */
export async function openAdvices(
  db: Queryable,
  tillIds: readonly string[] | null,
  refusedSince: number,
  most: number,
): Promise<readonly AdviceView[]> {
  return (await db.query<Row>(listSql, [new Date(refusedSince), most, tillIds])).map(viewOf);
}

function viewOf(row: Row): AdviceView {
  return {
    reference: row.reference,
    kind: row.kind,
    tillId: row.till_id,
    acquirerId: row.acquirer_id,
    terminalId: row.terminal_id,
    state: row.state,
    amountMinor: row.amount_minor,
    currency: row.currency,
    attempts: row.attempts,
    quarantinedAt: row.quarantined_at?.toISOString() ?? null,
    nextAttemptAt: row.state === 'waiting' ? row.next_attempt_at.toISOString() : null,
    lastCause: row.last_cause,
    responseCode: row.response_code,
    createdAt: row.created_at.toISOString(),
  };
}
