import type { Db, Queryable, SqlValue, Statement } from '@zhanggui/base';
import pg from 'pg';

const INT8 = 20;
const NUMERIC = 1700;
const DATE = 1082;

/** The `Db` port over a pool of PostgreSQL connections, and a way to close it. */
export interface PgDb extends Db {
  close(): Promise<void>;
}

/** Opens a pool on `url`. Amounts fit in safe integers; one that does not is an error, never a rounded number. */
export function openPgDb(
  url: string,
  options: { maxConnections?: number; onIdleError?: (error: Error) => void } = {},
): PgDb {
  const pool = new pg.Pool({ connectionString: url, max: options.maxConnections ?? 12, types: { getTypeParser } });
  // A connection that breaks while idle must not bring the process down; the next query opens another.
  pool.on('error', (error) => options.onIdleError?.(error));
  return {
    query: (statement, values) => run(pool, statement, values),
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  };
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 || oid === NUMERIC) return safeInteger;
  if (oid === DATE) return (text) => text;
  return pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database returned ${text}, which is not a safe integer`);
  return value;
}

async function run<Row extends object>(
  client: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly SqlValue[] = [],
): Promise<readonly Row[]> {
  const { name, text } = statement;
  try {
    return (await client.query<Row & pg.QueryResultRow>({ name, text, values: [...values] })).rows;
  } catch (error) {
    throw withoutRow(error);
  }
}

/** Beside what was broken, the database repeats the whole row, and rows hold what no log may. */
function withoutRow(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) error.detail = undefined;
  return error;
}

async function inTransaction<Result>(pool: pg.Pool, work: (tx: Queryable) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work({ query: (statement, values) => run(client, statement, values) });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
