import type { Clock } from '@zhanggui/base';
import { ecnyHeaders } from '@zhanggui/wallets';
import type { BookEvent } from '../book.ts';
import type { Fault } from '../faults.ts';
import type { Delivery, Notifier, NotifierRules } from '../notifier.ts';
import { orderFacts, refundFacts } from './operations.ts';
import type { EcnyShop } from './shop.ts';

/** Eight attempts in seven hours; status 200 with `SUCCESS` ends them. */
export const ECNY_NOTIFIER: NotifierRules = {
  retriesS: [15, 30, 180, 600, 1_800, 3_600, 21_600],
  isTaken: (status, body) => status === 200 && body.includes('SUCCESS'),
};

/** Notifications of one shop: what was paid, and what went back. */
export class EcnyNotices {
  readonly #shop: EcnyShop;
  readonly #notifier: Notifier;
  readonly #clock: Clock;
  readonly #first = new Map<string, Promise<void>>();

  constructor(shop: EcnyShop, notifier: Notifier, clock: Clock) {
    this.#shop = shop;
    this.#notifier = notifier;
    this.#clock = clock;
    shop.book.listen((event) => this.#on(event));
    // What an earlier run had still to tell is told now.
    for (const order of shop.book.orders()) if (order.paidAt !== null) this.#on({ order, refund: null });
    for (const refund of shop.book.refunds()) {
      const order = shop.book.order(refund.outTradeNo);
      if (order !== undefined && refund.state === 'done') this.#on({ order, refund });
    }
  }

  /** Resolves once the merchant was told for the first time that this order is paid, or could not be. */
  async told(outTradeNo: string): Promise<void> {
    await this.#first.get(`PAY ${outTradeNo}`);
  }

  #on({ order, refund }: BookEvent): void {
    const { notifyUrl } = refund ?? order;
    if (notifyUrl === null) return;
    const event = refund === null ? 'PAY' : 'REFUND';
    const id = `${event} ${refund?.outRefundNo ?? order.outTradeNo}`;
    const facts = refund === null ? orderFacts(order) : refundFacts(refund, order);
    const body = JSON.stringify({ event, merchant_id: this.#shop.keys.merchantId, ...facts });
    const compose = (fault: Fault | undefined): Promise<Delivery> => this.#compose(body, fault);
    this.#first.set(id, this.#notifier.tell({ id, url: notifyUrl, compose }));
  }

  async #compose(body: string, fault: Fault | undefined): Promise<Delivery> {
    const headers = await signedHeaders(this.#shop, body, fault, this.#clock.now());
    return { headers, body: fault?.kind === 'truncated' ? body.slice(0, body.length / 2) : body };
  }
}

/** Headers of an answer or notification, signed by the operator or as the fault wants it. */
export async function signedHeaders(
  { crypto, keys, nonce }: EcnyShop,
  body: string,
  fault: Fault | undefined,
  now: number,
): Promise<Readonly<Record<string, string>>> {
  const skewMs = fault?.kind === 'clock-skew' ? fault.delayMs : 0;
  const timestamp = Math.floor((now + skewMs) / 1000);
  const stamp = { serial: keys.operatorSerial, timestamp, nonce: nonce(32) };
  const signedBody = fault?.kind === 'wrong-signature' ? `${body} ` : body;
  const signature = await ecnyHeaders(crypto, keys.operator.privateKey, stamp, signedBody);
  return { 'content-type': 'application/json; charset=utf-8', ...signature };
}
