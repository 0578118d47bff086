import { Fault, fromBeijing } from '@zhanggui/base';
import type {
  KnownPayments,
  MethodEnvironment,
  Notification,
  NotificationReading,
  RawAnswer,
} from '@zhanggui/modules/payments/method.ts';
import { type FormFields, idOfWalletOrderNumber, parseForm, WalletRefusal } from '@zhanggui/wallets';
import { type AlipayAccount, readAlipayAccount } from './account.ts';
import { readPaid, readRefundNotice, withEvidence } from './answer.ts';
import { outTradeNoOf } from './flow.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { evidence, shown } from './request.ts';

/** Nothing but this word ends the repetitions. */
const TAKEN: RawAnswer = { status: 200, contentType: 'text/plain; charset=utf-8', body: 'success' };
/** Alipay repeats for 25 hours, each time with the time of sending. */
const OLDEST_MS = 26 * 3_600_000;
const NEWEST_MS = 5 * 60_000;
const PAID = ['TRADE_SUCCESS', 'TRADE_FINISHED'];

/** Reads what Alipay sends by itself: verified, and held against the payment that it names. */
export class AlipayNotifications {
  readonly #environment: MethodEnvironment;
  readonly #keys: PlatformKeys;

  constructor(environment: MethodEnvironment, keys: PlatformKeys) {
    this.#environment = environment;
    this.#keys = keys;
  }

  async read({ merchantId, headers, rawBody }: Notification, known: KnownPayments): Promise<NotificationReading> {
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const params = isForm ? parseForm(rawBody) : null;
    if (params === null) return refused('not-a-form');
    try {
      const config = await this.#environment.channelConfig(merchantId, 'alipay');
      return await this.#genuine(readAlipayAccount(config, this.#environment.walletCrypto), params, known);
    } catch (error) {
      if (error instanceof WalletRefusal) return refused(error.code);
      if (error instanceof Fault && error.code === 'channel-not-configured') return refused(error.code);
      throw error;
    }
  }

  async #genuine(account: AlipayAccount, params: FormFields, known: KnownPayments): Promise<NotificationReading> {
    const now = this.#environment.clock.now();
    if (!(await this.#keys.isGenuine(account, params))) return refused('bad-signature');
    const [date = '', time = ''] = (params.notify_time ?? '').split(' ');
    const age = now - fromBeijing(date, time);
    if (!(age <= OLDEST_MS && age >= -NEWEST_MS)) return refused('stale-timestamp');
    if (!namesParty(account, params)) return refused('of another merchant');
    if (params.notify_type !== 'trade_status_sync') return ignored('no news of a trade');
    const seen = [evidence('answer', now, 'notification trade_status_sync', shown(params))];
    const isRefund = params.gmt_refund !== undefined || params.out_biz_no !== undefined;
    const reading = isRefund ? await ofRefund(params, known) : await ofPayment(params, known);
    return 'outcome' in reading ? { ...reading, outcome: withEvidence(reading.outcome, seen) } : reading;
  }
}

/** Whether a notification is of this application and this seller, and of the merchant whom a service provider acts for. */
function namesParty({ appId, authAppId, sellerId }: AlipayAccount, params: FormFields): boolean {
  const { auth_app_id: owner = authAppId } = params;
  return params.app_id === appId && params.seller_id === sellerId && owner === authAppId;
}

async function ofPayment(params: FormFields, known: KnownPayments): Promise<NotificationReading> {
  // Whether a closed trade had been paid before, only the trade itself tells.
  if (!PAID.includes(params.trade_status ?? '')) return ignored('no payment yet, or no more');
  const payment = await known.payment(idOfWalletOrderNumber('pay', params.out_trade_no ?? ''));
  if (payment === undefined) return ignored('no payment of ours');
  const outcome = readPaid(payment, outTradeNoOf(payment), params);
  // What contradicts our own payment is no outcome of it; the sender is told so, and the trade is asked about.
  if (outcome.kind === 'unknown') return refused(outcome.cause);
  return { kind: 'payment', paymentId: payment.id, outcome, answer: TAKEN };
}

async function ofRefund(params: FormFields, known: KnownPayments): Promise<NotificationReading> {
  const found = await known.refund(idOfWalletOrderNumber('ref', params.out_biz_no ?? ''));
  if (found === undefined) return ignored('no refund of ours');
  if (outTradeNoOf(found.payment) !== params.out_trade_no) return refused('the refund is of another trade');
  const outcome = readRefundNotice(found.refund, found.payment, params);
  if (outcome.kind === 'unknown') return refused(outcome.cause);
  return { kind: 'refund', refundId: found.refund.id, outcome, answer: TAKEN };
}

function ignored(cause: string): NotificationReading {
  return { kind: 'ignored', cause, answer: TAKEN };
}

function refused(cause: string): NotificationReading {
  return { kind: 'refused', cause, answer: { status: 401, contentType: 'text/plain; charset=utf-8', body: 'fail' } };
}
