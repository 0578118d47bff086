import { Fault } from '@zhanggui/base';
import type {
  KnownPayments,
  MethodEnvironment,
  Notification,
  NotificationReading,
  RawAnswer,
} from '@zhanggui/modules/payments/method.ts';
import { type FormFields, idOfWalletOrderNumber } from '@zhanggui/wallets';
import { readUnionPayAccount } from './account.ts';
import { readPayment, readRefund, withEvidence } from './answer.ts';
import { txnTimeOf } from './flow.ts';
import { evidence, genuine, shown } from './request.ts';

const TAKEN: RawAnswer = { status: 200, contentType: 'text/plain; charset=utf-8', body: 'ok' };

/** Reads what UnionPay sends by itself: verified, and held against the payment or refund that it names. */
export async function readNotification(
  environment: MethodEnvironment,
  { merchantId, headers, rawBody }: Notification,
  known: KnownPayments,
): Promise<NotificationReading> {
  if (!/^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '')) return refused('not-a-form');
  try {
    const account = readUnionPayAccount(await environment.channelConfig(merchantId, 'unionpay-qr'));
    const fields = genuine(environment.walletCrypto, account, rawBody);
    if (typeof fields === 'string') return refused(fields);
    const reading = fields.txnType === '04' ? await ofRefund(fields, known) : await ofPayment(fields, known);
    if (!('outcome' in reading)) return reading;
    const seen = evidence('answer', environment.clock.now(), `notification ${fields.txnType}`, shown(fields));
    return { ...reading, outcome: withEvidence(reading.outcome, [seen]) };
  } catch (error) {
    if (error instanceof Fault && error.code === 'channel-not-configured') return refused(error.code);
    throw error;
  }
}

async function ofPayment(fields: FormFields, known: KnownPayments): Promise<NotificationReading> {
  if (fields.txnType !== '01') return ignored('neither a payment nor a refund');
  const payment = await known.payment(idOfWalletOrderNumber('pay', fields.orderId ?? ''));
  if (payment === undefined) return ignored('no payment of ours');
  if (payment.channelData.undone === true) return ignored('its money went back with the reversal');
  if (fields.txnTime !== txnTimeOf(payment)) return refused('another transaction under the same number');
  const outcome = readPayment(payment, fields.respCode ?? '', fields);
  // What contradicts our own payment is no outcome of it; the transaction is asked about.
  if (outcome.kind === 'unknown') return refused(outcome.cause);
  return { kind: 'payment', paymentId: payment.id, outcome, answer: TAKEN };
}

async function ofRefund(fields: FormFields, known: KnownPayments): Promise<NotificationReading> {
  const found = await known.refund(idOfWalletOrderNumber('ref', fields.orderId ?? ''));
  if (found === undefined) return ignored('no refund of ours');
  if (fields.txnTime !== txnTimeOf(found.refund)) return refused('another transaction under the same number');
  const outcome = readRefund(found.refund, fields.respCode ?? '', fields);
  if (outcome.kind === 'unknown') return refused(outcome.cause);
  return { kind: 'refund', refundId: found.refund.id, outcome, answer: TAKEN };
}

function ignored(cause: string): NotificationReading {
  return { kind: 'ignored', cause, answer: TAKEN };
}

function refused(cause: string): NotificationReading {
  return { kind: 'refused', cause, answer: { status: 401, contentType: TAKEN.contentType, body: 'fail' } };
}
