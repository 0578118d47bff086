import { createHash } from 'node:crypto';
import { proveAuditLog } from '@zhanggui/modules/access/audit.ts';
import { audit } from '@zhanggui/modules/ledger/proof.ts';
import { StartRefused } from './db/embedded-postgres.ts';
import { openPgDb } from './db/pg-db.ts';
import { toolDatabase } from './db/tool-database.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/**
 * `npm run audit`: recomputes the whole book and the audit log and says whether both are intact. Exit 0 intact, 1 not, 2
 * could not look.
 */
async function main(): Promise<void> {
  const { url, stop } = await toolDatabase();
  const db = openPgDb(url);
  try {
    const report = await audit(db, sha256);
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
    const log = await proveAuditLog(db, sha256);
    const logIntact = log.firstBrokenSequence === null && log.headMatches;
    console.log(
      `audit log        ${log.rows} rows, ${logIntact ? 'unbroken' : `broken at ${log.firstBrokenSequence === null ? 'its end' : `row ${log.firstBrokenSequence}`}`}`,
    );
    console.log(logIntact ? 'The audit log is intact.' : 'The audit log is NOT intact.');
    process.exitCode = intact && logIntact ? 0 : 1;
  } finally {
    await db.close();
    await stop();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof StartRefused ? `zhanggui: ${error.message}` : error);
  process.exitCode = 2;
});
