import { type Queryable, sql, toHex } from '@zhanggui/base';
import {
  type AccountKind,
  bookOf,
  type NewAccount,
  type NewTransfer,
  type TransferView,
  type TrialBalance,
} from './api.ts';

const openAccountsSql = sql(
  'ledger-open-accounts',
  `insert into ledger.account (id, kind, currency, title_zh, title_en)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) on conflict (id) do nothing`,
);
const postSql = sql('ledger-post', 'select ledger.post($1::jsonb)');
const accountsSql = sql('ledger-accounts', 'select * from ledger.account where starts_with(id, $1) order by id');
const chainSql = sql('ledger-chain', 'select length, head from ledger.chain');

/** Opens the accounts that are not there yet; the others stay as they are. */
export async function openAccounts(db: Queryable, accounts: readonly NewAccount[]): Promise<void> {
  await db.query(openAccountsSql, [
    accounts.map((account) => account.id),
    accounts.map((account) => account.kind),
    accounts.map((account) => account.currency),
    accounts.map((account) => account.title.zh),
    accounts.map((account) => account.title.en),
  ]);
}

/** Appends transfers to the book, in order, inside the caller's database transaction. */
export async function post(tx: Queryable, transfers: readonly NewTransfer[]): Promise<void> {
  if (transfers.length === 0) return;
  const entries = transfers.map((transfer) => ({
    id: transfer.id,
    debit_account: transfer.debitAccount,
    credit_account: transfer.creditAccount,
    currency: transfer.currency,
    amount_minor: transfer.amountMinor,
    reason: transfer.reason,
    payment_id: transfer.paymentId,
    label: transfer.label,
    business_on: transfer.businessOn,
    posted_at: new Date(transfer.postedAt).toISOString(),
  }));
  await tx.query(postSql, [JSON.stringify(entries)]);
}

interface AccountRow {
  id: string;
  kind: AccountKind;
  currency: string;
  title_zh: string;
  title_en: string;
  debit_minor: number;
  credit_minor: number;
}

/** Totals of the accounts whose ids begin with `book`, and of all of them together; the empty text is the whole ledger. */
export async function trialBalance(db: Queryable, book = ''): Promise<TrialBalance> {
  const rows = await db.query<AccountRow>(accountsSql, [book]);
  const [chain] = await db.query<{ length: number; head: Uint8Array }>(chainSql);
  const totalDebitMinor = rows.reduce((sum, row) => sum + row.debit_minor, 0);
  const totalCreditMinor = rows.reduce((sum, row) => sum + row.credit_minor, 0);
  return {
    accounts: rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      title: { zh: row.title_zh, en: row.title_en },
      currency: row.currency,
      debitMinor: row.debit_minor,
      creditMinor: row.credit_minor,
      balanceMinor: balanceOf(row),
    })),
    totalDebitMinor,
    totalCreditMinor,
    differenceMinor: totalDebitMinor - totalCreditMinor,
    chain: { length: chain?.length ?? 0, headHash: toHex(chain?.head ?? new Uint8Array()).toLowerCase() },
  };
}

function balanceOf(row: AccountRow): number {
  const debitSide = row.kind === 'asset' || row.kind === 'expense';
  return debitSide ? row.debit_minor - row.credit_minor : row.credit_minor - row.debit_minor;
}

/** A row of the book as it is stored, for views and for the audit. */
export interface TransferRow {
  sequence: number;
  id: string;
  debit_account: string;
  credit_account: string;
  currency: string;
  amount_minor: number;
  reason: string;
  payment_id: string | null;
  label: string | null;
  business_on: string;
  posted_at: Date;
  hash: Uint8Array;
}

const ofPaymentSql = sql('ledger-of-payment', 'select * from ledger.transfer where payment_id = $1 order by sequence');
const ofAccountSql = sql(
  'ledger-of-account',
  `(select * from ledger.transfer where debit_account = $1 and sequence < $2 order by sequence desc limit $3)
   union all
   (select * from ledger.transfer where credit_account = $1 and sequence < $2 order by sequence desc limit $3)
   order by sequence desc limit $3`,
);
const pageSql = sql('ledger-page', 'select * from ledger.transfer where sequence > $1 order by sequence limit $2');

/** The transfers that one payment caused, oldest first. */
export async function transfersOfPayment(db: Queryable, paymentId: string): Promise<readonly TransferView[]> {
  return (await db.query<TransferRow>(ofPaymentSql, [paymentId])).map(toView);
}

/** The transfers of one account before `beforeSequence`, newest first. */
export async function transfersOfAccount(
  db: Queryable,
  accountId: string,
  beforeSequence: number,
  limit: number,
): Promise<readonly TransferView[]> {
  return (await db.query<TransferRow>(ofAccountSql, [accountId, beforeSequence, limit])).map(toView);
}

/** The rows after `afterSequence`, in the order of the chain. */
export function transfersAfter(db: Queryable, afterSequence: number, limit: number): Promise<readonly TransferRow[]> {
  return db.query<TransferRow>(pageSql, [afterSequence, limit]);
}

function toView(row: TransferRow): TransferView {
  return {
    sequence: row.sequence,
    id: row.id,
    at: row.posted_at.toISOString(),
    businessOn: row.business_on,
    debitAccount: row.debit_account,
    creditAccount: row.credit_account,
    currency: row.currency,
    amountMinor: row.amount_minor,
    reason: row.reason,
    paymentId: row.payment_id,
    label: row.label,
    hash: toHex(row.hash).toLowerCase(),
  };
}

const netByDaySql = sql(
  'ledger-net-by-day',
  `select to_char(business_on, 'YYYY-MM-DD') as date, sum(amount)::bigint as amount_minor from (
     select business_on, amount_minor as amount from ledger.transfer
       where credit_account = any($1) and label = $2 and reason = any($3)
     union all
     select business_on, -amount_minor from ledger.transfer
       where debit_account = any($1) and label = $2 and reason = any($3)
   ) movements group by business_on order by business_on`,
);

/** Credits minus debits of the accounts per business date, over the transfers with this label and these reasons. */
export function netByDay(
  db: Queryable,
  accountIds: readonly string[],
  label: string,
  reasons: readonly string[],
): Promise<readonly { date: string; amount_minor: number }[]> {
  return db.query(netByDaySql, [accountIds, label, reasons]);
}

const payableOfDaySql = sql(
  'ledger-payable-of-day',
  `select (
     coalesce((select sum(amount_minor) from ledger.transfer
       where credit_account = $1 and business_on = $2 and credit_account like '%:payable'), 0)
     - coalesce((select sum(amount_minor) from ledger.transfer
       where debit_account = $1 and business_on = $2 and debit_account like '%:payable'), 0)
   )::bigint as amount_minor`,
);

/** By how much what is owed to the merchant grew on a business date: takings less fees and refunds. */
export async function payableOfDay(db: Queryable, merchantId: string, businessOn: string): Promise<number> {
  const [row] = await db.query<{ amount_minor: number }>(payableOfDaySql, [`${bookOf(merchantId)}payable`, businessOn]);
  return row?.amount_minor ?? 0;
}
