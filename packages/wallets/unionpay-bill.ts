import { fromBeijing } from '@zhanggui/base';
import { WalletRefusal } from './wallet-refusal.ts';

/** One line of UnionPay's file of normal transactions; amounts are fen without sign. */
export interface UnionPayBillRow {
  readonly kind: 'payment' | 'refund';
  /** The transaction's own number at UnionPay. */
  readonly queryId: string;
  /** Of a refund or reversal: the number of the payment. */
  readonly originalQueryId: string;
  readonly orderId: string;
  readonly amountMinor: number;
  /** What UnionPay keeps of this line; negative where it gives a fee back. */
  readonly feeMinor: number;
  readonly currency: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** txnType: 01 a payment, 04 a refund, 99 a reversal. */
  readonly transactionType: string;
}

/** Widths of the columns, each followed by a blank: the order in which they stand. */
const COLUMNS = {
  queryId: 21,
  originalQueryId: 21,
  transactionType: 2,
  merchantId: 15,
  orderId: 40,
  time: 14,
  amount: 12,
  fee: 12,
  currency: 3,
} as const;

type Column = keyof typeof COLUMNS;

/**
 * Reads UnionPay's file of a day's normal transactions: lines of fixed width, amounts in fen with leading zeros, a fee
 * with its direction (`C` taken, `D` given back) as first character.
 * @throws WalletRefusal `bill` naming line and column.
 */
export function parseUnionPayBill(text: string): readonly UnionPayBillRow[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => rowOf(cut(line, number), number));
}

function cut(line: string, number: number): Readonly<Record<Column, string>> {
  let at = 0;
  const values = Object.entries(COLUMNS).map(([name, width]) => {
    const value = line.slice(at, at + width);
    if (value.length !== width) throw refusal(number, name);
    at += width + 1;
    return [name, value.trim()] as const;
  });
  return Object.fromEntries(values) as Record<Column, string>;
}

function rowOf(values: Readonly<Record<Column, string>>, number: number): UnionPayBillRow {
  const { queryId, originalQueryId, transactionType, orderId, time, amount, fee, currency } = values;
  const at = fromBeijing(
    `${time.slice(0, 4)}-${time.slice(4, 6)}-${time.slice(6, 8)}`,
    `${time.slice(8, 10)}:${time.slice(10, 12)}:${time.slice(12)}`,
  );
  if (!/^\d{14}$/.test(time) || Number.isNaN(at)) throw refusal(number, 'time');
  if (!/^\d{12}$/.test(amount)) throw refusal(number, 'amount');
  if (!/^[CD]\d{11}$/.test(fee)) throw refusal(number, 'fee');
  if (!/^\d{21}$/.test(queryId)) throw refusal(number, 'queryId');
  if (!['01', '04', '99'].includes(transactionType)) throw refusal(number, 'transactionType');
  if (currency !== '156') throw refusal(number, 'currency');
  return {
    kind: transactionType === '01' ? 'payment' : 'refund',
    queryId,
    originalQueryId,
    orderId,
    amountMinor: Number(amount),
    feeMinor: fee.startsWith('C') ? Number(fee.slice(1)) : 0 - Number(fee.slice(1)),
    currency: 'CNY',
    at,
    transactionType,
  };
}

function refusal(line: number, column: string): WalletRefusal {
  return new WalletRefusal('bill', 'a line of the bill cannot be read', { path: `line ${line}, ${column}` });
}
