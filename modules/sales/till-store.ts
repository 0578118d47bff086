import { type Queryable, sql } from '@zhanggui/base';

/** A place of sale. */
export interface Till {
  readonly id: string;
  readonly merchantId: string;
  readonly storeId: string;
  readonly number: string;
  readonly name: string;
  readonly nameEn: string;
}

/** A cashier's shift as it is stored. Instants are milliseconds since the epoch. */
export interface Shift {
  readonly id: string;
  readonly tillId: string;
  readonly staffId: string;
  readonly staffName: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly floatMinor: number;
  readonly countedMinor: number | null;
  readonly differenceMinor: number | null;
}

interface TillRow {
  id: string;
  merchant_id: string;
  store_id: string;
  number: string;
  name: string;
  name_en: string;
}

interface ShiftRow {
  id: string;
  till_id: string;
  staff_id: string;
  staff_name: string;
  opened_at: Date;
  closed_at: Date | null;
  float_minor: number;
  counted_minor: number | null;
  difference_minor: number | null;
}

const insertTillSql = sql(
  'sales-insert-till',
  'insert into sales.till (id, merchant_id, store_id, number, name, name_en) values ($1, $2, $3, $4, $5, $6)',
);
const tillsSql = sql('sales-tills', 'select * from sales.till where merchant_id = $1 order by number');
const tillSql = sql('sales-till', 'select * from sales.till where id = $1');
const openShiftSql = sql(
  'sales-open-shift',
  'insert into sales.shift (id, till_id, staff_id, staff_name, opened_at, float_minor) values ($1, $2, $3, $4, $5, $6)',
);
const currentShiftSql = sql(
  'sales-current-shift',
  'select * from sales.shift where till_id = $1 and closed_at is null',
);
const holdOpenSql = sql(
  'sales-hold-open-shifts',
  'select * from sales.shift where till_id = any($1) and closed_at is null order by id for share',
);
const shiftSql = sql('sales-shift', 'select * from sales.shift where id = $1 for update');
const closeShiftSql = sql(
  'sales-close-shift',
  'update sales.shift set closed_at = $2, counted_minor = $3, difference_minor = $4 where id = $1 and closed_at is null returning *',
);

/** Adds a till. */
export async function insertTill(db: Queryable, till: Till): Promise<void> {
  await db.query(insertTillSql, [till.id, till.merchantId, till.storeId, till.number, till.name, till.nameEn]);
}

/** The merchant's tills by number. */
export async function tillsOf(db: Queryable, merchantId: string): Promise<readonly Till[]> {
  return (await db.query<TillRow>(tillsSql, [merchantId])).map(tillFromRow);
}

/** The till with this id, or undefined. */
export async function tillById(db: Queryable, id: string): Promise<Till | undefined> {
  const [row] = await db.query<TillRow>(tillSql, [id]);
  return row === undefined ? undefined : tillFromRow(row);
}

/** Opens a shift. Fails with constraint `shift_open` when the till has one. */
export async function insertShift(tx: Queryable, shift: Shift): Promise<void> {
  const { id, tillId, staffId, staffName, openedAt, floatMinor } = shift;
  await tx.query(openShiftSql, [id, tillId, staffId, staffName, new Date(openedAt), floatMinor]);
}

/** The till's open shift, or undefined. */
export async function currentShift(db: Queryable, tillId: string): Promise<Shift | undefined> {
  const [row] = await db.query<ShiftRow>(currentShiftSql, [tillId]);
  return row === undefined ? undefined : shiftFromRow(row);
}

/** The shifts that are open at the tills; none of them is closed before the end of the database transaction. */
export async function holdOpenShifts(tx: Queryable, tillIds: readonly string[]): Promise<readonly Shift[]> {
  return (await tx.query<ShiftRow>(holdOpenSql, [tillIds])).map(shiftFromRow);
}

/** The shift for whoever closes it: waits for what moves cash in it, and holds off the rest until the database transaction ends. */
export async function lockShift(tx: Queryable, id: string): Promise<Shift | undefined> {
  const [row] = await tx.query<ShiftRow>(shiftSql, [id]);
  return row === undefined ? undefined : shiftFromRow(row);
}

/** Closes an open shift with what was counted; undefined when it is closed already. */
export async function endShift(
  tx: Queryable,
  id: string,
  closedAt: number,
  countedMinor: number,
  differenceMinor: number,
): Promise<Shift | undefined> {
  const [row] = await tx.query<ShiftRow>(closeShiftSql, [id, new Date(closedAt), countedMinor, differenceMinor]);
  return row === undefined ? undefined : shiftFromRow(row);
}

function tillFromRow(row: TillRow): Till {
  return {
    id: row.id,
    merchantId: row.merchant_id,
    storeId: row.store_id,
    number: row.number,
    name: row.name,
    nameEn: row.name_en,
  };
}

function shiftFromRow(row: ShiftRow): Shift {
  return {
    id: row.id,
    tillId: row.till_id,
    staffId: row.staff_id,
    staffName: row.staff_name,
    openedAt: row.opened_at.getTime(),
    closedAt: row.closed_at?.getTime() ?? null,
    floatMinor: row.float_minor,
    countedMinor: row.counted_minor,
    differenceMinor: row.difference_minor,
  };
}
