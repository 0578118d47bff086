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
import { textAt, UsedCodes, walletOrderNumber } from '@zhanggui/wallets';
import { type AlipayAccount, readAlipayAccount, terminalParams } from './account.ts';
import { readPaid, readRefund, readRefundStatus, readTrade, unknown, withEvidence, yuan } from './answer.ts';
import { fetchBill } from './bill.ts';
import { CODE_REUSED, meaningOfCode, NOT_OFFERED, NOT_SENT, TOO_OLD_TO_REFUND, TRADE_CLOSED } from './codes.ts';
import { payContent, shortText } from './contents.ts';
import { flowOf, type OrderFlow, orderFlowOf, outTradeNoOf } from './flow.ts';
import { AlipayNotifications } from './notification.ts';
import { offered, orderCall } from './order.ts';
import { cancelled, codeText, prefixed, refused, standing, UNDONE } from './outcomes.ts';
import { PlatformKeys } from './platform-keys.ts';
import { type AlipayReply, type Answered, callAlipay } from './request.ts';
import type { AlipayCall } from './signed-request.ts';

const QUERY_TIMEOUT_MS = 5_000;

/** Alipay: the cashier scans the customer's code (当面付), or the customer pays a trade of ours alone. */
export class AlipayMethod implements PaymentMethod {
  readonly #environment: MethodEnvironment;
  readonly #policy: MethodPolicy;
  readonly #recognise: (scanned: string) => boolean;
  readonly #usedCodes: UsedCodes;
  readonly #keys: PlatformKeys;
  readonly #notifications: AlipayNotifications;

  constructor(environment: MethodEnvironment, recognise: (scanned: string) => boolean) {
    this.#environment = environment;
    this.#usedCodes = new UsedCodes(environment.walletCrypto);
    this.#keys = new PlatformKeys(environment);
    this.#notifications = new AlipayNotifications(environment, this.#keys);
    this.#policy = environment.policy;
    this.#recognise = recognise;
  }

  async prepare(payment: PaymentDraft, credential: unknown): Promise<PreparedPayment> {
    const flow = flowOf(credential, this.#recognise);
    const account = await this.#accountOf(payment.merchantId);
    // A fact that cannot be reported is found before there is a payment.
    terminalParams(account, await this.#environment.deviceOf(payment.tillId));
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
    const content = { out_trade_no: outTradeNoOf(payment) };
    const reply = await this.#call(account, { method: 'alipay.trade.query', content });
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    const flow = orderFlowOf(payment);
    const isHandedOver = payment.channelData.handedOver === true;
    if (reply.code === '10000') {
      const outcome = withEvidence(readTrade(payment, outTradeNoOf(payment), reply.body), reply.evidence);
      // The trade is there and nobody can pay it, since its number was lost with the answer: asked for again it is the same.
      return flow === 'phone-page' && outcome.kind === 'pending' && !isHandedOver
        ? prefixed(reply.evidence, await this.#offerAgain(account, payment, flow))
        : outcome;
    }
    if (meaningOfCode('query', reply.code, reply.subCode).kind !== 'not-found')
      return withEvidence(unknown(codeText(reply)), reply.evidence);
    return this.#withoutTrade(account, payment, reply);
  }

  notified(notification: Notification, known: KnownPayments): Promise<NotificationReading> {
    return this.#notifications.read(notification, known);
  }

  async bill(merchantId: string, date: string, progress: (progress: BillProgress) => void): Promise<BillReading> {
    return fetchBill(this.#environment, this.#keys, await this.#accountOf(merchantId), date, progress);
  }

  async cancel(payment: PaymentFacts): Promise<CancelOutcome> {
    const account = await this.#accountOf(payment.merchantId);
    return orderFlowOf(payment) === null ? this.#cancelTrade(account, payment) : this.#closeTrade(account, payment);
  }

  async refund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    if (facts.createdAt - payment.createdAt > account.refundWithinMs)
      return { kind: 'declined', decline: TOO_OLD_TO_REFUND };
    const content: JsonObject = {
      out_trade_no: outTradeNoOf(payment),
      refund_amount: yuan(facts.amountMinor),
      out_request_no: walletOrderNumber(this.#environment.walletCrypto, facts.id),
      refund_reason: shortText(facts.reason),
    };
    const reply = await this.#call(
      account,
      { method: 'alipay.trade.refund', content },
      this.#policy.authorizeTimeoutMs,
    );
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    if (reply.code !== '10000') return refused('refund', reply);
    const reading = readRefund(outTradeNoOf(payment), reply.body);
    if (reading.kind !== 'ask') return withEvidence(reading, reply.evidence);
    const asked = await this.#refundStatus(account, facts, payment);
    const evidence = [...reply.evidence, ...asked.evidence];
    return withEvidence(asked.outcome ?? unknown('accepted, but not found'), evidence);
  }

  async inquireRefund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const asked = await this.#refundStatus(account, facts, payment);
    if (asked.outcome !== null) return withEvidence(asked.outcome, asked.evidence);
    // The request never arrived: the same number is sent again, which cannot refund twice.
    return prefixed(asked.evidence, await this.refund(facts, payment));
  }

  async #takeCode(account: AlipayAccount, payment: PaymentFacts, code: string): Promise<Outcome> {
    if (!this.#usedCodes.isFirstUse(code)) return { kind: 'declined', decline: CODE_REUSED };
    const terminal = terminalParams(account, await this.#environment.deviceOf(payment.tillId));
    const content = payContent(account, payment, code, terminal);
    const notifyUrl = this.#environment.notificationUrl(payment.merchantId, 'alipay');
    const call = { method: 'alipay.trade.pay', content, notifyUrl };
    const reply = await this.#call(account, call, this.#policy.authorizeTimeoutMs);
    if (reply.kind === 'not-answered')
      return withEvidence(reply.sent ? unknown(reply.cause) : { kind: 'declined', decline: NOT_SENT }, reply.evidence);
    switch (meaningOfCode('pay', reply.code, reply.subCode).kind) {
      case 'done':
        return withEvidence(readPaid(payment, outTradeNoOf(payment), reply.body), reply.evidence);
      case 'paying':
        return { kind: 'pending', waitingFor: 'customer-password', evidence: reply.evidence };
      case 'inquire':
        return prefixed(reply.evidence, await this.inquire(payment));
      default:
        return refused('pay', reply);
    }
  }

  /** Makes the trade that the customer pays alone. */
  async #offer(account: AlipayAccount, payment: PaymentFacts, flow: OrderFlow): Promise<Outcome> {
    const call = await orderCall(this.#environment, account, payment, flow);
    const reply = await this.#call(account, call, this.#policy.authorizeTimeoutMs);
    if (reply.kind === 'not-answered')
      return withEvidence(
        reply.sent ? unknown(reply.cause) : { kind: 'declined', decline: NOT_OFFERED },
        reply.evidence,
      );
    switch (meaningOfCode('order', reply.code, reply.subCode).kind) {
      case 'done':
        return withEvidence(offered(this.#environment, payment, flow, reply.body), reply.evidence);
      case 'inquire':
        // Asked for its code alone: whether it is paid, the trade itself tells.
        return withEvidence(unknown(codeText(reply)), reply.evidence);
      default:
        return refused('order', reply);
    }
  }

  /** What the customer needs was lost with the answer. A refusal now says nothing of the trade that was asked for before. */
  async #offerAgain(account: AlipayAccount, payment: PaymentFacts, flow: OrderFlow): Promise<Outcome> {
    const outcome = await this.#offer(account, payment, flow);
    if (outcome.kind !== 'declined') return outcome;
    return withEvidence(unknown(outcome.decline.code), outcome.evidence ?? []);
  }

  /** Alipay knows no such trade: a code that nobody has scanned yet is none, and a request may still arrive. */
  async #withoutTrade(account: AlipayAccount, payment: PaymentFacts, reply: Answered): Promise<Outcome> {
    if (payment.channelData.cancelled === true)
      return { kind: 'declined', decline: TRADE_CLOSED, evidence: reply.evidence };
    const flow = orderFlowOf(payment);
    if (flow === null) return withEvidence(unknown(codeText(reply)), reply.evidence);
    if (payment.channelData.handedOver !== true)
      return prefixed(reply.evidence, await this.#offerAgain(account, payment, flow));
    return flow === 'shown-code'
      ? { kind: 'pending', waitingFor: 'customer-scan', evidence: reply.evidence }
      : withEvidence(unknown(codeText(reply)), reply.evidence);
  }

  /** Undoes a trade whatever became of it; a number that is not there yet can be paid no more. */
  async #cancelTrade(account: AlipayAccount, payment: PaymentFacts): Promise<CancelOutcome> {
    const content = { out_trade_no: outTradeNoOf(payment) };
    const reply = await this.#call(account, { method: 'alipay.trade.cancel', content });
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    switch (meaningOfCode('cancel', reply.code, reply.subCode).kind) {
      case 'done':
        return cancelled(outTradeNoOf(payment), reply);
      case 'not-found':
        return { ...UNDONE, moneyHadMoved: false, evidence: reply.evidence };
      case 'inquire':
        return standing(await this.inquire(payment), reply.evidence);
      default:
        return withEvidence(unknown(codeText(reply)), reply.evidence);
    }
  }

  /**
   * Closes a trade that waits; one that is paid stands. What nobody has scanned is no trade yet and cannot be closed, so its
   * code is cancelled.
   */
  async #closeTrade(account: AlipayAccount, payment: PaymentFacts): Promise<CancelOutcome> {
    const content = { out_trade_no: outTradeNoOf(payment) };
    const reply = await this.#call(account, { method: 'alipay.trade.close', content });
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    switch (meaningOfCode('close', reply.code, reply.subCode).kind) {
      case 'done':
        return textAt(reply.body, 'out_trade_no') === outTradeNoOf(payment)
          ? { ...UNDONE, moneyHadMoved: false, evidence: reply.evidence }
          : withEvidence(unknown('the answer speaks of another trade'), reply.evidence);
      case 'not-found':
        return prefixed(reply.evidence, await this.#cancelTrade(account, payment));
      case 'inquire':
        return standing(await this.inquire(payment), reply.evidence);
      default:
        return withEvidence(unknown(codeText(reply)), reply.evidence);
    }
  }

  /** What the channel says of a refund; `outcome` is null when it knows no such refund. */
  async #refundStatus(
    account: AlipayAccount,
    facts: RefundFacts,
    payment: PaymentFacts,
  ): Promise<{ readonly outcome: Outcome | null; readonly evidence: readonly Evidence[] }> {
    const outTradeNo = outTradeNoOf(payment);
    const outRequestNo = walletOrderNumber(this.#environment.walletCrypto, facts.id);
    const content = { out_trade_no: outTradeNo, out_request_no: outRequestNo };
    const reply = await this.#call(account, { method: 'alipay.trade.fastpay.refund.query', content });
    const { evidence } = reply;
    if (reply.kind === 'not-answered') return { outcome: unknown(reply.cause), evidence };
    switch (meaningOfCode('refund-query', reply.code, reply.subCode).kind) {
      case 'done':
        return { outcome: readRefundStatus(facts, outTradeNo, outRequestNo, reply.body), evidence };
      case 'not-found':
        return { outcome: null, evidence };
      default:
        return { outcome: unknown(codeText(reply)), evidence };
    }
  }

  async #accountOf(merchantId: string): Promise<AlipayAccount> {
    return readAlipayAccount(
      await this.#environment.channelConfig(merchantId, 'alipay'),
      this.#environment.walletCrypto,
    );
  }

  #call(
    account: AlipayAccount,
    request: Omit<AlipayCall, 'timeoutMs'>,
    timeoutMs = QUERY_TIMEOUT_MS,
  ): Promise<AlipayReply> {
    const within = Math.min(timeoutMs, this.#policy.authorizeTimeoutMs);
    return callAlipay(this.#environment, this.#keys, account, { ...request, timeoutMs: within });
  }
}
