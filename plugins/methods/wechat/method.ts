import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type {
  BillProgress,
  BillReading,
  CancelOutcome,
  Evidence,
  KnownPayments,
  MethodEnvironment,
  MethodPolicy,
  Notification,
  NotificationReading,
  Outcome,
  PaymentDraft,
  PaymentFacts,
  PaymentMethod,
  PreparedPayment,
  RefundFacts,
} from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, textAt, UsedCodes, walletOrderNumber } from '@zhanggui/wallets';
import { ordersPath, partyOf, partyQuery, readWechatAccount, type WechatAccount } from './account.ts';
import { moneyHadMoved, type OrderReading, readOrder, readRefund, unknown, withEvidence } from './answer.ts';
import { fetchBill } from './bill.ts';
import { codepayBody, shortText } from './bodies.ts';
import {
  CODE_REUSED,
  ENDED,
  meaningOfCode,
  NOT_OFFERED,
  NOT_SENT,
  TOO_OLD_TO_REFUND,
  type WechatOperation,
} from './codes.ts';
import { flowOf, type OrderFlow, orderFlowOf, outTradeNoOf } from './flow.ts';
import { WechatNotifications } from './notification.ts';
import { offered, orderRequest } from './order.ts';
import { PlatformKeys } from './platform-keys.ts';
import { callWechat, type WechatCall, type WechatReply } from './request.ts';

const QUERY_TIMEOUT_MS = 5_000;
const REFUND_WINDOW_MS = 365 * 86_400_000;

/** WeChat Pay (API v3): the cashier scans the customer's code, or the customer pays an order of ours alone. */
export class WechatMethod implements PaymentMethod {
  readonly #environment: MethodEnvironment;
  readonly #policy: MethodPolicy;
  readonly #recognise: (scanned: string) => boolean;
  readonly #usedCodes: UsedCodes;
  readonly #keys: PlatformKeys;
  readonly #notifications: WechatNotifications;

  constructor(environment: MethodEnvironment, recognise: (scanned: string) => boolean) {
    this.#environment = environment;
    this.#usedCodes = new UsedCodes(environment.walletCrypto);
    this.#keys = new PlatformKeys(environment);
    this.#notifications = new WechatNotifications(environment, this.#keys);
    this.#policy = environment.policy;
    this.#recognise = recognise;
  }

  async prepare(payment: PaymentDraft, credential: unknown): Promise<PreparedPayment> {
    const flow = flowOf(credential, this.#recognise);
    await this.#accountOf(payment.merchantId);
    const outTradeNo = walletOrderNumber(this.#environment.walletCrypto, payment.id);
    switch (flow.kind) {
      case 'payment-code':
        return { channelData: { outTradeNo }, maskedInstrument: `•••• ${flow.code.slice(-4)}` };
      case 'shown-code':
        return { channelData: { outTradeNo, flow: flow.kind }, maskedInstrument: null };
      case 'phone-page': {
        const { kind, payer, staticCode } = flow;
        return { channelData: { outTradeNo, flow: kind, payer, staticCode }, maskedInstrument: null };
      }
    }
  }

  async authorize(payment: PaymentFacts, credential: unknown): Promise<Outcome> {
    const flow = flowOf(credential, this.#recognise);
    const account = await this.#accountOf(payment.merchantId);
    return flow.kind === 'payment-code'
      ? this.#takeCode(account, payment, flow.code)
      : this.#offer(account, payment, flow.kind);
  }

  async inquire(payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const reply = await this.#query(account, payment);
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    const flow = orderFlowOf(payment);
    const isNotHandedOver = flow !== null && payment.channelData.handedOver !== true;
    if (!isDone(reply)) {
      const isMissing = meaningOfCode('query', textAt(reply.body, 'code')).kind === 'not-found';
      if (isMissing && isNotHandedOver) return prefixed(reply.evidence, await this.#offerAgain(account, payment, flow));
      // An order that is not there yet may still arrive; only its cancellation makes the answer definite.
      return withEvidence(unknown(codeText(reply.body)), reply.evidence);
    }
    const outcome = await this.#settled(account, payment, reply.body, reply.evidence);
    // The order is there and nobody can pay it, since its code was lost with the answer: the same order gives it again.
    return outcome.kind === 'pending' && outcome.waitingFor === 'customer-scan' && isNotHandedOver
      ? prefixed(reply.evidence, await this.#offerAgain(account, payment, flow))
      : outcome;
  }

  notified(notification: Notification, known: KnownPayments): Promise<NotificationReading> {
    return this.#notifications.read(notification, known);
  }

  async bill(merchantId: string, date: string, progress: (progress: BillProgress) => void): Promise<BillReading> {
    return fetchBill(this.#environment, this.#keys, await this.#accountOf(merchantId), date, progress);
  }

  async cancel(payment: PaymentFacts): Promise<CancelOutcome> {
    const account = await this.#accountOf(payment.merchantId);
    const operation = orderFlowOf(payment) === null ? 'reverse' : 'close';
    const reply = await this.#undo(account, payment, operation);
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    if (isDone(reply)) {
      if (textAt(reply.body, 'recall') === 'Y') return withEvidence(unknown('told to reverse again'), reply.evidence);
      return this.#afterReversal(account, payment, reply.evidence);
    }
    switch (meaningOfCode(operation, textAt(reply.body, 'code')).kind) {
      case 'not-found':
        return { kind: 'cancelled', moneyHadMoved: false, evidence: reply.evidence };
      case 'inquire':
        return this.#standing(account, payment, reply.evidence);
      default:
        return withEvidence(unknown(codeText(reply.body)), reply.evidence);
    }
  }

  async refund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    if (facts.createdAt - payment.createdAt > REFUND_WINDOW_MS) return { kind: 'declined', decline: TOO_OLD_TO_REFUND };
    const account = await this.#accountOf(payment.merchantId);
    const outRefundNo = walletOrderNumber(this.#environment.walletCrypto, facts.id);
    const notifyUrl = this.#environment.notificationUrl(payment.merchantId, 'wechat');
    const body: JsonObject = {
      ...(account.sub === null ? {} : { sub_mchid: account.sub.merchantId }),
      out_trade_no: outTradeNoOf(payment),
      out_refund_no: outRefundNo,
      reason: shortText(facts.reason),
      ...(notifyUrl === null ? {} : { notify_url: notifyUrl }),
      amount: { refund: facts.amountMinor, total: payment.amountMinor, currency: payment.currency },
    };
    const path = '/v3/refund/domestic/refunds';
    const reply = await this.#call(account, { method: 'POST', path, body }, this.#policy.authorizeTimeoutMs);
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    if (isDone(reply)) return withEvidence(readRefund(facts, outRefundNo, reply.body), reply.evidence);
    return refused('refund', reply);
  }

  async inquireRefund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const outRefundNo = walletOrderNumber(this.#environment.walletCrypto, facts.id);
    const sub = account.sub === null ? '' : `?sub_mchid=${account.sub.merchantId}`;
    const path = `/v3/refund/domestic/refunds/${outRefundNo}${sub}`;
    const reply = await this.#call(account, { method: 'GET', path });
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    if (isDone(reply)) return withEvidence(readRefund(facts, outRefundNo, reply.body), reply.evidence);
    const meaning = meaningOfCode('refund-query', textAt(reply.body, 'code'));
    // The request never arrived: the same number is sent again, which cannot refund twice.
    if (meaning.kind === 'not-found') return prefixed(reply.evidence, await this.refund(facts, payment));
    return withEvidence(unknown(codeText(reply.body)), reply.evidence);
  }

  async #takeCode(account: WechatAccount, payment: PaymentFacts, code: string): Promise<Outcome> {
    if (!this.#usedCodes.isFirstUse(code)) return { kind: 'declined', decline: CODE_REUSED };
    const body = codepayBody(account, payment, await this.#environment.deviceOf(payment.tillId), code);
    const path = `${ordersPath(account)}/codepay`;
    const reply = await this.#call(account, { method: 'POST', path, body }, this.#policy.authorizeTimeoutMs);
    if (reply.kind === 'not-answered')
      return withEvidence(reply.sent ? unknown(reply.cause) : { kind: 'declined', decline: NOT_SENT }, reply.evidence);
    if (isDone(reply)) return this.#settled(account, payment, reply.body, reply.evidence);
    const meaning = meaningOfCode('pay', textAt(reply.body, 'code'));
    switch (meaning.kind) {
      case 'paying':
        return { kind: 'pending', waitingFor: 'customer-password', evidence: reply.evidence };
      case 'inquire':
        return prefixed(reply.evidence, await this.inquire(payment));
      default:
        return refused('pay', reply);
    }
  }

  /** Makes the order that the customer pays alone; the same number again is the same order. */
  async #offer(account: WechatAccount, payment: PaymentFacts, flow: OrderFlow): Promise<Outcome> {
    const { path, body } = await orderRequest(this.#environment, account, payment, flow);
    const reply = await this.#call(account, { method: 'POST', path, body }, this.#policy.authorizeTimeoutMs);
    if (reply.kind === 'not-answered')
      return withEvidence(
        reply.sent ? unknown(reply.cause) : { kind: 'declined', decline: NOT_OFFERED },
        reply.evidence,
      );
    if (isDone(reply))
      return withEvidence(await offered(this.#environment, account, payment, flow, reply.body), reply.evidence);
    if (meaningOfCode('order', textAt(reply.body, 'code')).kind !== 'inquire') return refused('order', reply);
    const known = await this.#query(account, payment);
    const evidence = [...reply.evidence, ...known.evidence];
    if (known.kind === 'not-answered' || !isDone(known)) return withEvidence(unknown(codeText(reply.body)), evidence);
    return this.#settled(account, payment, known.body, evidence);
  }

  /** An order whose first answer was lost: what refuses the second request says nothing of the first. */
  async #offerAgain(account: WechatAccount, payment: PaymentFacts, flow: OrderFlow): Promise<Outcome> {
    const outcome = await this.#offer(account, payment, flow);
    if (outcome.kind !== 'declined') return outcome;
    return withEvidence(unknown(`offered again: ${outcome.decline.code}`), outcome.evidence ?? []);
  }

  /** A failed order is reversed as soon as the channel allows, so that it can never be paid after all. */
  async #settled(
    account: WechatAccount,
    payment: PaymentFacts,
    body: JsonRecord,
    evidence: readonly Evidence[],
  ): Promise<Outcome> {
    const reading: OrderReading = readOrder(account, payment, outTradeNoOf(payment), body);
    if (reading.kind !== 'payment-error') return withEvidence(reading, evidence);
    // A failed attempt leaves an order of ours open: the customer may scan again.
    if (orderFlowOf(payment) !== null) return { kind: 'pending', waitingFor: 'customer-scan', evidence };
    const waiting = withEvidence(unknown('PAYERROR, to be reversed'), evidence);
    if (this.#environment.clock.now() - payment.createdAt < this.#policy.minimumBeforeCancelMs) return waiting;
    const undone = await this.cancel(payment);
    const all = [...evidence, ...(undone.evidence ?? [])];
    return undone.kind === 'cancelled'
      ? { kind: 'declined', decline: ENDED.PAYERROR, evidence: all }
      : withEvidence(waiting, all);
  }

  async #afterReversal(
    account: WechatAccount,
    payment: PaymentFacts,
    evidence: readonly Evidence[],
  ): Promise<CancelOutcome> {
    const reply = await this.#query(account, payment);
    const all = [...evidence, ...reply.evidence];
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), all);
    if (meaningOfCode('query', textAt(reply.body, 'code')).kind === 'not-found')
      return { kind: 'cancelled', moneyHadMoved: false, evidence: all };
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
    if (moved === null) return withEvidence(unknown('it can no longer be reversed, and its state is not known'), all);
    return { kind: 'cancelled', moneyHadMoved: moved, evidence: all };
  }

  #query(account: WechatAccount, payment: PaymentFacts): Promise<WechatReply> {
    const path = `${ordersPath(account)}/out-trade-no/${outTradeNoOf(payment)}?${partyQuery(account)}`;
    return this.#call(account, { method: 'GET', path });
  }

  #undo(account: WechatAccount, payment: PaymentFacts, operation: 'reverse' | 'close'): Promise<WechatReply> {
    const path = `${ordersPath(account)}/out-trade-no/${outTradeNoOf(payment)}/${operation}`;
    return this.#call(account, {
      method: 'POST',
      path,
      body: operation === 'reverse' ? partyOf(account) : closer(account),
    });
  }

  async #accountOf(merchantId: string): Promise<WechatAccount> {
    return readWechatAccount(await this.#environment.channelConfig(merchantId, 'wechat'));
  }

  #call(
    account: WechatAccount,
    request: Omit<WechatCall, 'timeoutMs'>,
    timeoutMs = QUERY_TIMEOUT_MS,
  ): Promise<WechatReply> {
    const within = Math.min(timeoutMs, this.#policy.authorizeTimeoutMs);
    return callWechat(this.#environment, this.#keys, account, { ...request, timeoutMs: within });
  }
}

/** Who closes an order: unlike other requests it names no app. */
function closer({ merchantId, sub }: WechatAccount): JsonObject {
  return sub === null ? { mchid: merchantId } : { sp_mchid: merchantId, sub_mchid: sub.merchantId };
}

/** The outcome of an error that was answered: a decline where the code says that nothing was done, else unknown. */
function refused(operation: WechatOperation, reply: WechatReply & { readonly kind: 'answered' }): Outcome {
  const code = textAt(reply.body, 'code');
  const meaning = meaningOfCode(operation, code);
  if (meaning.kind !== 'declined') return withEvidence(unknown(codeText(reply.body)), reply.evidence);
  const decline = { code, message: meaning.message, advice: meaning.advice };
  return { kind: 'declined', decline, evidence: reply.evidence };
}

/** Whether the request was carried out; what its body says of the order is another matter. */
function isDone(reply: { readonly status: number }): boolean {
  return reply.status >= 200 && reply.status < 300;
}

function codeText(body: JsonRecord): string {
  return textAt(body, 'code') || 'an error without a code';
}

function prefixed(evidence: readonly Evidence[], outcome: Outcome): Outcome {
  return withEvidence(outcome, [...evidence, ...(outcome.evidence ?? [])]);
}
