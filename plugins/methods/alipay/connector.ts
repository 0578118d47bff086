import type { ChannelConfig } from '@zhanggui/modules/merchants/api.ts';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type {
  AcceptanceDevice,
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
import { textAt, walletOrderNumber } from '@zhanggui/wallets';
import { NOT_OFFERED, NOT_SENT } from '../../wallet/codes.ts';
import type { FirstAnswer, Inquiry, Notice, Order, WalletConnector } from '../../wallet/connector.ts';
import { type OrderFlow, orderFlowOf, outTradeNoOf } from '../../wallet/flow.ts';
import {
  firstAnswerOf,
  inquiryOf,
  prefixed,
  refundOf,
  standing,
  undecided,
  unknown,
  withEvidence,
} from '../../wallet/outcomes.ts';
import { type AlipayAccount, readAlipayAccount, terminalParams } from './account.ts';
import { readPaid, readRefund, readRefundStatus, readTrade, yuan } from './answer.ts';
import { fetchBill } from './bill.ts';
import { type AlipayOperation, TOO_OLD_TO_REFUND, TRADE_CLOSED, TRADE_REFUNDED } from './codes.ts';
import { payContent, shortText } from './contents.ts';
import { REFUSED, readNotification, TAKEN } from './notification.ts';
import { offered, orderCall } from './order.ts';
import { PlatformKeys } from './platform-keys.ts';
import { type AlipayAnswered, type AlipayReply, callAlipay } from './request.ts';
import type { AlipayRequest } from './signed-request.ts';

const QUERY_TIMEOUT_MS = 5_000;

/** Alipay: the cashier scans the customer's code (当面付), or the customer pays a trade of ours alone. */
export class AlipayConnector implements WalletConnector<AlipayAccount> {
  readonly #environment: MethodEnvironment;
  readonly #keys: PlatformKeys;
  readonly taken = TAKEN;

  constructor(environment: MethodEnvironment) {
    this.#environment = environment;
    this.#keys = new PlatformKeys(environment);
  }

  account(config: ChannelConfig): AlipayAccount {
    return readAlipayAccount(config, this.#environment.walletCrypto);
  }

  checkTerminal(account: AlipayAccount, device: AcceptanceDevice | null): void {
    terminalParams(account, device);
  }

  async takeCode({ account, payment, device }: Order<AlipayAccount>, code: string): Promise<FirstAnswer> {
    const content = payContent(account, payment, code, terminalParams(account, device));
    const notifyUrl = this.#environment.notificationUrl(payment.merchantId, 'alipay');
    const reply = await this.#call(account, 'pay', { method: 'alipay.trade.pay', content, notifyUrl });
    return firstAnswerOf(reply, NOT_SENT, (paid) => readPaid(payment, outTradeNoOf(payment), paid));
  }

  async offer(order: Order<AlipayAccount>, flow: OrderFlow): Promise<FirstAnswer> {
    const reply = await this.#call(order.account, 'order', orderCall(this.#environment, order, flow));
    return firstAnswerOf(reply, NOT_OFFERED, (made) => offered(this.#environment, order.payment, flow, made));
  }

  async inquire(account: AlipayAccount, payment: PaymentFacts): Promise<Inquiry> {
    const content = { out_trade_no: outTradeNoOf(payment) };
    const reply = await this.#call(account, 'query', { method: 'alipay.trade.query', content }, QUERY_TIMEOUT_MS);
    const found = await inquiryOf(reply, (trade) => readTrade(payment, outTradeNoOf(payment), trade));
    return found.kind === 'not-found' ? withoutTrade(payment, found.evidence) : found;
  }

  cancel(account: AlipayAccount, payment: PaymentFacts): Promise<CancelOutcome> {
    return orderFlowOf(payment) === null ? this.#cancelTrade(account, payment) : this.#closeTrade(account, payment);
  }

  refundWindow({ refundWithinMs }: AlipayAccount) {
    return { withinMs: refundWithinMs, tooLate: TOO_OLD_TO_REFUND };
  }

  async refund(account: AlipayAccount, refund: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const content: JsonObject = {
      out_trade_no: outTradeNoOf(payment),
      refund_amount: yuan(refund.amountMinor),
      out_request_no: walletOrderNumber(this.#environment.walletCrypto, refund.id),
      refund_reason: shortText(refund.reason),
    };
    const reply = await this.#call(account, 'refund', { method: 'alipay.trade.refund', content });
    const outcome = refundOf(reply, (answer) => readRefund(outTradeNoOf(payment), answer));
    // Accepted, and nothing changed now: what became of it is asked.
    if (outcome.kind !== 'pending') return outcome;
    const found = await this.inquireRefund(account, refund, payment);
    if (found.kind !== 'not-found') return prefixed(outcome.evidence ?? [], found);
    return withEvidence(unknown('accepted, but not found'), [...(outcome.evidence ?? []), ...found.evidence]);
  }

  async inquireRefund(account: AlipayAccount, refund: RefundFacts, payment: PaymentFacts): Promise<Inquiry> {
    const outTradeNo = outTradeNoOf(payment);
    const outRequestNo = walletOrderNumber(this.#environment.walletCrypto, refund.id);
    const content = { out_trade_no: outTradeNo, out_request_no: outRequestNo };
    const request = { method: 'alipay.trade.fastpay.refund.query', content };
    const reply = await this.#call(account, 'refund-query', request, QUERY_TIMEOUT_MS);
    return inquiryOf(reply, (answer) => readRefundStatus(refund, outTradeNo, outRequestNo, answer));
  }

  notice(account: AlipayAccount, notification: Notification): Promise<Notice> {
    return readNotification(this.#environment, this.#keys, account, notification);
  }

  refused(): RawAnswer {
    return REFUSED;
  }

  bill(account: AlipayAccount, date: string, progress: (progress: BillProgress) => void): Promise<BillReading> {
    return fetchBill(this.#environment, this.#keys, account, date, progress);
  }

  /** Undoes a trade whatever became of it; a number that is not there yet can be paid no more. */
  async #cancelTrade(account: AlipayAccount, payment: PaymentFacts): Promise<CancelOutcome> {
    const reply = await this.#undo(account, payment, 'cancel');
    if (reply.kind === 'not-answered') return undecided(reply);
    switch (reply.meaning.kind) {
      case 'done':
        return cancelled(outTradeNoOf(payment), reply);
      case 'not-found':
        return { kind: 'cancelled', moneyHadMoved: false, evidence: reply.evidence };
      case 'inquire':
        return this.#standing(account, payment, reply.evidence);
      default:
        return undecided(reply);
    }
  }

  /**
   * Closes a trade that waits; one that is paid stands. What nobody has scanned is no trade yet and cannot be closed, so its
   * code is cancelled.
   */
  async #closeTrade(account: AlipayAccount, payment: PaymentFacts): Promise<CancelOutcome> {
    const reply = await this.#undo(account, payment, 'close');
    if (reply.kind === 'not-answered') return undecided(reply);
    switch (reply.meaning.kind) {
      case 'done':
        return textAt(reply.body, 'out_trade_no') === outTradeNoOf(payment)
          ? { kind: 'cancelled', moneyHadMoved: false, evidence: reply.evidence }
          : withEvidence(unknown('the answer speaks of another trade'), reply.evidence);
      case 'not-found':
        return prefixed(reply.evidence, await this.#cancelTrade(account, payment));
      case 'inquire':
        return this.#standing(account, payment, reply.evidence);
      default:
        return undecided(reply);
    }
  }

  /** The trade can no longer be undone: what Alipay says of it stands. */
  async #standing(
    account: AlipayAccount,
    payment: PaymentFacts,
    evidence: readonly Evidence[],
  ): Promise<CancelOutcome> {
    const found = await this.inquire(account, payment);
    if (found.kind !== 'declined') return standing(evidence, found);
    const moneyHadMoved = found.decline.code === TRADE_REFUNDED.code;
    return { kind: 'cancelled', moneyHadMoved, evidence: [...evidence, ...(found.evidence ?? [])] };
  }

  #undo(account: AlipayAccount, payment: PaymentFacts, operation: 'cancel' | 'close'): Promise<AlipayReply> {
    const content = { out_trade_no: outTradeNoOf(payment) };
    return this.#call(account, operation, { method: `alipay.trade.${operation}`, content }, QUERY_TIMEOUT_MS);
  }

  #call(
    account: AlipayAccount,
    operation: AlipayOperation,
    request: Omit<AlipayRequest, 'timeoutMs'>,
    mostMs = Number.MAX_SAFE_INTEGER,
  ): Promise<AlipayReply> {
    const timeoutMs = Math.min(mostMs, this.#environment.policy.authorizeTimeoutMs);
    return callAlipay(this.#environment, this.#keys, account, { ...request, operation, timeoutMs });
  }
}

/** Alipay knows no such trade: one that was cancelled before it was one, a code that nobody has scanned yet, or a request that may still arrive. */
function withoutTrade(payment: PaymentFacts, evidence: readonly Evidence[]): Inquiry {
  const { cancelled: isCancelled, handedOver } = payment.channelData;
  if (isCancelled === true) return { kind: 'declined', decline: TRADE_CLOSED, evidence };
  return orderFlowOf(payment) === 'shown-code' && handedOver === true
    ? { kind: 'pending', waitingFor: 'customer-scan', evidence }
    : { kind: 'not-found', evidence };
}

/** Reads a cancellation that was answered with 10000: `retry_flag` Y asks for another, `action` says what was done. */
function cancelled(outTradeNo: string, { body, evidence }: AlipayAnswered): CancelOutcome {
  if (textAt(body, 'out_trade_no') !== outTradeNo)
    return withEvidence(unknown('the answer speaks of another trade'), evidence);
  if (textAt(body, 'retry_flag') === 'Y') return withEvidence(unknown('told to cancel again'), evidence);
  return { kind: 'cancelled', moneyHadMoved: textAt(body, 'action') === 'refund', evidence };
}
