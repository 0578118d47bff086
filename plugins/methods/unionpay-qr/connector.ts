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
import { type FormFields, walletOrderNumber } from '@zhanggui/wallets';
import { NOT_OFFERED, NOT_SENT } from '../../wallet/codes.ts';
import type { FirstAnswer, Inquiry, Notice, Order, WalletConnector } from '../../wallet/connector.ts';
import { endOf, type OrderFlow, orderFlowOf, outTradeNoOf } from '../../wallet/flow.ts';
import {
  inquiryOf,
  refundOf,
  standing,
  undecided,
  undone,
  unknown,
  unsent,
  withEvidence,
} from '../../wallet/outcomes.ts';
import { readUnionPayAccount, type UnionPayAccount } from './account.ts';
import { readPayment, readRefund } from './answer.ts';
import { fetchBill } from './bill.ts';
import { TOO_OLD_TO_REFUND, type UnionPayOperation } from './codes.ts';
import { scannedFields, shownCode, shownFields, terminalMembers, txnTimeOf } from './fields.ts';
import { REFUSED, readNotification, TAKEN } from './notification.ts';
import { callUnionPay, type UnionPayAnswered, type UnionPayReply } from './request.ts';

const QUERY_TIMEOUT_MS = 5_000;
const REFUND_WINDOW = { withinMs: 334 * 86_400_000, tooLate: TOO_OLD_TO_REFUND };

/** UnionPay codes: the cashier scans the customer's, or the customer scans ours. */
export class UnionPayConnector implements WalletConnector<UnionPayAccount> {
  readonly #environment: MethodEnvironment;
  readonly account = readUnionPayAccount;
  readonly checkTerminal = terminalMembers;
  readonly taken = TAKEN;

  constructor(environment: MethodEnvironment) {
    this.#environment = environment;
  }

  async takeCode({ account, payment, device }: Order<UnionPayAccount>, code: string): Promise<FirstAnswer> {
    const fields = scannedFields(this.#environment, account, payment, device, code);
    const reply = await this.#call(account, 'pay', fields);
    return reply.kind === 'not-answered' ? unsent(reply, NOT_SENT) : firstAnswer(payment, reply);
  }

  async offer({ account, payment, device }: Order<UnionPayAccount>, flow: OrderFlow): Promise<FirstAnswer> {
    const reply = await this.#call(account, 'pay', shownFields(this.#environment, account, payment, device, flow));
    if (reply.kind === 'not-answered') return unsent(reply, NOT_OFFERED);
    if (reply.meaning.kind !== 'done') return firstAnswer(payment, reply);
    const { evidence, body } = reply;
    const content = shownCode(account, payment, flow, body);
    if (content === null) return withEvidence(unknown('the answer has no code'), evidence);
    const expiresAt = new Date(endOf(this.#environment, payment, flow)).toISOString();
    const handover = { kind: 'code', content, expiresAt } as const;
    const channelData = body.queryId === undefined ? {} : { queryId: body.queryId };
    return { kind: 'pending', waitingFor: 'customer-scan', handover, channelData, evidence };
  }

  async inquire(account: UnionPayAccount, payment: PaymentFacts): Promise<Inquiry> {
    const reply = await this.#query(account, outTradeNoOf(payment), txnTimeOf(payment));
    const found = await inquiryOf(reply, (fields) => readPayment(payment, fields.origRespCode ?? '', fields));
    return found.kind === 'not-found' && isShown(payment)
      ? { kind: 'pending', waitingFor: 'customer-scan', evidence: found.evidence }
      : found;
  }

  async cancel(account: UnionPayAccount, payment: PaymentFacts): Promise<CancelOutcome> {
    // A reversal bears number and time of what it undoes.
    const fields = { txnType: '99', txnSubType: '01', orderId: outTradeNoOf(payment), txnTime: txnTimeOf(payment) };
    const reply = await this.#call(account, 'reverse', fields, QUERY_TIMEOUT_MS);
    if (reply.kind === 'not-answered') return undecided(reply);
    const { settleAmt = '' } = reply.body;
    switch (reply.meaning.kind) {
      case 'done':
        return /^\d{1,12}$/.test(settleAmt)
          ? undone(Number(settleAmt) > 0, reply.evidence)
          : withEvidence(unknown('the reversal has no amount'), reply.evidence);
      case 'not-found':
        return undone(false, reply.evidence);
      case 'inquire':
        return standing(reply.evidence, await this.inquire(account, payment));
      default:
        return undecided(reply);
    }
  }

  refundWindow() {
    return REFUND_WINDOW;
  }

  async refund(account: UnionPayAccount, refund: RefundFacts, payment: PaymentFacts): Promise<Outcome> {
    const { queryId } = payment.channelData;
    if (typeof queryId !== 'string') return unknown('the number of the payment at UnionPay is not known');
    const backUrl = this.#environment.notificationUrl(payment.merchantId, 'unionpay-qr');
    const fields = {
      txnType: '04',
      txnSubType: '00',
      orderId: walletOrderNumber(this.#environment.walletCrypto, refund.id),
      txnTime: txnTimeOf(refund),
      txnAmt: String(refund.amountMinor),
      origQryId: queryId,
      ...(backUrl === null ? {} : { backUrl }),
    };
    const reply = await this.#call(account, 'refund', fields);
    // Accepted is not done: the refund is asked about.
    return refundOf(reply, () => ({ kind: 'pending', waitingFor: 'channel' }));
  }

  async inquireRefund(account: UnionPayAccount, refund: RefundFacts): Promise<Inquiry> {
    const orderId = walletOrderNumber(this.#environment.walletCrypto, refund.id);
    const reply = await this.#query(account, orderId, txnTimeOf(refund));
    return inquiryOf(reply, (fields) => readRefund(refund, fields.origRespCode ?? '', fields));
  }

  async notice(account: UnionPayAccount, notification: Notification): Promise<Notice> {
    return readNotification(this.#environment, account, notification);
  }

  refused(): RawAnswer {
    return REFUSED;
  }

  bill(account: UnionPayAccount, date: string, progress: (progress: BillProgress) => void): Promise<BillReading> {
    return fetchBill(this.#environment, account, date, progress);
  }

  #query(account: UnionPayAccount, orderId: string, txnTime: string): Promise<UnionPayReply> {
    const fields = { txnType: '00', txnSubType: '00', orderId, txnTime };
    return this.#call(account, 'query', fields, QUERY_TIMEOUT_MS);
  }

  #call(
    account: UnionPayAccount,
    operation: UnionPayOperation,
    fields: FormFields,
    mostMs = Number.MAX_SAFE_INTEGER,
  ): Promise<UnionPayReply> {
    const timeoutMs = Math.min(mostMs, this.#environment.policy.authorizeTimeoutMs);
    const page = operation === 'query' ? 'queryTrans.do' : 'backTransReq.do';
    return callUnionPay(this.#environment, account, { operation, page, fields, timeoutMs });
  }
}

/** A code that nobody has scanned yet is no transaction yet. */
function isShown(payment: PaymentFacts): boolean {
  const { handedOver, cancelled } = payment.channelData;
  return orderFlowOf(payment) !== null && handedOver === true && cancelled !== true;
}

function firstAnswer(payment: PaymentFacts, { code, meaning, body, evidence }: UnionPayAnswered): FirstAnswer {
  return meaning.kind === 'inquire'
    ? { kind: 'inquire', code: `response code ${code}`, evidence }
    : withEvidence(readPayment(payment, code, body), evidence);
}
