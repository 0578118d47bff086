import type { MethodEnvironment, Notification, RawAnswer } from '@zhanggui/modules/payments/method.ts';
import {
  type JsonRecord,
  openWechatSealed,
  RecentNonces,
  readJsonRecord,
  textAt,
  WECHAT_CLOCK_TOLERANCE_S,
} from '@zhanggui/wallets';
import { ignored, type Notice, type NoticeContent, type NoticeOutcome, refused } from '../../wallet/connector.ts';
import { evidence } from '../../wallet/reply.ts';
import { namesParty, type WechatAccount } from './account.ts';
import { type OrderReading, readOrder, readRefund } from './answer.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { shown } from './request.ts';

export const TAKEN: RawAnswer = {
  status: 200,
  contentType: 'application/json',
  body: '{"code":"SUCCESS","message":"成功"}',
};

/** What WeChat Pay hears of a message that is not believed. */
export function refusedAnswer(cause: string): RawAnswer {
  const body = JSON.stringify({ code: 'FAIL', message: cause });
  return { status: 401, contentType: 'application/json', body };
}

/** Reads what WeChat Pay sends by itself: verified, and opened. */
export class NotificationReader {
  readonly #environment: MethodEnvironment;
  readonly #keys: PlatformKeys;
  readonly #nonces = new RecentNonces(2 * WECHAT_CLOCK_TOLERANCE_S * 1000);

  constructor(environment: MethodEnvironment, keys: PlatformKeys) {
    this.#environment = environment;
    this.#keys = keys;
  }

  /** Rejects with WalletRefusal what does not verify or cannot be opened. */
  async read(account: WechatAccount, { headers, rawBody }: Notification): Promise<Notice> {
    const { walletCrypto, clock } = this.#environment;
    const now = clock.now();
    await this.#keys.verify(account, { headers, body: rawBody });
    const nonce = `${headers['wechatpay-serial']} ${headers['wechatpay-nonce']}`;
    if (!this.#nonces.isNew(nonce, now)) return refused('replayed');
    const { eventType, plaintext } = openWechatSealed(walletCrypto, account.apiV3Key, rawBody);
    const body = readJsonRecord(plaintext);
    if (body === null) return refused('not-json');
    if (!namesParty(account, body)) return refused('of another merchant');
    const seen = evidence('answer', now, `notification ${eventType}`, shown(body));
    return { ...noticeOf(account, eventType, body), seen };
  }
}

function noticeOf(account: WechatAccount, eventType: string, body: JsonRecord): NoticeContent {
  if (eventType.startsWith('REFUND.')) {
    const orderNumber = textAt(body, 'out_refund_no');
    return { about: 'refund', orderNumber, read: (refund) => readRefund(refund, orderNumber, body, 'refund_status') };
  }
  if (!eventType.startsWith('TRANSACTION.')) return ignored(`an event ${eventType.slice(0, 40)}`);
  const orderNumber = textAt(body, 'out_trade_no');
  return { about: 'payment', orderNumber, read: (payment) => ofOrder(readOrder(account, payment, orderNumber, body)) };
}

function ofOrder(reading: OrderReading): NoticeOutcome {
  return reading.kind === 'payment-error' ? ignored('a failed attempt; the order is still open') : reading;
}
