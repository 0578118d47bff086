import type { PaymentView } from '@zhanggui/modules/payments/api.ts';

/** Whether a tip may still be asked for: the customer signs for the payment, and nothing has been added or given back. */
export function mayHaveTip(payment: PaymentView): boolean {
  const { result, purpose, completes, signature, provisional, tipMinor, refundedMinor } = payment;
  const isSignedSale = result === 'succeeded' && purpose === 'sale' && completes === null && signature !== null;
  return isSignedSale && !provisional && tipMinor === 0 && refundedMinor === 0;
}

/** The shares of an amount that are offered as a tip, in percent, each with its sum; never rounded up above the share. */
export function tipShares(amountMinor: number): readonly { readonly percent: number; readonly tipMinor: number }[] {
  return [10, 15, 20].map((percent) => ({ percent, tipMinor: Math.floor((amountMinor * percent) / 100) }));
}
