import type { BookRules, WalletBook } from './book.ts';
import { type Customer, DEMO_PASSWORD, type Order } from './orders.ts';

const PASSWORD_TRIES = 3;

/** What a phone without network, an order of somebody else, or no order at all answers to a scan. */
export type ScanRefusal = 'no-network' | 'not-payable';

/** The customers' side of a wallet: what their phones show and what they do with them. */
export class Phones {
  readonly #book: WalletBook;
  readonly #rules: BookRules;
  readonly #passwordTries = new Map<string, number>();
  readonly #listeners = new Set<(customerId: string) => void>();

  constructor(book: WalletBook, rules: BookRules) {
    this.#book = book;
    this.#rules = rules;
  }

  /** Orders that anybody may scan now, newest first. */
  openCodes(): readonly Order[] {
    return this.#book
      .orders()
      .filter(({ state, way, amountMinor }) => state === 'unpaid' && way === 'scan' && amountMinor > 0)
      .reverse();
  }

  /** The customer scans an order's code, or opens the wallet on the merchant's page: the phone shows what is to be paid. */
  scan(customerId: string, transactionId: string): Order | ScanRefusal {
    const order = this.#book.orderByTransaction(transactionId);
    const customer = this.#book.customer(customerId);
    if (customer?.offline === true) return 'no-network';
    const mayPay = order?.payerId === null || order?.payerId === customerId;
    if (order?.state !== 'unpaid' || customer === undefined || !mayPay) return 'not-payable';
    order.customerId = customer.id;
    order.state = 'paying';
    order.failure = null;
    this.#book.save(order);
    return order;
  }

  /** The order that the customer's phone asks about; a phone without network is not reached. */
  prompt(customerId: string): Order | undefined {
    if (this.#book.customer(customerId)?.offline !== false) return undefined;
    return this.#book
      .orders()
      .find((order) => order.customerId === customerId && order.state === 'paying' && asks(order));
  }

  /** The customer's orders, newest first. */
  history(customerId: string): readonly Order[] {
    return this.#book
      .orders()
      .filter((order) => order.customerId === customerId)
      .reverse();
  }

  /** Whether this payment wants the password; one that was scanned wants a tap without it. */
  wantsPassword(customer: Customer, order: Order): boolean {
    return !asks(order) || customer.alwaysAsk || order.amountMinor > this.#rules.passwordAboveMinor;
  }

  /** The customer agrees: paid, not paid for want of money, or `false` when a password is wanted and this one is wrong. */
  confirm(customerId: string, password: string): Order | false | undefined {
    const order = this.prompt(customerId);
    const customer = this.#book.customer(customerId);
    if (order === undefined || customer === undefined) return undefined;
    const isTap = order.way !== 'code' && !this.wantsPassword(customer, order);
    if (!isTap && password !== DEMO_PASSWORD) {
      const tries = (this.#passwordTries.get(order.outTradeNo) ?? 0) + 1;
      this.#passwordTries.set(order.outTradeNo, tries);
      if (tries >= PASSWORD_TRIES) this.#giveUp(order, 'password');
      return false;
    }
    this.#book.take(order, customer);
    return order;
  }

  /** The customer refuses; an order that was scanned may be scanned again. */
  refuse(customerId: string): Order | undefined {
    const order = this.prompt(customerId);
    if (order !== undefined) this.#giveUp(order, 'refused');
    return order;
  }

  /** Turns the switches of a customer's phone. */
  turn(customer: Customer, switches: Partial<Pick<Customer, 'offline' | 'insufficient' | 'alwaysAsk'>>): void {
    Object.assign(customer, switches);
    this.tell(customer.id);
  }

  /** Calls `listener` with the customer whose phone has something new to show. */
  listen(listener: (customerId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A customer's phone has something new to show. */
  tell(customerId: string): void {
    for (const listener of this.#listeners) listener(customerId);
  }

  #giveUp(order: Order, failure: NonNullable<Order['failure']>): void {
    if (order.way === 'code') this.#book.fail(order, failure);
    else this.#book.release(order, failure);
  }
}

function asks({ waitsForEver, lateSuccessAfterMs }: Order): boolean {
  return !waitsForEver && lateSuccessAfterMs === null;
}
