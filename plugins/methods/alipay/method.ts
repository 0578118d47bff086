import { Fault } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type {
  CancelOutcome,
  Evidence,
  MethodEnvironment,
  MethodPolicy,
  Outcome,
  PaymentDraft,
  PaymentFacts,
  PaymentMethod,
  PreparedPayment,
  RefundFacts,
} from '@zhanggui/modules/payments/method.ts';
import { textAt, UsedCodes, walletOrderNumber } from '@zhanggui/wallets';
import { type AlipayAccount, readAlipayAccount } from './account.ts';
import { readPaid, readRefund, readRefundStatus, readTrade, unknown, withEvidence, yuan } from './answer.ts';
import { type AlipayOperation, CODE_REUSED, meaningOfCode, NOT_SENT, TRADE_REFUNDED } from './codes.ts';
import { type AlipayCall, type AlipayReply, callAlipay } from './request.ts';

const QUERY_TIMEOUT_MS = 5_000;
const SUBJECT_LENGTH = 128;
/** How long the customer may take for the password; the shortest that the interface takes. */
const PAYING_TIME = '1m';

interface CodeCredential {
  readonly code: string;
}

type Answered = AlipayReply & { readonly kind: 'answered' };

/** Payment code payments of Alipay (当面付): the cashier scans the customer's code. */
export class AlipayMethod implements PaymentMethod {
  readonly #environment: MethodEnvironment;
  readonly #policy: MethodPolicy;
  readonly #recognise: (scanned: string) => boolean;
  readonly #usedCodes: UsedCodes;

  constructor(environment: MethodEnvironment, recognise: (scanned: string) => boolean) {
    this.#environment = environment;
    this.#usedCodes = new UsedCodes(environment.walletCrypto);
    this.#policy = environment.policy;
    this.#recognise = recognise;
  }

  async prepare(payment: PaymentDraft, credential: unknown): Promise<PreparedPayment> {
    const code = codeOf(credential, this.#recognise);
    await this.#accountOf(payment.merchantId);
    const outTradeNo = walletOrderNumber(this.#environment.walletCrypto, payment.id);
    return { channelData: { outTradeNo }, maskedInstrument: `•••• ${code.slice(-4)}` };
  }

  async authorize(payment: PaymentFacts, credential: unknown): Promise<Outcome> {
    const code = codeOf(credential, this.#recognise);
    if (!this.#usedCodes.isFirstUse(code)) return { kind: 'declined', decline: CODE_REUSED };
    const account = await this.#accountOf(payment.merchantId);
    const content = payContent(account, payment, outTradeNoOf(payment), code);
    const reply = await this.#call(account, { method: 'alipay.trade.pay', content }, this.#policy.authorizeTimeoutMs);
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

  async inquire(payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const content = { out_trade_no: outTradeNoOf(payment) };
    const reply = await this.#call(account, { method: 'alipay.trade.query', content });
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    if (reply.code === '10000')
      return withEvidence(readTrade(payment, outTradeNoOf(payment), reply.body), reply.evidence);
    // A trade that is not there yet may still arrive; only its cancellation makes the answer definite.
    return withEvidence(unknown(codeText(reply)), reply.evidence);
  }

  async cancel(payment: PaymentFacts): Promise<CancelOutcome> {
    const account = await this.#accountOf(payment.merchantId);
    const content = { out_trade_no: outTradeNoOf(payment) };
    const reply = await this.#call(account, { method: 'alipay.trade.cancel', content });
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    switch (meaningOfCode('cancel', reply.code, reply.subCode).kind) {
      case 'done':
        return cancelled(outTradeNoOf(payment), reply);
      case 'not-found':
        return { kind: 'cancelled', moneyHadMoved: false, evidence: reply.evidence };
      case 'inquire':
        return standing(await this.inquire(payment), reply.evidence);
      default:
        return withEvidence(unknown(codeText(reply)), reply.evidence);
    }
  }

  async refund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const content: JsonObject = {
      out_trade_no: outTradeNoOf(payment),
      refund_amount: yuan(facts.amountMinor),
      out_request_no: walletOrderNumber(this.#environment.walletCrypto, facts.id),
      refund_reason: facts.reason.slice(0, SUBJECT_LENGTH),
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
    return readAlipayAccount(await this.#environment.channelConfig(merchantId, 'alipay'));
  }

  #call(
    account: AlipayAccount,
    request: Omit<AlipayCall, 'timeoutMs'>,
    timeoutMs = QUERY_TIMEOUT_MS,
  ): Promise<AlipayReply> {
    const within = Math.min(timeoutMs, this.#policy.authorizeTimeoutMs);
    return callAlipay(this.#environment, account, { ...request, timeoutMs: within });
  }
}

function codeOf(credential: unknown, recognise: (scanned: string) => boolean): string {
  const code = (credential as Partial<CodeCredential> | null | undefined)?.code;
  if (typeof code === 'string' && recognise(code)) return code.trim();
  const message = { zh: '这不是支付宝付款码', en: 'This is not an Alipay payment code.' };
  throw new Fault('credential-refused', { fields: [{ path: 'credential.code', message }] });
}

function outTradeNoOf(payment: PaymentFacts): string {
  const { outTradeNo } = payment.channelData;
  if (typeof outTradeNo !== 'string') throw new Error('the payment was not prepared by this method');
  return outTradeNo;
}

function payContent(account: AlipayAccount, payment: PaymentFacts, outTradeNo: string, code: string): JsonObject {
  const { serviceProviderId, terminalParams } = account;
  return {
    out_trade_no: outTradeNo,
    scene: code.startsWith('fp') ? 'security_code' : 'bar_code',
    auth_code: code,
    product_code: 'FACE_TO_FACE_PAYMENT',
    // The interface takes none of these three in a subject.
    subject: payment.subject.replace(/[/=&]/g, ' ').slice(0, SUBJECT_LENGTH),
    total_amount: yuan(payment.amountMinor),
    timeout_express: PAYING_TIME,
    store_id: (account.storeId ?? payment.storeId).slice(-32),
    terminal_id: payment.tillId.slice(-32),
    ...(serviceProviderId === undefined ? {} : { extend_params: { sys_service_provider_id: serviceProviderId } }),
    ...(terminalParams === undefined ? {} : { terminal_params: terminalParams }),
  };
}

/** The outcome of an error that was answered: a decline where the code says that nothing was done, else unknown. */
function refused(operation: AlipayOperation, reply: Answered): Outcome {
  const meaning = meaningOfCode(operation, reply.code, reply.subCode);
  if (meaning.kind !== 'declined') return withEvidence(unknown(codeText(reply)), reply.evidence);
  const decline = { code: codeText(reply), message: meaning.message, advice: meaning.advice };
  return { kind: 'declined', decline, evidence: reply.evidence };
}

/** Reads a cancellation that was answered with 10000: `retry_flag` Y asks for another, `action` says what was done. */
function cancelled(outTradeNo: string, reply: Answered): CancelOutcome {
  const { body, evidence } = reply;
  if (textAt(body, 'out_trade_no') !== outTradeNo)
    return withEvidence(unknown('the answer speaks of another trade'), evidence);
  if (textAt(body, 'retry_flag') === 'Y') return withEvidence(unknown('told to cancel again'), evidence);
  return { kind: 'cancelled', moneyHadMoved: textAt(body, 'action') === 'refund', evidence };
}

/** A cancellation that the channel no longer takes: the payment stands when the inquiry says so. */
function standing(outcome: Outcome, evidence: readonly Evidence[]): CancelOutcome {
  const all = [...evidence, ...(outcome.evidence ?? [])];
  if (outcome.kind === 'approved') return withEvidence(outcome, all);
  if (outcome.kind === 'declined')
    return { kind: 'cancelled', moneyHadMoved: outcome.decline.code === TRADE_REFUNDED.code, evidence: all };
  return withEvidence(unknown('it can no longer be cancelled, and its state is not known'), all);
}

function codeText(reply: Answered): string {
  return reply.subCode || reply.code || 'an error without a code';
}

function prefixed(evidence: readonly Evidence[], outcome: Outcome): Outcome {
  return withEvidence(outcome, [...evidence, ...(outcome.evidence ?? [])]);
}
