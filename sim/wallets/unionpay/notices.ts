import { formatForm, signedUnionPay } from '@zhanggui/wallets';
import type { BookEvent } from '../book.ts';
import { certIdOf } from '../certificates.ts';
import type { Fault } from '../faults.ts';
import type { Delivery, Notifier, NotifierRules } from '../notifier.ts';
import { answered, refundStanding, standing } from './answers.ts';
import type { UnionPayShop } from './shop.ts';

/** Five attempts; any answer with status 200 ends them. */
export const UNIONPAY_NOTIFIER: NotifierRules = {
  retriesS: [60, 120, 240, 300],
  isTaken: (status) => status === 200,
};

/** Back-notifications of one shop: what was paid, and what went back. */
export class UnionPayNotices {
  readonly #shop: UnionPayShop;
  readonly #notifier: Notifier;
  readonly #first = new Map<string, Promise<void>>();

  constructor(shop: UnionPayShop, notifier: Notifier) {
    this.#shop = shop;
    this.#notifier = notifier;
    shop.book.listen((event) => this.#on(event));
    // What an earlier run had still to tell is told now.
    for (const order of shop.book.orders()) if (order.paidAt !== null) this.#on({ order, refund: null });
    for (const refund of shop.book.refunds()) {
      const order = shop.book.order(refund.outTradeNo);
      if (order !== undefined && refund.state === 'done') this.#on({ order, refund });
    }
  }

  /** Resolves once the merchant was told for the first time that this order is paid, or could not be. */
  async told(orderId: string): Promise<void> {
    await this.#first.get(`01 ${orderId}`);
  }

  #on({ order, refund }: BookEvent): void {
    const { notifyUrl, marks } = refund ?? order;
    if (notifyUrl === null) return;
    const txnType = refund === null ? '01' : '04';
    const id = `${txnType} ${refund?.outRefundNo ?? order.outTradeNo}`;
    const { origRespCode, origRespMsg, ...facts } = refund === null ? standing(order) : refundStanding(refund, order);
    const fields = answered('00', {
      version: '5.1.0',
      encoding: 'UTF-8',
      signMethod: '01',
      certId: certIdOf(this.#shop.keys.institution),
      merId: this.#shop.keys.merchantId,
      txnType,
      orderId: refund?.outRefundNo ?? order.outTradeNo,
      txnTime: marks.txnTime ?? '',
      ...facts,
    });
    const compose = (fault: Fault | undefined): Promise<Delivery> => this.#compose(fields, fault);
    this.#first.set(id, this.#notifier.tell({ id, url: notifyUrl, compose }));
  }

  async #compose(fields: Readonly<Record<string, string>>, fault: Fault | undefined): Promise<Delivery> {
    const { crypto, keys } = this.#shop;
    const changed = fault?.kind === 'wrong-signature' ? { ...fields, respMsg: '' } : fields;
    const { signature } = await signedUnionPay(crypto, keys.institution.privateKey, changed);
    const body = formatForm({ ...fields, signature });
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: fault?.kind === 'truncated' ? body.slice(0, body.length / 2) : body,
    };
  }
}
