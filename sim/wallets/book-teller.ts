import type { WalletBook } from './book.ts';
import type { BookEvent } from './book-requests.ts';
import type { Fault } from './faults.ts';
import type { Notice, Notifier } from './notifier.ts';
import type { Order } from './orders.ts';

/** Tells the merchant of each order that is paid and each refund that is done, those of an earlier run included. */
export class BookTeller {
  readonly #book: WalletBook;
  readonly #notifier: Notifier;
  readonly #noticeOf: (event: BookEvent) => Notice | null;
  readonly #first = new Map<string, Promise<void>>();

  /** @param noticeOf What the wallet says of it; null where nobody wants to hear. */
  constructor(book: WalletBook, notifier: Notifier, noticeOf: (event: BookEvent) => Notice | null) {
    this.#book = book;
    this.#notifier = notifier;
    this.#noticeOf = noticeOf;
    book.listen((event) => this.#tell(event));
    for (const order of book.orders()) if (order.paidAt !== null) this.#tell({ order, refund: null });
    for (const refund of book.refunds()) {
      const order = book.order(refund.outTradeNo);
      if (order !== undefined && refund.state === 'done') this.#tell({ order, refund });
    }
  }

  /** Under the fault `notified-first` its customer pays a new order, and its merchant is told, before the order itself is answered. */
  async paidFirst(order: Order, fault: Fault | undefined): Promise<void> {
    const payer = order.payerId ?? this.#book.customers[0]?.id;
    if (fault?.kind !== 'notified-first' || payer === undefined || order.state !== 'unpaid') return;
    this.#book.phones.scan(payer, order.transactionId);
    this.#book.phones.confirm(payer, '');
    await this.#first.get(this.#noticeOf({ order, refund: null })?.id ?? '');
  }

  #tell(event: BookEvent): void {
    const notice = this.#noticeOf(event);
    if (notice !== null) this.#first.set(notice.id, this.#notifier.tell(notice));
  }
}
