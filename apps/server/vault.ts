import path from 'node:path';
import { type Clock, Fault } from '@zhanggui/base';
import { keyList } from '@zhanggui/modules/keys/inventory.ts';
import { DbKeyJournal } from '@zhanggui/modules/keys/key-journal.ts';
import { masterKeysAt } from '@zhanggui/modules/keys/node/master-key.ts';
import type { Pkcs11Config } from '@zhanggui/modules/keys/node/pkcs11-token.ts';
import { openPkcs11Vault } from '@zhanggui/modules/keys/node/pkcs11-vault.ts';
import { SoftVault } from '@zhanggui/modules/keys/node/soft-vault.ts';
import { createKeyStore } from '@zhanggui/modules/keys/store.ts';
import type { KeyVault } from '@zhanggui/modules/keys/vault.ts';
import type { PgDb } from './db/pg-db.ts';

/** Where the vault's keys are. */
export interface VaultConfig {
  /** Folder of the master key's file; `masterKey` (64 hexadecimal digits) comes first where it is given. */
  readonly dataDir: string;
  readonly masterKey: string | undefined;
  /** The master key before `masterKey`, until its change is done. */
  readonly earlierMasterKey?: string | undefined;
  /** Takes no demo's master key, and none that others than its owner may read. */
  readonly production?: boolean;
  /** A token in the place of the master key. */
  readonly pkcs11?: Pkcs11Config | undefined;
}

/** A vault at work. */
export interface OpenVault {
  readonly vault: KeyVault;
  /**
   * Once the tables are there: whether the keys in the database are this vault's own.
   * @throws Fault `master-key-refused`, reason `not-the-keys-own`.
   */
  check(): Promise<void>;
  /** Writes the last counts of uses and lets the token go. */
  close(): Promise<void>;
}

/** What a vault has to say while it works. */
export interface VaultWatch {
  /** Counts of uses, or the look at ages, could not be written or read now; it is tried again. */
  failed(error: unknown): void;
  /** Keys that should have been replaced. */
  periodOver(names: readonly string[]): void;
}

/** How much of the counts of uses a power cut may take. */
const COUNTS_EVERY_MS = 5_000;
const AGES_EVERY_MS = 3_600_000;

/** Opens the vault that is configured; a master key that will not do is refused here and not at the first payment. */
export async function openVault(db: PgDb, clock: Clock, config: VaultConfig, watch: VaultWatch): Promise<OpenVault> {
  const store = createKeyStore(db);
  const journal = new DbKeyJournal(db, clock);
  const token = config.pkcs11 && openPkcs11Vault(config.pkcs11, store, journal);
  const vault = token ?? (await softVault(config, (source) => new SoftVault(source, store, journal)));
  const look = async (): Promise<void> => {
    await journal.forgetOld();
    const names = await namesOver(db, clock.now());
    if (names.length > 0) watch.periodOver(names);
  };
  const timers = [
    setInterval(() => journal.flush().catch(watch.failed), COUNTS_EVERY_MS),
    setInterval(() => look().catch(watch.failed), AGES_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();
  return {
    vault,
    async check() {
      if (!(await vault.ownsKeys())) throw new Fault('master-key-refused', { params: { reason: 'not-the-keys-own' } });
      await look();
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      await journal.flush().catch(watch.failed);
      token?.close();
    },
  };
}

/** The token that the environment names, or undefined: ZHANGGUI_PKCS11_MODULE, _TOKEN, _PIN and _ADDON. */
export function pkcs11FromEnvironment(env: NodeJS.ProcessEnv): Pkcs11Config | undefined {
  const { ZHANGGUI_PKCS11_MODULE: library, ZHANGGUI_PKCS11_TOKEN: tokenLabel, ZHANGGUI_PKCS11_PIN: pin } = env;
  if (library === undefined) return undefined;
  if (tokenLabel === undefined || pin === undefined)
    throw new Error('ZHANGGUI_PKCS11_MODULE needs ZHANGGUI_PKCS11_TOKEN and ZHANGGUI_PKCS11_PIN beside it');
  const addonFolder = env.ZHANGGUI_PKCS11_ADDON ?? path.resolve(import.meta.dirname, '../../tools/pkcs11');
  return { library, tokenLabel, pin, addonFolder };
}

async function softVault(
  { dataDir, masterKey, earlierMasterKey, production }: VaultConfig,
  open: (source: ReturnType<typeof masterKeysAt>) => SoftVault,
): Promise<SoftVault> {
  const source = masterKeysAt({
    text: masterKey,
    earlierText: earlierMasterKey,
    file: path.join(dataDir, 'master.key'),
    mode: production === true ? 'production' : 'demo',
  });
  await source.load();
  return open(source);
}

async function namesOver(db: PgDb, now: number): Promise<readonly string[]> {
  const { holder, keys } = await keyList(db, now);
  const all = [...keys, ...(holder === null ? [] : [{ name: holder.id, due: holder.due }])];
  return all.filter(({ due }) => due === 'over').map(({ name }) => name);
}
