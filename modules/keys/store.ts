import { type Db, type Queryable, sql } from '@zhanggui/base';
import type { VaultKeyUsage } from './vault.ts';

/** A key as it is kept, never in clear. */
export interface KeyBlock {
  readonly name: string;
  readonly usage: VaultKeyUsage;
  readonly algorithm: 'DES' | 'TDES' | 'AES' | 'HMAC';
  readonly bits: number;
  /** A TR-31 block, or where in its token a key is. */
  readonly block: string;
  /** Hexadecimal of three bytes. */
  readonly checkValue: string;
  readonly parent: string | null;
  readonly exportable: boolean;
  /** The master key or the token that it is kept under; null for keys of the time before master keys had names. */
  readonly holder: string | null;
}

/** What became of a write: a master key that is not the current one may keep nothing. */
export type Kept = 'kept' | 'other-holder';

/** Where a vault keeps its keys, and the list of them. */
export interface KeyStore {
  load(names: readonly string[]): Promise<readonly KeyBlock[]>;
  /** Keeps all of them or none; a key of the same name is replaced and counts as its next version. */
  save(blocks: readonly KeyBlock[], holder: string): Promise<Kept>;
  /** Keeps a key unless there is one of its name; then that one stays. */
  add(block: KeyBlock, holder: string): Promise<Kept>;
  remove(names: readonly string[]): Promise<void>;
  /** Whose keys these are; null while nothing has been kept. */
  holder(): Promise<string | null>;
  /** Makes `to` the holder of whatever is kept from now on. False when another than `from` and `to` is. */
  passOn(from: string, to: string): Promise<boolean>;
  /** Some keys that `holder` does not hold yet. */
  notHeldBy(holder: string, limit: number): Promise<readonly KeyBlock[]>;
  /** Puts another wrapping of the same key in the place of `earlier`, unless the key has changed since. */
  rewrap(earlier: KeyBlock, block: string, holder: string): Promise<void>;
}

interface KeyBlockRow {
  name: string;
  usage: VaultKeyUsage;
  algorithm: KeyBlock['algorithm'];
  key_bits: number;
  block: string;
  check_value: string;
  parent: string | null;
  exportable: boolean;
  holder: string | null;
}

const COLUMNS = 'name, usage, algorithm, key_bits, block, check_value, parent, exportable, holder';
const loadSql = sql('keys-load', `select ${COLUMNS} from keys.key_block where name = any($1)`);
const claimHolderSql = sql(
  'keys-claim-holder',
  'insert into keys.holder (id, since) values ($1, now()) on conflict do nothing',
);
const lockHolderSql = sql('keys-lock-holder', 'select id from keys.holder for share');
const holderSql = sql('keys-holder', 'select id from keys.holder');
const saveSql = sql(
  'keys-save',
  `insert into keys.key_block as k (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
   on conflict (name) do update set usage = $2, algorithm = $3, key_bits = $4, block = $5, check_value = $6, parent = $7,
     exportable = $8, holder = $9, stored_at = now()`,
);
const addSql = sql(
  'keys-add',
  `insert into keys.key_block (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
   on conflict (name) do nothing returning name`,
);
const retireSql = sql(
  'keys-retire',
  'update keys.key_version set retired_at = now() where name = any($1) and retired_at is null',
);
const versionSql = sql(
  'keys-version',
  `insert into keys.key_version (name, version, usage, algorithm, key_bits, check_value, parent, created_at, activated_at)
   select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, now(), now() from keys.key_version where name = $1`,
);
const removeSql = sql('keys-remove', 'delete from keys.key_block where name = any($1)');
const passOnSql = sql('keys-pass-on', 'update keys.holder set id = $2, since = now() where id = any($1)');
const notHeldSql = sql(
  'keys-not-held',
  `select ${COLUMNS} from keys.key_block where holder is distinct from $1 order by name limit $2`,
);
const rewrapSql = sql(
  'keys-rewrap',
  'update keys.key_block set block = $3, holder = $4 where name = $1 and block = $2',
);

/** The vault's store on PostgreSQL. */
export function createKeyStore(db: Db): KeyStore {
  return {
    load: async (names) => (await db.query<KeyBlockRow>(loadSql, [names])).map(blockOf),
    save: (blocks, holder) =>
      db.transaction(async (tx) => {
        if (!(await holds(tx, holder))) return 'other-holder';
        for (const block of blocks) {
          await tx.query(saveSql, valuesOf(block));
          await startVersion(tx, block);
        }
        return 'kept';
      }),
    add: (block, holder) =>
      db.transaction(async (tx) => {
        if (!(await holds(tx, holder))) return 'other-holder';
        if ((await tx.query(addSql, valuesOf(block))).length > 0) await startVersion(tx, block);
        return 'kept';
      }),
    remove: (names) =>
      db.transaction(async (tx) => {
        await tx.query(removeSql, [names]);
        await tx.query(retireSql, [names]);
      }),
    holder: async () => (await db.query<{ id: string }>(holderSql))[0]?.id ?? null,
    passOn: async (from, to) =>
      db.transaction(async (tx) => {
        await tx.query(claimHolderSql, [from]);
        await tx.query(passOnSql, [[from, to], to]);
        return (await tx.query<{ id: string }>(holderSql))[0]?.id === to;
      }),
    notHeldBy: async (holder, limit) => (await db.query<KeyBlockRow>(notHeldSql, [holder, limit])).map(blockOf),
    rewrap: async (earlier, block, holder) => {
      await db.query(rewrapSql, [earlier.name, earlier.block, block, holder]);
    },
  };
}

/** Locks the holder's row, so that no change of the master key comes between the wrapping and the writing. */
async function holds(tx: Queryable, holder: string): Promise<boolean> {
  await tx.query(claimHolderSql, [holder]);
  const [row] = await tx.query<{ id: string }>(lockHolderSql);
  return row?.id === holder;
}

async function startVersion(tx: Queryable, block: KeyBlock): Promise<void> {
  const { name, usage, algorithm, bits, checkValue, parent } = block;
  await tx.query(retireSql, [[name]]);
  await tx.query(versionSql, [name, usage, algorithm, bits, checkValue, parent]);
}

function valuesOf(block: KeyBlock) {
  const { name, usage, algorithm, bits, checkValue, parent, exportable, holder } = block;
  return [name, usage, algorithm, bits, block.block, checkValue, parent, exportable, holder];
}

function blockOf({ key_bits, check_value, ...rest }: KeyBlockRow): KeyBlock {
  return { ...rest, bits: key_bits, checkValue: check_value };
}
