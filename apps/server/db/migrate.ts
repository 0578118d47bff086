import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Db, sql } from '@zhanggui/base';

/** One migration file of a module or scenario. */
interface Migration {
  /** `ledger/0001-ledger.sql` */
  readonly name: string;
  readonly text: string;
  readonly digest: string;
}

const root = path.resolve(import.meta.dirname, '../../..');
const FOLDERS = ['modules', 'plugins/scenarios'];

const tableSql = sql(
  'migrate-table',
  `create table if not exists public.migration (
     name text primary key, digest text not null, applied_at timestamptz not null default now())`,
);
const lockSql = sql('migrate-lock', 'select pg_advisory_xact_lock(7201952)');
const appliedSql = sql('migrate-applied', 'select name, digest from public.migration');
const rememberSql = sql('migrate-remember', 'insert into public.migration (name, digest) values ($1, $2)');

/**
 * Runs every migration that has not run yet, in order, all in one database transaction; several servers that start
 * together take turns.
 * @returns the names of those that ran.
 * @throws Error when a file that has run was changed afterwards.
 */
export async function migrate(db: Db): Promise<readonly string[]> {
  const migrations = FOLDERS.flatMap(migrationsIn);
  return db.transaction(async (tx) => {
    await tx.query(lockSql);
    await tx.query(tableSql);
    const applied = new Map(
      (await tx.query<{ name: string; digest: string }>(appliedSql)).map(({ name, digest }) => [name, digest]),
    );
    const ran: string[] = [];
    for (const { name, text, digest } of migrations) {
      const before = applied.get(name);
      if (before === digest) continue;
      if (before !== undefined)
        throw new Error(`The migration ${name} has run and was changed afterwards; add a new one instead.`);
      await tx.query({ name: '', text });
      await tx.query(rememberSql, [name, digest]);
      ran.push(name);
    }
    return ran;
  });
}

function migrationsIn(folder: string): readonly Migration[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: owner }) => {
      const directory = path.join(root, folder, owner, 'migrations');
      return filesIn(directory).map((file) => {
        const text = readFileSync(path.join(directory, file), 'utf8');
        return { name: `${owner}/${file}`, text, digest: createHash('sha256').update(text).digest('hex') };
      });
    });
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith('.sql'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
