import { beijingTimestamp, formatDecimal } from '@zhanggui/base';
import type { DayLine } from '../day-lines.ts';
import { billRow, openIdOf, TRADE_TYPE } from './answers.ts';
import type { Caller } from './shop.ts';

const COLUMNS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const TOTALS = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const STATE: Readonly<Record<DayLine['kind'], string>> = { payment: 'SUCCESS', refund: 'REFUND', reversal: 'REVOKED' };
const NOTHING = '0.00';

/** The text of a bill: a line for each payment, refund and reversal, and the totals. */
export function tradeBillText(caller: Caller, lines: readonly DayLine[]): string {
  const sum = (of: (line: DayLine) => number): number => lines.reduce((total, line) => total + of(line), 0);
  const paid = formatDecimal(sum(({ kind, amountMinor }) => (kind === 'payment' ? amountMinor : 0)));
  const refunded = formatDecimal(sum(({ kind, amountMinor }) => (kind === 'payment' ? 0 : amountMinor)));
  const fees = feeText(sum(({ feeMinor }) => feeMinor));
  const totals = [String(lines.length), paid, refunded, NOTHING, fees, paid, refunded];
  return [COLUMNS, ...lines.map((line) => billRow(valuesOf(caller, line))), TOTALS, billRow(totals), ''].join('\r\n');
}

function valuesOf(
  caller: Caller,
  { kind, order, reference, ourReference, amountMinor, feeMinor, at }: DayLine,
): string[] {
  const isPayment = kind === 'payment';
  const amount = isPayment ? formatDecimal(order.amountMinor) : NOTHING;
  const refund = isPayment ? NOTHING : formatDecimal(amountMinor);
  return [
    beijingTimestamp(at),
    caller.appId,
    caller.merchantId,
    caller.kind === 'partner' ? caller.subMerchantId : '0',
    '',
    order.transactionId,
    order.outTradeNo,
    openIdOf(order.customerId ?? ''),
    TRADE_TYPE[order.way],
    STATE[kind],
    'OTHERS',
    'CNY',
    amount,
    NOTHING,
    ...(kind === 'refund' ? [reference, ourReference] : ['0', '0']),
    refund,
    NOTHING,
    isPayment ? '' : 'ORIGINAL',
    isPayment ? '' : 'SUCCESS',
    order.description,
    order.echo.attach ?? '',
    feeText(feeMinor),
    '0.38%',
    kind === 'reversal' ? formatDecimal(order.amountMinor) : amount,
    refund,
    '',
  ];
}

/** Fees are written with five decimals. */
function feeText(feeMinor: number): string {
  return `${formatDecimal(feeMinor)}000`;
}
