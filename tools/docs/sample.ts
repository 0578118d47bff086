import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openAccounts } from '@zhanggui/modules/ledger/store.ts';
import { merchants } from '@zhanggui/modules/merchants/store.ts';
import { accountsFor } from '@zhanggui/modules/payments/postings.ts';
import { openTillAccounts } from '@zhanggui/modules/sales/shift.ts';
import { tillsOf } from '@zhanggui/modules/sales/till-store.ts';
import { paymentMethods } from '@zhanggui/plugins/registry.ts';
import { compose, type Platform, type ServerConfig } from '../../apps/server/compose.ts';
import { startEmbeddedPostgres } from '../../apps/server/db/embedded-postgres.ts';
import { migrate } from '../../apps/server/db/migrate.ts';
import { seedDemo } from '../../apps/server/demo.ts';

/** The platform on a database of its own that holds the demo shop; nothing listens. */
export interface Sample {
  readonly platform: Platform;
  readonly merchantId: string;
  readonly tillId: string;
  close(): Promise<void>;
}

/** Puts the platform together as the server does, on an empty database that is thrown away afterwards. */
export async function openSample(): Promise<Sample> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zhanggui-docs-'));
  // The database's account is another one than root's and has to get through this folder to its own.
  chmodSync(folder, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), ephemeral: true });
  const platform = await compose({
    databaseUrl: postgres.url,
    dataDir: folder,
    masterKey: undefined,
    demoLogins: [],
    logger: quiet,
    timeScale: 1,
  });
  const close = async (): Promise<void> => {
    await platform.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await migrate(platform.db);
    await seedDemo(platform);
    return { platform, ...(await openBook(platform)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openBook({ db }: Platform): Promise<{ merchantId: string; tillId: string }> {
  const [merchant] = await merchants(db);
  if (merchant === undefined) throw new Error('the demo has no merchant');
  const [till] = await tillsOf(db, merchant.id);
  if (till === undefined) throw new Error('the demo has no till');
  await openAccounts(db, accountsFor(merchant.id, merchant.currency, paymentMethods));
  await openTillAccounts(db, till, merchant.currency);
  return { merchantId: merchant.id, tillId: till.id };
}

const ignore = (): void => undefined;
const quiet: ServerConfig['logger'] = {
  level: 'silent',
  fatal: ignore,
  error: ignore,
  warn: ignore,
  info: ignore,
  debug: ignore,
  trace: ignore,
  silent: ignore,
  child: () => quiet,
};
