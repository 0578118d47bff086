import { Fault } from '@zhanggui/base';
import type {
  KnownPayments,
  MethodEnvironment,
  Notification,
  NotificationReading,
  Outcome,
  RawAnswer,
} from '@zhanggui/modules/payments/method.ts';
import {
  idOfWalletOrderNumber,
  type JsonRecord,
  openWechatSealed,
  RecentNonces,
  readJsonRecord,
  textAt,
  WalletRefusal,
  WECHAT_CLOCK_TOLERANCE_S,
} from '@zhanggui/wallets';
import { namesParty, readWechatAccount, type WechatAccount } from './account.ts';
import { readOrder, readRefund, withEvidence } from './answer.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { evidence, shown } from './request.ts';

const TAKEN: RawAnswer = { status: 200, contentType: 'application/json', body: '{"code":"SUCCESS","message":"成功"}' };

/** Reads what WeChat Pay sends by itself: verified, opened, and held against the payment that it names. */
export class WechatNotifications {
  readonly #environment: MethodEnvironment;
  readonly #keys: PlatformKeys;
  readonly #nonces = new RecentNonces(2 * WECHAT_CLOCK_TOLERANCE_S * 1000);

  constructor(environment: MethodEnvironment, keys: PlatformKeys) {
    this.#environment = environment;
    this.#keys = keys;
  }

  async read(notification: Notification, known: KnownPayments): Promise<NotificationReading> {
    try {
      const config = await this.#environment.channelConfig(notification.merchantId, 'wechat');
      return await this.#genuine(readWechatAccount(config), notification, known);
    } catch (error) {
      if (error instanceof WalletRefusal) return refused(error.code);
      if (error instanceof Fault && error.code === 'channel-not-configured') return refused(error.code);
      throw error;
    }
  }

  async #genuine(
    account: WechatAccount,
    { headers, rawBody }: Notification,
    known: KnownPayments,
  ): Promise<NotificationReading> {
    const { walletCrypto, clock } = this.#environment;
    const now = clock.now();
    await this.#keys.verify(account, { headers, body: rawBody });
    const nonce = `${headers['wechatpay-serial']} ${headers['wechatpay-nonce']}`;
    if (!this.#nonces.isNew(nonce, now)) return refused('replayed');
    const { eventType, plaintext } = openWechatSealed(walletCrypto, account.apiV3Key, rawBody);
    const body = readJsonRecord(plaintext);
    if (body === null) return refused('not-json');
    if (!namesParty(account, body)) return refused('of another merchant');
    const seen = [evidence('answer', now, `notification ${eventType}`, shown(body))];
    const reading = eventType.startsWith('REFUND.')
      ? await ofRefund(body, known)
      : await ofPayment(account, eventType, body, known);
    return 'outcome' in reading ? { ...reading, outcome: withEvidence(reading.outcome, seen) } : reading;
  }
}

async function ofPayment(
  account: WechatAccount,
  eventType: string,
  body: JsonRecord,
  known: KnownPayments,
): Promise<NotificationReading> {
  if (!eventType.startsWith('TRANSACTION.')) return ignored(`an event ${eventType.slice(0, 40)}`);
  const outTradeNo = textAt(body, 'out_trade_no');
  const payment = await known.payment(idOfWalletOrderNumber('pay', outTradeNo));
  if (payment === undefined) return ignored('no payment of ours');
  const outcome = readOrder(account, payment, outTradeNo, body);
  // What contradicts our own payment is no outcome of it; the sender is told so, and the order is asked about.
  if (outcome.kind === 'unknown') return refused(outcome.cause);
  if (outcome.kind === 'payment-error') return ignored('a failed attempt; the order is still open');
  return { kind: 'payment', paymentId: payment.id, outcome, answer: TAKEN };
}

async function ofRefund(body: JsonRecord, known: KnownPayments): Promise<NotificationReading> {
  const outRefundNo = textAt(body, 'out_refund_no');
  const found = await known.refund(idOfWalletOrderNumber('ref', outRefundNo));
  if (found === undefined) return ignored('no refund of ours');
  const outcome: Outcome = readRefund(found.refund, outRefundNo, body, 'refund_status');
  if (outcome.kind === 'unknown') return refused(outcome.cause);
  return { kind: 'refund', refundId: found.refund.id, outcome, answer: TAKEN };
}

function ignored(cause: string): NotificationReading {
  return { kind: 'ignored', cause, answer: TAKEN };
}

function refused(cause: string): NotificationReading {
  const body = JSON.stringify({ code: 'FAIL', message: cause });
  return { kind: 'refused', cause, answer: { status: 401, contentType: 'application/json', body } };
}
