import { type Db, sql } from '@zhanggui/base';
import type { VaultKeyUsage } from './vault.ts';

/** A key as it is kept: wrapped, never in clear. */
export interface KeyBlock {
  readonly name: string;
  readonly usage: VaultKeyUsage;
  readonly algorithm: 'DES' | 'TDES' | 'AES';
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
  algorithm: KeyBlock['algorithm'];
  block: string;
  check_value: string;
}

const LOAD = sql('keys-load', 'select name, usage, algorithm, block, check_value from keys.key_block where name = $1');
const SAVE = sql(
  'keys-save',
  `insert into keys.key_block (name, usage, algorithm, block, check_value) values ($1, $2, $3, $4, $5)
   on conflict (name) do update set usage = $2, algorithm = $3, block = $4, check_value = $5, stored_at = now()`,
);
const REMOVE = sql('keys-remove', 'delete from keys.key_block where name = any($1)');

/** The vault's store on PostgreSQL. */
export function createKeyStore(db: Db): KeyStore {
  return {
    async load(name) {
      const [row] = await db.query<KeyBlockRow>(LOAD, [name]);
      if (row === undefined) return null;
      const { usage, algorithm, block, check_value } = row;
      return { name, usage, algorithm, block, checkValue: check_value };
    },
    save: (blocks) =>
      db.transaction(async (tx) => {
        for (const { name, usage, algorithm, block, checkValue } of blocks)
          await tx.query(SAVE, [name, usage, algorithm, block, checkValue]);
      }),
    async remove(names) {
      await db.query(REMOVE, [names]);
    },
  };
}
