import type { MethodEnvironment, Notification, RawAnswer } from '@zhanggui/modules/payments/method.ts';
import { ECNY_CLOCK_TOLERANCE_S, type JsonRecord, RecentNonces, textAt } from '@zhanggui/wallets';
import { ignored, type Notice, type NoticeContent, refused } from '../../wallet/connector.ts';
import { evidence } from '../../wallet/reply.ts';
import type { EcnyAccount } from './account.ts';
import { readOrder, readRefund } from './answer.ts';
import { genuine, shown } from './request.ts';

export const TAKEN: RawAnswer = { status: 200, contentType: 'application/json', body: '{"return_code":"SUCCESS"}' };

/** What the acquirer hears of a message that is not believed. */
export function refusedAnswer(cause: string): RawAnswer {
  return { ...TAKEN, status: 401, body: JSON.stringify({ return_code: 'FAIL', return_msg: cause }) };
}

/** Reads what the acquirer sends by itself, once it is verified. */
export class NotificationReader {
  readonly #environment: MethodEnvironment;
  readonly #nonces = new RecentNonces(2 * ECNY_CLOCK_TOLERANCE_S * 1000);

  constructor(environment: MethodEnvironment) {
    this.#environment = environment;
  }

  read(account: EcnyAccount, { headers, rawBody }: Notification): Notice {
    const { walletCrypto, clock } = this.#environment;
    const now = clock.now();
    const body = genuine(walletCrypto, account, { headers, body: rawBody }, now);
    if (typeof body === 'string') return refused(body);
    if (!this.#nonces.isNew(`${headers['dcep-serial']} ${headers['dcep-nonce']}`, now)) return refused('replayed');
    const event = textAt(body, 'event');
    return { ...noticeOf(event, body), seen: evidence('answer', now, `notification ${event}`, shown(body)) };
  }
}

function noticeOf(event: string, body: JsonRecord): NoticeContent {
  const orderNumber = textAt(body, event === 'REFUND' ? 'out_refund_no' : 'out_trade_no');
  switch (event) {
    case 'PAY':
      return {
        about: 'payment',
        orderNumber,
        read: (payment) =>
          payment.channelData.undone === true
            ? ignored('its money went back with the cancellation')
            : readOrder(payment, body),
      };
    case 'REFUND':
      return { about: 'refund', orderNumber, read: (refund) => readRefund(refund, orderNumber, body) };
    default:
      return ignored(`an event ${event.slice(0, 40)}`);
  }
}
