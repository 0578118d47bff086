import { type Clock, type Rng, toHex } from '@zhanggui/base';
import { CodeIssuer, type CodeRefusal, type PaymentCode, type WalletId } from './code-issuer.ts';
import { Journal } from './journal.ts';
import { type Customer, DEMO_PASSWORD, demoCustomers, type Order, type RefundEntry } from './orders.ts';

/** What the merchant asks of a customer. */
export interface PayRequest {
  readonly outTradeNo: string;
  readonly amountMinor: number;
  readonly description: string;
  readonly code: string;
  readonly echo: Readonly<Record<string, string>>;
  readonly waitsForEver?: boolean;
  readonly lateSuccessAfterMs?: number;
}

/** Why no payment was made: the code, the customer's money, or a number that is in use. */
export type PayRefusal = CodeRefusal | 'balance' | 'paid' | 'gone' | 'differs';

/** What came of it: an order in some state, or a refusal. */
export type PayResult = Order | { readonly refusal: PayRefusal };

/** What came of a refund request; `changed` is false when the same number was refunded before. */
export type RefundResult =
  | { readonly refund: RefundEntry; readonly order: Order; readonly changed: boolean }
  | { readonly refusal: 'no-order' | 'not-paid' | 'exceeds' | 'differs' };

/** Times and limits of one wallet. */
export interface BookRules {
  readonly wallet: WalletId;
  /** A payment above this wants the password. */
  readonly passwordAboveMinor: number;
  /** How long a customer may take. */
  readonly payingMs: number;
  /** From the acceptance of a refund to its end. */
  readonly refundMs: number;
}

const PASSWORD_TRIES = 3;

/** The account book of one simulated wallet: customers with balances, orders, refunds. It survives restarts. */
export class WalletBook {
  readonly customers: readonly Customer[] = demoCustomers();
  readonly codes: CodeIssuer;
  readonly #rules: BookRules;
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #journal: Journal;
  readonly #orders = new Map<string, Order>();
  readonly #byTransaction = new Map<string, Order>();
  readonly #refunds = new Map<string, RefundEntry>();
  readonly #passwordTries = new Map<string, number>();
  readonly #listeners = new Set<(customerId: string) => void>();

  constructor(rules: BookRules, clock: Clock, rng: Rng, journalPath: string) {
    this.#rules = rules;
    this.#clock = clock;
    this.#rng = rng;
    this.codes = new CodeIssuer(rules.wallet, clock, rng);
    this.#journal = new Journal(journalPath);
    for (const { order, refund } of this.#journal.read()) {
      if (order !== undefined) this.#keep(order);
      if (refund !== undefined) this.#refunds.set(refund.outRefundNo, refund);
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
    if (known !== undefined) return sameOrder(known, request);
    const taken = this.codes.use(request.code);
    if ('refusal' in taken) return taken;
    const customer = this.customer(taken.customerId);
    if (customer === undefined) return { refusal: 'invalid' };
    const order = this.#newOrder(request, customer.id);
    this.#start(order, customer);
    return order.failure === 'balance' ? { refusal: 'balance' } : order;
  }

  /** Makes an order that a customer may pay by scanning. */
  offer(request: Omit<PayRequest, 'code'>): PayResult {
    const known = this.order(request.outTradeNo);
    if (known !== undefined) return sameOrder(known, request);
    const order = this.#newOrder(request, null);
    order.state = 'unpaid';
    this.#save(order);
    return order;
  }

  /** The customer scans an order's code: paid at once, or the password is asked. */
  scan(customerId: string, transactionId: string): Order | undefined {
    const order = this.orderByTransaction(transactionId);
    const customer = this.customer(customerId);
    if (order?.state !== 'unpaid' || customer === undefined || customer.offline) return undefined;
    order.customerId = customer.id;
    order.state = 'paying';
    this.#start(order, customer);
    return order;
  }

  /** The order of that number as it stands now; one that waited too long has failed. */
  order(outTradeNo: string): Order | undefined {
    const order = this.#orders.get(outTradeNo);
    const isOverdue = order?.state === 'paying' && this.#clock.now() - order.createdAt > this.#rules.payingMs;
    if (order !== undefined && isOverdue && !order.waitsForEver && order.lateSuccessAfterMs === null)
      this.#fail(order, 'timeout');
    return order;
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
    this.#save(order);
    const { lateSuccessAfterMs } = order;
    if (!wasPaid && lateSuccessAfterMs !== null) void this.#succeedLate(order, lateSuccessAfterMs);
    return order;
  }

  /** Closes an order that nobody has paid; undefined when it is unknown, false when it is paid. */
  close(outTradeNo: string): Order | false | undefined {
    const order = this.order(outTradeNo);
    if (order === undefined) return undefined;
    if (order.state === 'paid') return false;
    order.state = 'closed';
    order.cancelledAt ??= this.#clock.now();
    this.#save(order);
    return order;
  }

  /** Gives money of a paid order back; the same number is never refunded twice. */
  refund(outTradeNo: string, outRefundNo: string, amountMinor: number): RefundResult {
    const order = this.order(outTradeNo);
    if (order === undefined) return { refusal: 'no-order' };
    const known = this.refundOf(outTradeNo, outRefundNo);
    if (known !== undefined)
      return known.amountMinor === amountMinor ? { refund: known, order, changed: false } : { refusal: 'differs' };
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
      state: 'processing',
      doneAt: null,
    };
    this.#refunds.set(outRefundNo, refund);
    this.#giveBack(order, amountMinor);
    this.#journal.append({ refund });
    this.#save(order);
    this.#finishIfDue(refund);
    return { refund, order, changed: true };
  }

  /** A refund as it stands now. */
  refundOf(outTradeNo: string | null, outRefundNo: string): RefundEntry | undefined {
    const refund = this.#refunds.get(outRefundNo);
    if (refund === undefined || (outTradeNo !== null && refund.outTradeNo !== outTradeNo)) return undefined;
    this.#finishIfDue(refund);
    return refund;
  }

  customer(id: string | null): Customer | undefined {
    return this.customers.find((customer) => customer.id === id);
  }

  /** The code that the customer's phone shows. */
  code(customerId: string): PaymentCode {
    return this.codes.show(customerId);
  }

  /** The order that the customer's phone asks about; a phone without network is not reached. */
  prompt(customerId: string): Order | undefined {
    if (this.customer(customerId)?.offline !== false) return undefined;
    return this.#ordersOf(customerId).find((order) => this.order(order.outTradeNo)?.state === 'paying' && asks(order));
  }

  /** The customer's orders, newest first. */
  history(customerId: string): readonly Order[] {
    return this.#ordersOf(customerId).reverse();
  }

  /** The customer enters the password: paid, failed for want of money, or `false` when it is wrong. */
  confirm(customerId: string, password: string): Order | false | undefined {
    const order = this.prompt(customerId);
    const customer = this.customer(customerId);
    if (order === undefined || customer === undefined) return undefined;
    if (password !== DEMO_PASSWORD) {
      const tries = (this.#passwordTries.get(order.outTradeNo) ?? 0) + 1;
      this.#passwordTries.set(order.outTradeNo, tries);
      if (tries >= PASSWORD_TRIES) this.#fail(order, 'password');
      return false;
    }
    if (this.#canPay(customer, order)) this.#settle(order, customer);
    else this.#fail(order, 'balance');
    this.#save(order);
    return order;
  }

  /** The customer refuses. */
  refuse(customerId: string): Order | undefined {
    const order = this.prompt(customerId);
    if (order !== undefined) this.#fail(order, 'refused');
    return order;
  }

  /** Turns the switches of a customer's phone. */
  turn(customer: Customer, switches: Partial<Pick<Customer, 'offline' | 'insufficient' | 'alwaysAsk'>>): void {
    Object.assign(customer, switches);
    this.#tell(customer.id);
  }

  /** Calls `listener` with the customer whose phone has something new to show. */
  listen(listener: (customerId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Everything, for the auditor: money taken and given back per order. */
  account(): object {
    for (const outTradeNo of this.#orders.keys()) this.order(outTradeNo);
    for (const refund of this.#refunds.values()) this.#finishIfDue(refund);
    const orders = [...this.#orders.values()];
    const taken = orders.reduce((sum, order) => sum + (order.paidAt === null ? 0 : order.amountMinor), 0);
    const returned = orders.reduce((sum, order) => sum + order.refundedMinor, 0);
    return {
      wallet: this.#rules.wallet,
      takenMinor: taken,
      returnedMinor: returned,
      netMinor: taken - returned,
      customers: this.customers,
      orders,
      refunds: [...this.#refunds.values()],
    };
  }

  #ordersOf(customerId: string): Order[] {
    return [...this.#orders.values()].filter((order) => order.customerId === customerId);
  }

  #newOrder(request: Omit<PayRequest, 'code'>, customerId: string | null): Order {
    return {
      outTradeNo: request.outTradeNo,
      transactionId: this.#number(this.#rules.wallet === 'wechat' ? '42' : '20'),
      amountMinor: request.amountMinor,
      description: request.description,
      createdAt: this.#clock.now(),
      echo: request.echo,
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
    if (!this.#canPay(customer, order)) {
      order.state = 'failed';
      order.failure = 'balance';
    } else if (!this.#wantsPassword(customer, order)) this.#settle(order, customer);
    this.#save(order);
  }

  #canPay(customer: Customer, order: Order): boolean {
    return !customer.insufficient && customer.balanceMinor >= order.amountMinor;
  }

  #wantsPassword(customer: Customer, order: Order): boolean {
    const isHeld = order.waitsForEver || order.lateSuccessAfterMs !== null;
    return isHeld || customer.alwaysAsk || order.amountMinor > this.#rules.passwordAboveMinor;
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

  #fail(order: Order, failure: NonNullable<Order['failure']>): void {
    order.state = 'failed';
    order.failure = failure;
    this.#save(order);
  }

  async #succeedLate(order: Order, afterMs: number): Promise<void> {
    await this.#clock.sleep(afterMs);
    const customer = this.customer(order.customerId);
    if (customer === undefined) return;
    this.#settle(order, customer);
    order.lateSuccessAfterMs = null;
    this.#save(order);
  }

  #finishIfDue(refund: RefundEntry): void {
    if (refund.state === 'done' || this.#clock.now() - refund.createdAt < this.#rules.refundMs) return;
    refund.state = 'done';
    refund.doneAt = refund.createdAt + this.#rules.refundMs;
    this.#journal.append({ refund });
  }

  #keep(order: Order): void {
    this.#orders.set(order.outTradeNo, order);
    this.#byTransaction.set(order.transactionId, order);
  }

  #save(order: Order): void {
    this.#keep(order);
    this.#journal.append({ order });
    if (order.customerId !== null) this.#tell(order.customerId);
  }

  #tell(customerId: string): void {
    for (const listener of this.#listeners) listener(customerId);
  }

  /** 28 digits, as the wallets' own numbers have. */
  #number(prefix: string): string {
    const random = BigInt(`0x${toHex(this.#rng.bytes(8))}`) % 10n ** 13n;
    return prefix + String(this.#clock.now()).padStart(13, '0') + String(random).padStart(13, '0');
  }
}

function sameOrder(known: Order, request: Omit<PayRequest, 'code'>): PayResult {
  if (known.state === 'paid') return { refusal: 'paid' };
  if (known.state !== 'paying' && known.state !== 'unpaid') return { refusal: 'gone' };
  return known.amountMinor === request.amountMinor ? known : { refusal: 'differs' };
}

function asks(order: Order): boolean {
  return !order.waitsForEver && order.lateSuccessAfterMs === null;
}
