import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type {
  BillProgress,
  BillReading,
  CancelOutcome,
  Evidence,
  MethodEnvironment,
  Notification,
  Outcome,
  PaymentFacts,
  RawAnswer,
  RefundFacts,
} from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, textAt, walletOrderNumber } from '@zhanggui/wallets';
import { NOT_OFFERED, NOT_SENT } from '../../wallet/codes.ts';
import type { FirstAnswer, Inquiry, Notice, Order, WalletConnector } from '../../wallet/connector.ts';
import { type OrderFlow, orderFlowOf, outTradeNoOf } from '../../wallet/flow.ts';
import {
  firstAnswerOf,
  inquiryOf,
  refundOf,
  standing,
  undecided,
  unknown,
  withEvidence,
} from '../../wallet/outcomes.ts';
import { ordersPath, partyOf, partyQuery, readWechatAccount, type WechatAccount } from './account.ts';
import { moneyHadMoved, readOrder, readRefund } from './answer.ts';
import { fetchBill } from './bill.ts';
import { codepayBody, shortText } from './bodies.ts';
import { ENDED, TOO_OLD_TO_REFUND, type WechatOperation } from './codes.ts';
import { NotificationReader, refusedAnswer, TAKEN } from './notification.ts';
import { offered, orderRequest } from './order.ts';
import { PlatformKeys } from './platform-keys.ts';
import { callWechat, type WechatCall, type WechatReply } from './request.ts';

const QUERY_TIMEOUT_MS = 5_000;
const REFUNDS = '/v3/refund/domestic/refunds';
const REFUND_WINDOW = { withinMs: 365 * 86_400_000, tooLate: TOO_OLD_TO_REFUND };

/** WeChat Pay (API v3): the cashier scans the customer's code, or the customer pays an order of ours alone. */
export class WechatConnector implements WalletConnector<WechatAccount> {
  readonly #environment: MethodEnvironment;
  readonly #keys: PlatformKeys;
  readonly #notifications: NotificationReader;
  readonly taken = TAKEN;

  constructor(environment: MethodEnvironment) {
    this.#environment = environment;
    this.#keys = new PlatformKeys(environment);
    this.#notifications = new NotificationReader(environment, this.#keys);
  }

  readonly account = readWechatAccount;

  async takeCode({ account, payment, device }: Order<WechatAccount>, code: string): Promise<FirstAnswer> {
    const body = codepayBody(account, payment, device, code);
    const reply = await this.#call(account, 'pay', { method: 'POST', path: `${ordersPath(account)}/codepay`, body });
    return firstAnswerOf(reply, NOT_SENT, (order) => this.#settled(account, payment, order));
  }

  async offer(order: Order<WechatAccount>, flow: OrderFlow): Promise<FirstAnswer> {
    const { account, payment } = order;
    const { path, body } = orderRequest(this.#environment, order, flow);
    const reply = await this.#call(account, 'order', { method: 'POST', path, body });
    return firstAnswerOf(reply, NOT_OFFERED, (made) => offered(this.#environment, account, payment, flow, made));
  }

  async inquire(account: WechatAccount, payment: PaymentFacts): Promise<Inquiry> {
    return inquiryOf(await this.#query(account, payment), (order) => this.#settled(account, payment, order));
  }

  async cancel(account: WechatAccount, payment: PaymentFacts): Promise<CancelOutcome> {
    const operation = orderFlowOf(payment) === null ? 'reverse' : 'close';
    const path = `${ordersPath(account)}/out-trade-no/${outTradeNoOf(payment)}/${operation}`;
    const body = operation === 'reverse' ? partyOf(account) : closer(account);
    const reply = await this.#call(account, operation, { method: 'POST', path, body }, QUERY_TIMEOUT_MS);
    if (reply.kind === 'not-answered') return undecided(reply);
    switch (reply.meaning.kind) {
      case 'done':
        return textAt(reply.body, 'recall') === 'Y'
          ? withEvidence(unknown('told to reverse again'), reply.evidence)
          : this.#afterReversal(account, payment, reply.evidence);
      case 'not-found':
        return { kind: 'cancelled', moneyHadMoved: false, evidence: reply.evidence };
      case 'inquire':
        return this.#standing(account, payment, reply.evidence);
      default:
        return undecided(reply);
    }
  }

  refundWindow() {
    return REFUND_WINDOW;
  }

  async refund(account: WechatAccount, refund: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const outRefundNo = walletOrderNumber(this.#environment.walletCrypto, refund.id);
    const notifyUrl = this.#environment.notificationUrl(payment.merchantId, 'wechat');
    const body: JsonObject = {
      ...(account.sub === null ? {} : { sub_mchid: account.sub.merchantId }),
      out_trade_no: outTradeNoOf(payment),
      out_refund_no: outRefundNo,
      reason: shortText(refund.reason),
      ...(notifyUrl === null ? {} : { notify_url: notifyUrl }),
      amount: { refund: refund.amountMinor, total: payment.amountMinor, currency: payment.currency },
    };
    const reply = await this.#call(account, 'refund', { method: 'POST', path: REFUNDS, body });
    return refundOf(reply, (answer) => readRefund(refund, outRefundNo, answer));
  }

  async inquireRefund(account: WechatAccount, refund: RefundFacts): Promise<Inquiry> {
    const outRefundNo = walletOrderNumber(this.#environment.walletCrypto, refund.id);
    const sub = account.sub === null ? '' : `?sub_mchid=${account.sub.merchantId}`;
    const path = `${REFUNDS}/${outRefundNo}${sub}`;
    const reply = await this.#call(account, 'refund-query', { method: 'GET', path }, QUERY_TIMEOUT_MS);
    return inquiryOf(reply, (answer) => readRefund(refund, outRefundNo, answer));
  }

  notice(account: WechatAccount, notification: Notification): Promise<Notice> {
    return this.#notifications.read(account, notification);
  }

  refused(cause: string): RawAnswer {
    return refusedAnswer(cause);
  }

  bill(account: WechatAccount, date: string, progress: (progress: BillProgress) => void): Promise<BillReading> {
    return fetchBill(this.#environment, this.#keys, account, date, progress);
  }

  /** A failed order is reversed as soon as the channel allows, so that it can never be paid after all. */
  async #settled(account: WechatAccount, payment: PaymentFacts, body: JsonRecord): Promise<Outcome> {
    const reading = readOrder(account, payment, outTradeNoOf(payment), body);
    if (reading.kind !== 'payment-error') return reading;
    // A failed attempt leaves an order of ours open: the customer may scan again.
    if (orderFlowOf(payment) !== null) return { kind: 'pending', waitingFor: 'customer-scan' };
    const waiting = unknown('PAYERROR, to be reversed');
    const { clock, policy } = this.#environment;
    if (clock.now() - payment.createdAt < policy.minimumBeforeCancelMs) return waiting;
    const undone = await this.cancel(account, payment);
    const outcome: Outcome = undone.kind === 'cancelled' ? { kind: 'declined', decline: ENDED.PAYERROR } : waiting;
    return withEvidence(outcome, undone.evidence ?? []);
  }

  async #afterReversal(
    account: WechatAccount,
    payment: PaymentFacts,
    evidence: readonly Evidence[],
  ): Promise<CancelOutcome> {
    const reply = await this.#query(account, payment);
    const all = [...evidence, ...reply.evidence];
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), all);
    if (reply.meaning.kind === 'not-found') return { kind: 'cancelled', moneyHadMoved: false, evidence: all };
    const moved = moneyHadMoved(outTradeNoOf(payment), reply.body);
    if (moved === null) return withEvidence(unknown('reversed, but the order does not say so yet'), all);
    return { kind: 'cancelled', moneyHadMoved: moved, evidence: all };
  }

  /** The channel no longer reverses this order: what it says of the order stands. */
  async #standing(
    account: WechatAccount,
    payment: PaymentFacts,
    evidence: readonly Evidence[],
  ): Promise<CancelOutcome> {
    const reply = await this.#query(account, payment);
    const all = [...evidence, ...reply.evidence];
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), all);
    const reading = readOrder(account, payment, outTradeNoOf(payment), reply.body);
    if (reading.kind === 'approved') return withEvidence(reading, all);
    const moved = moneyHadMoved(outTradeNoOf(payment), reply.body);
    if (moved === null) return standing(all, unknown(reply.code));
    return { kind: 'cancelled', moneyHadMoved: moved, evidence: all };
  }

  #query(account: WechatAccount, payment: PaymentFacts): Promise<WechatReply> {
    const path = `${ordersPath(account)}/out-trade-no/${outTradeNoOf(payment)}?${partyQuery(account)}`;
    return this.#call(account, 'query', { method: 'GET', path }, QUERY_TIMEOUT_MS);
  }

  #call(
    account: WechatAccount,
    operation: WechatOperation,
    request: Omit<WechatCall, 'operation' | 'timeoutMs'>,
    mostMs = Number.MAX_SAFE_INTEGER,
  ): Promise<WechatReply> {
    const timeoutMs = Math.min(mostMs, this.#environment.policy.authorizeTimeoutMs);
    return callWechat(this.#environment, this.#keys, account, { ...request, operation, timeoutMs });
  }
}

/** Who closes an order: unlike other requests it names no app. */
function closer({ merchantId, sub }: WechatAccount): JsonObject {
  return sub === null ? { mchid: merchantId } : { sp_mchid: merchantId, sub_mchid: sub.merchantId };
}
