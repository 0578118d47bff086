import { beijingTimestamp, formatDecimal, parseDecimal } from '@zhanggui/base';
import { type JsonRecord, textAt } from '@zhanggui/wallets';
import type { PayRefusal, WalletBook } from '../book.ts';
import type { Fault } from '../faults.ts';
import type { Order, RefundEntry } from '../orders.ts';

/** The response object of a gateway answer, before it is signed. */
export type AlipayResponse = Readonly<Record<string, unknown>> & { readonly code: string; readonly msg: string };

const SUCCESS = { code: '10000', msg: 'Success' };
const OUT_TRADE_NO = /^[0-9A-Za-z_-]{1,64}$/;
const LARGEST_AMOUNT = 100_000_000_00;

/** A refusal by the business (code 40004). */
function businessError(subCode: string, subMsg: string): AlipayResponse {
  return { code: '40004', msg: 'Business Failed', sub_code: subCode, sub_msg: subMsg };
}

/** alipay.trade.pay */
export function tradePay(book: WalletBook, content: JsonRecord, fault: Fault | undefined): AlipayResponse {
  const wrong = wrongPayment(content);
  if (wrong !== null) return wrong;
  const scene = textAt(content, 'scene');
  if (scene !== 'bar_code' && scene !== 'security_code') return invalid('scene');
  const result = book.pay({
    outTradeNo: textAt(content, 'out_trade_no'),
    amountMinor: amountOf(content, 'total_amount') ?? 0,
    description: textAt(content, 'subject'),
    code: textAt(content, 'auth_code'),
    echo: echoOf(content),
    waitsForEver: fault?.kind === 'userpaying-forever',
    ...(fault?.kind === 'late-success-after-cancel' ? { lateSuccessAfterMs: fault.delayMs } : {}),
  });
  if ('refusal' in result) return refusedPayment(result.refusal);
  if (result.state !== 'paid') return { code: '10003', msg: 'order success pay inprocess', ...tradeBody(book, result) };
  return { ...SUCCESS, ...tradeBody(book, result), gmt_payment: beijingTimestamp(result.paidAt ?? 0) };
}

/** alipay.trade.precreate: a code for the customer to scan. */
export function tradePrecreate(book: WalletBook, content: JsonRecord): AlipayResponse {
  const wrong = wrongPayment(content);
  if (wrong !== null) return wrong;
  const outTradeNo = textAt(content, 'out_trade_no');
  const result = book.offer({
    outTradeNo,
    amountMinor: amountOf(content, 'total_amount') ?? 0,
    description: textAt(content, 'subject'),
    echo: echoOf(content),
  });
  if ('refusal' in result) return refusedPayment(result.refusal);
  return { ...SUCCESS, out_trade_no: outTradeNo, qr_code: `https://qr.alipay.com/bax${result.transactionId}` };
}

/** alipay.trade.query; a trade that nobody has scanned yet does not exist for it. */
export function tradeQuery(book: WalletBook, content: JsonRecord): AlipayResponse {
  const order = orderOf(book, content);
  if (order === undefined || order.state === 'unpaid') return businessError('ACQ.TRADE_NOT_EXIST', '交易不存在');
  const paidAt = order.paidAt === null ? {} : { send_pay_date: beijingTimestamp(order.paidAt) };
  return { ...SUCCESS, ...tradeBody(book, order), trade_status: statusOf(order), ...paidAt };
}

/** alipay.trade.cancel */
export function tradeCancel(book: WalletBook, content: JsonRecord): AlipayResponse {
  const outTradeNo = textAt(content, 'out_trade_no') || (orderOf(book, content)?.outTradeNo ?? '');
  if (!OUT_TRADE_NO.test(outTradeNo)) return invalid('out_trade_no');
  const before = book.order(outTradeNo)?.state;
  const order = book.cancel(outTradeNo);
  const action = order.paidAt !== null ? 'refund' : 'close';
  return {
    ...SUCCESS,
    out_trade_no: outTradeNo,
    retry_flag: 'N',
    ...(before === undefined ? {} : { trade_no: order.transactionId, action }),
  };
}

/** alipay.trade.close: of a trade that waits to be paid. */
export function tradeClose(book: WalletBook, content: JsonRecord): AlipayResponse {
  const order = orderOf(book, content);
  if (order === undefined) return businessError('ACQ.TRADE_NOT_EXIST', '交易不存在');
  const closed = book.close(order.outTradeNo);
  if (closed === false || closed === undefined) return businessError('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
  return { ...SUCCESS, out_trade_no: order.outTradeNo, trade_no: order.transactionId };
}

/** alipay.trade.refund; without `out_request_no` only the whole amount can go back. */
export function tradeRefund(book: WalletBook, content: JsonRecord): AlipayResponse {
  const order = orderOf(book, content);
  if (order === undefined) return businessError('ACQ.TRADE_NOT_EXIST', '交易不存在');
  const amountMinor = amountOf(content, 'refund_amount');
  if (amountMinor === null) return invalid('refund_amount');
  const requestNo = textAt(content, 'out_request_no');
  if (requestNo === '' && amountMinor !== order.amountMinor)
    return businessError('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '部分退款必须传入out_request_no');
  const result = book.refund(order.outTradeNo, requestNo || order.outTradeNo, amountMinor);
  if ('refusal' in result) return refusedRefund(result.refusal);
  return {
    ...SUCCESS,
    trade_no: order.transactionId,
    out_trade_no: order.outTradeNo,
    buyer_logon_id: buyerOf(book, order),
    fund_change: result.changed ? 'Y' : 'N',
    // The sum of all refunds so far, not only of this one.
    refund_fee: formatDecimal(order.refundedMinor),
    gmt_refund_pay: beijingTimestamp(result.refund.createdAt),
  };
}

/** alipay.trade.fastpay.refund.query; an unknown refund is answered with success and without a status. */
export function refundQuery(book: WalletBook, content: JsonRecord): AlipayResponse {
  const order = orderOf(book, content);
  if (order === undefined) return businessError('ACQ.TRADE_NOT_EXIST', '交易不存在');
  const refund = book.refundOf(order.outTradeNo, textAt(content, 'out_request_no'));
  return { ...SUCCESS, ...(refund === undefined ? {} : refundBody(refund, order)) };
}

function refundBody(refund: RefundEntry, order: Order): object {
  return {
    trade_no: order.transactionId,
    out_trade_no: order.outTradeNo,
    out_request_no: refund.outRefundNo,
    total_amount: formatDecimal(order.amountMinor),
    refund_amount: formatDecimal(refund.amountMinor),
    refund_status: 'REFUND_SUCCESS',
    gmt_refund_pay: beijingTimestamp(refund.createdAt),
  };
}

function refusedPayment(refusal: PayRefusal): AlipayResponse {
  switch (refusal) {
    case 'invalid':
    case 'used':
    case 'expired':
      return businessError('ACQ.PAYMENT_AUTH_CODE_INVALID', '获取顾客账户信息失败，请顾客刷新付款码后重新收款');
    case 'balance':
      return businessError('ACQ.BUYER_BALANCE_NOT_ENOUGH', '顾客余额不足，请换个方式收款');
    case 'paid':
      return businessError('ACQ.TRADE_HAS_SUCCESS', '交易已被支付');
    case 'gone':
      return businessError('ACQ.TRADE_HAS_CLOSE', '交易已经关闭');
    case 'differs':
      return businessError('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改');
  }
}

function refusedRefund(refusal: 'no-order' | 'not-paid' | 'exceeds' | 'differs'): AlipayResponse {
  switch (refusal) {
    case 'no-order':
      return businessError('ACQ.TRADE_NOT_EXIST', '交易不存在');
    case 'not-paid':
      return businessError('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
    case 'exceeds':
      return businessError('ACQ.REFUND_FEE_ERROR', '退款金额无效');
    case 'differs':
      return businessError('ACQ.DISCORDANT_REPEAT_REQUEST', '请求信息不一致');
  }
}

function orderOf(book: WalletBook, content: JsonRecord): Order | undefined {
  const tradeNo = textAt(content, 'trade_no');
  return tradeNo === '' ? book.order(textAt(content, 'out_trade_no')) : book.orderByTransaction(tradeNo);
}

function statusOf(order: Order): string {
  if (order.state === 'paying') return 'WAIT_BUYER_PAY';
  if (order.state === 'paid' && order.refundedMinor < order.amountMinor) return 'TRADE_SUCCESS';
  return 'TRADE_CLOSED';
}

function tradeBody(book: WalletBook, order: Order): object {
  return {
    trade_no: order.transactionId,
    out_trade_no: order.outTradeNo,
    buyer_logon_id: buyerOf(book, order),
    total_amount: formatDecimal(order.amountMinor),
    receipt_amount: formatDecimal(order.paidAt === null ? 0 : order.amountMinor),
    buyer_pay_amount: formatDecimal(order.paidAt === null ? 0 : order.amountMinor),
    ...order.echo,
  };
}

function buyerOf(book: WalletBook, order: Order): string {
  const customer = book.customer(order.customerId);
  return customer === undefined ? '' : `${customer.id.slice(0, 3)}***@sim`;
}

function echoOf(content: JsonRecord): Record<string, string> {
  const names = ['store_id', 'terminal_id'];
  return Object.fromEntries(names.map((name) => [name, textAt(content, name)]).filter(([, value]) => value !== ''));
}

function wrongPayment(content: JsonRecord): AlipayResponse | null {
  if (!OUT_TRADE_NO.test(textAt(content, 'out_trade_no'))) return invalid('out_trade_no');
  if (textAt(content, 'subject') === '') return invalid('subject');
  const amount = amountOf(content, 'total_amount');
  if (amount === null) return invalid('total_amount');
  if (amount < 1 || amount > LARGEST_AMOUNT) return businessError('ACQ.TOTAL_FEE_EXCEED', '订单总金额不在允许范围内');
  return null;
}

/** Fen of an amount in yuan, text or number as clients send it; null when it is none. */
function amountOf(content: JsonRecord, name: string): number | null {
  const value = content[name];
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return null;
  try {
    return parseDecimal(text, 'CNY');
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function invalid(name: string): AlipayResponse {
  return businessError('ACQ.INVALID_PARAMETER', `参数无效:${name}`);
}
