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
import { type FormFields, UsedCodes, walletOrderNumber } from '@zhanggui/wallets';
import { readUnionPayAccount, type UnionPayAccount } from './account.ts';
import { readPayment, readRefund, unknown, withEvidence } from './answer.ts';
import { fetchBill } from './bill.ts';
import { CODE_REUSED, meaningOfCode, notSent, TOO_OLD_TO_REFUND } from './codes.ts';
import { endOf, merchantCode, scannedFields, shownFields } from './fields.ts';
import { flowOf, orderIdOf, type ShownFlow, shownFlowOf, txnTimeOf } from './flow.ts';
import { readNotification } from './notification.ts';
import { callUnionPay, type UnionPayReply } from './request.ts';

const QUERY_TIMEOUT_MS = 5_000;
const REFUND_WINDOW_MS = 334 * 86_400_000;

/** UnionPay codes: the cashier scans the customer's, or the customer scans ours. */
export class UnionPayMethod implements PaymentMethod {
  readonly #environment: MethodEnvironment;
  readonly #recognise: (scanned: string) => boolean;
  readonly #usedCodes: UsedCodes;

  constructor(environment: MethodEnvironment, recognise: (scanned: string) => boolean) {
    this.#environment = environment;
    this.#recognise = recognise;
    this.#usedCodes = new UsedCodes(environment.walletCrypto);
  }

  async prepare(payment: PaymentDraft, credential: unknown): Promise<PreparedPayment> {
    const flow = flowOf(credential, this.#recognise);
    await this.#accountOf(payment.merchantId);
    const outTradeNo = walletOrderNumber(this.#environment.walletCrypto, payment.id);
    if (flow.kind !== 'payment-code') return { channelData: { outTradeNo, flow: flow.kind }, maskedInstrument: null };
    // The last characters of an EMVCo code say nothing that a person could compare.
    const isDigits = /^\d+$/.test(flow.code);
    return { channelData: { outTradeNo }, maskedInstrument: isDigits ? `•••• ${flow.code.slice(-4)}` : null };
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
    const reply = await this.#query(account, orderIdOf(payment), txnTimeOf(payment));
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    const flow = shownFlowOf(payment);
    const isNotHandedOver = flow !== null && payment.channelData.handedOver !== true;
    const { respCode = '', origRespCode = '' } = reply.fields;
    const meaning = meaningOfCode('query', respCode).kind;
    if (meaning === 'not-found' && isNotHandedOver)
      return prefixed(reply.evidence, await this.#offer(account, payment, flow));
    // A transaction that is not there yet may still arrive; only its reversal makes the answer definite.
    if (meaning !== 'done') return withEvidence(unknown(`response code ${respCode}`), reply.evidence);
    const outcome = withEvidence(readPayment(payment, origRespCode, reply.fields), reply.evidence);
    // The order is there and nobody can pay it, since its number was lost with the answer: the same order gives it again.
    return outcome.kind === 'pending' && isNotHandedOver
      ? prefixed(reply.evidence, await this.#offer(account, payment, flow))
      : outcome;
  }

  notified(notification: Notification, known: KnownPayments): Promise<NotificationReading> {
    return readNotification(this.#environment, notification, known);
  }

  async bill(merchantId: string, date: string, progress: (progress: BillProgress) => void): Promise<BillReading> {
    return fetchBill(this.#environment, await this.#accountOf(merchantId), date, progress);
  }

  async cancel(payment: PaymentFacts): Promise<CancelOutcome> {
    const account = await this.#accountOf(payment.merchantId);
    // A reversal bears number and time of what it undoes.
    const fields = { txnType: '99', txnSubType: '01', orderId: orderIdOf(payment), txnTime: txnTimeOf(payment) };
    const reply = await this.#call(account, fields, QUERY_TIMEOUT_MS);
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    const { respCode = '', settleAmt = '' } = reply.fields;
    switch (meaningOfCode('reverse', respCode).kind) {
      case 'done':
        if (!/^\d{1,12}$/.test(settleAmt)) return withEvidence(unknown('the reversal has no amount'), reply.evidence);
        return undone(Number(settleAmt) > 0, reply.evidence);
      case 'not-found':
        return { kind: 'cancelled', moneyHadMoved: false, evidence: reply.evidence };
      case 'inquire':
        return this.#standing(account, payment, reply.evidence);
      default:
        return withEvidence(unknown(`response code ${respCode}`), reply.evidence);
    }
  }

  async refund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    if (facts.createdAt - payment.createdAt > REFUND_WINDOW_MS) return { kind: 'declined', decline: TOO_OLD_TO_REFUND };
    const account = await this.#accountOf(payment.merchantId);
    const { queryId } = payment.channelData;
    if (typeof queryId !== 'string') return unknown('the number of the payment at UnionPay is not known');
    const backUrl = this.#environment.notificationUrl(payment.merchantId, 'unionpay-qr');
    const fields = {
      txnType: '04',
      txnSubType: '00',
      orderId: walletOrderNumber(this.#environment.walletCrypto, facts.id),
      txnTime: txnTimeOf(facts),
      txnAmt: String(facts.amountMinor),
      origQryId: queryId,
      ...(backUrl === null ? {} : { backUrl }),
    };
    const reply = await this.#call(account, fields);
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    const { respCode = '' } = reply.fields;
    // Accepted is not done: the refund is asked about.
    if (meaningOfCode('refund', respCode).kind === 'done')
      return { kind: 'pending', waitingFor: 'channel', evidence: reply.evidence };
    return withEvidence(readRefund(facts, respCode, reply.fields), reply.evidence);
  }

  async inquireRefund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const orderId = walletOrderNumber(this.#environment.walletCrypto, facts.id);
    const reply = await this.#query(account, orderId, txnTimeOf(facts));
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    const { respCode = '', origRespCode = '' } = reply.fields;
    const meaning = meaningOfCode('query', respCode).kind;
    // The request never arrived: the same number is sent again, which cannot refund twice.
    if (meaning === 'not-found') return prefixed(reply.evidence, await this.refund(facts, payment));
    if (meaning !== 'done') return withEvidence(unknown(`response code ${respCode}`), reply.evidence);
    return withEvidence(readRefund(facts, origRespCode, reply.fields), reply.evidence);
  }

  async #takeCode(account: UnionPayAccount, payment: PaymentFacts, code: string): Promise<Outcome> {
    if (!this.#usedCodes.isFirstUse(code)) return { kind: 'declined', decline: CODE_REUSED };
    const reply = await this.#call(account, await scannedFields(this.#environment, account, payment, code));
    if (reply.kind === 'not-answered') return silent(reply, false);
    return this.#firstAnswer(payment, reply.fields, reply.evidence);
  }

  /** Makes the order whose code the customer scans; the same number again is the same order. */
  async #offer(account: UnionPayAccount, payment: PaymentFacts, flow: ShownFlow): Promise<Outcome> {
    const reply = await this.#call(account, await shownFields(this.#environment, account, payment, flow));
    if (reply.kind === 'not-answered') return silent(reply, true);
    const { respCode = '', queryId = '' } = reply.fields;
    if (meaningOfCode('pay', respCode).kind !== 'done') return this.#firstAnswer(payment, reply.fields, reply.evidence);
    if (!/^\d{21}$/.test(queryId)) return withEvidence(unknown('the answer has no queryId'), reply.evidence);
    const expiresAt = new Date(endOf(this.#environment, payment, flow)).toISOString();
    return {
      kind: 'pending',
      waitingFor: 'customer-scan',
      handover: { kind: 'code', content: merchantCode(account, payment, flow, queryId), expiresAt },
      // Remembered, so that an order whose answer was lost is made again for the sake of its code.
      channelData: { handedOver: true, queryId },
      evidence: reply.evidence,
    };
  }

  async #firstAnswer(payment: PaymentFacts, fields: FormFields, evidence: readonly Evidence[]): Promise<Outcome> {
    const { respCode = '' } = fields;
    if (meaningOfCode('pay', respCode).kind !== 'inquire')
      return withEvidence(readPayment(payment, respCode, fields), evidence);
    const account = await this.#accountOf(payment.merchantId);
    const reply = await this.#query(account, orderIdOf(payment), txnTimeOf(payment));
    const all = [...evidence, ...reply.evidence];
    const isKnown = reply.kind === 'answered' && meaningOfCode('query', reply.fields.respCode ?? '').kind === 'done';
    if (!isKnown) return withEvidence(unknown(`response code ${respCode}`), all);
    return withEvidence(readPayment(payment, reply.fields.origRespCode ?? '', reply.fields), all);
  }

  /** It can no longer be reversed: what UnionPay says of the transaction stands. */
  async #standing(
    account: UnionPayAccount,
    payment: PaymentFacts,
    evidence: readonly Evidence[],
  ): Promise<CancelOutcome> {
    const reply = await this.#query(account, orderIdOf(payment), txnTimeOf(payment));
    const all = [...evidence, ...reply.evidence];
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), all);
    const outcome = readPayment(payment, reply.fields.origRespCode ?? '', reply.fields);
    if (outcome.kind === 'approved' || outcome.kind === 'declined') return withEvidence(outcome, all);
    return withEvidence(unknown('it can no longer be reversed, and its state is not known'), all);
  }

  #query(account: UnionPayAccount, orderId: string, txnTime: string): Promise<UnionPayReply> {
    const fields = { txnType: '00', txnSubType: '00', orderId, txnTime };
    return this.#call(account, fields, QUERY_TIMEOUT_MS);
  }

  async #accountOf(merchantId: string): Promise<UnionPayAccount> {
    return readUnionPayAccount(await this.#environment.channelConfig(merchantId, 'unionpay-qr'));
  }

  #call(account: UnionPayAccount, fields: FormFields, mostMs = Number.MAX_SAFE_INTEGER): Promise<UnionPayReply> {
    const timeoutMs = Math.min(mostMs, this.#environment.policy.authorizeTimeoutMs);
    const page = fields.txnType === '00' ? 'queryTrans.do' : 'backTransReq.do';
    return callUnionPay(this.#environment, account, { page, fields, timeoutMs });
  }
}

/** No answer to the first request: unknown, unless nothing was sent. */
function silent(
  { sent, cause, evidence }: UnionPayReply & { readonly kind: 'not-answered' },
  isShown: boolean,
): Outcome {
  return withEvidence(sent ? unknown(cause) : { kind: 'declined', decline: notSent(isShown) }, evidence);
}

/** Reversed. That money had moved is remembered: a notification of it may still be on its way. */
function undone(moneyHadMoved: boolean, evidence: readonly Evidence[]): CancelOutcome {
  return { kind: 'cancelled', moneyHadMoved, evidence, ...(moneyHadMoved ? { channelData: { undone: true } } : {}) };
}

function prefixed(evidence: readonly Evidence[], outcome: Outcome): Outcome {
  return withEvidence(outcome, [...evidence, ...(outcome.evidence ?? [])]);
}
