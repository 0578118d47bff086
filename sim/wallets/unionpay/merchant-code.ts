import { decodeMerchantPresented, parseUnionPayAccount, QrError, summarizeMerchantCode } from '@zhanggui/qr';
import type { Order } from '../orders.ts';
import type { UnionPayShop } from './shop.ts';

/** What a phone needs to know of a code that it scanned: the order behind it, as it would be sent to UnionPay. */
export interface ScannedCode {
  /** Text of the symbol, or the bare number of an order. */
  readonly qr: string;
  /** What the customer types where the code says no amount. */
  readonly typedMinor: number | null;
}

/**
 * The order of a merchant-presented code (EMVCo MPM 1.1). A dynamic one names it; a printed one names only the terminal,
 * and the amount that the customer types finds the order that waits there. Undefined for any other code.
 */
export function orderOfCode(
  { book, keys }: Pick<UnionPayShop, 'keys' | 'book'>,
  { qr, typedMinor }: ScannedCode,
): Order | undefined {
  if (/^\d{21}$/.test(qr)) return book.orderByTransaction(qr);
  try {
    const code = summarizeMerchantCode(decodeMerchantPresented(qr));
    const account = code.accounts.find(({ id }) => id === '15');
    if (account === undefined || code.currency !== '156') return undefined;
    if (parseUnionPayAccount(account.value).merchantId !== keys.merchantId) return undefined;
    if (code.initiation === 'static') return waitingAt(book.orders(), code.terminalLabel, typedMinor);
    const order = book.orderByTransaction(code.referenceLabel ?? '');
    return order?.amountMinor === code.amountMinor ? order : undefined;
  } catch (error) {
    if (error instanceof QrError) return undefined;
    throw error;
  }
}

function waitingAt(orders: readonly Order[], termId: string | undefined, amountMinor: number | null) {
  return orders.findLast(
    (order) => order.state === 'unpaid' && order.marks.fixed === termId && order.amountMinor === amountMinor,
  );
}
