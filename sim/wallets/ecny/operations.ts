import { gzipSync } from 'node:zlib';
import { beijingTimestamp } from '@zhanggui/base';
import { type JsonRecord, textAt } from '@zhanggui/wallets';
import type { BillDays } from '../bill-days.ts';
import type { OfferRequest, PayRefusal } from '../book-requests.ts';
import { linesOfDay } from '../day-lines.ts';
import type { Fault } from '../faults.ts';
import type { Order, RefundEntry } from '../orders.ts';
import type { EcnyShop } from './shop.ts';

/** A request whose signature was found good. */
export interface EcnyRequest {
  readonly body: JsonRecord;
  readonly fault: Fault | undefined;
}

/** The object that an answer or a notification carries. */
export type EcnyBody = Readonly<Record<string, unknown>>;

const NUMBER = /^[0-9A-Za-z]{6,64}$/;
const LARGEST_AMOUNT = 10_000_000_00;

/** A refusal, or a request that was carried out. */
export function answered(code: string, message: string, more: EcnyBody = {}): EcnyBody {
  return { return_code: code, return_msg: message, ...more };
}

/** DC_MICROPAY: the merchant scans the customer. */
export function micropay({ book }: Pick<EcnyShop, 'book'>, request: EcnyRequest): EcnyBody {
  const wrong = wrongPayment(request.body);
  if (wrong !== null) return wrong;
  const code = textAt(request.body, 'auth_code');
  if (code === '') return wrongParameter('auth_code');
  const result = book.pay({ ...offerOf(request), way: 'code', code });
  if ('refusal' in result) return refusedPayment(result.refusal);
  // A wallet over its limit is known at once, and the number is used up by it.
  return result.failure === 'limit' ? overLimit() : done(orderFacts(result));
}

/** DC_NATIVE: the customer scans the merchant. */
export function native({ book }: Pick<EcnyShop, 'book'>, request: EcnyRequest): EcnyBody | Order {
  const wrong = wrongPayment(request.body);
  if (wrong !== null) return wrong;
  const expireAt = Date.parse(textAt(request.body, 'time_expire'));
  const result = book.offer({
    ...offerOf(request),
    way: 'scan',
    expiresAt: Number.isNaN(expireAt) ? null : expireAt,
  });
  return 'refusal' in result ? refusedPayment(result.refusal) : result;
}

/** What the customer needs to pay an order. */
export function offerAnswer(order: Order): EcnyBody {
  return done({ ...orderFacts(order), code_url: `https://qr.ecny.invalid/dc/${order.transactionId}` });
}

/** How an order stands. */
export function queryOrder({ book }: Pick<EcnyShop, 'book'>, { body }: EcnyRequest): EcnyBody {
  const order = book.order(textAt(body, 'out_trade_no'));
  return order === undefined ? answered('ORDER_NOT_EXIST', '订单不存在') : done(orderFacts(order));
}

/** Undoes an order, paid or not, for a day; `refunded_amount` is what went back. */
export function cancelOrder({ book }: Pick<EcnyShop, 'book'>, { body }: EcnyRequest, now: number): EcnyBody {
  const outTradeNo = textAt(body, 'out_trade_no');
  if (!NUMBER.test(outTradeNo)) return wrongParameter('out_trade_no');
  const before = book.order(outTradeNo);
  const isPaid = before?.state === 'paid';
  if (isPaid && before.refundedMinor > 0) return answered('ORDER_REFUNDED', '订单已发生退款，不能撤销');
  if (isPaid && now - (before.paidAt ?? now) > 86_400_000) return answered('CANCEL_EXPIRED', '订单已超过撤销期限');
  const order = book.cancel(outTradeNo);
  return done({ out_trade_no: outTradeNo, refunded_amount: order.paidAt === null ? 0 : order.amountMinor });
}

/** Gives money back at once: a wallet's money is a wallet's money. */
export function refund({ book }: Pick<EcnyShop, 'book'>, { body }: EcnyRequest): EcnyBody {
  const { refund_amount: amount, out_refund_no: outRefundNo, notify_url: notifyUrl } = body;
  if (!isAmount(amount)) return wrongParameter('refund_amount');
  if (typeof outRefundNo !== 'string' || !NUMBER.test(outRefundNo)) return wrongParameter('out_refund_no');
  const result = book.refund(textAt(body, 'out_trade_no'), outRefundNo, amount, {
    notifyUrl: typeof notifyUrl === 'string' && notifyUrl !== '' ? notifyUrl : null,
  });
  if ('refund' in result) return done(refundFacts(result.refund, result.order));
  switch (result.refusal) {
    case 'no-order':
      return answered('ORDER_NOT_EXIST', '订单不存在');
    case 'not-paid':
      return answered('ORDER_STATE_ERROR', '订单未支付或已撤销，不能退款');
    case 'exceeds':
      return answered('REFUND_AMOUNT_EXCEED', '退款金额超过可退金额');
    case 'differs':
      return answered('REFUND_NO_USED', '同一退款单号的参数与原请求不一致');
  }
}

/** How a refund stands. */
export function queryRefund({ book }: Pick<EcnyShop, 'book'>, { body }: EcnyRequest): EcnyBody {
  const found = book.refundOf(textAt(body, 'out_refund_no'));
  const order = found === undefined ? undefined : book.order(found.outTradeNo);
  if (found === undefined || order === undefined) return answered('REFUND_NOT_EXIST', '退款单不存在');
  return done(refundFacts(found, order));
}

/** A day's lines as CSV, zipped (RFC 1952) and written as Base64. */
export function bill({ book }: Pick<EcnyShop, 'book'>, days: BillDays, { body }: EcnyRequest): EcnyBody {
  const date = textAt(body, 'bill_date');
  const standing = days.standing(date);
  if (standing === 'none') return wrongParameter('bill_date');
  if (standing !== 'ready') return answered('BILL_CREATING', '账单生成中');
  const lines = linesOfDay(book, date);
  if (lines.length === 0) return answered('BILL_NOT_EXIST', '账单不存在');
  const rows = lines.map(({ kind, order, reference, ourReference, amountMinor, at }) =>
    [kind, order.transactionId, order.outTradeNo, reference, ourReference, amountMinor, 0, beijingTimestamp(at)].join(),
  );
  const header = 'type,trade_no,out_trade_no,reference,our_reference,amount,fee,time';
  const text = `${[header, ...rows, `total,${rows.length}`].join('\n')}\n`;
  return done({ bill_date: date, content: gzipSync(text).toString('base64') });
}

/** An order as answers and notifications show it. */
export function orderFacts(order: Order): EcnyBody {
  return {
    out_trade_no: order.outTradeNo,
    trade_no: order.transactionId,
    amount: order.amountMinor,
    currency: 'CNY',
    trade_state: stateOf(order),
    ...(order.failure === null ? {} : { failure: order.failure.toUpperCase() }),
    ...(order.paidAt === null ? {} : { pay_time: beijingTimestamp(order.paidAt) }),
  };
}

/** A refund as answers and notifications show it. */
export function refundFacts(found: RefundEntry, order: Order): EcnyBody {
  return {
    out_trade_no: order.outTradeNo,
    trade_no: order.transactionId,
    out_refund_no: found.outRefundNo,
    refund_no: found.refundId,
    refund_amount: found.amountMinor,
    currency: 'CNY',
    refund_state: found.state === 'done' ? 'SUCCESS' : 'PROCESSING',
  };
}

function done(more: EcnyBody): EcnyBody {
  return answered('SUCCESS', '成功', more);
}

function overLimit(): EcnyBody {
  return answered('WALLET_LIMIT_EXCEED', '超出付款钱包的单笔或日累计限额');
}

function stateOf({ state }: Order): string {
  switch (state) {
    case 'paid':
      return 'SUCCESS';
    case 'unpaid':
      return 'NOTPAY';
    case 'paying':
      return 'PAYING';
    case 'failed':
      return 'FAILED';
    default:
      return 'CLOSED';
  }
}

function offerOf({ body, fault }: EcnyRequest): OfferRequest {
  const notifyUrl = textAt(body, 'notify_url');
  return {
    outTradeNo: textAt(body, 'out_trade_no'),
    amountMinor: Number(body.amount),
    description: textAt(body, 'subject'),
    echo: {},
    notifyUrl: notifyUrl === '' ? null : notifyUrl,
    waitsForEver: fault?.kind === 'userpaying-forever',
    ...(fault?.kind === 'late-success-after-cancel' ? { lateSuccessAfterMs: fault.delayMs } : {}),
  };
}

function wrongPayment(body: JsonRecord): EcnyBody | null {
  if (!NUMBER.test(textAt(body, 'out_trade_no'))) return wrongParameter('out_trade_no');
  if (!isAmount(body.amount)) return wrongParameter('amount');
  if (body.currency !== 'CNY') return wrongParameter('currency');
  if (textAt(body, 'subject') === '') return wrongParameter('subject');
  return textAt(body, 'terminal_info.device_type') === '' ? wrongParameter('terminal_info.device_type') : null;
}

function wrongParameter(name: string): EcnyBody {
  return answered('PARAM_ERROR', `参数缺失或格式错误：${name}`);
}

function refusedPayment(refusal: PayRefusal): EcnyBody {
  switch (refusal) {
    case 'invalid':
    case 'used':
      return answered('AUTH_CODE_INVALID', '付款码无效');
    case 'expired':
      return answered('AUTH_CODE_EXPIRED', '付款码已过期');
    case 'balance':
      return answered('BALANCE_NOT_ENOUGH', '钱包余额不足');
    case 'paid':
      return answered('ORDER_PAID', '订单已支付');
    case 'gone':
      return answered('ORDER_CLOSED', '订单已关闭');
    case 'differs':
    case 'other-payer':
      return answered('OUT_TRADE_NO_USED', '商户订单号重复');
  }
}

function isAmount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= LARGEST_AMOUNT;
}
