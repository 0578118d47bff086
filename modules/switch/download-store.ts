import { type Db, sql } from '@zhanggui/base';
import type { DownloadKind } from './api.ts';
import type { DownloadItem } from './dialect.ts';
import type { TerminalKey } from './store.ts';
import type { Downloaded } from './terminal-views.ts';

/** A download with its items by kind. */
export interface StoredDownload extends Downloaded {
  readonly items: readonly DownloadItem[];
}

/** What terminals have downloaded, the newest of each kind. */
export interface DownloadStore {
  /** Keeps a download as the next version. */
  save(key: TerminalKey, kind: DownloadKind, items: readonly DownloadItem[], atMs: number): Promise<number>;
  latest(key: TerminalKey, kind: DownloadKind): Promise<StoredDownload | null>;
  /** The newest of a kind among the terminals of an acquirer. */
  latestOfAcquirer(acquirerId: string, kind: DownloadKind): Promise<StoredDownload | null>;
  versions(key: TerminalKey): Promise<Partial<Record<DownloadKind, number>>>;
}

interface DownloadRow {
  version: number;
  downloaded_at: Date;
  items: readonly DownloadItem[];
}

const saveSql = sql(
  'switch-save-download',
  `insert into switch.download as d (acquirer_id, terminal_id, kind, version, items, downloaded_at)
   values ($1, $2, $3, 1, $4::jsonb, $5)
   on conflict (acquirer_id, terminal_id, kind)
   do update set version = d.version + 1, items = excluded.items, downloaded_at = excluded.downloaded_at
   returning version`,
);
const latestSql = sql(
  'switch-download',
  'select version, downloaded_at, items from switch.download where acquirer_id = $1 and terminal_id = $2 and kind = $3',
);
const latestOfAcquirerSql = sql(
  'switch-download-of-acquirer',
  `select version, downloaded_at, items from switch.download where acquirer_id = $1 and kind = $2
   order by downloaded_at desc limit 1`,
);
const versionsSql = sql(
  'switch-download-versions',
  'select kind, version from switch.download where acquirer_id = $1 and terminal_id = $2',
);

/** The store of downloads on PostgreSQL. */
export function createDownloadStore(db: Db): DownloadStore {
  return {
    async save({ acquirerId, terminalId }, kind, items, atMs) {
      const values = [acquirerId, terminalId, kind, JSON.stringify(items), new Date(atMs)];
      const [row] = await db.query<{ version: number }>(saveSql, values);
      return row?.version ?? 1;
    },
    latest: async ({ acquirerId, terminalId }, kind) =>
      first(await db.query<DownloadRow>(latestSql, [acquirerId, terminalId, kind])),
    latestOfAcquirer: async (acquirerId, kind) =>
      first(await db.query<DownloadRow>(latestOfAcquirerSql, [acquirerId, kind])),
    async versions({ acquirerId, terminalId }) {
      const rows = await db.query<{ kind: DownloadKind; version: number }>(versionsSql, [acquirerId, terminalId]);
      return Object.fromEntries(rows.map(({ kind, version }) => [kind, version]));
    },
  };
}

function first([row]: readonly DownloadRow[]): StoredDownload | null {
  if (row === undefined) return null;
  return { version: row.version, downloadedAt: row.downloaded_at.getTime(), items: row.items };
}
