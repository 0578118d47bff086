import { beijingTimestamp, formatDecimal } from '@zhanggui/base';
import { textAt } from '@zhanggui/wallets';
import type { Order, RefundEntry } from '../orders.ts';
import { type AlipayRequest, type AlipayResponse, businessError, invalid, SUCCESS } from './request.ts';
import { amountOf, isTrade, logonIdOf, namesTrade, orderOf, REFUND_WITHIN_MS } from './trade.ts';

const REQUEST_NO_LENGTH = 64;
const REASON_LENGTH = 256;

/** alipay.trade.refund; without `out_request_no` only the whole amount can go back. */
export function tradeRefund({ book, content, now }: AlipayRequest): AlipayResponse {
  if (!namesTrade(content)) return invalid('out_trade_no');
  const amountMinor = amountOf(content, 'refund_amount');
  if (amountMinor === null || amountMinor <= 0) return invalid('refund_amount');
  const requestNo = textAt(content, 'out_request_no');
  if (requestNo.length > REQUEST_NO_LENGTH) return invalid('out_request_no');
  if (textAt(content, 'refund_reason').length > REASON_LENGTH) return invalid('refund_reason');
  const order = orderOf(book, content);
  if (!isTrade(order)) return businessError('ACQ.TRADE_NOT_EXIST', '交易不存在');
  if (requestNo === '' && amountMinor !== order.amountMinor)
    return businessError('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '部分退款必须传入out_request_no');
  if (order.paidAt !== null && now - order.paidAt > REFUND_WITHIN_MS)
    return businessError('ACQ.TRADE_HAS_FINISHED', '交易已结束');
  const result = book.refund(order.outTradeNo, requestNo || order.outTradeNo, amountMinor);
  if ('refusal' in result) return refusedRefund(result.refusal);
  return {
    ...SUCCESS,
    trade_no: order.transactionId,
    out_trade_no: order.outTradeNo,
    buyer_logon_id: logonIdOf(book, order),
    fund_change: result.changed ? 'Y' : 'N',
    // The sum of all refunds so far, not only of this one.
    refund_fee: formatDecimal(order.refundedMinor),
    gmt_refund_pay: beijingTimestamp(result.refund.createdAt),
  };
}

/** alipay.trade.fastpay.refund.query; an unknown refund is answered with success and without a status. */
export function refundQuery({ book, content }: AlipayRequest): AlipayResponse {
  if (!namesTrade(content)) return invalid('out_trade_no');
  if (textAt(content, 'out_request_no') === '') return invalid('out_request_no');
  const order = orderOf(book, content);
  if (!isTrade(order)) return businessError('ACQ.TRADE_NOT_EXIST', '交易不存在');
  const refund = book.refundOf(textAt(content, 'out_request_no'), order.outTradeNo);
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
