import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type {
  BillProgress,
  BillReading,
  CancelOutcome,
  Evidence,
  KnownPayments,
  MethodEnvironment,
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
import { type EcnyAccount, readEcnyAccount } from './account.ts';
import { readOrder, readRefund, unknown, withEvidence } from './answer.ts';
import { fetchBill } from './bill.ts';
import { endOf, micropayBody, nativeBody } from './bodies.ts';
import { CODE_REUSED, type EcnyOperation, meaningOfCode, notSent } from './codes.ts';
import { flowOf, isShown, outTradeNoOf } from './flow.ts';
import { EcnyNotifications } from './notification.ts';
import { callEcny, type EcnyCall, type EcnyReply } from './request.ts';

const QUERY_TIMEOUT_MS = 5_000;

/** e-CNY: the cashier scans the customer's code (DC_MICROPAY), or the customer scans ours (DC_NATIVE). */
export class EcnyMethod implements PaymentMethod {
  readonly #environment: MethodEnvironment;
  readonly #recognise: (scanned: string) => boolean;
  readonly #usedCodes: UsedCodes;
  readonly #notifications: EcnyNotifications;

  constructor(environment: MethodEnvironment, recognise: (scanned: string) => boolean) {
    this.#environment = environment;
    this.#recognise = recognise;
    this.#usedCodes = new UsedCodes(environment.walletCrypto);
    this.#notifications = new EcnyNotifications(environment);
  }

  async prepare(payment: PaymentDraft, credential: unknown): Promise<PreparedPayment> {
    const flow = flowOf(credential, this.#recognise);
    await this.#accountOf(payment.merchantId);
    const outTradeNo = walletOrderNumber(this.#environment.walletCrypto, payment.id);
    return flow.kind === 'payment-code'
      ? { channelData: { outTradeNo }, maskedInstrument: `•••• ${flow.code.slice(-4)}` }
      : { channelData: { outTradeNo, flow: flow.kind }, maskedInstrument: null };
  }

  async authorize(payment: PaymentFacts, credential: unknown): Promise<Outcome> {
    const flow = flowOf(credential, this.#recognise);
    const account = await this.#accountOf(payment.merchantId);
    return flow.kind === 'payment-code' ? this.#takeCode(account, payment, flow.code) : this.#offer(account, payment);
  }

  async inquire(payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const reply = await this.#query(account, payment);
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    const isNotHandedOver = isShown(payment) && payment.channelData.handedOver !== true;
    const meaning = meaningOfCode('query', reply.code).kind;
    if (meaning === 'not-found' && isNotHandedOver)
      return prefixed(reply.evidence, await this.#offer(account, payment));
    // An order that is not there yet may still arrive; only its cancellation makes the answer definite.
    if (meaning !== 'done') return withEvidence(unknown(codeText(reply.code)), reply.evidence);
    const outcome = withEvidence(readOrder(payment, reply.body), reply.evidence);
    // The order is there and nobody can pay it, since its code was lost with the answer: the same order gives it again.
    return outcome.kind === 'pending' && isNotHandedOver
      ? prefixed(reply.evidence, await this.#offer(account, payment))
      : outcome;
  }

  notified(notification: Notification, known: KnownPayments): Promise<NotificationReading> {
    return this.#notifications.read(notification, known);
  }

  async bill(merchantId: string, date: string, progress: (progress: BillProgress) => void): Promise<BillReading> {
    return fetchBill(this.#environment, await this.#accountOf(merchantId), date, progress);
  }

  async cancel(payment: PaymentFacts): Promise<CancelOutcome> {
    const account = await this.#accountOf(payment.merchantId);
    const reply = await this.#call(account, 'cancel', { out_trade_no: outTradeNoOf(payment) }, QUERY_TIMEOUT_MS);
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    switch (meaningOfCode('cancel', reply.code).kind) {
      case 'done': {
        const { refunded_amount: moved } = reply.body;
        const isOurs = textAt(reply.body, 'out_trade_no') === outTradeNoOf(payment) && typeof moved === 'number';
        if (!isOurs) return withEvidence(unknown('the answer speaks of another order'), reply.evidence);
        return undone(moved > 0, reply.evidence);
      }
      case 'not-found':
        return { kind: 'cancelled', moneyHadMoved: false, evidence: reply.evidence };
      case 'inquire':
        return this.#standing(account, payment, reply.evidence);
      default:
        return withEvidence(unknown(codeText(reply.code)), reply.evidence);
    }
  }

  async refund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const outRefundNo = walletOrderNumber(this.#environment.walletCrypto, facts.id);
    const notifyUrl = this.#environment.notificationUrl(payment.merchantId, 'ecny');
    const reply = await this.#call(account, 'refund', {
      out_trade_no: outTradeNoOf(payment),
      out_refund_no: outRefundNo,
      refund_amount: facts.amountMinor,
      currency: facts.currency,
      ...(notifyUrl === null ? {} : { notify_url: notifyUrl }),
    });
    return refundOutcome('refund', facts, outRefundNo, reply);
  }

  async inquireRefund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const outRefundNo = walletOrderNumber(this.#environment.walletCrypto, facts.id);
    const reply = await this.#call(account, 'refund-query', { out_refund_no: outRefundNo }, QUERY_TIMEOUT_MS);
    // The request never arrived: the same number is sent again, which cannot refund twice.
    if (reply.kind === 'answered' && meaningOfCode('refund-query', reply.code).kind === 'not-found')
      return prefixed(reply.evidence, await this.refund(facts, payment));
    return refundOutcome('refund-query', facts, outRefundNo, reply);
  }

  async #takeCode(account: EcnyAccount, payment: PaymentFacts, code: string): Promise<Outcome> {
    if (!this.#usedCodes.isFirstUse(code)) return { kind: 'declined', decline: CODE_REUSED };
    const body = await micropayBody(this.#environment, account, payment, code);
    return this.#firstAnswer(account, payment, await this.#call(account, 'micropay', body));
  }

  /** Makes the order whose code the customer scans; the same number again is the same order. */
  async #offer(account: EcnyAccount, payment: PaymentFacts): Promise<Outcome> {
    const body = await nativeBody(this.#environment, account, payment);
    const reply = await this.#call(account, 'native', body);
    const outcome = await this.#firstAnswer(account, payment, reply);
    if (outcome.kind !== 'pending' || reply.kind === 'not-answered') return outcome;
    const content = textAt(reply.body, 'code_url');
    if (content === '') return withEvidence(unknown('the answer has no code_url'), reply.evidence);
    const expiresAt = new Date(endOf(this.#environment, payment)).toISOString();
    // Remembered, so that an order whose answer was lost is made again for the sake of its code.
    return { ...outcome, handover: { kind: 'code', content, expiresAt }, channelData: { handedOver: true } };
  }

  async #firstAnswer(account: EcnyAccount, payment: PaymentFacts, reply: EcnyReply): Promise<Outcome> {
    if (reply.kind === 'not-answered') {
      const outcome: Outcome = reply.sent
        ? unknown(reply.cause)
        : { kind: 'declined', decline: notSent(isShown(payment)) };
      return withEvidence(outcome, reply.evidence);
    }
    const meaning = meaningOfCode('pay', reply.code);
    switch (meaning.kind) {
      case 'done':
        return withEvidence(readOrder(payment, reply.body), reply.evidence);
      case 'declined': {
        const decline = { code: reply.code, message: meaning.message, advice: meaning.advice };
        return { kind: 'declined', decline, evidence: reply.evidence };
      }
      case 'inquire': {
        const known = await this.#query(account, payment);
        const evidence = [...reply.evidence, ...known.evidence];
        const isKnown = known.kind === 'answered' && meaningOfCode('query', known.code).kind === 'done';
        return withEvidence(isKnown ? readOrder(payment, known.body) : unknown(reply.code), evidence);
      }
      default:
        return withEvidence(unknown(codeText(reply.code)), reply.evidence);
    }
  }

  /** It can no longer be cancelled: what the acquirer says of the order stands. */
  async #standing(account: EcnyAccount, payment: PaymentFacts, evidence: readonly Evidence[]): Promise<CancelOutcome> {
    const reply = await this.#query(account, payment);
    const all = [...evidence, ...reply.evidence];
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), all);
    const outcome = readOrder(payment, reply.body);
    if (outcome.kind === 'approved' || outcome.kind === 'declined') return withEvidence(outcome, all);
    return withEvidence(unknown('it can no longer be cancelled, and its state is not known'), all);
  }

  #query(account: EcnyAccount, payment: PaymentFacts): Promise<EcnyReply> {
    return this.#call(account, 'query', { out_trade_no: outTradeNoOf(payment) }, QUERY_TIMEOUT_MS);
  }

  async #accountOf(merchantId: string): Promise<EcnyAccount> {
    return readEcnyAccount(await this.#environment.channelConfig(merchantId, 'ecny'));
  }

  #call(
    account: EcnyAccount,
    path: EcnyCall['path'],
    body: JsonObject,
    mostMs = Number.MAX_SAFE_INTEGER,
  ): Promise<EcnyReply> {
    const timeoutMs = Math.min(mostMs, this.#environment.policy.authorizeTimeoutMs);
    return callEcny(this.#environment, account, { path, body, timeoutMs });
  }
}

function refundOutcome(operation: EcnyOperation, facts: RefundFacts, outRefundNo: string, reply: EcnyReply): Outcome {
  if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
  const meaning = meaningOfCode(operation, reply.code);
  switch (meaning.kind) {
    case 'done':
      return withEvidence(readRefund(facts, outRefundNo, reply.body), reply.evidence);
    case 'declined': {
      const decline = { code: reply.code, message: meaning.message, advice: meaning.advice };
      return { kind: 'declined', decline, evidence: reply.evidence };
    }
    default:
      return withEvidence(unknown(codeText(reply.code)), reply.evidence);
  }
}

/** Cancelled. That money had moved is remembered: a notification of it may still be on its way. */
function undone(moneyHadMoved: boolean, evidence: readonly Evidence[]): CancelOutcome {
  return { kind: 'cancelled', moneyHadMoved, evidence, ...(moneyHadMoved ? { channelData: { undone: true } } : {}) };
}

function codeText(code: string): string {
  return code || 'an answer without a code';
}

function prefixed(evidence: readonly Evidence[], outcome: Outcome): Outcome {
  return withEvidence(outcome, [...evidence, ...(outcome.evidence ?? [])]);
}
