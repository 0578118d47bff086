import { type Currency, type Queryable, sql } from '@zhanggui/base';
import type { SaleLine } from './api.ts';

/** A sale as it is stored; what was paid is with the payments. Instants are milliseconds since the epoch. */
export interface Sale {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly tillId: string;
  /** Null for a sale that a customer made alone. */
  readonly shiftId: string | null;
  readonly staffId: string;
  readonly staffName: string;
  readonly number: string;
  readonly scenario: string;
  readonly kind: 'sale' | 'return';
  readonly abandoned: boolean;
  readonly lines: readonly SaleLine[];
  readonly subtotalMinor: number;
  readonly roundingMinor: number;
  readonly totalMinor: number;
  readonly currency: Currency;
  readonly receiptToken: string;
  readonly label: string | null;
  readonly reason: string | null;
  readonly businessOn: string;
  /** When it was made. */
  readonly createdAt: number;
  /** When it reached the server. */
  readonly enteredAt: number;
}

interface SaleRow {
  id: string;
  merchant_id: string;
  store_id: string;
  till_id: string;
  shift_id: string | null;
  staff_id: string;
  staff_name: string;
  number: string;
  scenario: string;
  kind: Sale['kind'];
  abandoned: boolean;
  lines: SaleLine[];
  subtotal_minor: number;
  rounding_minor: number;
  total_minor: number;
  currency: Currency;
  receipt_token: string;
  label: string | null;
  reason: string | null;
  business_on: string;
  created_at: Date;
  entered_at: Date;
}

const nextNumberSql = sql(
  'sales-next-number',
  `insert into sales.counter as c (store_id, business_on, last) values ($1, $2, 1)
   on conflict (store_id, business_on) do update set last = c.last + 1 returning last`,
);
const insertSql = sql(
  'sales-insert',
  `insert into sales.sale (id, merchant_id, store_id, till_id, shift_id, staff_id, staff_name, number, scenario, kind, lines,
     subtotal_minor, rounding_minor, total_minor, currency, receipt_token, label, reason, business_on, created_at, entered_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
);
const byIdSql = sql('sales-by-id', 'select * from sales.sale where id = $1');
const toTenderSql = sql(
  'sales-to-tender',
  `select s.*, h.id as open_shift_id from sales.sale s
   left join sales.shift h on h.till_id = s.till_id and h.closed_at is null where s.id = any($1)`,
);
const lockSql = sql('sales-lock', 'select * from sales.sale where id = $1 for update');
const byTokenSql = sql('sales-by-token', 'select * from sales.sale where receipt_token = $1');
const byNumberSql = sql(
  'sales-by-number',
  'select * from sales.sale where merchant_id = $1 and number = $2 order by created_at desc limit 5',
);
const roundSql = sql(
  'sales-round',
  'update sales.sale set rounding_minor = $2, total_minor = subtotal_minor - $2 where id = $1 returning *',
);
const abandonSql = sql('sales-abandon', 'update sales.sale set abandoned = true where id = $1 returning *');
const ofShiftSql = sql(
  'sales-of-shift',
  `select count(*) filter (where kind = 'sale')::int as sales,
     coalesce(sum(total_minor) filter (where kind = 'return'), 0)::bigint as returned_minor from sales.sale where shift_id = $1`,
);

/** The next number of the store on that business date: `1122-0087`. */
export async function nextNumber(tx: Queryable, storeId: string, businessOn: string): Promise<string> {
  const [row] = await tx.query<{ last: number }>(nextNumberSql, [storeId, businessOn]);
  return `${businessOn.slice(5, 7)}${businessOn.slice(8, 10)}-${String(row?.last ?? 0).padStart(4, '0')}`;
}

/** Adds a sale. */
export async function insertSale(tx: Queryable, sale: Sale): Promise<void> {
  await tx.query(insertSql, [
    sale.id,
    sale.merchantId,
    sale.storeId,
    sale.tillId,
    sale.shiftId,
    sale.staffId,
    sale.staffName,
    sale.number,
    sale.scenario,
    sale.kind,
    JSON.stringify(sale.lines),
    sale.subtotalMinor,
    sale.roundingMinor,
    sale.totalMinor,
    sale.currency,
    sale.receiptToken,
    sale.label,
    sale.reason,
    sale.businessOn,
    new Date(sale.createdAt),
    new Date(sale.enteredAt),
  ]);
}

/** The sale with this id, or undefined. */
export async function saleById(db: Queryable, id: string): Promise<Sale | undefined> {
  return first(await db.query<SaleRow>(byIdSql, [id]));
}

/** A sale with the shift that is open at its till now. */
export interface SaleToTender {
  readonly sale: Sale;
  readonly openShiftId: string | null;
}

/** For each id the sale as a tender wants it, or undefined. */
export async function salesToTender(
  db: Queryable,
  ids: readonly string[],
): Promise<readonly (SaleToTender | undefined)[]> {
  const rows = await db.query<SaleRow & { open_shift_id: string | null }>(toTenderSql, [ids]);
  const found = new Map(rows.map((row) => [row.id, { sale: fromRow(row), openShiftId: row.open_shift_id }]));
  return ids.map((id) => found.get(id));
}

/** The sale, held until the end of the database transaction. */
export async function lockSale(tx: Queryable, id: string): Promise<Sale | undefined> {
  return first(await tx.query<SaleRow>(lockSql, [id]));
}

/** The sale whose receipt has this token, or undefined. */
export async function saleByToken(db: Queryable, token: string): Promise<Sale | undefined> {
  return first(await db.query<SaleRow>(byTokenSql, [token]));
}

/** The newest sales of the merchant with this number. */
export async function salesByNumber(db: Queryable, merchantId: string, number: string): Promise<readonly Sale[]> {
  return (await db.query<SaleRow>(byNumberSql, [merchantId, number])).map(fromRow);
}

/** Changes what is rounded off a sale. */
export async function roundSale(tx: Queryable, id: string, roundingMinor: number): Promise<Sale | undefined> {
  return first(await tx.query<SaleRow>(roundSql, [id, roundingMinor]));
}

/** Marks a sale as given up. */
export async function abandonSale(tx: Queryable, id: string): Promise<Sale | undefined> {
  return first(await tx.query<SaleRow>(abandonSql, [id]));
}

/** How many sales a shift made, and what was paid out for returns without a receipt. */
export async function salesOfShift(db: Queryable, shiftId: string): Promise<{ sales: number; returnedMinor: number }> {
  const [row] = await db.query<{ sales: number; returned_minor: number }>(ofShiftSql, [shiftId]);
  return { sales: row?.sales ?? 0, returnedMinor: row?.returned_minor ?? 0 };
}

function first(rows: readonly SaleRow[]): Sale | undefined {
  const [row] = rows;
  return row === undefined ? undefined : fromRow(row);
}

function fromRow(row: SaleRow): Sale {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    storeId: row.store_id,
    tillId: row.till_id,
    shiftId: row.shift_id,
    staffId: row.staff_id,
    staffName: row.staff_name,
    number: row.number,
    scenario: row.scenario,
    kind: row.kind,
    abandoned: row.abandoned,
    lines: row.lines,
    subtotalMinor: row.subtotal_minor,
    roundingMinor: row.rounding_minor,
    totalMinor: row.total_minor,
    currency: row.currency,
    receiptToken: row.receipt_token,
    label: row.label,
    reason: row.reason,
    businessOn: row.business_on,
    createdAt: row.created_at.getTime(),
    enteredAt: row.entered_at.getTime(),
  };
}
