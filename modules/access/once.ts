import { type Db, Fault, type Queryable, sql } from '@zhanggui/base';

/** What makes a command the same command. */
export interface Command {
  readonly db: Db;
  readonly commandKey: string;
  readonly contentHash: string;
  readonly staff: { readonly merchantId: string };
  readonly clock: { now(): number };
}

const takeSql = sql(
  'access-take-command',
  `insert into access.command (merchant_id, command_key, content_hash, created_at) values ($1, $2, $3, $4)
   on conflict (merchant_id, command_key) do nothing returning command_key`,
);
const earlierSql = sql(
  'access-earlier-command',
  'select content_hash, answer from access.command where merchant_id = $1 and command_key = $2',
);
const answerSql = sql(
  'access-answer-command',
  'update access.command set answer = $3::jsonb where merchant_id = $1 and command_key = $2',
);

/**
 * Runs a command that changes the database alone exactly once: the command's key, its work and its answer are one
 * database transaction. The same key with the same content gets the same answer, at once or a year later.
 * @throws Fault `idempotency-conflict` when the key was used for another content.
 */
export function once<Answer>(command: Command, work: (tx: Queryable) => Promise<Answer>): Promise<Answer> {
  const { db, commandKey, contentHash, staff, clock } = command;
  return db.transaction(async (tx) => {
    const key = [staff.merchantId, commandKey] as const;
    const taken = await tx.query(takeSql, [...key, contentHash, new Date(clock.now())]);
    if (taken.length === 0) return earlierAnswer<Answer>(tx, key, contentHash);
    const answer = await work(tx);
    await tx.query(answerSql, [...key, JSON.stringify(answer)]);
    return answer;
  });
}

async function earlierAnswer<Answer>(
  tx: Queryable,
  key: readonly [string, string],
  contentHash: string,
): Promise<Answer> {
  const [earlier] = await tx.query<{ content_hash: string; answer: Answer }>(earlierSql, key);
  if (earlier === undefined || earlier.content_hash !== contentHash) throw new Fault('idempotency-conflict');
  return earlier.answer;
}
