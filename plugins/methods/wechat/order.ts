import { toHex } from '@zhanggui/base';
import type { Handover, JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { MethodEnvironment, Outcome, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, signWechatInBackground, textAt, wechatPaySignMessage } from '@zhanggui/wallets';
import type { Order } from '../../wallet/connector.ts';
import { endOf, expiryOf, type OrderFlow } from '../../wallet/flow.ts';
import { unknown } from '../../wallet/outcomes.ts';
import { ordersPath, type WechatAccount } from './account.ts';
import { orderBody } from './bodies.ts';

/** The interface wants an address (this one can never exist, RFC 2606); a server that nobody reaches asks instead. */
const NOBODY = 'https://notifications.invalid/';

/** What an order needs that the customer pays alone. */
export interface OrderRequest {
  readonly path: string;
  readonly body: JsonObject;
}

/** The request that makes the order; sent again with the same number it is the same order. */
export function orderRequest(
  environment: MethodEnvironment,
  { account, payment, device }: Order<WechatAccount>,
  flow: OrderFlow,
): OrderRequest {
  const { payer } = payment.channelData;
  const notifyUrl = environment.notificationUrl(payment.merchantId, 'wechat') ?? NOBODY;
  return {
    path: `${ordersPath(account)}/${flow === 'shown-code' ? 'native' : 'jsapi'}`,
    body: orderBody(account, payment, device, {
      notifyUrl,
      expiresAt: expiryOf(environment, payment, flow),
      payer: flow === 'phone-page' && typeof payer === 'string' ? payer : null,
    }),
  };
}

/** The order is made: what the customer needs to pay it. */
export async function offered(
  environment: MethodEnvironment,
  account: WechatAccount,
  payment: PaymentFacts,
  flow: OrderFlow,
  body: JsonRecord,
): Promise<Outcome> {
  const expiresAt = new Date(endOf(environment, payment, flow)).toISOString();
  if (flow === 'shown-code') {
    const content = textAt(body, 'code_url');
    if (content === '') return unknown('the answer has no code_url');
    return waiting({ kind: 'code', content, expiresAt });
  }
  const prepayId = textAt(body, 'prepay_id');
  if (prepayId === '') return unknown('the answer has no prepay_id');
  return waiting({ kind: 'wallet-call', parameters: await pageCall(environment, account, prepayId), expiresAt });
}

function waiting(handover: Handover): Outcome {
  return { kind: 'pending', waitingFor: 'customer-scan', handover };
}

/** What the page hands to `WeixinJSBridge`: signed with the merchant's own key. */
async function pageCall(
  { clock, rng, walletCrypto }: MethodEnvironment,
  { appId, sub, privateKey, scheme }: WechatAccount,
  prepayId: string,
): Promise<Record<string, string>> {
  const parts = {
    appId: sub?.appId ?? appId,
    timestamp: String(Math.floor(clock.now() / 1000)),
    nonce: toHex(rng.bytes(16)),
    packageText: `prepay_id=${prepayId}`,
  };
  return {
    appId: parts.appId,
    timeStamp: parts.timestamp,
    nonceStr: parts.nonce,
    package: parts.packageText,
    signType: scheme === 'WECHATPAY2-SM2-WITH-SM3' ? 'SM2' : 'RSA',
    paySign: await signWechatInBackground(walletCrypto, privateKey, wechatPaySignMessage(parts), scheme),
  };
}
