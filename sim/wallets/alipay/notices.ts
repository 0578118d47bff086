import { randomUUID } from 'node:crypto';
import { beijingTimestamp, type Clock, formatDecimal } from '@zhanggui/base';
import { alipayNotificationMessage, signAlipay, type WalletCrypto } from '@zhanggui/wallets';
import type { BookEvent, WalletBook } from '../book.ts';
import type { Fault } from '../faults.ts';
import type { Delivery, Notifier, NotifierRules } from '../notifier.ts';
import type { Order, RefundEntry } from '../orders.ts';
import type { AlipayCertificates, AlipayKeys } from './keys.ts';
import { buyerIdOf, logonIdOf, statusOf } from './trade.ts';

/** The interface's schedule: eight attempts in 25 hours; nothing but `success` ends it. */
export const ALIPAY_NOTIFIER: NotifierRules = {
  retriesS: [240, 600, 600, 3_600, 7_200, 21_600, 54_000],
  isTaken: (_status, body) => body.trim() === 'success',
};

/** What Alipay needs to tell somebody. */
export interface AlipayTeller {
  readonly keys: AlipayKeys;
  readonly certificates: AlipayCertificates;
  readonly book: WalletBook;
  readonly crypto: WalletCrypto;
  readonly clock: Clock;
}

/** Alipay's notifications of one shop: a trade was paid, money of it went back. */
export class AlipayNotices {
  readonly #teller: AlipayTeller;
  readonly #notifier: Notifier;
  readonly #first = new Map<string, Promise<void>>();

  constructor(teller: AlipayTeller, notifier: Notifier) {
    this.#teller = teller;
    this.#notifier = notifier;
    const { book } = teller;
    book.listen((event) => this.#on(event));
    // What an earlier run had still to tell is told now.
    for (const order of book.orders()) if (order.paidAt !== null) this.#on({ order, refund: null });
    for (const refund of book.refunds()) {
      const order = book.order(refund.outTradeNo);
      if (order !== undefined && refund.state === 'done') this.#on({ order, refund });
    }
  }

  /** Resolves once the merchant was told for the first time that this trade is paid, or could not be. */
  async told(outTradeNo: string): Promise<void> {
    await this.#first.get(idOf(outTradeNo, null));
  }

  /** Refunds are told where the trade itself was. */
  #on({ order, refund }: BookEvent): void {
    if (order.notifyUrl === null) return;
    const id = idOf(order.outTradeNo, refund);
    const facts = this.#factsOf(order, refund);
    const byCertificate = order.marks.key === 'certificate';
    const notice = {
      id,
      url: order.notifyUrl,
      compose: (fault: Fault | undefined) => this.#compose(facts, byCertificate, fault),
    };
    this.#first.set(id, this.#notifier.tell(notice));
  }

  #factsOf(order: Order, refund: RefundEntry | null): Readonly<Record<string, string>> {
    const { keys, book, clock } = this.#teller;
    const amount = formatDecimal(order.amountMinor);
    return {
      notify_type: 'trade_status_sync',
      // The same in every attempt.
      notify_id: randomUUID().replaceAll('-', ''),
      charset: 'utf-8',
      version: '1.0',
      app_id: order.marks.app === 'isv' ? keys.isv.appId : keys.appId,
      auth_app_id: keys.appId,
      trade_no: order.transactionId,
      out_trade_no: order.outTradeNo,
      subject: order.description,
      buyer_id: buyerIdOf(order.customerId ?? ''),
      buyer_logon_id: logonIdOf(book, order),
      seller_id: keys.sellerId,
      trade_status: statusOf(order, clock.now()),
      total_amount: amount,
      receipt_amount: amount,
      invoice_amount: amount,
      buyer_pay_amount: amount,
      point_amount: '0.00',
      fund_bill_list: JSON.stringify([{ amount, fundChannel: 'ALIPAYACCOUNT' }]),
      gmt_create: beijingTimestamp(order.createdAt),
      gmt_payment: beijingTimestamp(order.paidAt ?? order.createdAt),
      ...(refund === null
        ? {}
        : {
            out_biz_no: refund.outRefundNo,
            // The sum of all refunds so far, not only of this one.
            refund_fee: formatDecimal(order.refundedMinor),
            gmt_refund: `${beijingTimestamp(refund.doneAt ?? refund.createdAt)}.000`,
          }),
    };
  }

  #compose(facts: Readonly<Record<string, string>>, byCertificate: boolean, fault: Fault | undefined): Delivery {
    const { keys, certificates, crypto, clock } = this.#teller;
    const skewMs = fault?.kind === 'clock-skew' ? fault.delayMs : 0;
    const params = { ...facts, notify_time: beijingTimestamp(clock.now() + skewMs), sign_type: 'RSA2' };
    const message = alipayNotificationMessage(params, 'V1');
    const { privateKey } = byCertificate ? certificates.current : keys.alipay;
    const sign = signAlipay(crypto, privateKey, fault?.kind === 'wrong-signature' ? `${message} ` : message);
    const body = new URLSearchParams({ ...params, sign }).toString();
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: fault?.kind === 'truncated' ? body.slice(0, body.length / 2) : body,
    };
  }
}

function idOf(outTradeNo: string, refund: RefundEntry | null): string {
  return refund === null ? `TRADE ${outTradeNo}` : `REFUND ${outTradeNo} ${refund.outRefundNo}`;
}
