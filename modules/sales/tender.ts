import { type Db, Fault, type Queryable } from '@zhanggui/base';
import type { StaffIdentity } from '../access/api.ts';
import type { Contracts } from '../merchants/contracts.ts';
import { resultOf } from '../payments/api.ts';
import { authorizeOnce } from '../payments/authorize.ts';
import { brokeConstraint, methodOf, type Payments } from '../payments/context.ts';
import type { Payment } from '../payments/payment.ts';
import { paymentsOfSales, setDue } from '../payments/store.ts';
import { abandonSale, lockSale, roundSale, type Sale, type SaleToTender, saleById } from './store.ts';

/** Whose sale it is: the cashier who takes the money, or who made the link that a customer pays. */
type Seller = Pick<StaffIdentity, 'id' | 'merchantId'>;

/** What taking a payment stands on. */
export interface TenderServices {
  readonly payments: Payments;
  readonly contracts: Contracts;
  /** The sale as it is now; concurrent requests share the statement. */
  saleToTender(saleId: string): Promise<SaleToTender | undefined>;
}

/** What a tender asks. */
export interface TenderRequest {
  readonly saleId: string;
  readonly method: string;
  readonly amountMinor: number;
  readonly credential: unknown;
  readonly commandKey: string;
  readonly contentHash: string;
}

/**
 * Takes a payment, or a part of one, for an open sale.
 * @throws Fault `sale-not-found`, `sale-closed`, `no-open-shift`, `method-not-agreed`, `amount-over-limit`, and those of `authorize`.
 */
export async function tender(
  { payments, contracts, saleToTender }: TenderServices,
  staff: Seller,
  request: TenderRequest,
): Promise<Payment> {
  const found = await saleToTender(request.saleId);
  const sale = ownedBy(staff, found?.sale);
  const openShiftId = found?.openShiftId ?? null;
  const { plugin } = methodOf(payments, request.method);
  await refuseOverLimit(contracts, staff.merchantId, plugin.id, request.amountMinor);
  await refuseNewPayment(payments, staff, request.commandKey, refusalOf(sale, openShiftId));
  const store = await contracts.store(sale.storeId);
  const ask = (roundingMinor: number): Promise<Payment> =>
    authorizeOnce(payments, {
      commandKey: request.commandKey,
      contentHash: request.contentHash,
      method: request.method,
      credential: request.credential,
      amountMinor: request.amountMinor,
      merchantId: sale.merchantId,
      storeId: sale.storeId,
      tillId: sale.tillId,
      saleId: sale.id,
      ...completedBy(request.credential),
      saleNumber: sale.number,
      saleDueMinor: sale.totalMinor,
      shiftId: openShiftId ?? sale.shiftId,
      staffId: staff.id,
      currency: sale.currency,
      subject: store?.name ?? sale.storeId,
      roundingMinor,
      label: sale.label,
      businessOn: sale.businessOn,
      occurredAt: sale.createdAt < sale.enteredAt ? sale.createdAt : null,
    });
  try {
    return await ask(await roundingLeft(payments, sale));
  } catch (error) {
    // Two tenders of one sale at the same moment: the other one carries the rounding.
    if (brokeConstraint(error, 'one_rounding_per_sale')) return ask(0);
    throw error;
  }
}

/** @throws Fault `method-not-agreed`, `amount-over-limit`. */
export async function refuseOverLimit(
  contracts: Contracts,
  merchantId: string,
  method: string,
  amountMinor: number,
): Promise<void> {
  const contract = await contracts.contract(merchantId, method);
  if (contract === undefined) throw new Fault('method-not-agreed', { params: { method } });
  const { limitMinor } = contract;
  if (amountMinor > limitMinor) throw new Fault('amount-over-limit', { params: { limitMinor } });
}

/** A credential `{ completes }` names the pre-authorization whose money the payment takes. */
function completedBy(credential: unknown): { completes: string } | Record<string, never> {
  if (typeof credential !== 'object' || credential === null || !('completes' in credential)) return {};
  return typeof credential.completes === 'string' ? { completes: credential.completes } : {};
}

/** Why a sale takes no new payment now, or null. */
function refusalOf(sale: Sale, openShiftId: string | null): 'sale-closed' | 'no-open-shift' | null {
  if (sale.abandoned || sale.kind === 'return') return 'sale-closed';
  return openShiftId === null && sale.shiftId !== null ? 'no-open-shift' : null;
}

/** A command that made its payment before is answered with it, whatever became of the sale or the shift since. */
async function refuseNewPayment(
  payments: Payments,
  { merchantId }: Seller,
  commandKey: string,
  refusal: ReturnType<typeof refusalOf>,
): Promise<void> {
  if (refusal === null) return;
  if ((await payments.earlier({ merchantId, commandKey })) === undefined) throw new Fault(refusal);
}

/** @throws Fault `sale-not-found` for a sale of another merchant too. */
export async function ownSale(db: Db, staff: Seller, saleId: string): Promise<Sale> {
  return ownedBy(staff, await saleById(db, saleId));
}

function ownedBy({ merchantId }: Seller, sale: Sale | undefined): Sale {
  if (sale?.merchantId !== merchantId) throw new Fault('sale-not-found');
  return sale;
}

/** Rounding is booked once, with the first payment of the sale that stands. */
async function roundingLeft(payments: Payments, sale: Sale): Promise<number> {
  if (sale.roundingMinor === 0) return 0;
  const others = await paymentsOfSales(payments.db, [sale.id]);
  const carried = others.some(({ roundingMinor, state }) => roundingMinor > 0 && resultOf(state) !== 'failed');
  return carried ? 0 : sale.roundingMinor;
}

/**
 * Rounds a sale down (抹零), before anything of it is paid or being paid.
 * @throws Fault `sale-being-paid`, `rounding-too-large`.
 */
export function round(db: Db, staff: StaffIdentity, saleId: string, roundingMinor: number): Promise<Sale> {
  return changeUnpaid(db, staff, saleId, async (tx, sale) => {
    if (roundingMinor > sale.subtotalMinor) throw new Fault('rounding-too-large');
    return { dueMinor: sale.subtotalMinor - roundingMinor, changed: await roundSale(tx, saleId, roundingMinor) };
  });
}

/**
 * Gives up a sale of which nothing is paid or being paid; giving it up again changes nothing.
 * @throws Fault `sale-being-paid`.
 */
export function abandon(db: Db, staff: StaffIdentity, saleId: string): Promise<Sale> {
  return changeUnpaid(db, staff, saleId, async (tx) => ({ dueMinor: 0, changed: await abandonSale(tx, saleId) }));
}

async function changeUnpaid(
  db: Db,
  staff: StaffIdentity,
  saleId: string,
  change: (tx: Queryable, sale: Sale) => Promise<{ dueMinor: number; changed: Sale | undefined }>,
): Promise<Sale> {
  await ownSale(db, staff, saleId);
  return db.transaction(async (tx) => {
    const sale = await lockSale(tx, saleId);
    if (sale === undefined) throw new Fault('sale-not-found');
    const { dueMinor, changed } = await change(tx, sale);
    if (!(await setDue(tx, saleId, dueMinor))) throw new Fault('sale-being-paid');
    if (changed === undefined) throw new Fault('sale-not-found');
    return changed;
  });
}
