import { beijingTimestamp } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { AcceptanceDevice, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { outTradeNoOf } from '../../wallet/flow.ts';
import { partyOf, type WechatAccount } from './account.ts';

/** A description is at most 127 characters, a refund's reason 80. */
const DESCRIPTION_LENGTH = 40;

/** What a payment by code sends. */
export function codepayBody(
  account: WechatAccount,
  payment: PaymentFacts,
  device: AcceptanceDevice | null,
  code: string,
): JsonObject {
  return {
    ...orderBase(account, payment),
    payer: { auth_code: code },
    scene_info: {
      device_id: deviceId(payment, device),
      device_ip: device?.ip ?? account.deviceIp,
      store_info: {
        out_id: account.storeOutId ?? payment.storeId,
        ...(account.storeId === undefined ? {} : { id: account.storeId }),
      },
    },
  };
}

/** What an order sends that the customer pays alone, by scanning our code or on our page. */
export function orderBody(
  account: WechatAccount,
  payment: PaymentFacts,
  device: AcceptanceDevice | null,
  options: { readonly notifyUrl: string; readonly expiresAt: number; readonly payer: string | null },
): JsonObject {
  const openId = account.sub?.appId !== undefined ? 'sub_openid' : account.sub === null ? 'openid' : 'sp_openid';
  return {
    ...orderBase(account, payment),
    notify_url: options.notifyUrl,
    time_expire: `${beijingTimestamp(options.expiresAt).replace(' ', 'T')}+08:00`,
    ...(options.payer === null ? {} : { payer: { [openId]: options.payer } }),
    // Orders and bills tell printed codes from others by the merchant's own field: payers have lower limits for them.
    ...(payment.channelData.staticCode === true ? { attach: 'static-code' } : {}),
    // Unlike a payment by code, an order names the address `payer_client_ip` and the shop's number with us `id`.
    scene_info: {
      payer_client_ip: device?.ip ?? account.deviceIp,
      device_id: deviceId(payment, device),
      store_info: { id: account.storeOutId ?? payment.storeId },
    },
  };
}

/** A text that fits WeChat Pay's fields for people, which take characters of up to three bytes in UTF-8: an emoji becomes `□`. */
export function shortText(text: string): string {
  return text.replace(/[\u{10000}-\u{10FFFF}]/gu, '□').slice(0, DESCRIPTION_LENGTH);
}

function orderBase(account: WechatAccount, payment: PaymentFacts): JsonObject {
  return {
    ...partyOf(account),
    description: shortText(payment.subject),
    out_trade_no: outTradeNoOf(payment),
    amount: { total: payment.amountMinor, currency: payment.currency },
  };
}

function deviceId(payment: PaymentFacts, device: AcceptanceDevice | null): string {
  return (device?.serialNumber ?? payment.tillId).slice(-32);
}
