import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type {
  BillProgress,
  BillReading,
  CancelOutcome,
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
import { endOf, type OrderFlow, outTradeNoOf } from '../../wallet/flow.ts';
import {
  firstAnswerOf,
  inquiryOf,
  refundOf,
  standing,
  undecided,
  undone,
  unknown,
  withEvidence,
} from '../../wallet/outcomes.ts';
import { type EcnyAccount, readEcnyAccount } from './account.ts';
import { readOrder, readRefund } from './answer.ts';
import { fetchBill } from './bill.ts';
import { micropayBody, nativeBody, terminalMembers } from './bodies.ts';
import type { EcnyOperation } from './codes.ts';
import { NotificationReader, refusedAnswer, TAKEN } from './notification.ts';
import { callEcny, type EcnyReply } from './request.ts';

const QUERY_TIMEOUT_MS = 5_000;

/** e-CNY: the cashier scans the customer's code (DC_MICROPAY), or the customer scans ours (DC_NATIVE). */
export class EcnyConnector implements WalletConnector<EcnyAccount> {
  readonly #environment: MethodEnvironment;
  readonly #notifications: NotificationReader;
  readonly account = readEcnyAccount;
  readonly checkTerminal = terminalMembers;
  readonly taken = TAKEN;
  readonly refused = (cause: string): RawAnswer => refusedAnswer(cause);

  constructor(environment: MethodEnvironment) {
    this.#environment = environment;
    this.#notifications = new NotificationReader(environment);
  }

  async takeCode({ account, payment, device }: Order<EcnyAccount>, code: string): Promise<FirstAnswer> {
    const body = micropayBody(this.#environment, account, payment, device, code);
    return firstAnswerOf(await this.#call(account, 'micropay', body), NOT_SENT, (order) => readOrder(payment, order));
  }

  async offer({ account, payment, device }: Order<EcnyAccount>, flow: OrderFlow): Promise<FirstAnswer> {
    const body = nativeBody(this.#environment, account, payment, device, flow);
    const expiresAt = new Date(endOf(this.#environment, payment, flow)).toISOString();
    return firstAnswerOf(await this.#call(account, 'native', body), NOT_OFFERED, (order) => {
      const outcome = readOrder(payment, order);
      if (outcome.kind !== 'pending') return outcome;
      const content = textAt(order, 'code_url');
      if (content === '') return unknown('the answer has no code_url');
      return { ...outcome, handover: { kind: 'code', content, expiresAt } };
    });
  }

  async inquire(account: EcnyAccount, payment: PaymentFacts): Promise<Inquiry> {
    const reply = await this.#call(account, 'query', { out_trade_no: outTradeNoOf(payment) }, QUERY_TIMEOUT_MS);
    return inquiryOf(reply, (order) => readOrder(payment, order));
  }

  async cancel(account: EcnyAccount, payment: PaymentFacts): Promise<CancelOutcome> {
    const reply = await this.#call(account, 'cancel', { out_trade_no: outTradeNoOf(payment) }, QUERY_TIMEOUT_MS);
    if (reply.kind === 'not-answered') return undecided(reply);
    const { refunded_amount: moved } = reply.body;
    switch (reply.meaning.kind) {
      case 'done':
        return textAt(reply.body, 'out_trade_no') === outTradeNoOf(payment) && typeof moved === 'number'
          ? undone(moved > 0, reply.evidence)
          : withEvidence(unknown('the answer speaks of another order'), reply.evidence);
      case 'not-found':
        return undone(false, reply.evidence);
      case 'inquire':
        return standing(reply.evidence, await this.inquire(account, payment));
      default:
        return undecided(reply);
    }
  }

  async refund(account: EcnyAccount, refund: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const outRefundNo = this.#numberOf(refund);
    const notifyUrl = this.#environment.notificationUrl(payment.merchantId, 'ecny');
    const reply = await this.#call(account, 'refund', {
      out_trade_no: outTradeNoOf(payment),
      out_refund_no: outRefundNo,
      refund_amount: refund.amountMinor,
      currency: refund.currency,
      ...(notifyUrl === null ? {} : { notify_url: notifyUrl }),
    });
    return refundOf(reply, (answer) => readRefund(refund, outRefundNo, answer));
  }

  async inquireRefund(account: EcnyAccount, refund: RefundFacts): Promise<Inquiry> {
    const outRefundNo = this.#numberOf(refund);
    const reply = await this.#call(account, 'refund-query', { out_refund_no: outRefundNo }, QUERY_TIMEOUT_MS);
    return inquiryOf(reply, (answer) => readRefund(refund, outRefundNo, answer));
  }

  async notice(account: EcnyAccount, notification: Notification): Promise<Notice> {
    return this.#notifications.read(account, notification);
  }

  bill(account: EcnyAccount, date: string, progress: (progress: BillProgress) => void): Promise<BillReading> {
    return fetchBill(this.#environment, account, date, progress);
  }

  #numberOf({ id }: RefundFacts): string {
    return walletOrderNumber(this.#environment.walletCrypto, id);
  }

  #call(
    account: EcnyAccount,
    operation: EcnyOperation,
    body: JsonObject,
    mostMs = Number.MAX_SAFE_INTEGER,
  ): Promise<EcnyReply> {
    const timeoutMs = Math.min(mostMs, this.#environment.policy.authorizeTimeoutMs);
    return callEcny(this.#environment, account, { operation, body, timeoutMs });
  }
}
