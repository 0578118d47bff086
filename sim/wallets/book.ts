import { beijingDate, type Clock, type Rng, toHex } from '@zhanggui/base';
import { Journal } from '../journal.ts';
import type { BookEvent, OfferRequest, PayRequest, PayResult, RefundResult } from './book-requests.ts';
import { CodeIssuer, type PaymentCode, type WalletId } from './code-issuer.ts';
import { type Customer, demoCustomers, keptOrder, keptRefund, type Order, type RefundEntry } from './orders.ts';
import { Phones } from './phones.ts';

/** A line of the book's file: an order or refund as it stood after a change. The last line of a number counts. */
interface Line {
  readonly order?: Order;
  readonly refund?: RefundEntry;
}

/** Times and limits of one wallet. */
export interface BookRules {
  readonly wallet: WalletId;
  /** A payment above this wants the password. */
  readonly passwordAboveMinor: number;
  /** How long a customer may take. */
  readonly payingMs: number;
  /** From the acceptance of a refund to its end. */
  readonly refundMs: number;
  /** Whether a refund's number names it within its order, as with Alipay; else it is the merchant's own and never used twice. */
  readonly refundNumbersPerOrder?: boolean;
  /** Whether the payer's own institution does not let this customer pay so much; `paidTodayMinor` adds up what was paid today. */
  readonly isOverLimit?: (customer: Customer, order: Order, paidTodayMinor: () => number) => boolean;
}

/** The account book of one simulated wallet: customers with balances, orders, refunds. It survives restarts. */
export class WalletBook {
  readonly customers: readonly Customer[] = demoCustomers();
  readonly codes: CodeIssuer;
  /** The customers' side of it. */
  readonly phones: Phones;
  readonly #rules: BookRules;
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #journal: Journal<Line>;
  readonly #orders = new Map<string, Order>();
  readonly #byTransaction = new Map<string, Order>();
  readonly #refunds = new Map<string, RefundEntry>();
  readonly #listeners = new Set<(event: BookEvent) => void>();
  #isClosed = false;

  constructor(rules: BookRules, clock: Clock, rng: Rng, journalPath: string) {
    this.#rules = rules;
    this.#clock = clock;
    this.#rng = rng;
    this.codes = new CodeIssuer(rules.wallet, clock, rng);
    this.phones = new Phones(this, rules);
    this.#journal = new Journal(journalPath);
    for (const { order, refund } of this.#journal.kept) {
      if (order !== undefined) this.#keep(keptOrder(order));
      if (refund !== undefined) this.#refunds.set(this.#refundKey(refund), keptRefund(refund));
    }
    for (const order of this.#orders.values()) {
      const customer = this.customer(order.customerId);
      if (customer === undefined) continue;
      customer.balanceMinor += order.refundedMinor - (order.paidAt === null ? 0 : order.amountMinor);
    }
  }

  /** Takes a payment by code. The same number again with the same amount is the same order. */
  pay(request: PayRequest): PayResult {
    const known = this.order(request.outTradeNo);
    if (known?.state === 'unpaid') return { refusal: 'differs' };
    const payer = this.codes.ownerOf(request.code);
    if (known?.state === 'paying' && payer !== undefined && payer !== known.customerId)
      return { refusal: 'other-payer' };
    if (known !== undefined) return sameOrder(known, request);
    const taken = this.codes.use(request.code);
    if ('refusal' in taken) return taken;
    const customer = this.customer(taken.customerId);
    if (customer === undefined) return { refusal: 'invalid' };
    const order = this.#newOrder(request, customer.id);
    this.#start(order, customer);
    return order.failure === 'balance' ? { refusal: 'balance' } : order;
  }

  /** Makes an order that a customer may pay alone, by scanning or on a page. The same number again is the same order. */
  offer(request: OfferRequest): PayResult {
    const known = this.order(request.outTradeNo);
    if (known !== undefined) return sameOrder(known, request);
    const order = this.#newOrder({ ...request, way: request.way ?? 'scan' }, null);
    order.state = 'unpaid';
    this.save(order);
    return order;
  }

  /** The order of that number as it stands now; one that waited too long has failed, or is closed. */
  order(outTradeNo: string): Order | undefined {
    const order = this.#orders.get(outTradeNo);
    if (order === undefined || order.waitsForEver || order.lateSuccessAfterMs !== null) return order;
    const now = this.#clock.now();
    const isOpen = order.state === 'unpaid' || order.state === 'paying';
    if (isOpen && order.expiresAt !== null && now > order.expiresAt) this.#close(order);
    else if (isOpen && order.way === 'code' && order.expiresAt === null && now - order.createdAt > this.#rules.payingMs)
      this.fail(order, 'timeout');
    return order;
  }

  /** All orders, oldest first. */
  orders(): readonly Order[] {
    return [...this.#orders.keys()].flatMap((outTradeNo) => this.order(outTradeNo) ?? []);
  }

  /** All refunds, oldest first. */
  refunds(): readonly RefundEntry[] {
    for (const refund of this.#refunds.values()) this.#finishIfDue(refund);
    return [...this.#refunds.values()];
  }

  orderByTransaction(transactionId: string): Order | undefined {
    const found = this.#byTransaction.get(transactionId);
    return found === undefined ? undefined : this.order(found.outTradeNo);
  }

  /** Closes an unpaid order or gives a paid one back whole. A number that is not known can never be paid after this. */
  cancel(outTradeNo: string): Order {
    const order = this.order(outTradeNo) ?? this.#tombstone(outTradeNo);
    if (order.state === 'revoked') return order;
    const wasPaid = order.state === 'paid';
    order.state = 'revoked';
    order.cancelledAt = this.#clock.now();
    if (wasPaid) this.#giveBack(order, order.amountMinor - order.refundedMinor);
    this.save(order);
    const { lateSuccessAfterMs } = order;
    if (!wasPaid && lateSuccessAfterMs !== null) void this.#succeedLate(order, lateSuccessAfterMs);
    return order;
  }

  /** Closes an order that nobody has paid; undefined when it is unknown, false when it is paid. */
  close(outTradeNo: string): Order | false | undefined {
    const order = this.order(outTradeNo);
    if (order === undefined) return undefined;
    if (order.state === 'paid') return false;
    const { lateSuccessAfterMs } = order;
    if (order.state !== 'closed' && lateSuccessAfterMs !== null) void this.#succeedLate(order, lateSuccessAfterMs);
    this.#close(order);
    return order;
  }

  /** Gives money of a paid order back; the same number is never refunded twice. */
  refund(
    outTradeNo: string,
    outRefundNo: string,
    amountMinor: number,
    { notifyUrl = null, marks = {} }: Partial<Pick<RefundEntry, 'notifyUrl' | 'marks'>> = {},
  ): RefundResult {
    const order = this.order(outTradeNo);
    if (order === undefined) return { refusal: 'no-order' };
    const known = this.refundOf(outRefundNo, outTradeNo);
    if (known !== undefined) {
      const isSame = known.outTradeNo === outTradeNo && known.amountMinor === amountMinor;
      return isSame ? { refund: known, order, changed: false } : { refusal: 'differs' };
    }
    if (order.state !== 'paid') return { refusal: 'not-paid' };
    if (amountMinor <= 0 || order.refundedMinor + amountMinor > order.amountMinor) return { refusal: 'exceeds' };
    const now = this.#clock.now();
    const refundId = this.#number('50');
    const refund: RefundEntry = {
      outRefundNo,
      refundId,
      outTradeNo,
      amountMinor,
      createdAt: now,
      notifyUrl,
      marks,
      state: 'processing',
      doneAt: null,
    };
    this.#refunds.set(this.#refundKey(refund), refund);
    this.#giveBack(order, amountMinor);
    this.#journal.append({ refund });
    this.save(order);
    this.#finishIfDue(refund);
    if (notifyUrl !== null) void this.#finishInTime(refund);
    return { refund, order, changed: true };
  }

  /** The refund of that number as it stands now; `outTradeNo` counts where numbers are given per order. */
  refundOf(outRefundNo: string, outTradeNo = ''): RefundEntry | undefined {
    const refund = this.#refunds.get(this.#refundKey({ outTradeNo, outRefundNo }));
    if (refund !== undefined) this.#finishIfDue(refund);
    return refund;
  }

  customer(id: string | null): Customer | undefined {
    return this.customers.find((customer) => customer.id === id);
  }

  /** The code that the customer's phone shows. */
  code(customerId: string): PaymentCode {
    return this.codes.show(customerId);
  }

  /** From now on nothing happens by itself; the next start finds what is due. */
  stop(): void {
    this.#isClosed = true;
  }

  /** Nothing is written any more. */
  shut(): void {
    this.stop();
    this.#journal.close();
  }

  /** Calls `listener` with each order that was paid and each refund that is done. */
  listen(listener: (event: BookEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** Everything, for the auditor: money taken and given back per order. */
  account(): object {
    const orders = this.orders();
    const taken = orders.reduce((sum, order) => sum + (order.paidAt === null ? 0 : order.amountMinor), 0);
    const returned = orders.reduce((sum, order) => sum + order.refundedMinor, 0);
    return {
      wallet: this.#rules.wallet,
      takenMinor: taken,
      returnedMinor: returned,
      netMinor: taken - returned,
      customers: this.customers,
      orders,
      refunds: this.refunds(),
    };
  }

  /** Takes the customer's money, if it is there; an order that may be tried again stays open. */
  take(order: Order, customer: Customer): void {
    const obstacle = this.#obstacle(customer, order);
    if (obstacle === null) this.#settle(order, customer);
    else if (order.way === 'code') this.fail(order, obstacle);
    else this.release(order, obstacle);
    this.save(order);
    if (order.state === 'paid') this.#publish({ order, refund: null });
  }

  /** Ends an order without money. */
  fail(order: Order, failure: NonNullable<Order['failure']>): void {
    order.state = 'failed';
    order.failure = failure;
    this.save(order);
  }

  /** Gives an order that was scanned back to whoever scans it next. */
  release(order: Order, failure: Order['failure']): void {
    order.state = 'unpaid';
    order.failure = failure;
    this.save(order);
  }

  /** Writes an order down as it stands, and tells its customer's phone. */
  save(order: Order): void {
    this.#keep(order);
    this.#journal.append({ order });
    if (order.customerId !== null) this.phones.tell(order.customerId);
  }

  #newOrder(request: OfferRequest, customerId: string | null): Order {
    return {
      outTradeNo: request.outTradeNo,
      transactionId: this.#transactionNumber(),
      amountMinor: request.amountMinor,
      description: request.description,
      createdAt: this.#clock.now(),
      echo: request.echo,
      way: request.way ?? 'code',
      payerId: request.payerId ?? null,
      expiresAt: request.expiresAt ?? null,
      notifyUrl: request.notifyUrl ?? null,
      marks: request.marks ?? {},
      customerId,
      state: 'paying',
      failure: null,
      paidAt: null,
      cancelledAt: null,
      refundedMinor: 0,
      waitsForEver: request.waitsForEver ?? false,
      lateSuccessAfterMs: request.lateSuccessAfterMs ?? null,
    };
  }

  #tombstone(outTradeNo: string): Order {
    const nothing = { outTradeNo, amountMinor: 0, description: '', echo: {} };
    return { ...this.#newOrder(nothing, null), state: 'unpaid' };
  }

  #start(order: Order, customer: Customer): void {
    if (this.#obstacle(customer, order) !== null || !this.phones.wantsPassword(customer, order))
      this.take(order, customer);
    else this.save(order);
  }

  #close(order: Order): void {
    order.state = 'closed';
    order.cancelledAt ??= this.#clock.now();
    this.save(order);
  }

  #refundKey({ outTradeNo, outRefundNo }: Pick<RefundEntry, 'outTradeNo' | 'outRefundNo'>): string {
    return this.#rules.refundNumbersPerOrder === true ? `${outTradeNo} ${outRefundNo}` : outRefundNo;
  }

  #obstacle(customer: Customer, order: Order): 'limit' | 'balance' | null {
    if (this.#rules.isOverLimit?.(customer, order, () => this.#paidToday(customer)) === true) return 'limit';
    return !customer.insufficient && customer.balanceMinor >= order.amountMinor ? null : 'balance';
  }

  #paidToday(customer: Customer): number {
    const today = beijingDate(this.#clock.now());
    return [...this.#orders.values()]
      .filter(
        ({ customerId, paidAt }) => customerId === customer.id && paidAt !== null && beijingDate(paidAt) === today,
      )
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  }

  #settle(order: Order, customer: Customer): void {
    order.state = 'paid';
    order.paidAt = this.#clock.now();
    customer.balanceMinor -= order.amountMinor;
  }

  #giveBack(order: Order, amountMinor: number): void {
    order.refundedMinor += amountMinor;
    const customer = this.customer(order.customerId);
    if (customer !== undefined) customer.balanceMinor += amountMinor;
  }

  async #finishInTime(refund: RefundEntry): Promise<void> {
    await this.#clock.sleep(this.#rules.refundMs);
    if (!this.#isClosed) this.#finishIfDue(refund);
  }

  async #succeedLate(order: Order, afterMs: number): Promise<void> {
    await this.#clock.sleep(afterMs);
    if (this.#isClosed) return;
    // An order that nobody had scanned is paid by the first who could have.
    const customer = this.customer(order.customerId) ?? this.customers[0];
    if (customer === undefined) return;
    order.customerId = customer.id;
    order.lateSuccessAfterMs = null;
    this.take(order, customer);
  }

  #finishIfDue(refund: RefundEntry): void {
    if (refund.state === 'done' || this.#clock.now() - refund.createdAt < this.#rules.refundMs) return;
    refund.state = 'done';
    refund.doneAt = refund.createdAt + this.#rules.refundMs;
    this.#journal.append({ refund });
    const order = this.#orders.get(refund.outTradeNo);
    if (order !== undefined) this.#publish({ order, refund });
  }

  #publish(event: BookEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #keep(order: Order): void {
    this.#orders.set(order.outTradeNo, order);
    this.#byTransaction.set(order.transactionId, order);
  }

  #transactionNumber(): string {
    switch (this.#rules.wallet) {
      case 'wechat':
        return this.#number('42');
      // UnionPay's query number has 21 digits.
      case 'unionpay-qr':
        return this.#number('').slice(0, 21);
      default:
        return this.#number('20');
    }
  }

  /** 28 digits, as the wallets' own numbers have. */
  #number(prefix: string): string {
    const random = BigInt(`0x${toHex(this.#rng.bytes(8))}`) % 10n ** 13n;
    return prefix + String(this.#clock.now()).padStart(13, '0') + String(random).padStart(13, '0');
  }
}

function sameOrder(known: Order, request: OfferRequest): PayResult {
  if (known.state === 'paid') return { refusal: 'paid' };
  if (known.state !== 'paying' && known.state !== 'unpaid') return { refusal: 'gone' };
  return known.amountMinor === request.amountMinor ? known : { refusal: 'differs' };
}
