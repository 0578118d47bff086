import { type Queryable, sql } from '@zhanggui/base';
import type { KeyListView, KeyVersionView, KeyView } from './api.ts';
import { CRYPTOPERIOD_DAYS, dueOf, levelOf } from './hierarchy.ts';
import type { VaultKeyUsage } from './vault.ts';

interface InventoryRow {
  name: string;
  usage: VaultKeyUsage;
  algorithm: string;
  key_bits: number;
  check_value: string;
  parent: string | null;
  exportable: boolean;
  version: number;
  created_at: Date;
  activated_at: Date;
  last_used_at: Date | null;
  uses_in_day: number;
}

const DAY_MS = 86_400_000;
const listSql = sql(
  'keys-inventory',
  `select k.name, k.usage, k.algorithm, k.key_bits, k.check_value, k.parent, k.exportable,
     v.version, v.created_at, v.activated_at, u.last_used_at, coalesce(u.uses_in_day, 0) as uses_in_day
   from keys.key_block k
   join keys.key_version v on v.name = k.name and v.retired_at is null
   cross join lateral (
     select (select max(minute) from keys.key_use where name = k.name) as last_used_at,
       (select sum(count) from keys.key_use where name = k.name and minute > $1::timestamptz - interval '1 day') as uses_in_day
   ) u
   order by k.name`,
);
const holderSql = sql('keys-inventory-holder', 'select id, since from keys.holder');
const versionsSql = sql(
  'keys-versions',
  `select version, algorithm, check_value, created_at, activated_at, retired_at from keys.key_version
   where name = $1 order by version desc limit 50`,
);

/** Every key that is kept, with its age and its uses; none is opened for it. */
export async function keyList(db: Queryable, now: number): Promise<KeyListView> {
  const keys = (await db.query<InventoryRow>(listSql, [new Date(now)])).map((row) => viewOf(row, now));
  const [holder] = await db.query<{ id: string; since: Date }>(holderSql);
  if (holder === undefined) return { holder: null, keys };
  const periodDays = CRYPTOPERIOD_DAYS['vault-master'];
  const ageDays = daysSince(holder.since, now);
  const due = dueOf('vault-master', ageDays);
  return { holder: { id: holder.id, since: holder.since.toISOString(), ageDays, periodDays, due }, keys };
}

/** The versions that a key has had, newest first. */
export async function keyVersions(db: Queryable, name: string): Promise<readonly KeyVersionView[]> {
  const rows = await db.query<{
    version: number;
    algorithm: string;
    check_value: string;
    created_at: Date;
    activated_at: Date;
    retired_at: Date | null;
  }>(versionsSql, [name]);
  return rows.map(({ version, algorithm, check_value, created_at, activated_at, retired_at }) => ({
    version,
    algorithm,
    checkValue: check_value,
    createdAt: created_at.toISOString(),
    activatedAt: activated_at.toISOString(),
    retiredAt: retired_at?.toISOString() ?? null,
  }));
}

function viewOf(row: InventoryRow, now: number): KeyView {
  const level = levelOf(row.name, row.usage);
  const ageDays = daysSince(row.activated_at, now);
  return {
    name: row.name,
    level,
    usage: row.usage,
    algorithm: row.algorithm,
    bits: row.key_bits,
    checkValue: row.check_value,
    parent: row.parent,
    exportable: row.exportable,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    activatedAt: row.activated_at.toISOString(),
    ageDays,
    periodDays: CRYPTOPERIOD_DAYS[level],
    due: dueOf(level, ageDays),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    usesInDay: row.uses_in_day,
  };
}

function daysSince(at: Date, now: number): number {
  return Math.max(0, Math.floor((now - at.getTime()) / DAY_MS));
}
