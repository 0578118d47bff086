import { beijingDate, beijingTimestamp, fromBeijing } from '@zhanggui/base';
import { type JsonRecord, textAt } from '@zhanggui/wallets';
import type { OfferRequest, PayRefusal } from '../book-requests.ts';
import type { Order } from '../orders.ts';
import { type AlipayRequest, type AlipayResponse, businessError, invalid, SUCCESS } from './request.ts';
import { amountOf, customerOf, isTrade, namesTrade, orderOf, statusOf, tradeBody } from './trade.ts';

const OUT_TRADE_NO = /^[0-9A-Za-z_-]{1,64}$/;
const LARGEST_AMOUNT = 100_000_000_00;
const CANCEL_WITHIN_MS = 86_400_000;
const LIVES_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_LIFE_MS = 15 * 86_400_000;
/** So long a code is good that says nothing else. */
const CODE_LIFE_MS = 2 * 3_600_000;

/** alipay.trade.pay */
export function tradePay(request: AlipayRequest): AlipayResponse {
  const { book, content } = request;
  const wrong = wrongTrade(request);
  if (wrong !== null) return wrong;
  const scene = textAt(content, 'scene');
  if (scene !== 'bar_code' && scene !== 'security_code') return invalid('scene');
  const code = textAt(content, 'auth_code');
  if (code === '') return invalid('auth_code');
  const expiresAt = endOf(content, request.now);
  if (Number.isNaN(expiresAt)) return invalid('timeout_express');
  const result = book.pay({ ...offerOf(request), way: 'code', code, expiresAt });
  if ('refusal' in result) return refusedPayment(result.refusal);
  if (result.failure === 'limit')
    return businessError('ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR', '买家付款日限额超限');
  const body = tradeBody(book, result);
  if (result.state !== 'paid') return { code: '10003', msg: 'order success pay inprocess', ...body };
  return { ...SUCCESS, ...body, gmt_payment: beijingTimestamp(result.paidAt ?? 0) };
}

/** alipay.trade.precreate (`scan`): a code that any customer may scan; alipay.trade.create (`page`): a trade of one buyer. */
export function makeTrade(request: AlipayRequest, way: 'scan' | 'page'): AlipayResponse | Order {
  const { book, content } = request;
  const wrong = wrongTrade(request);
  if (wrong !== null) return wrong;
  const payer = customerOf(book.customers, textAt(content, 'buyer_id') || textAt(content, 'buyer_open_id'));
  if (way === 'page' && payer === undefined) return invalid('buyer_id');
  const expiresAt = endOf(content, request.now) ?? (way === 'scan' ? request.now + CODE_LIFE_MS : null);
  if (Number.isNaN(expiresAt)) return invalid('time_expire');
  const payerId = way === 'page' ? (payer?.id ?? null) : null;
  const result = book.offer({ ...offerOf(request), way, payerId, expiresAt });
  return 'refusal' in result ? refusedPayment(result.refusal) : result;
}

/** What the customer needs to pay a trade that was made. */
export function offerAnswer({ outTradeNo, transactionId, way }: Order): AlipayResponse {
  const found = way === 'scan' ? { qr_code: `https://qr.alipay.com/bax${transactionId}` } : { trade_no: transactionId };
  return { ...SUCCESS, out_trade_no: outTradeNo, ...found };
}

/** alipay.trade.query */
export function tradeQuery({ book, content, now }: AlipayRequest): AlipayResponse {
  if (!namesTrade(content)) return invalid('out_trade_no');
  const order = orderOf(book, content);
  if (!isTrade(order)) return businessError('ACQ.TRADE_NOT_EXIST', '交易不存在');
  return { ...SUCCESS, ...tradeBody(book, order), trade_status: statusOf(order, now) };
}

/** alipay.trade.cancel: of any trade within a day, and of a number that may still arrive. */
export function tradeCancel({ book, content, now }: AlipayRequest): AlipayResponse {
  const known = orderOf(book, content);
  const outTradeNo = textAt(content, 'out_trade_no') || (known?.outTradeNo ?? '');
  if (!OUT_TRADE_NO.test(outTradeNo)) return invalid('out_trade_no');
  if (known?.state === 'paid' && now - known.createdAt > CANCEL_WITHIN_MS)
    return businessError('ACQ.TRADE_CANCEL_TIME_OUT', '超过撤销时间范围');
  const wasTrade = isTrade(known);
  const order = book.cancel(outTradeNo);
  const action = order.paidAt !== null ? 'refund' : 'close';
  return {
    ...SUCCESS,
    out_trade_no: outTradeNo,
    retry_flag: 'N',
    ...(wasTrade ? { trade_no: order.transactionId, action } : {}),
  };
}

/** alipay.trade.close: of a trade that waits to be paid. */
export function tradeClose({ book, content }: AlipayRequest): AlipayResponse {
  if (!namesTrade(content)) return invalid('out_trade_no');
  const order = orderOf(book, content);
  if (!isTrade(order)) return businessError('ACQ.TRADE_NOT_EXIST', '交易不存在');
  const waits = order.state === 'paying' || order.state === 'unpaid';
  if (!waits || !book.close(order.outTradeNo)) return businessError('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
  return { ...SUCCESS, out_trade_no: order.outTradeNo, trade_no: order.transactionId };
}

function offerOf({ content, caller, notifyUrl, fault }: AlipayRequest): OfferRequest {
  const echoed = ['store_id', 'terminal_id'].map((name) => [name, textAt(content, name)] as const);
  return {
    outTradeNo: textAt(content, 'out_trade_no'),
    amountMinor: amountOf(content, 'total_amount') ?? 0,
    description: textAt(content, 'subject'),
    echo: Object.fromEntries(echoed.filter(([, value]) => value !== '')),
    notifyUrl: notifyUrl === '' ? null : notifyUrl,
    marks: { app: caller.kind, key: caller.byCertificate ? 'certificate' : 'public-key' },
    waitsForEver: fault?.kind === 'userpaying-forever',
    ...(fault?.kind === 'late-success-after-cancel' ? { lateSuccessAfterMs: fault.delayMs } : {}),
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
    case 'other-payer':
      return businessError('ACQ.TRADE_BUYER_NOT_MATCH', '交易买家不匹配');
    case 'differs':
      return businessError('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改');
  }
}

function wrongTrade({ content, notifyUrl }: AlipayRequest): AlipayResponse | null {
  if (!OUT_TRADE_NO.test(textAt(content, 'out_trade_no'))) return invalid('out_trade_no');
  const subject = textAt(content, 'subject');
  if (subject === '' || subject.length > 256) return invalid('subject');
  if (notifyUrl !== '' && !/^https?:\/\/\S{1,250}$/.test(notifyUrl)) return invalid('notify_url');
  const amount = amountOf(content, 'total_amount');
  if (amount === null) return invalid('total_amount');
  if (amount < 1 || amount > LARGEST_AMOUNT) return businessError('ACQ.TOTAL_FEE_EXCEED', '订单总金额不在允许范围内');
  return null;
}

/** Until when a trade may be paid: a time in Beijing, so many minutes, hours or days (1m to 15d), or today (1c); NaN when malformed. */
function endOf(content: JsonRecord, now: number): number | null {
  const end = textAt(content, 'time_expire');
  if (end !== '') {
    const [date = '', time = ''] = end.split(' ');
    return fromBeijing(date, time);
  }
  const life = textAt(content, 'qr_code_timeout_express') || textAt(content, 'timeout_express');
  if (life === '') return null;
  if (life === '1c') return fromBeijing(beijingDate(now), '23:59:59');
  const [, count = '', unit = ''] = /^([1-9]\d{0,4})([mhd])$/.exec(life) ?? [];
  const lifeMs = Number(count) * (LIVES_MS[unit] ?? Number.NaN);
  return lifeMs <= LONGEST_LIFE_MS ? now + lifeMs : Number.NaN;
}
