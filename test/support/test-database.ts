import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../apps/server/db/embedded-postgres.ts';
import { migrate } from '../../apps/server/db/migrate.ts';
import { openPgDb, type PgDb } from '../../apps/server/db/pg-db.ts';

/** A migrated PostgreSQL of the test's own, forgotten when it is closed. */
export interface TestDatabase {
  readonly db: PgDb;
  /** Runs statements as the superuser, as somebody with the keys to the machine could. */
  tamper(...statements: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** How long a test's hook may take to open one on a busy machine. */
export const DATABASE_TIMEOUT_MS = 60_000;

export async function openTestDatabase(): Promise<TestDatabase> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zhanggui-database-'));
  // The database's account is another one than root's and has to get through this folder to its own.
  chmodSync(folder, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), ephemeral: true });
  const db = openPgDb(postgres.url);
  await migrate(db);
  return {
    db,
    tamper: (...statements) =>
      db.transaction(async (tx) => {
        for (const text of statements) await tx.query({ name: '', text });
      }),
    close: async () => {
      await db.close();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
