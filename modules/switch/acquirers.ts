import { type Queryable, sql, utf8Decode, utf8Encode } from '@zhanggui/base';
import type { KeyVault } from '../keys/vault.ts';
import type { LinkConfig } from './link.ts';

/** An acquirer as it is configured. */
export interface AcquirerRecord {
  readonly id: string;
  /** Id of its dialect in the registry. */
  readonly dialect: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly link: LinkConfig;
}

/** Seals the key with which the platform shows its certificate to an acquirer. */
type Sealer = Pick<KeyVault, 'sealSecret' | 'openSecret'>;

/** A row may still have its key in clear when a person has just written it. */
interface AcquirerRow extends Omit<AcquirerRecord, 'link'> {
  readonly link: Omit<LinkConfig, 'tls'> & { readonly tls?: LinkConfig['tls'] & { readonly clientKeySealed?: string } };
}

const putSql = sql(
  'switch-put-acquirer',
  `insert into switch.acquirer (id, dialect, settings, link) values ($1, $2, $3::jsonb, $4::jsonb)
   on conflict (id) do update set dialect = excluded.dialect, settings = excluded.settings, link = excluded.link`,
);
const allSql = sql('switch-acquirers', 'select id, dialect, settings, link from switch.acquirer order by id');
const idsSql = sql('switch-acquirer-ids', 'select id from switch.acquirer order by id');

/** Writes how an acquirer is reached; the key of the platform's certificate is sealed. */
export async function putAcquirer(db: Queryable, sealer: Sealer, record: AcquirerRecord): Promise<void> {
  const { id, dialect, settings, link } = record;
  const { clientKeyPem, ...tls } = link.tls ?? {};
  const kept =
    clientKeyPem === undefined
      ? link
      : { ...link, tls: { ...tls, clientKeySealed: await sealer.sealSecret(purposeOf(id), utf8Encode(clientKeyPem)) } };
  await db.query(putSql, [id, dialect, JSON.stringify(settings), JSON.stringify(kept)]);
}

/**
 * All acquirers that are configured. A key that stands in clear, because a person has just written the row, is sealed.
 * @throws Fault `secret-not-opened` when a key was sealed elsewhere or for another acquirer.
 */
export async function acquirersOf(db: Queryable, sealer: Sealer): Promise<readonly AcquirerRecord[]> {
  const rows = await db.query<AcquirerRow>(allSql);
  for (const row of rows) if (row.link.tls?.clientKeyPem !== undefined) await putAcquirer(db, sealer, row);
  return Promise.all(rows.map((row) => opened(sealer, row)));
}

/** Their ids alone. */
export async function acquirerIds(db: Queryable): Promise<readonly string[]> {
  return (await db.query<{ id: string }>(idsSql)).map(({ id }) => id);
}

async function opened(sealer: Sealer, row: AcquirerRow): Promise<AcquirerRecord> {
  if (row.link.tls?.clientKeySealed === undefined) return row;
  const { clientKeySealed, ...tls } = row.link.tls;
  const clientKeyPem = utf8Decode(await sealer.openSecret(purposeOf(row.id), clientKeySealed));
  return { ...row, link: { ...row.link, tls: { ...tls, clientKeyPem } } };
}

function purposeOf(acquirerId: string): string {
  return `acquirer/${acquirerId}/client-key`;
}
