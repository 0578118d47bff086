import { createHash } from 'node:crypto';
import path from 'node:path';
import { audit } from '@zhanggui/modules/ledger/proof.ts';
import { StartRefused, startEmbeddedPostgres } from './db/embedded-postgres.ts';
import { openPgDb } from './db/pg-db.ts';
import { runningDatabaseUrl } from './db/running-database.ts';

/** `npm run audit`: recomputes the whole book and says whether it is intact. Exit 0 intact, 1 not, 2 could not look. */
async function main(): Promise<void> {
  const { url, stop } = await database();
  const db = openPgDb(url);
  try {
    const report = await audit(db, (bytes) => createHash('sha256').update(bytes).digest());
    const intact =
      report.firstBrokenSequence === null &&
      report.headMatches &&
      report.accountsOff.length === 0 &&
      report.differenceMinor === 0;
    console.log(`transfers        ${report.transfers}`);
    console.log(
      `hash chain       ${report.firstBrokenSequence === null ? 'unbroken' : `broken at transfer ${report.firstBrokenSequence}`}`,
    );
    console.log(`chain head       ${report.headMatches ? 'matches' : 'does not match the last transfer'}`);
    console.log(
      `account totals   ${report.accountsOff.length === 0 ? 'equal their transfers' : `differ: ${report.accountsOff.join(', ')}`}`,
    );
    console.log(`trial balance    ${report.differenceMinor}`);
    console.log(intact ? 'The ledger is intact.' : 'The ledger is NOT intact.');
    process.exitCode = intact ? 0 : 1;
  } finally {
    await db.close();
    await stop();
  }
}

/** The database of the server that runs here, else the embedded one, started for the audit alone. */
async function database(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.DATABASE_URL ?? runningDatabaseUrl(dataDir());
  if (given !== undefined) return { url: given, stop: async () => undefined };
  return startEmbeddedPostgres({ dataDir: path.join(dataDir(), 'postgres') });
}

function dataDir(): string {
  return path.resolve(
    process.env.ZHANGGUI_CALLED_FROM ?? '.',
    process.env.ZHANGGUI_DATA ?? path.join(import.meta.dirname, '../../.data'),
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof StartRefused ? `zhanggui: ${error.message}` : error);
  process.exitCode = 2;
});
