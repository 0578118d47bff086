import type { Evidence, KnownPayments, NotificationReading, Outcome } from '@zhanggui/modules/payments/method.ts';
import { idOfWalletOrderNumber } from '@zhanggui/wallets';
import type { NoNews, Notice, NoticeOutcome } from './connector.ts';
import { withEvidence } from './outcomes.ts';

/** What a notification says, before the channel is answered. */
type News = NotificationReading extends infer Each ? (Each extends unknown ? Omit<Each, 'answer'> : never) : never;

/** Holds what a channel says against our own payments; what contradicts them is refused, and they are asked about. */
export async function newsOf(notice: Notice, known: KnownPayments): Promise<News> {
  switch (notice.about) {
    case 'payment': {
      const payment = await known.payment(idOfWalletOrderNumber('pay', notice.orderNumber));
      if (payment === undefined) return { kind: 'ignored', cause: 'no payment of ours' };
      const said = definite(notice.read(payment), notice.seen);
      return 'about' in said ? said : { kind: 'payment', paymentId: payment.id, outcome: said };
    }
    case 'refund': {
      const found = await known.refund(idOfWalletOrderNumber('ref', notice.orderNumber));
      if (found === undefined) return { kind: 'ignored', cause: 'no refund of ours' };
      const said = definite(notice.read(found.refund, found.payment), notice.seen);
      return 'about' in said ? said : { kind: 'refund', refundId: found.refund.id, outcome: said };
    }
    case 'nothing':
      return notice;
  }
}

function definite(said: NoticeOutcome, seen: Evidence): Outcome | NoNews {
  if ('about' in said) return said;
  if (said.kind === 'unknown') return { about: 'nothing', kind: 'refused', cause: said.cause };
  return withEvidence(said, [seen]);
}
