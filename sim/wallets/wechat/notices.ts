import { randomUUID } from 'node:crypto';
import type { Clock } from '@zhanggui/base';
import { sealWechatResource, signWechat, wechatAnswerMessage } from '@zhanggui/wallets';
import type { BookEvent } from '../book.ts';
import type { Fault } from '../faults.ts';
import type { Delivery, Notice, Notifier, NotifierRules } from '../notifier.ts';
import { orderBody, refundNotice, rfc3339 } from './answers.ts';
import { type Caller, callersOf, type WechatShop } from './shop.ts';

/** The interface's schedule: 24 hours and 4 minutes in all; 200 and 204 end it. */
export const WECHAT_NOTIFIER: NotifierRules = {
  retriesS: [15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600],
  isTaken: (status) => status === 200 || status === 204,
};

/** WeChat Pay's notifications of one shop: what was paid, and what went back. */
export class WechatNotices {
  readonly #shop: WechatShop;
  readonly #notifier: Notifier;
  readonly #clock: Clock;
  readonly #first = new Map<string, Promise<void>>();

  constructor(shop: WechatShop, notifier: Notifier, clock: Clock) {
    this.#shop = shop;
    this.#notifier = notifier;
    this.#clock = clock;
    shop.book.listen((event) => this.#on(event));
    // What an earlier run had still to tell is told now.
    for (const order of shop.book.orders()) if (order.paidAt !== null) this.#on({ order, refund: null });
    for (const refund of shop.book.refunds()) {
      const order = shop.book.order(refund.outTradeNo);
      if (order !== undefined && refund.state === 'done') this.#on({ order, refund });
    }
  }

  /** Resolves once the merchant was told for the first time that this order is paid, or could not be. */
  async told(outTradeNo: string): Promise<void> {
    await this.#first.get(idOf(outTradeNo, null));
  }

  #on({ order, refund }: BookEvent): void {
    const { notifyUrl, marks } = refund ?? order;
    const caller = callersOf(this.#shop).find(({ serial }) => serial === marks.caller);
    if (notifyUrl === null || caller === undefined) return;
    const id = idOf(order.outTradeNo, refund?.outRefundNo ?? null);
    const content = refund === null ? orderBody(caller, order) : refundNotice(caller, refund, order);
    const notice: Notice = {
      id,
      url: notifyUrl,
      compose: (fault) => this.#compose(caller, marks.key === 'public-key', refund !== null, content, fault),
    };
    this.#first.set(id, this.#notifier.tell(notice));
  }

  #compose(
    caller: Caller,
    byPublicKey: boolean,
    isRefund: boolean,
    content: object,
    fault: Fault | undefined,
  ): Delivery {
    const { crypto, nonce } = this.#shop;
    const kind = isRefund ? 'refund' : 'transaction';
    const algorithm = caller.scheme === 'WECHATPAY2-SM2-WITH-SM3' ? 'AEAD_SM4_GCM' : 'AEAD_AES_256_GCM';
    const sealing = { algorithm, nonce: nonce(12), associatedData: kind, plaintext: JSON.stringify(content) } as const;
    const body = JSON.stringify({
      id: randomUUID(),
      create_time: rfc3339(this.#clock.now()),
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
    const headers = signedHeaders(this.#shop, { caller, byPublicKey, body, fault, now: this.#clock.now() });
    return { headers, body: fault?.kind === 'truncated' ? body.slice(0, body.length / 2) : body };
  }
}

/** Headers of an answer or notification: signed with the key that its receiver expects, or as the fault wants it. */
export function signedHeaders(
  { keys, crypto, nonce, platform }: WechatShop,
  parts: {
    readonly caller: Pick<Caller, 'scheme'>;
    readonly byPublicKey: boolean;
    readonly body: string;
    readonly fault: Fault | undefined;
    readonly now: number;
  },
): Readonly<Record<string, string>> {
  const { scheme } = parts.caller;
  const certificate = scheme === 'WECHATPAY2-SM2-WITH-SM3' ? keys.platformSm2 : platform.current;
  const byPublicKey = parts.byPublicKey && scheme === 'WECHATPAY2-SHA256-RSA2048';
  const skewMs = parts.fault?.kind === 'clock-skew' ? parts.fault.delayMs : 0;
  const timestamp = Math.floor((parts.now + skewMs) / 1000);
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

function idOf(outTradeNo: string, outRefundNo: string | null): string {
  return outRefundNo === null ? `TRANSACTION ${outTradeNo}` : `REFUND ${outRefundNo}`;
}
