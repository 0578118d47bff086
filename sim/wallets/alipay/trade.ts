import { createHash } from 'node:crypto';
import { beijingTimestamp, formatDecimal, parseDecimal } from '@zhanggui/base';
import { type JsonRecord, textAt } from '@zhanggui/wallets';
import type { WalletBook } from '../book.ts';
import type { Customer, Order } from '../orders.ts';

/** Refunds are taken for a year; then a paid trade is finished. */
export const REFUND_WITHIN_MS = 365 * 86_400_000;

/** The trade that a request names by either number. */
export function orderOf(book: WalletBook, content: JsonRecord): Order | undefined {
  const tradeNo = textAt(content, 'trade_no');
  return tradeNo === '' ? book.order(textAt(content, 'out_trade_no')) : book.orderByTransaction(tradeNo);
}

/** Whether a request names a trade at all. */
export function namesTrade(content: JsonRecord): boolean {
  return textAt(content, 'trade_no') !== '' || textAt(content, 'out_trade_no') !== '';
}

/** Whether there is a trade: a code makes one only when it is scanned, and a number that was cancelled early is none. */
export function isTrade(order: Order | undefined): order is Order {
  return order !== undefined && order.amountMinor > 0 && (order.way !== 'scan' || order.customerId !== null);
}

/** `trade_status` as a query and a notification say it. */
export function statusOf(order: Order, now: number): string {
  if (order.state === 'paying' || order.state === 'unpaid') return 'WAIT_BUYER_PAY';
  if (order.state !== 'paid' || order.refundedMinor === order.amountMinor) return 'TRADE_CLOSED';
  return now - (order.paidAt ?? now) > REFUND_WITHIN_MS ? 'TRADE_FINISHED' : 'TRADE_SUCCESS';
}

/** A trade as answers show it. */
export function tradeBody(book: WalletBook, order: Order): Readonly<Record<string, string>> {
  const paid = order.paidAt === null ? '0.00' : formatDecimal(order.amountMinor);
  return {
    trade_no: order.transactionId,
    out_trade_no: order.outTradeNo,
    buyer_logon_id: logonIdOf(book, order),
    ...(order.customerId === null ? {} : { buyer_user_id: buyerIdOf(order.customerId) }),
    total_amount: formatDecimal(order.amountMinor),
    receipt_amount: paid,
    buyer_pay_amount: paid,
    ...(order.paidAt === null ? {} : { send_pay_date: beijingTimestamp(order.paidAt) }),
    ...order.echo,
  };
}

/** How the buyer signs in, masked. */
export function logonIdOf(book: WalletBook, order: Order): string {
  const customer = book.customer(order.customerId);
  return customer === undefined ? '' : `${customer.id.slice(0, 3)}***@sim`;
}

/** The customer's number at Alipay: 2088 and twelve digits. */
export function buyerIdOf(customerId: string): string {
  const digest = createHash('sha256').update(customerId).digest();
  return `2088${String(digest.readUIntBE(0, 6) % 1_000_000_000_000).padStart(12, '0')}`;
}

/** The customer with this number, or undefined. */
export function customerOf(customers: readonly Customer[], buyerId: string): Customer | undefined {
  return customers.find(({ id }) => buyerIdOf(id) === buyerId);
}

/** Fen of an amount in yuan, text or number as clients send it; null when it is none. */
export function amountOf(content: JsonRecord, name: string): number | null {
  const value = content[name];
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return null;
  try {
    return parseDecimal(text, 'CNY');
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
