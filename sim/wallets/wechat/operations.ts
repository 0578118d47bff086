import {
  isJsonRecord,
  type JsonRecord,
  sealWechatResource,
  textAt,
  valueAt,
  type WalletCrypto,
} from '@zhanggui/wallets';
import type { WalletBook } from '../book.ts';
import type { Fault } from '../faults.ts';
import type { WechatKeys } from '../keys.ts';
import { orderBody, refundBody, rfc3339, type WechatAnswer, wechatError } from './answers.ts';

/** What the operations work on. */
export interface WechatShop {
  readonly keys: WechatKeys;
  readonly book: WalletBook;
  readonly crypto: WalletCrypto;
  /** A nonce of so many letters and digits. */
  nonce(length: number): string;
}

const OUT_TRADE_NO = /^[0-9A-Za-z_\-*]{6,32}$/;
const OUT_REFUND_NO = /^[0-9A-Za-z_\-|*@]{1,64}$/;
const LARGEST_AMOUNT = 10_000_000_00;

/** POST /v3/pay/transactions/codepay */
export function codepay(shop: WechatShop, body: JsonRecord, fault: Fault | undefined): WechatAnswer {
  const wrong = wrongMerchant(shop, body) ?? wrongPayment(body);
  if (wrong !== null) return wrong;
  const attach = textAt(body, 'attach');
  const result = shop.book.pay({
    outTradeNo: textAt(body, 'out_trade_no'),
    amountMinor: Number(valueAt(body, 'amount.total')),
    description: textAt(body, 'description'),
    code: textAt(body, 'payer.auth_code'),
    echo: attach === '' ? {} : { attach },
    waitsForEver: fault?.kind === 'userpaying-forever',
    ...(fault?.kind === 'late-success-after-cancel' ? { lateSuccessAfterMs: fault.delayMs } : {}),
  });
  if (!('refusal' in result)) return { status: 200, body: orderBody(shop.keys, result) };
  switch (result.refusal) {
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
      return wechatError(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
  }
}

/** GET /v3/pay/transactions/out-trade-no/{no} and /id/{no} */
export function queryOrder(shop: WechatShop, path: JsonRecord, query: JsonRecord): WechatAnswer {
  if (textAt(query, 'mchid') !== shop.keys.merchantId) return wechatError(400, 'PARAM_ERROR', '商户号与签名不一致');
  const byNumber = textAt(path, 'outTradeNo');
  const order = byNumber === '' ? shop.book.orderByTransaction(textAt(path, 'id')) : shop.book.order(byNumber);
  if (order === undefined) return wechatError(404, 'ORDER_NOT_EXIST', '订单不存在');
  return { status: 200, body: orderBody(shop.keys, order) };
}

/** POST /v3/pay/transactions/out-trade-no/{no}/reverse */
export function reverseOrder(shop: WechatShop, path: JsonRecord, body: JsonRecord): WechatAnswer {
  const wrong = wrongMerchant(shop, body);
  if (wrong !== null) return wrong;
  const outTradeNo = textAt(path, 'outTradeNo');
  if (!OUT_TRADE_NO.test(outTradeNo)) return wechatError(400, 'PARAM_ERROR', '商户订单号格式错误');
  shop.book.cancel(outTradeNo);
  const { appId, merchantId } = shop.keys;
  return { status: 200, body: { appid: appId, mchid: merchantId, out_trade_no: outTradeNo } };
}

/** POST /v3/pay/transactions/out-trade-no/{no}/close */
export function closeOrder(shop: WechatShop, path: JsonRecord, body: JsonRecord): WechatAnswer {
  if (textAt(body, 'mchid') !== shop.keys.merchantId) return wechatError(400, 'PARAM_ERROR', '商户号与签名不一致');
  const order = shop.book.close(textAt(path, 'outTradeNo'));
  if (order === undefined) return wechatError(404, 'ORDER_NOT_EXIST', '订单不存在');
  return order === false ? wechatError(400, 'ORDER_PAID', '订单已支付') : { status: 204, body: null };
}

/** POST /v3/refund/domestic/refunds */
export function refundOrder(shop: WechatShop, body: JsonRecord): WechatAnswer {
  const outRefundNo = textAt(body, 'out_refund_no');
  const amount = valueAt(body, 'amount.refund');
  const total = valueAt(body, 'amount.total');
  const byTransaction = shop.book.orderByTransaction(textAt(body, 'transaction_id'));
  const outTradeNo = textAt(body, 'out_trade_no') || (byTransaction?.outTradeNo ?? '');
  if (!OUT_REFUND_NO.test(outRefundNo) || !isAmount(amount) || textAt(body, 'amount.currency') !== 'CNY')
    return wechatError(400, 'PARAM_ERROR', '退款参数错误');
  const order = shop.book.order(outTradeNo);
  if (order !== undefined && total !== order.amountMinor)
    return wechatError(400, 'PARAM_ERROR', '订单金额与原订单不一致');
  const result = shop.book.refund(outTradeNo, outRefundNo, amount);
  if (!('refusal' in result)) return { status: 200, body: refundBody(result.refund, result.order) };
  switch (result.refusal) {
    case 'no-order':
      return wechatError(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
    case 'not-paid':
      return wechatError(400, 'INVALID_REQUEST', '订单未支付或已撤销，不能退款');
    case 'exceeds':
      return wechatError(400, 'INVALID_REQUEST', '退款金额超过可退金额');
    case 'differs':
      return wechatError(400, 'INVALID_REQUEST', '同一退款单号的参数与原请求不一致');
  }
}

/** GET /v3/refund/domestic/refunds/{no} */
export function queryRefund(shop: WechatShop, path: JsonRecord): WechatAnswer {
  const refund = shop.book.refundOf(null, textAt(path, 'outRefundNo'));
  const order = refund === undefined ? undefined : shop.book.order(refund.outTradeNo);
  if (refund === undefined || order === undefined) return wechatError(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
  return { status: 200, body: refundBody(refund, order) };
}

/** GET /v3/certificates */
export function certificates({ keys, crypto, nonce }: WechatShop): WechatAnswer {
  const facts = crypto.certificate(keys.platform.certificate);
  const sealing = { nonce: nonce(12), associatedData: 'certificate', plaintext: keys.platform.certificate };
  const certificate = {
    serial_no: keys.platform.serial,
    effective_time: rfc3339(facts.validFrom),
    expire_time: rfc3339(facts.validTo),
    encrypt_certificate: {
      algorithm: 'AEAD_AES_256_GCM',
      nonce: sealing.nonce,
      associated_data: sealing.associatedData,
      ciphertext: sealWechatResource(crypto, keys.apiV3Key, sealing),
    },
  };
  return { status: 200, body: { data: [certificate] } };
}

function wrongMerchant({ keys }: WechatShop, body: JsonRecord): WechatAnswer | null {
  if (textAt(body, 'mchid') !== keys.merchantId) return wechatError(400, 'PARAM_ERROR', '商户号与签名不一致');
  if (textAt(body, 'appid') !== keys.appId) return wechatError(400, 'APPID_MCHID_NOT_MATCH', 'AppID和mch_id不匹配');
  return null;
}

function wrongPayment(body: JsonRecord): WechatAnswer | null {
  const parameter = (message: string): WechatAnswer => wechatError(400, 'PARAM_ERROR', message);
  const description = textAt(body, 'description');
  if (!OUT_TRADE_NO.test(textAt(body, 'out_trade_no'))) return parameter('商户订单号应为6到32位数字、字母或_-*');
  if (description === '' || description.length > 127) return parameter('商品描述应为1到127个字符');
  if (!isAmount(valueAt(body, 'amount.total'))) return parameter('支付总金额需要使用整数');
  if ((valueAt(body, 'amount.currency') ?? 'CNY') !== 'CNY') return parameter('币种错误');
  const scene = valueAt(body, 'scene_info');
  const shop = isJsonRecord(scene) ? valueAt(scene, 'store_info') : undefined;
  if (!isJsonRecord(shop) || (textAt(shop, 'id') === '' && textAt(shop, 'out_id') === ''))
    return parameter('场景信息填写错误');
  if (typeof valueAt(body, 'payer.auth_code') !== 'string') return parameter('付款码应为字符串');
  return null;
}

function isAmount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= LARGEST_AMOUNT;
}
