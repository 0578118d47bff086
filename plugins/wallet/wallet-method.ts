import { type Bilingual, Fault } from '@zhanggui/base';
import type {
  AcceptanceDevice,
  BillProgress,
  BillReading,
  CancelOutcome,
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
import { UsedCodes, WalletRefusal, walletOrderNumber } from '@zhanggui/wallets';
import { CODE_REUSED } from './codes.ts';
import type { FirstAnswer, Order, WalletConnector } from './connector.ts';
import { endOf, flowOf, type OrderFlow, orderFlowOf, type WalletFlow, type WalletFlows } from './flow.ts';
import { newsOf } from './notice.ts';
import { prefixed, unknown, withEvidence } from './outcomes.ts';

/** What a wallet is to its method. */
export interface WalletIdentity {
  readonly id: string;
  readonly title: Bilingual;
  readonly flows: WalletFlows;
  recognise(scanned: string): boolean;
}

/** A wallet as a way to pay: the rules that all wallets share, over the connector of one. */
export class WalletMethod<Account> implements PaymentMethod {
  readonly #wallet: WalletIdentity;
  readonly #environment: MethodEnvironment;
  readonly #connector: WalletConnector<Account>;
  readonly #usedCodes: UsedCodes;

  constructor(wallet: WalletIdentity, environment: MethodEnvironment, connector: WalletConnector<Account>) {
    this.#wallet = wallet;
    this.#environment = environment;
    this.#connector = connector;
    this.#usedCodes = new UsedCodes(environment.walletCrypto);
  }

  async prepare(payment: PaymentDraft, credential: unknown): Promise<PreparedPayment> {
    const parts = await this.#partsOf(payment, credential);
    const instrument = new Ready(parts);
    const outTradeNo = walletOrderNumber(this.#environment.walletCrypto, payment.id);
    if (parts.flow.kind === 'payment-code')
      return { channelData: { outTradeNo }, instrument, maskedInstrument: lastDigitsOf(parts.flow.code) };
    const { kind, ...marks } = parts.flow;
    return { channelData: { outTradeNo, flow: kind, ...marks }, instrument, maskedInstrument: null };
  }

  /** @param given what `prepare` handed on, or the credential itself. */
  async authorize(payment: PaymentFacts, given: unknown): Promise<Outcome> {
    const parts = given instanceof Ready ? (given as Ready<Account>).open() : await this.#partsOf(payment, given);
    const { flow, account, device } = parts;
    if (flow.kind !== 'payment-code') return this.#offer({ account, payment, device }, flow.kind);
    if (!this.#usedCodes.isFirstUse(flow.code)) return { kind: 'declined', decline: CODE_REUSED };
    const answer = await this.#connector.takeCode({ account, payment, device }, flow.code);
    return this.#outcomeOf(account, payment, answer);
  }

  async inquire(payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment);
    const found = await this.#connector.inquire(account, payment);
    const lost = this.#lostOrder(payment);
    if (found.kind === 'not-found') {
      if (lost !== null) return prefixed(found.evidence, await this.#offerAgain(account, payment, lost));
      // An order that is not there yet may still arrive; only its cancellation makes the answer definite.
      return withEvidence(unknown('the order is not known'), found.evidence);
    }
    // The order is there and nobody can pay it, since its code was lost with the answer: the same order gives it again.
    return lost !== null && found.kind === 'pending' && found.waitingFor === 'customer-scan'
      ? prefixed(found.evidence ?? [], await this.#offerAgain(account, payment, lost))
      : found;
  }

  async cancel(payment: PaymentFacts): Promise<CancelOutcome> {
    const outcome = await this.#connector.cancel(await this.#accountOf(payment), payment);
    return outcome.kind === 'cancelled'
      ? { ...outcome, channelData: { ...outcome.channelData, cancelled: true } }
      : outcome;
  }

  async refund(refund: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const account = await this.#accountOf(payment);
    const window = this.#connector.refundWindow?.(account);
    if (window !== undefined && refund.createdAt - payment.createdAt > window.withinMs)
      return { kind: 'declined', decline: window.tooLate };
    return this.#connector.refund(account, refund, payment);
  }

  async inquireRefund(refund: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const found = await this.#connector.inquireRefund(await this.#accountOf(payment), refund, payment);
    // The request never arrived: the same number is sent again, which cannot refund twice.
    return found.kind === 'not-found' ? prefixed(found.evidence, await this.refund(refund, payment)) : found;
  }

  async notified(notification: Notification, known: KnownPayments): Promise<NotificationReading> {
    const { taken } = this.#connector;
    try {
      const news = await newsOf(await this.#connector.notice(await this.#accountOf(notification), notification), known);
      return news.kind === 'refused'
        ? { ...news, answer: this.#connector.refused(news.cause) }
        : { ...news, answer: taken };
    } catch (error) {
      const isRefusal = error instanceof WalletRefusal;
      if (!isRefusal && !(error instanceof Fault && error.code === 'channel-not-configured')) throw error;
      return { kind: 'refused', cause: error.code, answer: this.#connector.refused(error.code) };
    }
  }

  async bill(merchantId: string, date: string, progress: (progress: BillProgress) => void): Promise<BillReading> {
    return this.#connector.bill(await this.#accountOf({ merchantId }), date, progress);
  }

  async #offer(order: Order<Account>, flow: OrderFlow): Promise<Outcome> {
    const outcome = await this.#outcomeOf(order.account, order.payment, await this.#connector.offer(order, flow));
    if (outcome.kind !== 'pending' || outcome.handover === undefined) return outcome;
    // Remembered, so that an order whose answer was lost is made again for the sake of its code.
    return { ...outcome, channelData: { ...outcome.channelData, handedOver: true } };
  }

  /** The flow of an order that the customer could still pay, if the answer that brought its code had not been lost. */
  #lostOrder(payment: PaymentFacts): OrderFlow | null {
    const flow = orderFlowOf(payment);
    const { handedOver, cancelled } = payment.channelData;
    if (flow === null || handedOver === true || cancelled === true) return null;
    return this.#environment.clock.now() < endOf(this.#environment, payment, flow) ? flow : null;
  }

  /** An order whose first answer was lost: what refuses the second request says nothing of the first. */
  async #offerAgain(account: Account, payment: PaymentFacts, flow: OrderFlow): Promise<Outcome> {
    const device = await this.#environment.deviceOf(payment.tillId);
    const outcome = await this.#offer({ account, payment, device }, flow);
    if (outcome.kind !== 'declined') return outcome;
    return withEvidence(unknown(`offered again: ${outcome.decline.code}`), outcome.evidence ?? []);
  }

  async #outcomeOf(account: Account, payment: PaymentFacts, answer: FirstAnswer): Promise<Outcome> {
    if (answer.kind !== 'inquire') return answer;
    const found = await this.#connector.inquire(account, payment);
    const evidence = [...answer.evidence, ...(found.evidence ?? [])];
    return withEvidence(found.kind === 'not-found' ? unknown(answer.code) : found, evidence);
  }

  async #accountOf({ merchantId }: Pick<PaymentFacts, 'merchantId'>): Promise<Account> {
    return this.#connector.account(await this.#environment.channelConfig(merchantId, this.#wallet.id));
  }

  /** Reads all that the first request needs, once. @throws Fault `credential-refused`, `channel-not-configured`. */
  async #partsOf(payment: PaymentDraft, credential: unknown): Promise<Parts<Account>> {
    const flow = flowOf(credential, this.#wallet);
    const [account, device] = await Promise.all([this.#accountOf(payment), this.#environment.deviceOf(payment.tillId)]);
    this.#connector.checkTerminal?.(account, device);
    return { flow, account, device };
  }
}

/** All that the first request needs. */
interface Parts<Account> {
  readonly flow: WalletFlow;
  readonly account: Account;
  readonly device: AcceptanceDevice | null;
}

/** What `prepare` hands on to `authorize`, in memory alone: closed, so that neither code nor key shows in a log. */
class Ready<Account> {
  readonly #parts: Parts<Account>;

  constructor(parts: Parts<Account>) {
    this.#parts = parts;
  }

  open(): Parts<Account> {
    return this.#parts;
  }
}

/** The last characters of a token or of an EMVCo code say nothing that a person could compare. */
function lastDigitsOf(code: string): string | null {
  return /^\d+$/.test(code) ? `•••• ${code.slice(-4)}` : null;
}
