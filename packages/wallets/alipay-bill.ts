import { fromBeijing } from '@zhanggui/base';
import { WalletRefusal } from './wallet-refusal.ts';

/** One line of an Alipay trade bill. Amounts are fen. */
export interface AlipayBillRow {
  readonly kind: 'payment' | 'refund';
  readonly tradeNo: string;
  readonly outTradeNo: string;
  /** Empty for a payment, and for money that a cancellation gave back. */
  readonly outRequestNo: string;
  /** Without sign: the file writes refunds negative. */
  readonly amountMinor: number;
  /** What Alipay keeps; negative where it gives a fee back. The file writes it from the merchant's side. */
  readonly feeMinor: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** 业务类型: 交易 or 退款. */
  readonly status: string;
}

const NEEDED = ['支付宝交易号', '商户订单号', '业务类型', '商品名称', '创建时间', '完成时间', '订单金额', '服务费'];
const REQUEST_NUMBER = '退款批次号/请求号';
const KINDS: Readonly<Record<string, AlipayBillRow['kind']>> = { 交易: 'payment', 退款: 'refund' };

/**
 * Reads the business details (业务明细) of a trade bill: lines that begin with `#` around one line of column names and the
 * lines of the day. Columns are found by name, which may end in its unit; ids may end in a tab, against spreadsheets that
 * would round them; a comma in a product's name, a voucher's name or a remark separates nothing.
 * @throws WalletRefusal `bill-header`, `bill-line`, `bill-amount` with the line in its path; `bill-totals` when the file
 *   does not hold what its last lines say.
 */
export function parseAlipayTradeBill(text: string): readonly AlipayBillRow[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trimEnd(), number: index + 1 }))
    .filter(({ line }) => line !== '');
  const [header, ...rows] = lines.filter(({ line }) => !line.startsWith('#'));
  const columns = (header?.line ?? '').split(',').map(nameOf);
  for (const needed of NEEDED)
    if (!columns.includes(needed)) throw new WalletRefusal('bill-header', 'a column is missing', { path: needed });
  const read = rows.map(({ line, number }) => rowOf(valuesOf(line, columns, number), number));
  checkTotals(read, text);
  return read;
}

const AMOUNT = /^([-+]?)(\d{1,12})(?:\.(\d{0,2})0*)?$/;

type Values = ReadonlyMap<string, string>;

function nameOf(column: string): string {
  return column.trim().replace(/[（(][^）)]*[）)]$/, '');
}

/** Free texts, whose commas are written as they are: a line with too many values has them in these columns. */
const FREE_TEXTS = ['商品名称', '券名称', '备注'];

function valuesOf(line: string, columns: readonly string[], number: number): Values {
  const values = line.split(',').map((value) => value.trim());
  const surplus = values.length - columns.length;
  if (surplus < 0) throw new WalletRefusal('bill-line', 'a line is too short', { path: `line ${number}` });
  const freeTexts = FREE_TEXTS.map((name) => columns.indexOf(name)).filter((at) => at !== -1);
  for (const aligned of alignments(values, freeTexts, surplus)) {
    const found = new Map(columns.map((column, index) => [column, aligned[index] ?? '']));
    if (fits(found)) return found;
  }
  throw new WalletRefusal('bill-line', 'its columns cannot be told apart', { path: `line ${number}` });
}

/** Every way to give the surplus commas to the free texts, which stand in these places. */
function* alignments(values: readonly string[], places: readonly number[], surplus: number): Generator<string[]> {
  const [at, ...others] = places;
  if (at === undefined) {
    if (surplus === 0) yield [...values];
    return;
  }
  for (let commas = 0; commas <= surplus; commas += 1) {
    const joined = values.slice(at, at + commas + 1).join(',');
    yield* alignments([...values.slice(0, at), joined, ...values.slice(at + commas + 1)], others, surplus - commas);
  }
}

const TIMES = ['创建时间', '完成时间'];
const AMOUNTS = ['订单金额', '商家红包消费金额', '卡消费金额', '服务费', '分润'];

/** Whether times and amounts stand where their columns are. */
function fits(values: Values): boolean {
  const stands = (name: string, shape: RegExp): boolean => shape.test(values.get(name) ?? '');
  return TIMES.every((name) => stands(name, /^(\d{4}-.*)?$/)) && AMOUNTS.every((name) => stands(name, /^[-+\d.]*$/));
}

function rowOf(values: Values, line: number): AlipayBillRow {
  const text = (column: string): string => values.get(column) ?? '';
  const status = text('业务类型');
  const kind = Object.hasOwn(KINDS, status) ? KINDS[status] : undefined;
  if (kind === undefined) throw new WalletRefusal('bill-line', 'a line is of no known kind', { path: `line ${line}` });
  const [date = '', time = ''] = (text('完成时间') || text('创建时间')).split(' ');
  const at = fromBeijing(date, time);
  if (Number.isNaN(at)) throw new WalletRefusal('bill-line', 'a line has no time', { path: `line ${line}` });
  const amountMinor = fenOf(text('订单金额'), line);
  const feeMinor = Math.abs(fenOf(text('服务费') || '0', line));
  if (kind === 'payment' ? amountMinor < 0 : amountMinor > 0)
    throw new WalletRefusal('bill-amount', 'the amount has the wrong sign', { path: `line ${line}` });
  return {
    kind,
    tradeNo: text('支付宝交易号'),
    outTradeNo: text('商户订单号'),
    outRequestNo: kind === 'refund' ? text(REQUEST_NUMBER) : '',
    amountMinor: Math.abs(amountMinor),
    // A fee is taken of payments and given back with refunds, whichever sign it bears.
    feeMinor: kind === 'refund' && feeMinor !== 0 ? -feeMinor : feeMinor,
    at,
    status,
  };
}

/** Yuan with up to two decimals, or more that are zeros. */
function fenOf(yuan: string, line: number): number {
  const match = AMOUNT.exec(yuan);
  if (match === null) throw new WalletRefusal('bill-amount', 'an amount is not whole fen', { path: `line ${line}` });
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' && fen !== 0 ? -fen : fen;
}

/** `#交易合计：2笔，…` and `#退款合计：1笔，…`: a file that was cut off lacks them. */
function checkTotals(rows: readonly AlipayBillRow[], text: string): void {
  const totals = [
    ['交易合计', 'payment'],
    ['退款合计', 'refund'],
  ] as const;
  for (const [path, kind] of totals) {
    const said = new RegExp(`^#${path}[：:]\\s*(\\d+)\\s*笔`, 'm').exec(text)?.[1];
    if (said === undefined || Number(said) !== rows.filter((row) => row.kind === kind).length)
      throw new WalletRefusal('bill-totals', 'the totals are of other lines', { path });
  }
}
