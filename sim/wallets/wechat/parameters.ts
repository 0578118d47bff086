import { isJsonRecord, type JsonRecord, textAt, valueAt } from '@zhanggui/wallets';
import { type WechatAnswer, wechatError, wrongParameter } from './answers.ts';
import { type Caller, partyBody } from './shop.ts';

/** What an order's number may be, for whoever chose another. */
export const OUT_TRADE_NO_RULE = '应为6到32位数字、字母或_-*';

const OUT_TRADE_NO = /^[0-9A-Za-z_\-*]{6,32}$/;
const OUT_REFUND_NO = /^[0-9A-Za-z_\-|*@]{1,64}$/;
const NOTIFY_URL = /^https?:\/\/[^?#\s]{1,247}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/;
const LARGEST_AMOUNT = 10_000_000_00;
const DESCRIPTION_LENGTH = 127;
const ATTACH_LENGTH = 128;
const REASON_LENGTH = 80;

export function isOutTradeNo(text: string): boolean {
  return OUT_TRADE_NO.test(text);
}

/** Whether a body names its own sender, and the app where it must. */
export function wrongCaller(
  { caller, body }: { readonly caller: Caller; readonly body: JsonRecord },
  wantsApp: boolean,
): WechatAnswer | null {
  return wrongParty(caller, body, 'body', wantsApp);
}

/** The party of body or query: another number than the signature's, or an app that is not the merchant's. */
export function wrongParty(
  caller: Caller,
  given: JsonRecord,
  location: 'body' | 'query',
  wantsApp: boolean,
): WechatAnswer | null {
  for (const [name, wanted] of Object.entries(partyBody(caller))) {
    const isApp = name.endsWith('appid');
    const value = textAt(given, name);
    if (value === wanted || (isApp && !wantsApp)) continue;
    if (isApp && value !== '') return wechatError(400, 'APPID_MCHID_NOT_MATCH', `${name}与商户号不匹配`);
    return wrongParameter(location, at(location, name), value === '' ? '必填' : '与签名的商户不一致', value);
  }
  return null;
}

/** The merchant for which a service provider acts, where nothing else is asked for. */
export function wrongSubMerchant(caller: Caller, given: JsonRecord, location: 'body' | 'query'): WechatAnswer | null {
  const value = textAt(given, 'sub_mchid');
  if (caller.kind === 'direct' || value === caller.subMerchantId) return null;
  return wrongParameter(location, at(location, 'sub_mchid'), '不是该服务商的特约商户', value);
}

/** What a payment by code and an order have in common. */
export function wrongPayment(body: JsonRecord): WechatAnswer | null {
  const outTradeNo = textAt(body, 'out_trade_no');
  if (!isOutTradeNo(outTradeNo)) return wrongParameter('body', '/out_trade_no', OUT_TRADE_NO_RULE, outTradeNo);
  return (
    wrongText(body, 'description', DESCRIPTION_LENGTH, true) ??
    wrongText(body, 'attach', ATTACH_LENGTH, false) ??
    wrongAmount(body, 'total') ??
    wrongCurrency(body, false)
  );
}

/** What only an order has: where to tell, and until when it may be paid. */
export function wrongOrder(body: JsonRecord): WechatAnswer | null {
  const notifyUrl = textAt(body, 'notify_url');
  if (!NOTIFY_URL.test(notifyUrl))
    return wrongParameter('body', '/notify_url', '应为不带参数的完整网址，最长255个字符', notifyUrl);
  const expires = textAt(body, 'time_expire');
  if (expires === '' || (TIME.test(expires) && !Number.isNaN(Date.parse(expires)))) return null;
  return wrongParameter('body', '/time_expire', '应为RFC 3339格式的时间', expires);
}

/** What only a payment by code has: the code and the place. The code itself is never repeated. */
export function wrongCode(body: JsonRecord): WechatAnswer | null {
  if (textAt(body, 'payer.auth_code') === '') return wrongParameter('body', '/payer/auth_code', '必填，应为字符串');
  const scene = valueAt(body, 'scene_info');
  if (!isJsonRecord(scene)) return wrongParameter('body', '/scene_info', '必填');
  const shop = valueAt(scene, 'store_info');
  if (isJsonRecord(shop) && (textAt(shop, 'id') !== '' || textAt(shop, 'out_id') !== '')) return null;
  return wrongParameter('body', '/scene_info/store_info', 'id与out_id至少填一个', shop);
}

/** A refund: numbers, amounts and currency. Whether they fit the order is another question. */
export function wrongRefund(caller: Caller, body: JsonRecord): WechatAnswer | null {
  const outRefundNo = textAt(body, 'out_refund_no');
  if (!OUT_REFUND_NO.test(outRefundNo))
    return wrongParameter('body', '/out_refund_no', '应为1到64位数字、字母或_-|*@', outRefundNo);
  if (textAt(body, 'out_trade_no') === '' && textAt(body, 'transaction_id') === '')
    return wrongParameter('body', '/out_trade_no', '与transaction_id至少填一个');
  return (
    wrongText(body, 'reason', REASON_LENGTH, false) ??
    wrongAmount(body, 'refund') ??
    wrongAmount(body, 'total') ??
    wrongCurrency(body, true) ??
    wrongSubMerchant(caller, body, 'body')
  );
}

function wrongText(body: JsonRecord, name: string, most: number, isNeeded: boolean): WechatAnswer | null {
  const value = valueAt(body, name);
  if (value === undefined && !isNeeded) return null;
  const isText = typeof value === 'string' && value.length <= most && !(isNeeded && value === '');
  if (!isText) return wrongParameter('body', `/${name}`, `应为${isNeeded ? 1 : 0}到${most}个字符`, value);
  // The interface takes characters of up to three bytes in UTF-8: no emoji.
  return /[\u{10000}-\u{10FFFF}]/u.test(value) ? wrongParameter('body', `/${name}`, '含有不支持的字符', value) : null;
}

function wrongAmount(body: JsonRecord, name: 'total' | 'refund'): WechatAnswer | null {
  const value = valueAt(body, `amount.${name}`);
  const isAmount = Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= LARGEST_AMOUNT;
  return isAmount ? null : wrongParameter('body', `/amount/${name}`, '应为正整数，单位为分', value);
}

function wrongCurrency(body: JsonRecord, isNeeded: boolean): WechatAnswer | null {
  const value = valueAt(body, 'amount.currency');
  if (value === 'CNY' || (value === undefined && !isNeeded)) return null;
  return wrongParameter('body', '/amount/currency', '只支持CNY', value);
}

function at(location: 'body' | 'query', name: string): string {
  return location === 'body' ? `/${name}` : name;
}
