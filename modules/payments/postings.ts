import { feeByRate } from '@zhanggui/base';
import { bookOf, type NewAccount, type NewTransfer } from '../ledger/api.ts';
import type { FeeRate } from '../merchants/api.ts';
import type { MethodPlugin } from './method.ts';
import type { Payment } from './payment.ts';

/** Where the money of a payment is, from which side the merchant is owed. */
interface Sides {
  readonly held: string;
  readonly owed: string;
}

/** Accounts of a merchant's own book that payments post to; every transfer stays within one book. */
export const accountId = {
  drawer: (merchantId: string, tillId: string) => `${bookOf(merchantId)}till:${tillId}:drawer`,
  receivable: (merchantId: string, methodId: string) => `${bookOf(merchantId)}channel:${methodId}:receivable`,
  payable: (merchantId: string) => `${bookOf(merchantId)}payable`,
  cashTakings: (merchantId: string) => `${bookOf(merchantId)}cash-takings`,
  rounding: (merchantId: string) => `${bookOf(merchantId)}rounding`,
  fees: (merchantId: string, methodId: string) => `${bookOf(merchantId)}fees:${methodId}`,
  customers: (merchantId: string) => `${bookOf(merchantId)}customers:to-be-returned`,
} as const;

/** The accounts that a merchant's payments need, for the methods in the registry. */
export function accountsFor(
  merchantId: string,
  currency: string,
  methods: readonly MethodPlugin[],
): readonly NewAccount[] {
  const channels = methods.filter((method) => method.holds === 'channel');
  const account = (id: string, kind: NewAccount['kind'], zh: string, en: string): NewAccount => ({
    id,
    kind,
    currency,
    title: { zh, en },
  });
  return [
    account(accountId.payable(merchantId), 'liability', '应付商户', 'Payable to merchant'),
    account(accountId.cashTakings(merchantId), 'income', '现金营业额', 'Cash takings'),
    account(accountId.rounding(merchantId), 'expense', '抹零', 'Rounding'),
    account(accountId.customers(merchantId), 'liability', '应退顾客', 'To be returned to customers'),
    ...channels.flatMap(({ id, title }) => [
      account(accountId.receivable(merchantId, id), 'asset', `应收${title.zh}`, `Receivable from ${title.en}`),
      account(accountId.fees(merchantId, id), 'income', `手续费 ${title.zh}`, `Fees ${title.en}`),
    ]),
  ];
}

/** The fee on `amountMinor`, rounded once, and nothing where the contract names no rate. */
export function feeOn(amountMinor: number, rate: FeeRate | undefined): number {
  if (rate === undefined) return 0;
  return feeByRate(amountMinor, rate.ratePpm, rate.capMinor ?? undefined);
}

/** Whether the payment takes money; a pre-authorization only reserves it, and nothing of it is posted. */
export function movesMoney({ purpose }: Pick<Payment, 'purpose'>): boolean {
  return purpose === 'sale';
}

/** Transfers of a payment that succeeded: what is held against what is owed, the fee, the rounding. */
export function postingsOfSuccess(
  payment: Payment,
  plugin: MethodPlugin,
  feeMinor: number,
  now: number,
): readonly NewTransfer[] {
  const { held, owed } = sidesOf(payment, plugin);
  const movements = [transfer(payment, 'payment', held, owed, payment.amountMinor, now)];
  if (feeMinor > 0)
    movements.push(transfer(payment, 'fee', owed, accountId.fees(payment.merchantId, plugin.id), feeMinor, now));
  if (payment.roundingMinor > 0) {
    const { merchantId } = payment;
    movements.push(
      transfer(
        payment,
        'rounding',
        accountId.rounding(merchantId),
        accountId.cashTakings(merchantId),
        payment.roundingMinor,
        now,
      ),
    );
  }
  return movements;
}

/** Facts of a refund that its transfers need. */
export interface RefundPosting {
  readonly id: string;
  readonly amountMinor: number;
  readonly tillId: string;
  readonly label: string | null;
  readonly businessOn: string;
}

/**
 * Transfers of a refund that succeeded. The fee comes back so that the whole refund returns exactly the fee:
 * fee(total) − fee(what remains) − what came back before.
 */
export function postingsOfRefund(
  payment: Payment,
  refund: RefundPosting,
  plugin: MethodPlugin,
  rate: FeeRate | undefined,
  now: number,
): readonly NewTransfer[] {
  if (!movesMoney(payment)) return [];
  const { held, owed } = sidesOf({ ...payment, tillId: refund.tillId }, plugin);
  const at = { ...payment, id: refund.id, label: refund.label, businessOn: refund.businessOn };
  const movements = [{ ...transfer(at, 'refund', owed, held, refund.amountMinor, now), paymentId: payment.id }];
  const before = payment.amountMinor + payment.tipMinor - payment.refundedMinor;
  const feeBack = feeOn(before, rate) - feeOn(before - refund.amountMinor, rate);
  if (plugin.holds === 'channel' && feeBack > 0) {
    movements.push({
      ...transfer(at, 'fee-returned', accountId.fees(payment.merchantId, plugin.id), owed, feeBack, now),
      paymentId: payment.id,
    });
  }
  return movements;
}

/** The channel took money for a payment that was given up: it is owed to the customer until it is returned. */
export function postingsOfLateApproval(payment: Payment, plugin: MethodPlugin, now: number): readonly NewTransfer[] {
  if (!movesMoney(payment)) return [];
  const { held } = sidesOf(payment, plugin);
  return [transfer(payment, 'late-approval', held, accountId.customers(payment.merchantId), payment.amountMinor, now)];
}

/** The money of a late approval went back. */
export function postingsOfLateRefund(
  payment: Payment,
  refundId: string,
  plugin: MethodPlugin,
  now: number,
): readonly NewTransfer[] {
  if (!movesMoney(payment)) return [];
  const { held } = sidesOf(payment, plugin);
  const at = { ...payment, id: refundId };
  return [
    {
      ...transfer(at, 'late-refund', accountId.customers(payment.merchantId), held, payment.amountMinor, now),
      paymentId: payment.id,
    },
  ];
}

/** The issuer refused what was approved without him: the channel owes nothing, the loss is the merchant's, the fee comes back. */
export function postingsOfLoss(payment: Payment, plugin: MethodPlugin, now: number): readonly NewTransfer[] {
  const { held, owed } = sidesOf(payment, plugin);
  const loss = transfer(payment, 'offline-loss', owed, held, payment.amountMinor, now);
  const feeMinor = payment.feeMinor ?? 0;
  if (feeMinor === 0) return [loss];
  const fees = accountId.fees(payment.merchantId, plugin.id);
  return [loss, transfer(payment, 'fee-returned', fees, owed, feeMinor, now)];
}

/** A tip: the channel owes more, and so is more owed to the merchant; the fee is that of the whole. */
export function postingsOfTip(
  payment: Payment,
  plugin: MethodPlugin,
  tipMinor: number,
  feeMinor: number,
  now: number,
): readonly NewTransfer[] {
  const { held, owed } = sidesOf(payment, plugin);
  const tip = transfer(payment, 'tip', held, owed, tipMinor, now);
  if (feeMinor === 0) return [tip];
  return [tip, transfer(payment, 'tip-fee', owed, accountId.fees(payment.merchantId, plugin.id), feeMinor, now)];
}

/** The channel has refused the tip: what was posted of it goes back. */
export function postingsOfRefusedTip(
  payment: Payment,
  plugin: MethodPlugin,
  feeMinor: number,
  now: number,
): readonly NewTransfer[] {
  const { held, owed } = sidesOf(payment, plugin);
  const tip = transfer(payment, 'tip-refused', owed, held, payment.tipMinor, now);
  if (feeMinor === 0) return [tip];
  const fees = accountId.fees(payment.merchantId, plugin.id);
  return [tip, transfer(payment, 'tip-fee-returned', fees, owed, feeMinor, now)];
}

function sidesOf(payment: Pick<Payment, 'tillId' | 'merchantId'>, plugin: MethodPlugin): Sides {
  if (plugin.holds === 'drawer')
    return {
      held: accountId.drawer(payment.merchantId, payment.tillId),
      owed: accountId.cashTakings(payment.merchantId),
    };
  return { held: accountId.receivable(payment.merchantId, plugin.id), owed: accountId.payable(payment.merchantId) };
}

function transfer(
  of: Pick<Payment, 'id' | 'currency' | 'label' | 'businessOn'>,
  reason: string,
  debitAccount: string,
  creditAccount: string,
  amountMinor: number,
  now: number,
): NewTransfer {
  return {
    id: `${of.id}:${reason}`,
    debitAccount,
    creditAccount,
    currency: of.currency,
    amountMinor,
    reason,
    paymentId: of.id,
    label: of.label,
    businessOn: of.businessOn,
    postedAt: now,
  };
}
