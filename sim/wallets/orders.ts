/** How an order stands: nobody's yet, waiting for its customer, or ended. */
export type OrderState = 'unpaid' | 'paying' | 'paid' | 'failed' | 'closed' | 'revoked';

/** One order of the merchant in a wallet's book. Amounts are fen, instants milliseconds since the epoch. */
export interface Order {
  readonly outTradeNo: string;
  /** The wallet's own number. */
  readonly transactionId: string;
  readonly amountMinor: number;
  readonly description: string;
  readonly createdAt: number;
  /** Free members of the request that answers repeat. */
  readonly echo: Readonly<Record<string, string>>;
  /** Paid by the customer's code, by scanning a code of the merchant, or on a page of the merchant. */
  readonly way: 'code' | 'scan' | 'page';
  /** Who alone may pay it; null for whoever scans it. */
  readonly payerId: string | null;
  /** Until when it may be paid; null without an end. */
  readonly expiresAt: number | null;
  /** Where its merchant wants to hear that it was paid. */
  readonly notifyUrl: string | null;
  /** What the wallet's interface wants to remember of the request. */
  readonly marks: Readonly<Record<string, string>>;
  customerId: string | null;
  state: OrderState;
  /** Why a failed order failed. */
  failure: 'balance' | 'limit' | 'refused' | 'timeout' | 'password' | null;
  paidAt: number | null;
  cancelledAt: number | null;
  /** All that went back, a reversal included. */
  refundedMinor: number;
  /** Nobody is asked; it waits until it is cancelled. */
  waitsForEver: boolean;
  /** Once cancelled it is paid all the same, after so many milliseconds. */
  lateSuccessAfterMs: number | null;
}

/** Whether an order was made, or the request for one was answered otherwise. */
export function isOrder(made: Order | object): made is Order {
  return 'outTradeNo' in made;
}

/** One refund in a wallet's book. */
export interface RefundEntry {
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly outTradeNo: string;
  readonly amountMinor: number;
  readonly createdAt: number;
  /** Where its merchant wants to hear that it is done. */
  readonly notifyUrl: string | null;
  readonly marks: Readonly<Record<string, string>>;
  state: 'processing' | 'done';
  doneAt: number | null;
}

/** A customer of a wallet. */
export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly initialMinor: number;
  balanceMinor: number;
  /** The phone has no network: it shows codes, but no question reaches it. */
  offline: boolean;
  /** The account is said to be empty. */
  insufficient: boolean;
  /** Every payment wants the password. */
  alwaysAsk: boolean;
}

/** What a book of an earlier version does not say of its orders and refunds. */
const UNSAID = { payerId: null, expiresAt: null, notifyUrl: null, marks: {} };

/** An order as it is read from the journal. */
export function keptOrder(order: Order): Order {
  return { ...UNSAID, ...order, way: order.way ?? 'code' };
}

/** A refund as it is read from the journal. */
export function keptRefund(refund: RefundEntry): RefundEntry {
  return { ...refund, notifyUrl: refund.notifyUrl ?? null, marks: refund.marks ?? {} };
}

/** The people who carry the virtual phones. */
export function demoCustomers(): Customer[] {
  const customer = (id: string, name: string, nameEn: string, initialMinor: number): Customer => ({
    id,
    name,
    nameEn,
    initialMinor,
    balanceMinor: initialMinor,
    offline: false,
    insufficient: false,
    alwaysAsk: false,
  });
  return [
    customer('wangfang', '王芳', 'Wang Fang', 100_000_000),
    customer('liqiang', '李强', 'Li Qiang', 100_000_000),
    customer('zhaomin', '赵敏', 'Zhao Min', 5_000),
  ];
}

/** The password of every demo customer. */
export const DEMO_PASSWORD = '123456';
