import { Fault } from '@zhanggui/base';
import { type Static, Type } from 'typebox';
import { PaymentView, resultOf } from './api.ts';
import type { Payments } from './context.ts';
import type { PaymentDraft } from './method.ts';
import type { Payment } from './payment.ts';
import type { Refund } from './refund-store.ts';
import { paymentById } from './store.ts';

/** A completion takes at most this many hundredths of what was reserved (CUPS.md 8). */
const COMPLETION_PERCENT = 115;

/** The largest amount that completes a pre-authorization of `heldMinor`. */
export function largestCompletion(heldMinor: number): number {
  return Math.floor((heldMinor * COMPLETION_PERCENT) / 100);
}

/**
 * The pre-authorization that a payment is about to complete. The claim on it is made with the payment's intent; this only
 * finds what can be refused before anything is written.
 * @throws Fault `pre-authorization-not-found`, `pre-authorization-not-open`, `pre-authorization-expired`, `completion-exceeds-hold`.
 */
export async function holdToComplete(payments: Payments, draft: PaymentDraft, methodId: string): Promise<Payment> {
  const hold = draft.completes === null ? undefined : await paymentById(payments.db, draft.completes);
  if (hold === undefined || hold.merchantId !== draft.merchantId || hold.purpose !== 'pre-authorization')
    throw new Fault('pre-authorization-not-found');
  if (hold.method !== methodId || hold.currency !== draft.currency) throw new Fault('pre-authorization-not-found');
  if (hold.state !== 'succeeded' || hold.refundClaimedMinor > 0) throw new Fault('pre-authorization-not-open');
  if (isExpired(hold, payments.clock.now())) throw new Fault('pre-authorization-expired');
  const largestMinor = largestCompletion(hold.amountMinor);
  if (draft.amountMinor > largestMinor) throw new Fault('completion-exceeds-hold', { params: { largestMinor } });
  return hold;
}

/** A pre-authorization as the API shows it. */
export const PreAuthorizationView = Type.Interface([PaymentView], {
  standing: Type.Union(
    [
      Type.Literal('pending'),
      Type.Literal('failed'),
      Type.Literal('open'),
      Type.Literal('completing'),
      Type.Literal('completed'),
      Type.Literal('voiding'),
      Type.Literal('voided'),
      Type.Literal('expired'),
    ],
    { description: 'open: it reserves money that can be taken or let go' },
  ),
  largestCompletionMinor: Type.Integer(),
  completedBy: Type.Union([Type.String(), Type.Null()], { description: 'id of the payment that completes it' }),
});
export type PreAuthorizationView = Static<typeof PreAuthorizationView>;

/** The pre-authorization with what became of it: the payments that complete it or tried to, and its voids. */
export function viewOfHold(
  hold: Payment,
  view: PaymentView,
  completions: readonly Payment[],
  voids: readonly Refund[],
  now: number,
): PreAuthorizationView {
  const standing = standingOf(hold, completions, voids, now);
  const completion = completions.findLast(({ state }) => resultOf(state) !== 'failed');
  const taken = standing === 'completing' || standing === 'completed';
  return {
    ...view,
    standing,
    largestCompletionMinor: largestCompletion(hold.amountMinor),
    completedBy: taken ? (completion?.id ?? null) : null,
  };
}

function standingOf(
  hold: Payment,
  completions: readonly Payment[],
  voids: readonly Refund[],
  now: number,
): PreAuthorizationView['standing'] {
  const result = resultOf(hold.state);
  if (result !== 'succeeded') return result;
  if (hold.refundedMinor > 0) return 'voided';
  if (hold.refundClaimedMinor === 0) return isExpired(hold, now) ? 'expired' : 'open';
  if (voids.some(({ state }) => state === 'created' || state === 'unknown')) return 'voiding';
  return completions.some(({ state }) => state === 'succeeded') ? 'completed' : 'completing';
}

function isExpired({ expiresAt }: Payment, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}
