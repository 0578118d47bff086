import { beijingDate } from '@zhanggui/base';
import type { WalletBook } from './book.ts';
import type { Order } from './orders.ts';

/** What moved on a day: a payment, a refund of one, or a payment that was undone. */
export interface DayLine {
  readonly kind: 'payment' | 'refund' | 'reversal';
  readonly order: Order;
  /** The wallet's and the merchant's number of the refund; those of the order for anything else. */
  readonly reference: string;
  readonly ourReference: string;
  /** Fen without sign. */
  readonly amountMinor: number;
  /** What the wallet takes of a payment, in fen; negative where a refund gives back what its part had cost. */
  readonly feeMinor: number;
  readonly at: number;
}

/** What the wallets take of a payment. */
const FEE_PPM = 3_800;

/** Everything that moved on a Beijing day (`YYYY-MM-DD`), oldest first. */
export function linesOfDay(book: WalletBook, date: string): readonly DayLine[] {
  return linesOf(book).filter(({ at }) => beijingDate(at) === date);
}

/** Everything that ever moved, oldest first. */
export function linesOf(book: WalletBook): readonly DayLine[] {
  const refunds = Map.groupBy(book.refunds(), ({ outTradeNo }) => outTradeNo);
  const lines = book.orders().flatMap((order): readonly DayLine[] => {
    if (order.paidAt === null) return [];
    const own = { order, reference: order.transactionId, ourReference: order.outTradeNo };
    const amountMinor = order.amountMinor;
    const paid: DayLine = { ...own, kind: 'payment', amountMinor, feeMinor: feeOf(amountMinor), at: order.paidAt };
    let left = amountMinor;
    const returned = (refunds.get(order.outTradeNo) ?? []).map((refund): DayLine => {
      const before = left;
      left -= refund.amountMinor;
      return {
        order,
        kind: 'refund',
        reference: refund.refundId,
        ourReference: refund.outRefundNo,
        amountMinor: refund.amountMinor,
        // Rounded over all refunds together, so that a payment that went back whole has cost nothing.
        feeMinor: feeOf(left) - feeOf(before),
        at: refund.createdAt,
      };
    });
    if (order.state !== 'revoked' || order.cancelledAt === null || left <= 0) return [paid, ...returned];
    const undone = { kind: 'reversal', amountMinor: left, feeMinor: -feeOf(left), at: order.cancelledAt } as const;
    return [paid, ...returned, { ...own, ...undone }];
  });
  return lines.sort((left, right) => left.at - right.at);
}

/** Half a fen is rounded up. */
function feeOf(amountMinor: number): number {
  return Math.floor((amountMinor * FEE_PPM * 2 + 1_000_000) / 2_000_000);
}
