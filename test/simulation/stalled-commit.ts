import { sql } from '@zhanggui/base';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { until } from '../support/until.ts';

/** Any number that nobody else locks. */
const LOCK = 20_261_123;
const STALLS_WITHIN_MS = 8_000;

/** What happens around a transaction that cannot end. */
interface AroundIt<Result> {
  /** Begins what will write to the table. */
  begin(): Promise<Result>;
  /** Called when a transaction has written to the table and is still open, or never was. */
  once(): Promise<void>;
}

/**
 * Holds back every transaction that changes the state of a row of `table`, at the statement that does so, until `once` has
 * returned.
 * @returns whether one was held back.
 */
export async function stalledCommit<Result>(
  databaseUrl: string,
  table: string,
  { begin, once }: AroundIt<Result>,
  withinMs = STALLS_WITHIN_MS,
): Promise<{ result: Result; stalled: boolean }> {
  const db = openPgDb(databaseUrl, { maxConnections: 2 });
  try {
    await db.transaction(async (tx) => {
      for (const text of plantedOn(table)) await tx.query({ name: '', text });
    });
    return await db.transaction(async (tx) => {
      await tx.query(lockSql, [LOCK]);
      const result = await begin();
      const stalled = await until(async () => (await tx.query(waitingSql)).length > 0, Boolean, withinMs);
      await once();
      return { result, stalled };
    });
  } finally {
    await db.query({ name: '', text: `drop trigger if exists stalls on ${table}` });
    await db.close();
  }
}

function plantedOn(table: string): readonly string[] {
  return [
    `create or replace function public.stall() returns trigger language plpgsql as
       $$ begin perform pg_advisory_xact_lock_shared(${LOCK}); return null; end $$`,
    `create or replace trigger stalls after update on ${table} for each row
       when (old.state is distinct from new.state) execute function public.stall()`,
  ];
}

const lockSql = sql('simulation-lock', 'select pg_advisory_xact_lock($1)');
const waitingSql = sql(
  'simulation-waiting',
  `select 1 from pg_locks where locktype = 'advisory' and not granted and mode = 'ShareLock'`,
);
