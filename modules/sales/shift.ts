import { beijingDate, Fault, makeId, type Queryable } from '@zhanggui/base';
import { once } from '../access/once.ts';
import type { RequestContext } from '../http.ts';
import type { NewAccount, NewTransfer } from '../ledger/api.ts';
import { openAccounts, post } from '../ledger/store.ts';
import { brokeConstraint } from '../payments/context.ts';
import type { MethodPlugin } from '../payments/method.ts';
import { accountId } from '../payments/postings.ts';
import { refundsOfShift, totalsOfShift } from '../payments/reports.ts';
import type { ShiftView } from './api.ts';
import { ownTill } from './sale.ts';
import { salesOfShift } from './store.ts';
import { endShift, insertShift, lockShift, type Shift, type Till, tillById } from './till-store.ts';

type CommandContext = Pick<
  RequestContext<never, never, never>,
  'db' | 'clock' | 'rng' | 'staff' | 'commandKey' | 'contentHash'
>;

/** Accounts that a till's cash moves between. */
const cashAccounts = {
  owner: (merchantId: string) => `merchant:${merchantId}:owner-cash`,
  difference: (merchantId: string) => `merchant:${merchantId}:cash-difference`,
} as const;

/** Opens the accounts of a till's drawer and of the owner's cash. */
export function openTillAccounts(db: Queryable, till: Till, currency: string): Promise<void> {
  const account = (id: string, kind: NewAccount['kind'], zh: string, en: string): NewAccount => ({
    id,
    kind,
    currency,
    title: { zh, en },
  });
  return openAccounts(db, [
    account(accountId.drawer(till.merchantId, till.id), 'asset', `${till.name}钱箱`, `Drawer of ${till.nameEn}`),
    account(cashAccounts.owner(till.merchantId), 'liability', '店主现金往来', "Owner's cash"),
    account(cashAccounts.difference(till.merchantId), 'expense', '现金长短款', 'Cash over and short'),
  ]);
}

/**
 * Opens a shift: the float goes from the owner into the drawer.
 * @throws Fault `shift-already-open`, `till-not-found`.
 */
export async function openShift(context: CommandContext, tillId: string, floatMinor: number): Promise<Shift> {
  const { staff, clock, rng } = context;
  try {
    return await once(context, async (tx) => {
      const till = await ownTill(tx, staff, tillId);
      const now = clock.now();
      const shift: Shift = {
        id: makeId('shf', now, rng.bytes(8)),
        tillId,
        staffId: staff.id,
        staffName: staff.name,
        openedAt: now,
        closedAt: null,
        floatMinor,
        countedMinor: null,
        differenceMinor: null,
      };
      await insertShift(tx, shift);
      const { owner } = cashAccounts;
      await post(
        tx,
        movement(shift, 'float', accountId.drawer(till.merchantId, tillId), owner(till.merchantId), floatMinor, now),
      );
      return shift;
    });
  } catch (error) {
    if (brokeConstraint(error, 'shift_open')) throw new Fault('shift-already-open', { cause: error });
    throw error;
  }
}

/**
 * Closes a shift with what was counted. Cash that is being written is waited for; what comes later finds no open shift. A
 * difference is booked as such and never stops the closing; the counted cash goes back to the owner.
 * @throws Fault `shift-not-found`, `shift-closed`.
 */
export function closeShift(
  context: CommandContext,
  plugins: readonly MethodPlugin[],
  shiftId: string,
  countedMinor: number,
): Promise<ShiftView> {
  const { clock, staff } = context;
  return once(context, async (tx) => {
    const shift = await lockShift(tx, shiftId);
    const till = shift === undefined ? undefined : await tillById(tx, shift.tillId);
    if (shift === undefined || till?.merchantId !== staff.merchantId) throw new Fault('shift-not-found');
    if (shift.closedAt !== null) throw new Fault('shift-closed');
    const now = clock.now();
    const { expectedCashMinor } = await viewOfShift(tx, shift, plugins);
    const differenceMinor = countedMinor - expectedCashMinor;
    const closed = await endShift(tx, shiftId, now, countedMinor, differenceMinor);
    if (closed === undefined) throw new Fault('shift-closed');
    const drawer = accountId.drawer(till.merchantId, till.id);
    const { owner, difference } = cashAccounts;
    await post(tx, [
      ...movement(shift, 'cash-short', difference(till.merchantId), drawer, -differenceMinor, now),
      ...movement(shift, 'cash-over', drawer, difference(till.merchantId), differenceMinor, now),
      ...movement(shift, 'cash-up', owner(till.merchantId), drawer, countedMinor, now),
    ]);
    return viewOfShift(tx, closed, plugins);
  });
}

/** The shift with its totals, as the API shows it. */
export async function viewOfShift(db: Queryable, shift: Shift, plugins: readonly MethodPlugin[]): Promise<ShiftView> {
  const [byMethod, refunds, sales] = [
    await totalsOfShift(db, shift.id),
    await refundsOfShift(db, shift.id),
    await salesOfShift(db, shift.id),
  ];
  const inDrawer = (totals: typeof byMethod): number =>
    totals
      .filter(({ method }) => plugins.some(({ id, holds }) => id === method && holds === 'drawer'))
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const { id, tillId, staffId, staffName, floatMinor, countedMinor, differenceMinor } = shift;
  return {
    id,
    tillId,
    staffId,
    staffName,
    openedAt: new Date(shift.openedAt).toISOString(),
    closedAt: shift.closedAt === null ? null : new Date(shift.closedAt).toISOString(),
    floatMinor,
    salesCount: sales.sales,
    takingsMinor: byMethod.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    expectedCashMinor: floatMinor + inDrawer(byMethod) - inDrawer(refunds) - sales.returnedMinor,
    countedMinor,
    differenceMinor,
    byMethod: [...byMethod],
  };
}

/** One movement of cash, or none when there is nothing to move. */
function movement(
  shift: Shift,
  reason: string,
  debitAccount: string,
  creditAccount: string,
  amountMinor: number,
  now: number,
): NewTransfer[] {
  if (amountMinor <= 0) return [];
  return [
    {
      id: `${shift.id}:${reason}`,
      debitAccount,
      creditAccount,
      currency: 'CNY',
      amountMinor,
      reason,
      paymentId: null,
      label: null,
      businessOn: beijingDate(now),
      postedAt: now,
    },
  ];
}
