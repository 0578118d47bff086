import { type Db, type Queryable, sql } from '@zhanggui/base';
import type { BillProgress, BillRow } from './bill.ts';

/** One channel's bill of one day: how its fetching stands. */
export interface Bill {
  readonly merchantId: string;
  readonly method: string;
  /** `YYYY-MM-DD` in Beijing. */
  readonly billOn: string;
  readonly state: 'fetching' | 'fetched' | 'empty' | 'not-ready' | 'failed';
  /** Where the fetching is, while it lasts. */
  readonly stage: BillProgress['stage'] | 'storing' | null;
  readonly rowCount: number;
  /** Why there is no bill. */
  readonly cause: string | null;
  readonly startedAt: number;
  readonly updatedAt: number;
}

/** Which bill is meant. */
export type BillKey = Pick<Bill, 'merchantId' | 'method' | 'billOn'>;

const claimSql = sql(
  'bills-claim',
  `insert into payments.bill as b (merchant_id, method, bill_on, state, stage, started_at, updated_at)
   values ($1, $2, $3, 'fetching', 'asking', $4, $4)
   on conflict (merchant_id, method, bill_on) do update
     set state = 'fetching', stage = 'asking', cause = null, started_at = $4, updated_at = $4
     where b.state <> 'fetching' or b.updated_at < $5
   returning b.bill_on`,
);
const stepSql = sql(
  'bills-step',
  `update payments.bill set state = $4, stage = $5, row_count = $6, cause = $7, updated_at = $8
   where merchant_id = $1 and method = $2 and bill_on = $3`,
);
const oneSql = sql('bills-one', 'select * from payments.bill where merchant_id = $1 and method = $2 and bill_on = $3');
const recentSql = sql(
  'bills-recent',
  'select * from payments.bill where merchant_id = $1 order by bill_on desc, method limit $2',
);
const clearSql = sql(
  'bills-clear',
  'delete from payments.bill_row where merchant_id = $1 and method = $2 and bill_on = $3',
);
const insertSql = sql(
  'bills-insert',
  `insert into payments.bill_row
     (merchant_id, method, bill_on, position, kind, channel_reference, our_reference, refund_reference, amount_minor, fee_minor, currency, at, status)
   select $1, $2, $3, position, kind, channel_reference, our_reference, refund_reference, amount_minor, fee_minor, currency, at, status
   from jsonb_to_recordset($4::jsonb) as r (position integer, kind text, channel_reference text, our_reference text,
     refund_reference text, amount_minor bigint, fee_minor bigint, currency text, at timestamptz, status text)`,
);
const rowsSql = sql(
  'bills-rows',
  `select * from payments.bill_row where merchant_id = $1 and method = $2 and bill_on = $3 and position > $4
   order by position limit $5`,
);

/** Begins to fetch a bill. @returns false while somebody else fetches it, who was heard of since `deadBefore`. */
export async function claimBill(db: Queryable, key: BillKey, now: number, deadBefore: number): Promise<boolean> {
  const values = [key.merchantId, key.method, key.billOn, new Date(now), new Date(deadBefore)];
  return (await db.query(claimSql, values)).length === 1;
}

/** Writes how a bill stands now. */
export async function stepBill(
  db: Queryable,
  key: BillKey,
  step: Pick<Bill, 'state' | 'stage' | 'rowCount' | 'cause'>,
  now: number,
): Promise<void> {
  const { state, stage, rowCount, cause } = step;
  await db.query(stepSql, [key.merchantId, key.method, key.billOn, state, stage, rowCount, cause, new Date(now)]);
}

const ROWS_A_STATEMENT = 2_000;

/** Puts the rows of a bill in the place of those of an earlier fetching, and calls it fetched, in one commit. */
export async function keepBill(db: Db, key: BillKey, rows: readonly BillRow[], now: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(clearSql, [key.merchantId, key.method, key.billOn]);
    for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
      const records = rows.slice(from, from + ROWS_A_STATEMENT).map((row, index) => recordOf(row, from + index + 1));
      await tx.query(insertSql, [key.merchantId, key.method, key.billOn, JSON.stringify(records)]);
    }
    await stepBill(tx, key, { state: 'fetched', stage: null, rowCount: rows.length, cause: null }, now);
  });
}

/** The bill, or undefined where it was never asked for. */
export async function billOf(db: Queryable, key: BillKey): Promise<Bill | undefined> {
  const [row] = await db.query<BillTableRow>(oneSql, [key.merchantId, key.method, key.billOn]);
  return row === undefined ? undefined : billFromRow(row);
}

/** The latest bills of a merchant. */
export async function recentBills(db: Queryable, merchantId: string, limit: number): Promise<readonly Bill[]> {
  return (await db.query<BillTableRow>(recentSql, [merchantId, limit])).map(billFromRow);
}

/** Rows of a fetched bill in the channel's order, after the one at `afterPosition` (0 for the first). */
export async function billRows(
  db: Queryable,
  key: BillKey,
  afterPosition: number,
  limit: number,
): Promise<readonly (BillRow & { readonly position: number })[]> {
  const values = [key.merchantId, key.method, key.billOn, afterPosition, limit];
  return (await db.query<RowTableRow>(rowsSql, values)).map((row) => ({
    position: row.position,
    kind: row.kind,
    channelReference: row.channel_reference,
    ourReference: row.our_reference,
    refundReference: row.refund_reference,
    amountMinor: row.amount_minor,
    feeMinor: row.fee_minor,
    currency: row.currency,
    at: row.at.getTime(),
    status: row.status,
  }));
}

interface BillTableRow {
  merchant_id: string;
  method: string;
  bill_on: string;
  state: Bill['state'];
  stage: Bill['stage'];
  row_count: number;
  cause: string | null;
  started_at: Date;
  updated_at: Date;
}

interface RowTableRow {
  position: number;
  kind: BillRow['kind'];
  channel_reference: string;
  our_reference: string;
  refund_reference: string | null;
  amount_minor: number;
  fee_minor: number;
  currency: string;
  at: Date;
  status: string;
}

function billFromRow(row: BillTableRow): Bill {
  return {
    merchantId: row.merchant_id,
    method: row.method,
    billOn: row.bill_on,
    state: row.state,
    stage: row.stage,
    rowCount: row.row_count,
    cause: row.cause,
    startedAt: row.started_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  };
}

function recordOf(row: BillRow, position: number): object {
  return {
    position,
    kind: row.kind,
    channel_reference: row.channelReference,
    our_reference: row.ourReference,
    refund_reference: row.refundReference,
    amount_minor: row.amountMinor,
    fee_minor: row.feeMinor,
    currency: row.currency,
    at: new Date(row.at).toISOString(),
    status: row.status,
  };
}
