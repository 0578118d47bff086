import { fromBeijing } from '@zhanggui/base';
import { WalletRefusal } from './wallet-refusal.ts';

/** One line of a WeChat Pay trade bill. Amounts are fen. */
export interface WechatBillRow {
  /** A reversal of a paid order is a refund without a refund number. */
  readonly kind: 'payment' | 'refund';
  readonly transactionId: string;
  readonly outTradeNo: string;
  /** Empty for a payment and for a reversal. */
  readonly outRefundNo: string;
  readonly amountMinor: number;
  /** Negative where the fee is given back. */
  readonly feeMinor: number;
  readonly currency: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** 交易状态: SUCCESS, REFUND or REVOKED. */
  readonly status: string;
  readonly merchantId: string;
  /** 特约商户号: the shop of a service provider; empty or 0 for a direct merchant. */
  readonly subMerchantId: string;
}

const NAME_COLUMN = '商品名称';
/** Older files call the order's amount 总金额 and the refund's 退款金额; both kinds are read by the name of the column. */
const ORDER_AMOUNT = ['订单金额', '总金额', '应结订单金额'] as const;
const REFUND_AMOUNT = ['申请退款金额', '退款金额'] as const;

/**
 * Reads a trade bill (`bill_type=ALL`): a line of column names, lines whose every value follows a backtick, and two lines
 * of totals. Columns are found by name, for files have 24 or 27 of them; a comma in a product's name separates nothing.
 * @throws WalletRefusal `bill-header`, `bill-line`, `bill-amount` with the line in its path; `bill-totals` when the file
 *   does not hold what its last line says.
 */
export function parseWechatTradeBill(text: string): readonly WechatBillRow[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const [header = '', ...rest] = lines;
  const columns = header.split(',').map((name) => name.trim());
  for (const needed of ['交易时间', '微信订单号', '商户订单号', '交易状态', '货币种类', '手续费', NAME_COLUMN])
    if (!columns.includes(needed)) throw new WalletRefusal('bill-header', 'a column is missing', { path: needed });
  const from = rest.findIndex((line) => !line.startsWith('`'));
  if (from < 0) throw new WalletRefusal('bill-totals', 'the file ends without its totals', { path: 'totals' });
  const rows = rest.slice(0, from).map((line, index) => rowOf(valuesOf(line, columns, index + 2), index + 2));
  checkTotals(rows, rest.slice(from));
  return rows;
}

type Values = ReadonlyMap<string, string>;

function valuesOf(line: string, columns: readonly string[], number: number): Values {
  const values = line.slice(1).split(',`');
  const surplus = values.length - columns.length;
  if (surplus < 0) throw new WalletRefusal('bill-line', 'a line is too short', { path: `line ${number}` });
  // Only a product's name is free text, so what is too much belongs to it.
  const at = columns.indexOf(NAME_COLUMN);
  const name = values.slice(at, at + surplus + 1).join(',`');
  const aligned = [...values.slice(0, at), name, ...values.slice(at + surplus + 1)];
  return new Map(columns.map((column, index) => [column, (aligned[index] ?? '').trim()]));
}

function rowOf(values: Values, line: number): WechatBillRow {
  const text = (column: string): string => values.get(column) ?? '';
  const status = text('交易状态');
  if (status !== 'SUCCESS' && status !== 'REFUND' && status !== 'REVOKED')
    throw new WalletRefusal('bill-line', 'a line has no known state', { path: `line ${line}` });
  const kind = status === 'SUCCESS' ? 'payment' : 'refund';
  const amount = kind === 'payment' ? first(values, ORDER_AMOUNT) : refundedAmount(values);
  const [date = '', time = ''] = text('交易时间').split(' ');
  const at = fromBeijing(date, time);
  if (Number.isNaN(at)) throw new WalletRefusal('bill-line', 'a line has no time', { path: `line ${line}` });
  return {
    kind,
    transactionId: text('微信订单号'),
    outTradeNo: text('商户订单号'),
    outRefundNo: kind === 'refund' ? absentAsEmpty(text('商户退款单号')) : '',
    amountMinor: fenOf(amount, line),
    feeMinor: fenOf(text('手续费'), line),
    currency: text('货币种类'),
    at,
    status,
    merchantId: text('商户号'),
    subMerchantId: absentAsEmpty(text('特约商户号')),
  };
}

function first(values: Values, columns: readonly string[]): string {
  for (const column of columns) {
    const value = values.get(column);
    if (value !== undefined && value !== '') return value;
  }
  return '';
}

/** A reversal may leave the refund's amount empty or zero: the whole order went back then. */
function refundedAmount(values: Values): string {
  const refunded = first(values, REFUND_AMOUNT);
  return values.get('交易状态') === 'REVOKED' && /^0*(\.0*)?$/.test(refunded) ? first(values, ORDER_AMOUNT) : refunded;
}

function absentAsEmpty(text: string): string {
  return text === '0' ? '' : text;
}

/** Yuan with up to five decimals, of which those behind the fen are zeros. */
function fenOf(yuan: string, line: number): number {
  const match = /^([-+]?)(\d{1,12})(?:\.(\d{0,2})0*)?$/.exec(yuan);
  if (match === null) throw new WalletRefusal('bill-amount', 'an amount is not whole fen', { path: `line ${line}` });
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' && fen !== 0 ? -fen : fen;
}

function checkTotals(rows: readonly WechatBillRow[], [header = '', totals = '']: readonly string[]): void {
  const columns = header.split(',').map((name) => name.trim());
  const values = totals.replace(/^`/, '').split(',`');
  const total = (name: string): string => values[columns.indexOf(name)]?.trim() ?? '';
  const wrong = (path: string) => new WalletRefusal('bill-totals', 'the totals are of other lines', { path });
  if (Number(total('总交易单数') || Number.NaN) !== rows.length) throw wrong('总交易单数');
  const fees = rows.reduce((sum, { feeMinor }) => sum + feeMinor, 0);
  if (columns.includes('手续费总金额') && fenOf(total('手续费总金额'), rows.length + 3) !== fees)
    throw wrong('手续费总金额');
}
