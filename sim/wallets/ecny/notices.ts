import { ecnyHeaders } from '@zhanggui/wallets';
import type { BookEvent } from '../book-requests.ts';
import type { Fault } from '../faults.ts';
import type { Notice, NotifierRules } from '../notifier.ts';
import { orderFacts, refundFacts } from './operations.ts';
import type { EcnyShop } from './shop.ts';

/** Eight attempts in seven hours; status 200 with `SUCCESS` ends them. */
export const ECNY_NOTIFIER: NotifierRules = {
  retriesS: [15, 30, 180, 600, 1_800, 3_600, 21_600],
  isTaken: (status, body) => status === 200 && body.includes('SUCCESS'),
};

/** The notification that an order was paid, or that money of it went back. */
export function ecnyNotice(shop: EcnyShop, { order, refund }: BookEvent): Notice | null {
  const { notifyUrl } = refund ?? order;
  if (notifyUrl === null) return null;
  const event = refund === null ? 'PAY' : 'REFUND';
  const facts = refund === null ? orderFacts(order) : refundFacts(refund, order);
  const body = JSON.stringify({ event, merchant_id: shop.keys.merchantId, ...facts });
  return {
    id: `${event} ${refund?.outRefundNo ?? order.outTradeNo}`,
    url: notifyUrl,
    compose: async (fault) => ({ headers: await signedHeaders(shop, body, fault), body }),
  };
}

/** Headers of an answer or notification, signed by the operator or as the fault wants it. */
export async function signedHeaders(
  { crypto, keys, nonce, clock }: EcnyShop,
  body: string,
  fault: Fault | undefined,
): Promise<Readonly<Record<string, string>>> {
  const skewMs = fault?.kind === 'clock-skew' ? fault.delayMs : 0;
  const timestamp = Math.floor((clock.now() + skewMs) / 1000);
  const stamp = { serial: keys.operatorSerial, timestamp, nonce: nonce(32) };
  const signedBody = fault?.kind === 'wrong-signature' ? `${body} ` : body;
  const signature = await ecnyHeaders(crypto, keys.operator.privateKey, stamp, signedBody);
  return { 'content-type': 'application/json; charset=utf-8', ...signature };
}
