import { Fault } from '@zhanggui/base';
import type {
  KnownPayments,
  MethodEnvironment,
  Notification,
  NotificationReading,
  RawAnswer,
} from '@zhanggui/modules/payments/method.ts';
import {
  ECNY_CLOCK_TOLERANCE_S,
  idOfWalletOrderNumber,
  type JsonRecord,
  RecentNonces,
  textAt,
} from '@zhanggui/wallets';
import { readEcnyAccount } from './account.ts';
import { readOrder, readRefund, withEvidence } from './answer.ts';
import { evidence, genuine, shown } from './request.ts';

const TAKEN: RawAnswer = { status: 200, contentType: 'application/json', body: '{"return_code":"SUCCESS"}' };

/** Reads what the acquirer sends by itself: verified, and held against the payment or refund that it names. */
export class EcnyNotifications {
  readonly #environment: MethodEnvironment;
  readonly #nonces = new RecentNonces(2 * ECNY_CLOCK_TOLERANCE_S * 1000);

  constructor(environment: MethodEnvironment) {
    this.#environment = environment;
  }

  async read({ merchantId, headers, rawBody }: Notification, known: KnownPayments): Promise<NotificationReading> {
    const { walletCrypto, clock } = this.#environment;
    const now = clock.now();
    try {
      const account = readEcnyAccount(await this.#environment.channelConfig(merchantId, 'ecny'));
      const body = genuine(walletCrypto, account, { headers, body: rawBody }, now);
      if (typeof body === 'string') return refused(body);
      if (!this.#nonces.isNew(`${headers['dcep-serial']} ${headers['dcep-nonce']}`, now)) return refused('replayed');
      const event = textAt(body, 'event');
      const reading = event === 'REFUND' ? await ofRefund(body, known) : await ofPayment(event, body, known);
      if (!('outcome' in reading)) return reading;
      const seen = evidence('answer', now, `notification ${event}`, shown(body));
      return { ...reading, outcome: withEvidence(reading.outcome, [seen]) };
    } catch (error) {
      if (error instanceof Fault && error.code === 'channel-not-configured') return refused(error.code);
      throw error;
    }
  }
}

async function ofPayment(event: string, body: JsonRecord, known: KnownPayments): Promise<NotificationReading> {
  if (event !== 'PAY') return ignored(`an event ${event.slice(0, 40)}`);
  const payment = await known.payment(idOfWalletOrderNumber('pay', textAt(body, 'out_trade_no')));
  if (payment === undefined) return ignored('no payment of ours');
  if (payment.channelData.undone === true) return ignored('its money went back with the cancellation');
  const outcome = readOrder(payment, body);
  // What contradicts our own payment is no outcome of it; the order is asked about.
  if (outcome.kind === 'unknown') return refused(outcome.cause);
  return { kind: 'payment', paymentId: payment.id, outcome, answer: TAKEN };
}

async function ofRefund(body: JsonRecord, known: KnownPayments): Promise<NotificationReading> {
  const outRefundNo = textAt(body, 'out_refund_no');
  const found = await known.refund(idOfWalletOrderNumber('ref', outRefundNo));
  if (found === undefined) return ignored('no refund of ours');
  const outcome = readRefund(found.refund, outRefundNo, body);
  if (outcome.kind === 'unknown') return refused(outcome.cause);
  return { kind: 'refund', refundId: found.refund.id, outcome, answer: TAKEN };
}

function ignored(cause: string): NotificationReading {
  return { kind: 'ignored', cause, answer: TAKEN };
}

function refused(cause: string): NotificationReading {
  const body = JSON.stringify({ return_code: 'FAIL', return_msg: cause });
  return { kind: 'refused', cause, answer: { status: 401, contentType: 'application/json', body } };
}
