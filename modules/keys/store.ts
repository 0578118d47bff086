import { type Db, sql } from '@zhanggui/base';
import type { VaultKeyUsage } from './vault.ts';

/** A key as it is kept: in a TR-31 block, never in clear. */
export interface KeyBlock {
  readonly name: string;
  readonly usage: VaultKeyUsage;
  readonly block: string;
  /** Hexadecimal of three bytes. */
  readonly checkValue: string;
}

/** Where a software vault keeps its wrapped keys. */
export interface KeyStore {
  load(name: string): Promise<KeyBlock | null>;
  /** Keeps all of them or none; a block of the same name is replaced. */
  save(blocks: readonly KeyBlock[]): Promise<void>;
  remove(names: readonly string[]): Promise<void>;
}

interface KeyBlockRow {
  name: string;
  usage: VaultKeyUsage;
  block: string;
  check_value: string;
}

const LOAD = sql('keys-load', 'select name, usage, block, check_value from keys.key_block where name = $1');
const SAVE = sql(
  'keys-save',
  `insert into keys.key_block (name, usage, block, check_value) values ($1, $2, $3, $4)
   on conflict (name) do update set usage = $2, block = $3, check_value = $4, stored_at = now()`,
);
const REMOVE = sql('keys-remove', 'delete from keys.key_block where name = any($1)');

/** The vault's store on PostgreSQL. */
export function createKeyStore(db: Db): KeyStore {
  return {
    async load(name) {
      const [row] = await db.query<KeyBlockRow>(LOAD, [name]);
      if (row === undefined) return null;
      const { usage, block, check_value } = row;
      return { name, usage, block, checkValue: check_value };
    },
    save: (blocks) =>
      db.transaction(async (tx) => {
        for (const { name, usage, block, checkValue } of blocks) await tx.query(SAVE, [name, usage, block, checkValue]);
      }),
    async remove(names) {
      await db.query(REMOVE, [names]);
    },
  };
}
