import { randomUUID } from 'node:crypto';
import { sealWechatResource, signWechat, wechatAnswerMessage } from '@zhanggui/wallets';
import type { BookEvent } from '../book-requests.ts';
import type { Fault } from '../faults.ts';
import type { Delivery, Notice, NotifierRules } from '../notifier.ts';
import { orderBody, refundNotice, rfc3339 } from './answers.ts';
import { type Caller, callersOf, type WechatShop } from './shop.ts';

/** The interface's schedule: 24 hours and 4 minutes in all; 200 and 204 end it. */
export const WECHAT_NOTIFIER: NotifierRules = {
  retriesS: [15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600],
  isTaken: (status) => status === 200 || status === 204,
};

/** WeChat Pay's notification that an order was paid, or that money of it went back. */
export function wechatNotice(shop: WechatShop, { order, refund }: BookEvent): Notice | null {
  const { notifyUrl, marks } = refund ?? order;
  const caller = callersOf(shop).find(({ serial }) => serial === marks.caller);
  if (notifyUrl === null || caller === undefined) return null;
  const byPublicKey = marks.key === 'public-key';
  const content = refund === null ? orderBody(caller, order) : refundNotice(caller, refund, order);
  return {
    id: refund === null ? `TRANSACTION ${order.outTradeNo}` : `REFUND ${refund.outRefundNo}`,
    url: notifyUrl,
    compose: (fault) => composed(shop, { caller, byPublicKey, isRefund: refund !== null, content }, fault),
  };
}

function composed(
  shop: WechatShop,
  parts: {
    readonly caller: Caller;
    readonly byPublicKey: boolean;
    readonly isRefund: boolean;
    readonly content: object;
  },
  fault: Fault | undefined,
): Delivery {
  const { crypto, nonce, clock } = shop;
  const { caller, byPublicKey, isRefund, content } = parts;
  const kind = isRefund ? 'refund' : 'transaction';
  const algorithm = caller.scheme === 'WECHATPAY2-SM2-WITH-SM3' ? 'AEAD_SM4_GCM' : 'AEAD_AES_256_GCM';
  const sealing = { algorithm, nonce: nonce(12), associatedData: kind, plaintext: JSON.stringify(content) } as const;
  const body = JSON.stringify({
    id: randomUUID(),
    create_time: rfc3339(clock.now()),
    resource_type: 'encrypt-resource',
    event_type: isRefund ? 'REFUND.SUCCESS' : 'TRANSACTION.SUCCESS',
    summary: isRefund ? '退款成功' : '支付成功',
    resource: {
      original_type: kind,
      algorithm,
      ciphertext: sealWechatResource(crypto, caller.apiV3Key, sealing),
      associated_data: sealing.associatedData,
      nonce: sealing.nonce,
    },
  });
  return { headers: signedHeaders(shop, { caller, byPublicKey, body, fault }), body };
}

/** Headers of an answer or notification: signed with the key that its receiver expects, or as the fault wants it. */
export function signedHeaders(
  { keys, crypto, nonce, platform, clock }: WechatShop,
  parts: {
    readonly caller: Pick<Caller, 'scheme'>;
    readonly byPublicKey: boolean;
    readonly body: string;
    readonly fault: Fault | undefined;
  },
): Readonly<Record<string, string>> {
  const { scheme } = parts.caller;
  const certificate = scheme === 'WECHATPAY2-SM2-WITH-SM3' ? keys.platformSm2 : platform.current;
  const byPublicKey = parts.byPublicKey && scheme === 'WECHATPAY2-SHA256-RSA2048';
  const skewMs = parts.fault?.kind === 'clock-skew' ? parts.fault.delayMs : 0;
  const timestamp = Math.floor((clock.now() + skewMs) / 1000);
  const random = nonce(32);
  const signedBody = parts.fault?.kind === 'wrong-signature' ? `${parts.body} ` : parts.body;
  const message = wechatAnswerMessage({ timestamp, nonce: random, body: signedBody });
  const privateKey = byPublicKey ? keys.publicKey.privateKey : certificate.privateKey;
  return {
    'content-type': 'application/json; charset=utf-8',
    'request-id': nonce(24),
    'wechatpay-serial': byPublicKey ? keys.publicKeyId : certificate.serial,
    'wechatpay-timestamp': String(timestamp),
    'wechatpay-nonce': random,
    'wechatpay-signature': signWechat(crypto, privateKey, message, scheme),
    'wechatpay-signature-type': scheme,
  };
}
