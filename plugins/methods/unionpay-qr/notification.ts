import type { MethodEnvironment, Notification, RawAnswer } from '@zhanggui/modules/payments/method.ts';
import { type FormFields, parseForm } from '@zhanggui/wallets';
import { ignored, type Notice, type NoticeContent, refused } from '../../wallet/connector.ts';
import { evidence } from '../../wallet/reply.ts';
import type { UnionPayAccount } from './account.ts';
import { readPayment, readRefund } from './answer.ts';
import { txnTimeOf } from './fields.ts';
import { genuine, shown } from './request.ts';

export const TAKEN: RawAnswer = { status: 200, contentType: 'text/plain; charset=utf-8', body: 'ok' };
export const REFUSED: RawAnswer = { ...TAKEN, status: 401, body: 'fail' };

/** Reads what UnionPay sends by itself, once it is verified. */
export function readNotification(
  environment: MethodEnvironment,
  account: UnionPayAccount,
  { headers, rawBody }: Notification,
): Notice {
  if (!/^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '')) return refused('not-a-form');
  const fields = genuine(environment, account, parseForm(rawBody));
  if (typeof fields === 'string') return refused(fields);
  const seen = evidence('answer', environment.clock.now(), `notification ${fields.txnType}`, shown(fields));
  return { ...noticeOf(fields), seen };
}

function noticeOf(fields: FormFields): NoticeContent {
  const { txnType, txnTime, orderId = '', respCode = '' } = fields;
  const another = refused('another transaction under the same number');
  switch (txnType) {
    case '01':
      return {
        about: 'payment',
        orderNumber: orderId,
        read(payment) {
          if (payment.channelData.undone === true) return ignored('its money went back with the reversal');
          return txnTime === txnTimeOf(payment) ? readPayment(payment, respCode, fields) : another;
        },
      };
    case '04':
      return {
        about: 'refund',
        orderNumber: orderId,
        read: (refund) => (txnTime === txnTimeOf(refund) ? readRefund(refund, respCode, fields) : another),
      };
    default:
      return ignored('neither a payment nor a refund');
  }
}
