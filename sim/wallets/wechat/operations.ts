import { type JsonRecord, sealWechatResource, textAt, valueAt } from '@zhanggui/wallets';
import type { OfferRequest, PayRefusal } from '../book-requests.ts';
import type { Fault } from '../faults.ts';
import type { Customer, Order } from '../orders.ts';
import {
  customerOf,
  orderBody,
  refundBody,
  rfc3339,
  type WechatAnswer,
  wechatError,
  wrongParameter,
} from './answers.ts';
import {
  isOutTradeNo,
  OUT_TRADE_NO_RULE,
  wrongCaller,
  wrongCode,
  wrongOrder,
  wrongParty,
  wrongPayment,
  wrongRefund,
  wrongSubMerchant,
} from './parameters.ts';
import type { Caller, WechatShop } from './shop.ts';

/** A request whose signature was found good. */
export interface WechatRequest {
  readonly caller: Caller;
  readonly path: JsonRecord;
  readonly query: JsonRecord;
  readonly body: JsonRecord;
  readonly fault: Fault | undefined;
  /** Whether the caller wants to be answered, and told, under the platform's public key. */
  readonly wantsPublicKey: boolean;
  /** The interface's own address as the caller used it. */
  readonly baseUrl: string;
}

const REFUND_WITHIN_MS = 365 * 86_400_000;
const REVERSE_WITHIN_MS = 7 * 86_400_000;
const MOST_REFUNDS = 50;
/** One text for a total that is not the order's and for a refund's number that was used for another amount. */
const DIFFERS = '订单金额或退款金额与之前请求不一致，请核实后再试';

/** POST …/codepay */
export function codepay(shop: WechatShop, request: WechatRequest): WechatAnswer {
  const { body, caller } = request;
  const wrong = wrongCaller(request, true) ?? wrongPayment(body) ?? wrongCode(body);
  if (wrong !== null) return wrong;
  const result = shop.book.pay({ ...offerOf(request), way: 'code', code: textAt(body, 'payer.auth_code') });
  if ('refusal' in result) return refusedPayment(result.refusal);
  if (result.failure === 'limit') return wechatError(403, 'RULE_LIMIT', '超出付款码的支付限额');
  return { status: 200, body: orderBody(caller, result) };
}

/** POST …/native and …/jsapi: an order that the customer pays alone. */
export function makeOrder(shop: WechatShop, request: WechatRequest, way: 'scan' | 'page'): WechatAnswer | Order {
  const { body, caller } = request;
  const wrong = wrongCaller(request, true) ?? wrongPayment(body) ?? wrongOrder(body);
  if (wrong !== null) return wrong;
  const payer = payerOf(shop, request);
  if (way === 'page' && payer === undefined)
    return wrongParameter('body', `/payer/${caller.kind === 'direct' ? 'openid' : 'sp_openid'}`, '没有这个支付者');
  const expires = textAt(body, 'time_expire');
  const result = shop.book.offer({
    ...offerOf(request),
    way,
    payerId: way === 'page' ? (payer?.id ?? null) : null,
    expiresAt: expires === '' ? null : Date.parse(expires),
    notifyUrl: textAt(body, 'notify_url'),
  });
  return 'refusal' in result ? refusedPayment(result.refusal) : result;
}

/** What the customer needs to pay an order. */
export function offerAnswer(order: Order): WechatAnswer {
  const body =
    order.way === 'scan'
      ? { code_url: `weixin://wxpay/bizpayurl?pr=${order.transactionId}` }
      : { prepay_id: `wx${order.transactionId}` };
  return { status: 200, body };
}

/** GET …/out-trade-no/{no} and …/id/{no} */
export function queryOrder(shop: WechatShop, { caller, path, query }: WechatRequest): WechatAnswer {
  const wrong = wrongParty(caller, query, 'query', false);
  if (wrong !== null) return wrong;
  const byNumber = textAt(path, 'outTradeNo');
  const order = byNumber === '' ? shop.book.orderByTransaction(textAt(path, 'id')) : shop.book.order(byNumber);
  if (order === undefined) return wechatError(404, 'ORDER_NOT_EXIST', '订单不存在');
  return { status: 200, body: orderBody(caller, order) };
}

/** POST …/out-trade-no/{no}/reverse: within seven days, also of a number that may still arrive. */
export function reverseOrder(shop: WechatShop, request: WechatRequest): WechatAnswer {
  const wrong = wrongCaller(request, true);
  if (wrong !== null) return wrong;
  const outTradeNo = textAt(request.path, 'outTradeNo');
  if (!isOutTradeNo(outTradeNo)) return wrongParameter('path', 'out_trade_no', OUT_TRADE_NO_RULE, outTradeNo);
  const order = shop.book.order(outTradeNo);
  if (order?.state === 'paid' && shop.clock.now() - order.createdAt > REVERSE_WITHIN_MS)
    return wechatError(400, 'REVERSE_EXPIRE', '订单超过7天，不能撤销，请申请退款');
  shop.book.cancel(outTradeNo);
  const { appId, merchantId } = request.caller;
  return { status: 200, body: { appid: appId, mchid: merchantId, out_trade_no: outTradeNo } };
}

/** POST …/out-trade-no/{no}/close */
export function closeOrder(shop: WechatShop, request: WechatRequest): WechatAnswer {
  const wrong = wrongCaller(request, false);
  if (wrong !== null) return wrong;
  const order = shop.book.close(textAt(request.path, 'outTradeNo'));
  if (order === undefined) return wechatError(404, 'ORDER_NOT_EXIST', '订单不存在');
  return order === false ? wechatError(400, 'ORDER_PAID', '订单已支付') : { status: 204, body: null };
}

/** POST /v3/refund/domestic/refunds */
export function refundOrder(shop: WechatShop, { caller, body, wantsPublicKey }: WechatRequest): WechatAnswer {
  const wrong = wrongRefund(caller, body);
  if (wrong !== null) return wrong;
  const outRefundNo = textAt(body, 'out_refund_no');
  const byTransaction = shop.book.orderByTransaction(textAt(body, 'transaction_id'));
  const outTradeNo = textAt(body, 'out_trade_no') || (byTransaction?.outTradeNo ?? '');
  const order = shop.book.order(outTradeNo);
  if (order !== undefined && valueAt(body, 'amount.total') !== order.amountMinor)
    return wechatError(400, 'INVALID_REQUEST', DIFFERS);
  if (order?.paidAt !== undefined && order.paidAt !== null && shop.clock.now() - order.paidAt > REFUND_WITHIN_MS)
    return wechatError(400, 'INVALID_REQUEST', '交易时间超过一年的订单无法提交退款');
  const isNew = shop.book.refundOf(outRefundNo) === undefined;
  const before = shop.book.refunds().filter((refund) => refund.outTradeNo === outTradeNo).length;
  if (isNew && before >= MOST_REFUNDS) return wechatError(400, 'INVALID_REQUEST', '一笔订单最多支持50次部分退款');
  const notifyUrl = textAt(body, 'notify_url');
  const result = shop.book.refund(outTradeNo, outRefundNo, Number(valueAt(body, 'amount.refund')), {
    notifyUrl: notifyUrl === '' ? null : notifyUrl,
    marks: marksOf(caller, wantsPublicKey),
  });
  if (!('refusal' in result)) return { status: 200, body: refundBody(result.refund, result.order) };
  switch (result.refusal) {
    case 'no-order':
      return wechatError(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
    case 'not-paid':
      return wechatError(400, 'INVALID_REQUEST', '订单未支付或已撤销，不能退款');
    case 'exceeds':
      return wechatError(400, 'INVALID_REQUEST', '退款金额超过可退金额');
    case 'differs':
      return wechatError(400, 'INVALID_REQUEST', DIFFERS);
  }
}

/** GET /v3/refund/domestic/refunds/{no} */
export function queryRefund(shop: WechatShop, { caller, path, query }: WechatRequest): WechatAnswer {
  const wrong = wrongSubMerchant(caller, query, 'query');
  if (wrong !== null) return wrong;
  const refund = shop.book.refundOf(textAt(path, 'outRefundNo'));
  const order = refund === undefined ? undefined : shop.book.order(refund.outTradeNo);
  if (refund === undefined || order === undefined) return wechatError(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
  return { status: 200, body: refundBody(refund, order) };
}

/** GET /v3/certificates: those with which the platform signs, sealed under the caller's own key. */
export function certificates(shop: WechatShop, { caller, query }: WechatRequest): WechatAnswer {
  const { keys, crypto, nonce, platform } = shop;
  const isSm2 = textAt(query, 'algorithm_type') === 'SM2';
  const algorithm = isSm2 ? 'AEAD_SM4_GCM' : 'AEAD_AES_256_GCM';
  const data = (isSm2 ? [keys.platformSm2] : platform.all).map(({ certificate, serial }) => {
    const facts = crypto.certificate(certificate);
    const sealing = { algorithm, nonce: nonce(12), associatedData: 'certificate', plaintext: certificate } as const;
    return {
      serial_no: serial,
      effective_time: rfc3339(facts.validFrom),
      expire_time: rfc3339(facts.validTo),
      encrypt_certificate: {
        algorithm,
        nonce: sealing.nonce,
        associated_data: sealing.associatedData,
        ciphertext: sealWechatResource(crypto, caller.apiV3Key, sealing),
      },
    };
  });
  return { status: 200, body: { data } };
}

function offerOf({ body, caller, fault, wantsPublicKey }: WechatRequest): OfferRequest {
  const attach = textAt(body, 'attach');
  return {
    outTradeNo: textAt(body, 'out_trade_no'),
    amountMinor: Number(valueAt(body, 'amount.total')),
    description: textAt(body, 'description'),
    echo: attach === '' ? {} : { attach },
    marks: marksOf(caller, wantsPublicKey),
    waitsForEver: fault?.kind === 'userpaying-forever',
    ...(fault?.kind === 'late-success-after-cancel' ? { lateSuccessAfterMs: fault.delayMs } : {}),
  };
}

/** The customer of this page: known by the caller's app, or by the merchant's own where a service provider names it. */
function payerOf({ keys, book }: WechatShop, { body, caller }: WechatRequest): Customer | undefined {
  if (caller.kind === 'direct') return customerOf(book.customers, textAt(body, 'payer.openid'));
  const own = textAt(body, 'sub_appid') === keys.appId ? textAt(body, 'payer.sub_openid') : '';
  return customerOf(book.customers, textAt(body, 'payer.sp_openid') || own);
}

/** Who wants to be told, and under which key. */
function marksOf({ serial }: Caller, wantsPublicKey: boolean): Readonly<Record<string, string>> {
  return { caller: serial, key: wantsPublicKey ? 'public-key' : 'certificate' };
}

function refusedPayment(refusal: PayRefusal): WechatAnswer {
  switch (refusal) {
    case 'invalid':
      return wechatError(400, 'AUTH_CODE_INVALID', '付款码检验错误');
    case 'used':
      return wechatError(400, 'AUTH_CODE_INVALID', '每个二维码仅限使用一次，请刷新再试');
    case 'expired':
      return wechatError(400, 'AUTH_CODE_EXPIRE', '付款码已过期，请用户在微信上刷新条码后再试');
    case 'balance':
      return wechatError(403, 'NOT_ENOUGH', '用户账号余额不足');
    case 'paid':
      return wechatError(400, 'ORDER_PAID', '订单已支付');
    case 'gone':
      return wechatError(400, 'ORDER_CLOSED', '订单已关闭，请重新下单');
    case 'differs':
    case 'other-payer':
      return wechatError(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
  }
}
