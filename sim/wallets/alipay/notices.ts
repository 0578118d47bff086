import { randomUUID } from 'node:crypto';
import { beijingTimestamp, formatDecimal } from '@zhanggui/base';
import { alipayNotificationMessage, signAlipay } from '@zhanggui/wallets';
import type { BookEvent } from '../book-requests.ts';
import type { Fault } from '../faults.ts';
import type { Delivery, Notice, NotifierRules } from '../notifier.ts';
import type { AlipayShop } from './shop.ts';
import { buyerIdOf, logonIdOf, statusOf } from './trade.ts';

/** The interface's schedule: eight attempts in 25 hours; nothing but `success` ends it. */
export const ALIPAY_NOTIFIER: NotifierRules = {
  retriesS: [240, 600, 600, 3_600, 7_200, 21_600, 54_000],
  isTaken: (_status, body) => body.trim() === 'success',
};

/** Alipay's notification that a trade was paid, or that money of it went back; both go where the trade said. */
export function alipayNotice(shop: AlipayShop, event: BookEvent): Notice | null {
  const { order, refund } = event;
  if (order.notifyUrl === null) return null;
  const facts = factsOf(shop, event);
  const byCertificate = order.marks.key === 'certificate';
  return {
    id: refund === null ? `TRADE ${order.outTradeNo}` : `REFUND ${order.outTradeNo} ${refund.outRefundNo}`,
    url: order.notifyUrl,
    compose: (fault) => composed(shop, facts, byCertificate, fault),
  };
}

function factsOf({ keys, book, clock }: AlipayShop, { order, refund }: BookEvent): Readonly<Record<string, string>> {
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

function composed(
  { keys, certificates, crypto, clock }: AlipayShop,
  facts: Readonly<Record<string, string>>,
  byCertificate: boolean,
  fault: Fault | undefined,
): Delivery {
  const skewMs = fault?.kind === 'clock-skew' ? fault.delayMs : 0;
  const params = { ...facts, notify_time: beijingTimestamp(clock.now() + skewMs), sign_type: 'RSA2' };
  const message = alipayNotificationMessage(params, 'V1');
  const { privateKey } = byCertificate ? certificates.current : keys.alipay;
  const sign = signAlipay(crypto, privateKey, fault?.kind === 'wrong-signature' ? `${message} ` : message);
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ ...params, sign }).toString(),
  };
}
