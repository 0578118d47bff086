import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from '@zhanggui/base';
import { fixedMasterKeys } from '@zhanggui/modules/keys/node/master-key.ts';
import { SoftRing } from '@zhanggui/modules/keys/node/soft-ring.ts';
import { createKeyStore } from '@zhanggui/modules/keys/store.ts';
import { revealKeyBytes } from '@zhanggui/paycrypto';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { stripeTrack2 } from '../../sim/cards/card-values.ts';
import { testCards } from '../../sim/cards/cards.ts';
import type { World } from '../support/world.ts';
import { digitsSecret, keySecret, pemSecret, pinBlockSecret, type Secret, textSecret, trackSecret } from './traces.ts';

/** Everything that nobody may find after a run in `world`, beside what the run itself typed and scanned. */
export async function secretsOf(world: World): Promise<readonly Secret[]> {
  return [...cardSecrets(), ...outsideSecrets(world), ...(await vaultSecrets(world))];
}

function cardSecrets(): readonly Secret[] {
  return testCards.flatMap(({ id, pan, expiry, pin }) => [
    digitsSecret(`the number of ${id}`, pan),
    trackSecret(`the track of ${id}`, stripeTrack2({ pan, expiry }, '120', pin)),
    pinBlockSecret(`a clear PIN block of ${id}`, pin, pan),
  ]);
}

/** Keys that the platform has in common with the bank, the readers and the wallets. */
function outsideSecrets({ simulator }: World): readonly Secret[] {
  const { bank, readers, wallets } = simulator.credentials();
  const { terminals } = simulator.bank.host;
  return [
    ...bank.terminals.flatMap(({ terminalId, tmk }) => [
      keySecret(`the master key of terminal ${terminalId}`, tmk),
      ...Object.entries(terminals.keysOf(terminalId) ?? {}).flatMap(([name, key]) =>
        key === null ? [] : [keySecret(`the ${name} of terminal ${terminalId}`, hexOf(revealKeyBytes(key)))],
      ),
    ]),
    ...(bank.client === null ? [] : [pemSecret('the key of the client certificate', bank.client.keyPem)]),
    ...readers.map(({ readerId, bdk }) => keySecret(`the base key of reader ${readerId}`, bdk)),
    ...Object.entries(wallets).flatMap(([wallet, { secrets }]) => secretTexts(wallet, secrets)),
    ...secretTexts('alipay', { aesKey: wallets.alipay.aesKey }),
  ];
}

function secretTexts(wallet: string, secrets: Readonly<Record<string, string>>): readonly Secret[] {
  return Object.entries(secrets).map(([name, secret]) =>
    (secret.includes('-----') ? pemSecret : textSecret)(`${name} of ${wallet}`, secret),
  );
}

const keysSql = sql('test-keys', 'select name from keys.key_block order by name');

/** The master key, and every key that the vault keeps under it. */
async function vaultSecrets({ folder, databaseUrl }: World): Promise<readonly Secret[]> {
  const master = Buffer.from(readFileSync(path.join(folder, 'master.key'), 'utf8').trim(), 'hex');
  const db = openPgDb(databaseUrl);
  try {
    const ring = new SoftRing(fixedMasterKeys(master), createKeyStore(db));
    const names = (await db.query<{ name: string }>(keysSql)).map(({ name }) => name);
    const keys = await Promise.all(
      names.map(async (name) => keySecret(`the key ${name}`, hexOf(revealKeyBytes(await ring.open(name))))),
    );
    return [keySecret('the master key', hexOf(master)), ...keys];
  } finally {
    await db.close();
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
