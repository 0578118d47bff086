import { type FormFields, formatForm, signedUnionPay } from '@zhanggui/wallets';
import type { BookEvent } from '../book-requests.ts';
import type { Fault } from '../faults.ts';
import type { Delivery, Notice, NotifierRules } from '../notifier.ts';
import { answered, refundStanding, standing } from './answers.ts';
import type { UnionPayShop } from './shop.ts';

/** Five attempts; any answer with status 200 ends them. */
export const UNIONPAY_NOTIFIER: NotifierRules = {
  retriesS: [60, 120, 240, 300],
  isTaken: (status) => status === 200,
};

/** The back-notification that an order was paid, or that money of it went back. */
export function unionPayNotice(shop: UnionPayShop, { order, refund }: BookEvent): Notice | null {
  const { notifyUrl, marks } = refund ?? order;
  if (notifyUrl === null) return null;
  const txnType = refund === null ? '01' : '04';
  const orderId = refund?.outRefundNo ?? order.outTradeNo;
  const { origRespCode, origRespMsg, ...facts } = refund === null ? standing(order) : refundStanding(refund, order);
  const fields = answered('00', {
    merId: shop.keys.merchantId,
    txnType,
    orderId,
    txnTime: marks.txnTime ?? '',
    ...facts,
  });
  return { id: `${txnType} ${orderId}`, url: notifyUrl, compose: (fault) => signedForm(shop, fields, fault) };
}

/** A notification as a form, signed by the institution or as the fault wants it. */
async function signedForm(shop: UnionPayShop, content: FormFields, fault: Fault | undefined): Promise<Delivery> {
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: formatForm(await signedFields(shop, content, fault)),
  };
}

/** What the institution says, with its certificate, signed or as the fault wants it. */
export async function signedFields(
  { crypto, certificates }: UnionPayShop,
  content: FormFields,
  fault: Fault | undefined,
): Promise<FormFields> {
  const { certificate, privateKey } = certificates.current;
  const fields: FormFields = {
    version: '5.1.0',
    encoding: 'UTF-8',
    signMethod: '01',
    signPubKeyCert: certificate,
    ...content,
  };
  const changed = fault?.kind === 'wrong-signature' ? { ...fields, respMsg: '' } : fields;
  const { signature } = await signedUnionPay(crypto, privateKey, changed);
  return { ...fields, signature };
}
