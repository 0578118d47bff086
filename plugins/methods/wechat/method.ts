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
import { type JsonRecord, textAt, UsedCodes, walletOrderNumber } from '@zhanggui/wallets';
import { readWechatAccount, type WechatAccount } from './account.ts';
import { moneyHadMoved, type OrderReading, readOrder, readRefund, unknown, withEvidence } from './answer.ts';
import { CODE_REUSED, ENDED, meaningOfCode, NOT_SENT, type WechatOperation } from './codes.ts';
import { callWechat, type WechatCall, type WechatReply } from './request.ts';

const QUERY_TIMEOUT_MS = 5_000;
/** A description is at most 127 characters, a refund's reason 80. */
const DESCRIPTION_LENGTH = 40;

interface CodeCredential {
  readonly code: string;
}

/** Payment code payments of WeChat Pay (API v3): the cashier scans the customer's code. */
export class WechatMethod implements PaymentMethod {
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
    const body = payBody(account, payment, outTradeNoOf(payment), code);
    const path = '/v3/pay/transactions/codepay';
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

  async inquire(payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const reply = await this.#query(account, payment);
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    if (isDone(reply)) return this.#settled(account, payment, reply.body, reply.evidence);
    // An order that is not there yet may still arrive; only its cancellation makes the answer definite.
    return withEvidence(unknown(codeText(reply.body)), reply.evidence);
  }

  async cancel(payment: PaymentFacts): Promise<CancelOutcome> {
    const account = await this.#accountOf(payment.merchantId);
    const reply = await this.#reverse(account, payment);
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    if (isDone(reply)) {
      if (textAt(reply.body, 'recall') === 'Y') return withEvidence(unknown('told to reverse again'), reply.evidence);
      return this.#afterReversal(account, payment, reply.evidence);
    }
    switch (meaningOfCode('reverse', textAt(reply.body, 'code')).kind) {
      case 'not-found':
        return { kind: 'cancelled', moneyHadMoved: false, evidence: reply.evidence };
      case 'inquire':
        return this.#standing(account, payment, reply.evidence);
      default:
        return withEvidence(unknown(codeText(reply.body)), reply.evidence);
    }
  }

  async refund(facts: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment.merchantId);
    const outRefundNo = walletOrderNumber(this.#environment.walletCrypto, facts.id);
    const body: JsonObject = {
      out_trade_no: outTradeNoOf(payment),
      out_refund_no: outRefundNo,
      reason: facts.reason.slice(0, DESCRIPTION_LENGTH),
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
    const path = `/v3/refund/domestic/refunds/${outRefundNo}`;
    const reply = await this.#call(account, { method: 'GET', path });
    if (reply.kind === 'not-answered') return withEvidence(unknown(reply.cause), reply.evidence);
    if (isDone(reply)) return withEvidence(readRefund(facts, outRefundNo, reply.body), reply.evidence);
    const meaning = meaningOfCode('refund-query', textAt(reply.body, 'code'));
    // The request never arrived: the same number is sent again, which cannot refund twice.
    if (meaning.kind === 'not-found') return prefixed(reply.evidence, await this.refund(facts, payment));
    return withEvidence(unknown(codeText(reply.body)), reply.evidence);
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
    const path = `/v3/pay/transactions/out-trade-no/${outTradeNoOf(payment)}?mchid=${account.merchantId}`;
    return this.#call(account, { method: 'GET', path });
  }

  #reverse(account: WechatAccount, payment: PaymentFacts): Promise<WechatReply> {
    const path = `/v3/pay/transactions/out-trade-no/${outTradeNoOf(payment)}/reverse`;
    return this.#call(account, { method: 'POST', path, body: { appid: account.appId, mchid: account.merchantId } });
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
    return callWechat(this.#environment, account, { ...request, timeoutMs: within });
  }
}

function codeOf(credential: unknown, recognise: (scanned: string) => boolean): string {
  const code = (credential as Partial<CodeCredential> | null | undefined)?.code;
  if (typeof code === 'string' && recognise(code)) return code.trim();
  const message = { zh: '这不是微信付款码', en: 'This is not a WeChat payment code.' };
  throw new Fault('credential-refused', { fields: [{ path: 'credential.code', message }] });
}

function outTradeNoOf(payment: PaymentFacts): string {
  const { outTradeNo } = payment.channelData;
  if (typeof outTradeNo !== 'string') throw new Error('the payment was not prepared by this method');
  return outTradeNo;
}

function payBody(account: WechatAccount, payment: PaymentFacts, outTradeNo: string, code: string): JsonObject {
  return {
    appid: account.appId,
    mchid: account.merchantId,
    description: payment.subject.slice(0, DESCRIPTION_LENGTH),
    out_trade_no: outTradeNo,
    payer: { auth_code: code },
    amount: { total: payment.amountMinor, currency: payment.currency },
    scene_info: {
      device_id: payment.tillId.slice(-32),
      device_ip: account.deviceIp,
      store_info: {
        out_id: account.storeOutId ?? payment.storeId,
        ...(account.storeId === undefined ? {} : { id: account.storeId }),
      },
    },
  };
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
