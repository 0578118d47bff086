import { beijingDate } from '@zhanggui/base';
import type { WalletBook } from './book.ts';
import type { Order } from './orders.ts';

/** What moved on a day: a payment, a refund of one, or a payment that was undone. Amounts are fen without sign. */
export interface DayLine {
  readonly kind: 'payment' | 'refund' | 'reversal';
  readonly order: Order;
  /** The wallet's and the merchant's number of the refund; those of the order for anything else. */
  readonly reference: string;
  readonly ourReference: string;
  readonly amountMinor: number;
  readonly at: number;
}

/** Everything that moved on a Beijing day (`YYYY-MM-DD`), oldest first. */
export function linesOfDay(book: WalletBook, date: string): readonly DayLine[] {
  const refunds = Map.groupBy(book.refunds(), ({ outTradeNo }) => outTradeNo);
  const lines = book.orders().flatMap((order): readonly DayLine[] => {
    if (order.paidAt === null) return [];
    const own = { order, reference: order.transactionId, ourReference: order.outTradeNo };
    const returned = refunds.get(order.outTradeNo) ?? [];
    const left = order.amountMinor - returned.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    const undone = order.state === 'revoked' && order.cancelledAt !== null && left > 0;
    return [
      { ...own, kind: 'payment', amountMinor: order.amountMinor, at: order.paidAt },
      ...returned.map(({ refundId, outRefundNo, amountMinor, createdAt }): DayLine => {
        return { kind: 'refund', order, reference: refundId, ourReference: outRefundNo, amountMinor, at: createdAt };
      }),
      ...(undone ? [{ ...own, kind: 'reversal' as const, amountMinor: left, at: order.cancelledAt ?? 0 }] : []),
    ];
  });
  return lines.filter(({ at }) => beijingDate(at) === date).sort((left, right) => left.at - right.at);
}
