import { beijingTime } from '@zhanggui/base';
import type { Customer, Order, OrderState, RefundEntry } from '../orders.ts';
import { type Caller, partyBody } from './shop.ts';

/** What an operation answers before it is signed. */
export interface WechatAnswer {
  readonly status: number;
  readonly body: object | null;
  /** A file in the place of a body; nobody signs it. */
  readonly file?: Uint8Array;
}

const STATE: Readonly<Record<OrderState, readonly [state: string, text: string]>> = {
  unpaid: ['NOTPAY', '订单未支付'],
  paying: ['USERPAYING', '需要用户输入支付密码'],
  paid: ['SUCCESS', '支付成功'],
  failed: ['PAYERROR', '支付失败'],
  closed: ['CLOSED', '订单已关闭'],
  revoked: ['REVOKED', '订单已撤销'],
};
/** How an order was paid, in the interface's word. */
export const TRADE_TYPE: Readonly<Record<Order['way'], string>> = { code: 'MICROPAY', scan: 'NATIVE', page: 'JSAPI' };

/** An error as API v3 writes it. */
export function wechatError(status: number, code: string, message: string): WechatAnswer {
  return { status, body: { code, message } };
}

/**
 * A parameter that is missing or malformed. `field` is a JSON pointer into the body, or the parameter's name in path or query;
 * a payment code is never repeated in `value`.
 */
export function wrongParameter(
  location: 'body' | 'path' | 'query',
  field: string,
  issue: string,
  value: unknown = '',
): WechatAnswer {
  const detail = { field, value: typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), issue, location };
  return { status: 400, body: { code: 'PARAM_ERROR', message: `参数${field}错误：${issue}`, detail } };
}

/** An order as the query, the payment itself and a notification show it. */
export function orderBody(caller: Caller, order: Order): object {
  const isRefunded = order.state === 'paid' && order.refundedMinor > 0;
  const [state, text] = isRefunded ? ['REFUND', '订单发生过退款'] : STATE[order.state];
  const base = {
    ...partyBody(caller),
    out_trade_no: order.outTradeNo,
    trade_state: state,
    trade_state_desc: text,
    amount: { total: order.amountMinor, currency: 'CNY' },
    ...order.echo,
  };
  if (order.paidAt === null || order.customerId === null) return base;
  const openId = openIdOf(order.customerId);
  return {
    ...base,
    transaction_id: order.transactionId,
    trade_type: TRADE_TYPE[order.way],
    bank_type: 'OTHERS',
    success_time: rfc3339(order.paidAt),
    payer: caller.kind === 'direct' ? { openid: openId } : { sp_openid: openId },
    amount: {
      total: order.amountMinor,
      payer_total: order.amountMinor,
      currency: 'CNY',
      payer_currency: 'CNY',
    },
  };
}

/** A refund as its request and its query show it. */
export function refundBody(refund: RefundEntry, order: Order): object {
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: order.transactionId,
    out_trade_no: order.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    create_time: rfc3339(refund.createdAt),
    ...(refund.doneAt === null ? {} : { success_time: rfc3339(refund.doneAt) }),
    status: refund.state === 'done' ? 'SUCCESS' : 'PROCESSING',
    funds_account: 'AVAILABLE',
    amount: {
      total: order.amountMinor,
      refund: refund.amountMinor,
      payer_total: order.amountMinor,
      payer_refund: refund.amountMinor,
      settlement_refund: refund.amountMinor,
      settlement_total: order.amountMinor,
      discount_refund: 0,
      currency: 'CNY',
    },
  };
}

/** A refund as its notification shows it. */
export function refundNotice(caller: Caller, refund: RefundEntry, order: Order): object {
  const party = caller.kind === 'direct' ? { mchid: caller.merchantId } : partyBody(caller);
  return {
    ...party,
    out_trade_no: order.outTradeNo,
    transaction_id: order.transactionId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    refund_status: 'SUCCESS',
    ...(refund.doneAt === null ? {} : { success_time: rfc3339(refund.doneAt) }),
    user_received_account: '支付用户零钱',
    amount: {
      total: order.amountMinor,
      refund: refund.amountMinor,
      payer_total: order.amountMinor,
      payer_refund: refund.amountMinor,
    },
  };
}

/** A line of a bill: each value behind a backtick, so that no spreadsheet takes it for a number. */
export function billRow(values: readonly string[]): string {
  return values.map((value) => `\`${value}`).join(',');
}

/** RFC 3339 in Beijing time: `2026-01-02T03:04:05+08:00`. */
export function rfc3339(instantMs: number): string {
  const { year, month, day, hour, minute, second } = beijingTime(instantMs);
  return `${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`;
}

/** The customer's number for this merchant's app. */
export function openIdOf(customerId: string): string {
  return `o${Buffer.from(customerId).toString('base64url')}`.padEnd(28, '0').slice(0, 28);
}

/** The customer with this number, or undefined. */
export function customerOf(customers: readonly Customer[], openId: string): Customer | undefined {
  return customers.find(({ id }) => openIdOf(id) === openId);
}
