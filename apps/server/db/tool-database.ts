import path from 'node:path';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { runningDatabaseUrl } from './running-database.ts';

/** The database of the server that runs here, else the embedded one, started for one command alone. */
export async function toolDatabase(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.DATABASE_URL ?? runningDatabaseUrl(toolDataDir());
  if (given !== undefined) return { url: given, stop: async () => undefined };
  return startEmbeddedPostgres({ dataDir: path.join(toolDataDir(), 'postgres') });
}

/** The data folder that a command works on: ZHANGGUI_DATA, else the project's own. */
export function toolDataDir(): string {
  return path.resolve(
    process.env.ZHANGGUI_CALLED_FROM ?? '.',
    process.env.ZHANGGUI_DATA ?? path.join(import.meta.dirname, '../../../.data'),
  );
}
