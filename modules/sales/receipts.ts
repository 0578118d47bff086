import { type Clock, Fault, type Queryable } from '@zhanggui/base';
import { Type } from 'typebox';
import { staffNameEn } from '../access/store.ts';
import { type Route, route } from '../http.ts';
import { merchantById, storeById } from '../merchants/store.ts';
import { resultOf, SignatureView } from '../payments/api.ts';
import type { MethodPlugin } from '../payments/method.ts';
import type { Payment } from '../payments/payment.ts';
import { refundsOfPayments, refundView } from '../payments/refund-store.ts';
import { viewOfSignature } from '../payments/sign.ts';
import { signatureOf } from '../payments/signature-store.ts';
import { paymentsOfSales } from '../payments/store.ts';
import { ReceiptView } from './api.ts';
import { type Sale, saleByToken } from './store.ts';
import { tillById } from './till-store.ts';

/** The token of a receipt's link. */
export const receiptToken = Type.String({ pattern: '^[0-9A-Za-z_-]{24}$' });

/** A customer's receipt and the signatures on it, for whoever holds its unguessable link. */
export function receiptRoutes(plugins: readonly MethodPlugin[]): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/receipts/:token',
      summary: "A customer's receipt, for whoever holds its link",
      tag: 'receipts',
      permission: 'public',
      params: Type.Object({ token: receiptToken }),
      response: ReceiptView,
      handle: async ({ db, clock, params }) => receiptOf(db, await openReceipt(db, clock, params.token), plugins),
    }),
    route({
      method: 'GET',
      path: '/receipts/:token/signatures/:paymentId',
      summary: "The customer's drawn signature on a receipt, for whoever holds its link",
      tag: 'receipts',
      permission: 'public',
      params: Type.Object({ token: receiptToken, paymentId: Type.String({ maxLength: 60 }) }),
      response: SignatureView,
      handle: async ({ db, clock, params }) => {
        const sale = await openReceipt(db, clock, params.token);
        const found = (await paymentsOfSales(db, [sale.id])).find(({ id }) => id === params.paymentId);
        const kept = found === undefined ? undefined : await signatureOf(db, found.id);
        if (kept === undefined) throw new Fault('receipt-not-found');
        return viewOfSignature(kept);
      },
    }),
  ];
}

/** How long a receipt's link opens: as long as most shops take goods back, and some more. */
const RECEIPT_MS = 180 * 86_400_000;

/** The sale of a receipt whose link still opens. @throws Fault `receipt-not-found`. */
export async function openReceipt(db: Queryable, clock: Clock, link: string): Promise<Sale> {
  const sale = await saleByToken(db, link);
  if (sale === undefined || sale.createdAt + RECEIPT_MS < clock.now()) throw new Fault('receipt-not-found');
  return sale;
}

async function receiptOf(db: Queryable, sale: Sale, plugins: readonly MethodPlugin[]): Promise<ReceiptView> {
  const [merchant, store, till] = [
    await merchantById(db, sale.merchantId),
    await storeById(db, sale.storeId),
    await tillById(db, sale.tillId),
  ];
  const payments = (await paymentsOfSales(db, [sale.id])).filter(({ state }) => resultOf(state) !== 'failed');
  const refunds = await refundsOfPayments(
    db,
    payments.map(({ id }) => id),
  );
  return {
    token: sale.receiptToken,
    merchantName: merchant?.name ?? '',
    merchantNameEn: merchant?.nameEn ?? '',
    storeName: store?.name ?? '',
    storeNameEn: store?.nameEn ?? '',
    saleNumber: sale.number,
    tillNumber: till?.number ?? '',
    staffName: sale.staffName,
    staffNameEn: await staffNameEn(db, sale.staffId),
    createdAt: new Date(sale.createdAt).toISOString(),
    kind: sale.kind,
    lines: [...sale.lines],
    subtotalMinor: sale.subtotalMinor,
    roundingMinor: sale.roundingMinor,
    totalMinor: sale.totalMinor,
    currency: sale.currency,
    payments: payments.map((payment) => paymentOn(sale, payment, plugins)),
    refunds: refunds.map(refundView),
  };
}

function paymentOn(sale: Sale, payment: Payment, plugins: readonly MethodPlugin[]): ReceiptView['payments'][number] {
  const plugin = plugins.find(({ id }) => id === payment.method);
  return {
    method: payment.method,
    title: { ...(plugin?.title ?? { zh: payment.method, en: payment.method }) },
    amountMinor: payment.amountMinor,
    maskedInstrument: payment.maskedInstrument,
    channelReference: payment.channelReference,
    result: resultOf(payment.state),
    changeMinor: payment.changeMinor,
    at: new Date(payment.createdAt).toISOString(),
    provisional: payment.provisional,
    slip: plugin?.slipOf?.(payment) ?? null,
    signatureUrl: payment.signature === 'given' ? `/receipts/${sale.receiptToken}/signatures/${payment.id}` : null,
  };
}
