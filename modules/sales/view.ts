import { type Queryable, sumMinor } from '@zhanggui/base';
import { type PaymentView, resultOf } from '../payments/api.ts';
import type { MethodPlugin } from '../payments/method.ts';
import { type Payment, policyOf, viewOf } from '../payments/payment.ts';
import { paymentsOfSales } from '../payments/store.ts';
import type { SaleView } from './api.ts';
import type { Sale } from './store.ts';

/** The sale with its payments, as the API shows it. */
export async function viewOfSale(db: Queryable, sale: Sale, plugins: readonly MethodPlugin[]): Promise<SaleView> {
  const payments = await paymentsOfSales(db, [sale.id]);
  const { paidMinor, pendingMinor } = paidOf(payments);
  const settled = sale.kind === 'return' || paidMinor >= sale.totalMinor;
  return {
    id: sale.id,
    number: sale.number,
    tillId: sale.tillId,
    kind: sale.kind,
    state: sale.abandoned ? 'abandoned' : settled ? 'paid' : 'open',
    lines: [...sale.lines],
    subtotalMinor: sale.subtotalMinor,
    roundingMinor: sale.roundingMinor,
    totalMinor: sale.totalMinor,
    paidMinor,
    pendingMinor,
    dueMinor: sale.kind === 'return' ? 0 : Math.max(0, sale.totalMinor - paidMinor - pendingMinor),
    currency: sale.currency,
    payments: payments.map((payment) => viewOfPayment(payment, plugins)),
    receiptToken: settled ? sale.receiptToken : null,
    createdAt: new Date(sale.createdAt).toISOString(),
    businessOn: sale.businessOn,
    staffName: sale.staffName,
  };
}

function viewOfPayment(payment: Payment, plugins: readonly MethodPlugin[]): PaymentView {
  const plugin = plugins.find(({ id }) => id === payment.method);
  return viewOf(payment, plugin === undefined ? undefined : policyOf(plugin, payment));
}

/** What of a sale is paid, and what is spoken for by payments whose outcome is not certain. */
export function paidOf(payments: readonly Payment[]): { paidMinor: number; pendingMinor: number } {
  const sumOf = (result: string): number =>
    sumMinor(payments.filter(({ state }) => resultOf(state) === result).map(({ amountMinor }) => amountMinor));
  return { paidMinor: sumOf('succeeded'), pendingMinor: sumOf('pending') };
}
