import { type Queryable, sql } from '@zhanggui/base';
import type { LinkConfig } from './link.ts';

/** An acquirer as it is configured. */
export interface AcquirerRecord {
  readonly id: string;
  /** Id of its dialect in the registry. */
  readonly dialect: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly link: LinkConfig;
}

const putSql = sql(
  'switch-put-acquirer',
  `insert into switch.acquirer (id, dialect, settings, link) values ($1, $2, $3::jsonb, $4::jsonb)
   on conflict (id) do update set dialect = excluded.dialect, settings = excluded.settings, link = excluded.link`,
);
const allSql = sql('switch-acquirers', 'select id, dialect, settings, link from switch.acquirer order by id');

/** Writes how an acquirer is reached. */
export async function putAcquirer(db: Queryable, { id, dialect, settings, link }: AcquirerRecord): Promise<void> {
  await db.query(putSql, [id, dialect, JSON.stringify(settings), JSON.stringify(link)]);
}

/** All acquirers that are configured. */
export function acquirersOf(db: Queryable): Promise<readonly AcquirerRecord[]> {
  return db.query<{ id: string; dialect: string; settings: Record<string, string>; link: LinkConfig }>(allSql);
}
