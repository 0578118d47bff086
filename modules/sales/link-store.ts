import { type Currency, type Queryable, sql } from '@zhanggui/base';

/** A web address at which a customer pays. Instants are milliseconds since the epoch. */
export interface Link {
  readonly id: string;
  /** 24 characters that nobody guesses; whoever has them may pay, and see what was paid for. */
  readonly token: string;
  readonly kind: 'order' | 'shop-code';
  readonly merchantId: string;
  readonly tillId: string;
  readonly staffId: string;
  readonly staffName: string;
  readonly title: string;
  readonly currency: Currency;
  readonly saleId: string | null;
  readonly amountMinor: number | null;
  readonly expiresAt: number | null;
  readonly createdAt: number;
}

interface LinkRow {
  id: string;
  token: string;
  kind: Link['kind'];
  merchant_id: string;
  till_id: string;
  staff_id: string;
  staff_name: string;
  title: string;
  currency: Currency;
  sale_id: string | null;
  amount_minor: number | null;
  expires_at: Date | null;
  created_at: Date;
}

const insertSql = sql(
  'links-insert',
  `insert into sales.link (id, token, kind, merchant_id, till_id, staff_id, staff_name, title, currency, sale_id, amount_minor, expires_at, created_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning id`,
);
const byTokenSql = sql('links-by-token', 'select * from sales.link where token = $1');
const byIdSql = sql('links-by-id', 'select * from sales.link where id = $1');
const lockSql = sql('links-lock', 'select id from sales.link where id = $1 for update');
const shopCodeSql = sql('links-shop-code', "select * from sales.link where till_id = $1 and kind = 'shop-code'");
const recentSql = sql(
  'links-recent',
  "select * from sales.link where merchant_id = $1 and kind = 'order' order by created_at desc, id desc limit $2",
);
const salesOfSql = sql(
  'links-sales-of-shop-code',
  'select count(*)::int as count from sales.sale where label = $1 and created_at > $2',
);

/** Adds a link; false when the till has a printed code already. */
export async function insertLink(tx: Queryable, link: Link): Promise<boolean> {
  const rows = await tx.query(insertSql, [
    link.id,
    link.token,
    link.kind,
    link.merchantId,
    link.tillId,
    link.staffId,
    link.staffName,
    link.title,
    link.currency,
    link.saleId,
    link.amountMinor,
    link.expiresAt === null ? null : new Date(link.expiresAt),
    new Date(link.createdAt),
  ]);
  return rows.length === 1;
}

/** The link with this token, or undefined. */
export async function linkByToken(db: Queryable, token: string): Promise<Link | undefined> {
  return first(await db.query<LinkRow>(byTokenSql, [token]));
}

/** The link with this id, or undefined. */
export async function linkById(db: Queryable, id: string): Promise<Link | undefined> {
  return first(await db.query<LinkRow>(byIdSql, [id]));
}

/** Lets what follows in this database transaction happen for one customer of the link after the other. */
export async function lockLink(tx: Queryable, id: string): Promise<void> {
  await tx.query(lockSql, [id]);
}

/** The till's printed code, or undefined. */
export async function shopCodeOf(db: Queryable, tillId: string): Promise<Link | undefined> {
  return first(await db.query<LinkRow>(shopCodeSql, [tillId]));
}

/** The merchant's orders, newest first. */
export async function recentLinks(db: Queryable, merchantId: string, limit: number): Promise<readonly Link[]> {
  return (await db.query<LinkRow>(recentSql, [merchantId, limit])).map(fromRow);
}

/** How many sales a printed code has made since an instant. */
export async function salesOfShopCode(db: Queryable, label: string, since: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(salesOfSql, [label, new Date(since)]);
  return row?.count ?? 0;
}

function first(rows: readonly LinkRow[]): Link | undefined {
  const [row] = rows;
  return row === undefined ? undefined : fromRow(row);
}

function fromRow(row: LinkRow): Link {
  return {
    id: row.id,
    token: row.token,
    kind: row.kind,
    merchantId: row.merchant_id,
    tillId: row.till_id,
    staffId: row.staff_id,
    staffName: row.staff_name,
    title: row.title,
    currency: row.currency,
    saleId: row.sale_id,
    amountMinor: row.amount_minor,
    expiresAt: row.expires_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
  };
}
