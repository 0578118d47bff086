import { beijingDate, beijingTimestamp, formatDecimal } from '@zhanggui/base';
import type { WalletBook } from '../book.ts';
import { type DayLine, linesOf } from '../day-lines.ts';
import { billRow } from './answers.ts';
import type { Caller } from './shop.ts';

const COLUMNS =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号';
const TOTALS = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额';

/** One movement of the merchant's account; `minor` is negative for what leaves it. */
interface Movement {
  readonly line: DayLine;
  readonly name: '交易' | '退款' | '扣除交易手续费' | '退还交易手续费';
  readonly minor: number;
  readonly balanceMinor: number;
}

/** The bill of what came and went on a day, with the balance after each; empty when nothing moved. */
export function fundFlowText(book: WalletBook, { merchantId }: Caller, date: string): string {
  const movements = movementsOf(book).filter(({ line }) => beijingDate(line.at) === date);
  if (movements.length === 0) return '';
  const rows = movements.map((movement, index) => rowOf(merchantId, date, movement, index));
  const side = (isIncome: boolean): [string, string] => {
    const some = movements.filter(({ minor }) => minor > 0 === isIncome);
    return [String(some.length), formatDecimal(Math.abs(some.reduce((sum, { minor }) => sum + minor, 0)))];
  };
  const totals = billRow([String(movements.length), ...side(true), ...side(false)]);
  return [COLUMNS, ...rows, TOTALS, totals, ''].join('\r\n');
}

/** All movements since the book was opened; the fee of a payment moves beside it. */
function movementsOf(book: WalletBook): readonly Movement[] {
  let balanceMinor = 0;
  const moved = (line: DayLine, name: Movement['name'], minor: number): Movement[] => {
    if (minor === 0) return [];
    balanceMinor += minor;
    return [{ line, name, minor, balanceMinor }];
  };
  return linesOf(book).flatMap((line) => {
    const { kind, amountMinor, feeMinor } = line;
    return kind === 'payment'
      ? [...moved(line, '交易', amountMinor), ...moved(line, '扣除交易手续费', -feeMinor)]
      : [...moved(line, '退款', -amountMinor), ...moved(line, '退还交易手续费', -feeMinor)];
  });
}

function rowOf(merchantId: string, date: string, { line, name, minor, balanceMinor }: Movement, index: number): string {
  return billRow([
    beijingTimestamp(line.at),
    line.reference,
    `${merchantId}${date.replaceAll('-', '')}${String(index + 1).padStart(10, '0')}`,
    name,
    name,
    minor > 0 ? '收入' : '支出',
    formatDecimal(Math.abs(minor)),
    formatDecimal(balanceMinor),
    'system',
    line.order.description,
    line.ourReference,
  ]);
}
