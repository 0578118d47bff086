import { userInfo } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from '@zhanggui/base';
import { type MasterKeyPlace, masterKeysAt } from '@zhanggui/modules/keys/node/master-key.ts';
import { rotateMasterKey } from '@zhanggui/modules/keys/node/rotate-master.ts';
import { createKeyStore } from '@zhanggui/modules/keys/store.ts';
import { StartRefused } from './db/embedded-postgres.ts';
import { migrate } from './db/migrate.ts';
import { openPgDb } from './db/pg-db.ts';
import { toolDatabase, toolDataDir } from './db/tool-database.ts';

const USAGE = 'zhanggui keys rotate-master --reason "why"';

/**
 * `zhanggui keys rotate-master --reason "why"`: puts every key under a new master key. It may run beside a server, and may be
 * killed at any moment: the next run takes it up. Exit 0 done, 1 refused, 2 wrongly called.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { reason: { type: 'string' } }, allowPositionals: true });
  const [command] = positionals;
  if (command !== 'rotate-master' || values.reason === undefined) {
    console.error(`zhanggui: ${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const { url, stop } = await toolDatabase();
  const db = openPgDb(url);
  try {
    await migrate(db);
    const { from, to, rewrapped } = await rotateMasterKey({
      db,
      store: createKeyStore(db),
      clock: { now: () => Date.now() },
      place: await placeOfMaster(),
      actor: userInfo().username,
      reason: values.reason,
    });
    console.log(`master key ${from} has given way to ${to}; ${rewrapped} keys were wrapped again`);
  } finally {
    await db.close();
    await stop();
  }
}

/** A demo's key gives way to a demo's key; any other is held to the rules of production. */
async function placeOfMaster(): Promise<MasterKeyPlace> {
  const place = {
    text: process.env.ZHANGGUI_MASTER_KEY,
    earlierText: process.env.ZHANGGUI_MASTER_KEY_PREVIOUS,
    file: path.join(toolDataDir(), 'master.key'),
  };
  try {
    await masterKeysAt({ ...place, mode: 'production' }).load();
  } catch (error) {
    if (error instanceof Fault && error.params.reason === 'demo') return { ...place, mode: 'demo' };
    throw error;
  }
  return { ...place, mode: 'production' };
}

main().catch((error: unknown) => {
  if (error instanceof Fault) console.error(`zhanggui: ${error.code} ${JSON.stringify(error.params)}`);
  else console.error(error instanceof StartRefused ? `zhanggui: ${error.message}` : error);
  process.exitCode = 1;
});
