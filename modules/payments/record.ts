import { makeId } from '@zhanggui/base';
import { announcePayment, existing, type Payments, type RunningMethod } from './context.ts';
import type { AdvanceOutcome, CancelOutcome, Confirmation, Evidence, Outcome } from './method.ts';
import {
  applyCancel,
  applyOutcome,
  entersQuarantine,
  type Payment,
  type PaymentChange,
  policyOf,
  startCancelling,
  unchanged,
  waitBeforeRepeat,
} from './payment.ts';
import {
  feeOn,
  movesMoney,
  postingsOfLateApproval,
  postingsOfLoss,
  postingsOfRefusedTip,
  postingsOfSuccess,
} from './postings.ts';
import { lateRefundOf } from './refund-store.ts';
import { type NewEvent, type PaymentWrite, paymentById } from './store.ts';

/**
 * Writes what the outside said of a payment. When another step came first, the outcome is judged again against the
 * payment as it is now: an approval is never lost and never counted twice.
 */
export async function recordOutcome(
  payments: Payments,
  running: RunningMethod,
  read: Payment,
  outcome: AdvanceOutcome,
): Promise<Payment> {
  let payment = read;
  for (;;) {
    if (payment.state === 'succeeded' || payment.state === 'failed' || payment.state === 'cancelled') {
      return outcome.kind === 'approved' && payment.state !== 'succeeded'
        ? recordLateApproval(payments, running, payment, outcome)
        : payment;
    }
    // Once it is decided to undo the payment, only the answer to the cancellation counts: it undoes an approval too.
    if (payment.state === 'cancelling' && outcome.kind !== 'declined') return payment;
    const now = payments.clock.now();
    const change = applyOutcome(payment, outcome, policyOf(running.plugin, payment), now);
    const after = await takeStep(payments, running, payment, change, evidenceEvents(outcome.evidence), now);
    if (after !== undefined) {
      payments.milestone?.('outcome-written', payment.id);
      return after;
    }
    payment = existing(await paymentById(payments.db, payment.id), payment.id);
  }
}

/** Writes the decision to undo a payment, before the outside is told. Undefined when another step came first. */
export async function recordCancelling(
  payments: Payments,
  running: RunningMethod,
  payment: Payment,
  why: string,
): Promise<Payment | undefined> {
  const now = payments.clock.now();
  // Longer than the cancellation itself may take, so that no second one starts beside it.
  const { authorizeTimeoutMs, intervalMs } = policyOf(running.plugin, payment);
  const lease = now + authorizeTimeoutMs + intervalMs;
  const change = { ...startCancelling(payment, now), nextAttemptAt: lease };
  const event: NewEvent = { at: now, kind: 'state', title: 'cancelling', detail: { why } };
  const after = await takeStep(payments, running, payment, change, [event], now);
  if (after !== undefined) payments.milestone?.('cancellation-decided', payment.id);
  return after;
}

/** Writes what became of a cancellation. */
export async function recordCancel(
  payments: Payments,
  running: RunningMethod,
  read: Payment,
  outcome: CancelOutcome,
): Promise<Payment> {
  const now = payments.clock.now();
  const change = applyCancel(read, outcome, policyOf(running.plugin, read), now);
  const unanswered = outcome.kind === 'unknown' && entersQuarantine(read, policyOf(running.plugin, read), now);
  const alerts = unanswered ? [alertEvent('reversal-unanswered', read, now)] : [];
  const events = [...evidenceEvents(outcome.evidence), ...alerts];
  const after = await takeStep(payments, running, read, change, events, now);
  if (after !== undefined) payments.milestone?.('cancellation-answered', read.id);
  return after ?? existing(await paymentById(payments.db, read.id), read.id);
}

/** How long a cancelled payment is asked about: as long as the shortest of the channels' own windows. */
const CONFIRM_WITHIN_MS = 24 * 3_600_000;

/**
 * Writes what the question asked after a cancellation brought. A definite answer ends it; without one it is asked again,
 * each time after twice the wait, since the cancellation itself was answered definitely.
 */
export async function recordConfirmed(
  payments: Payments,
  running: RunningMethod,
  payment: Payment,
  outcome: Outcome,
): Promise<Payment> {
  const now = payments.clock.now();
  const age = now - payment.createdAt;
  const over = outcome.kind === 'declined' || age > CONFIRM_WITHIN_MS;
  const nextAttemptAt = over ? null : now + Math.max(policyOf(running.plugin, payment).intervalMs, age);
  const after = await takeStep(payments, running, payment, { ...payment, nextAttemptAt }, [], now);
  return after ?? existing(await paymentById(payments.db, payment.id), payment.id);
}

/**
 * The outside took money for a payment that was given up. It is booked as owed to the customer, the return of the money
 * is written down in the same commit, and the owner is told. A second report of the same approval changes nothing.
 */
export async function recordLateApproval(
  payments: Payments,
  running: RunningMethod,
  payment: Payment,
  outcome: Extract<Outcome, { kind: 'approved' }>,
): Promise<Payment> {
  if (payment.channelReference !== null) return payment;
  const now = payments.clock.now();
  const change: PaymentChange = {
    ...payment,
    channelReference: outcome.channelReference,
    channelData: { ...payment.channelData, ...outcome.channelData },
    nextAttemptAt: null,
  };
  const result = await payments.commit({
    step: stepOf(payment, change, null, now),
    events: [...evidenceEvents(outcome.evidence), alertEvent('late-approval', payment, now)],
    transfers: postingsOfLateApproval(payment, running.plugin, now),
    lateRefund: lateRefundOf(payment, makeId('ref', now, payments.rng.bytes(8)), now),
  });
  const after = existing(await paymentById(payments.db, payment.id), payment.id);
  // Another step came first, such as the word of an earlier question: the money has moved all the same.
  if (result === 'superseded') return recordOutcome(payments, running, after, outcome);
  announcePayment(payments, after);
  return after;
}

/**
 * Writes what became of an approval that was given without the issuer, or of a tip. A refusal is the merchant's loss: the channel does
 * not owe it, so it is not owed to the merchant either, the fee comes back, and the owner is told.
 */
export async function recordConfirmation(
  payments: Payments,
  running: RunningMethod,
  payment: Payment,
  confirmation: Confirmation,
): Promise<Payment> {
  const now = payments.clock.now();
  const policy = policyOf(running.plugin, payment);
  const channelData = { ...payment.channelData, ...confirmation.channelData };
  const evidence = evidenceEvents(confirmation.evidence);
  switch (confirmation.kind) {
    case 'waiting': {
      const nextAttemptAt = now + waitBeforeRepeat(payment, policy, now);
      const change = { ...unchanged(payment), channelData, nextAttemptAt };
      const alerts = entersQuarantine(payment, policy, now) ? [alertEvent('advice-unanswered', payment, now)] : [];
      return stepped(
        payments,
        payment,
        await takeStep(payments, running, payment, change, [...evidence, ...alerts], now),
      );
    }
    case 'accepted': {
      const channelReference = confirmation.channelReference ?? payment.channelReference;
      const change = { ...unchanged(payment), channelData, channelReference, provisional: false, nextAttemptAt: null };
      const accepted: NewEvent = { at: now, kind: 'state', title: 'accepted', detail: {} };
      return stepped(
        payments,
        payment,
        await takeStep(payments, running, payment, change, [...evidence, accepted], now),
      );
    }
    case 'tip-refused': {
      const rate = await payments.rateOf(payment.merchantId, running.plugin.id);
      const feeMinor = feeOn(payment.amountMinor, rate);
      const change = { ...unchanged(payment), channelData, provisional: false, nextAttemptAt: null };
      const feeBack = (payment.feeMinor ?? 0) - feeMinor;
      return committed(payments, payment, {
        step: { ...stepOf(payment, change, feeMinor, now), tipMinor: -payment.tipMinor },
        events: [...evidence, alertEvent('tip-refused', { ...payment, amountMinor: payment.tipMinor }, now)],
        transfers: postingsOfRefusedTip(payment, running.plugin, feeBack, now),
      });
    }
    case 'refused': {
      const { decline } = confirmation;
      const change = { ...unchanged(payment), channelData, decline, provisional: false, nextAttemptAt: null };
      const lostMinor = payment.amountMinor;
      return committed(payments, payment, {
        step: { ...stepOf(payment, change, null, now), lostMinor },
        events: [...evidence, alertEvent('offline-refused', payment, now)],
        transfers: postingsOfLoss(payment, running.plugin, now),
      });
    }
  }
}

async function committed(payments: Payments, { id }: Payment, write: PaymentWrite): Promise<Payment> {
  const result = await payments.commit(write);
  const after = existing(await paymentById(payments.db, id), id);
  if (result === 'written') announcePayment(payments, after);
  return after;
}

async function stepped(payments: Payments, payment: Payment, after: Payment | undefined): Promise<Payment> {
  return after ?? existing(await paymentById(payments.db, payment.id), payment.id);
}

/** Commits one step with its events and postings; undefined when another step came first. */
async function takeStep(
  payments: Payments,
  { plugin }: RunningMethod,
  payment: Payment,
  change: PaymentChange,
  evidence: readonly NewEvent[],
  now: number,
): Promise<Payment | undefined> {
  const succeeds = change.state === 'succeeded' && payment.state !== 'succeeded' && movesMoney(payment);
  const feeMinor = succeeds ? feeOn(payment.amountMinor, await payments.rateOf(payment.merchantId, plugin.id)) : null;
  const moved = change.state !== payment.state;
  const events =
    moved && !evidence.some(({ kind }) => kind === 'state') ? [...evidence, stateEvent(change, now)] : evidence;
  const transfers = succeeds ? postingsOfSuccess(payment, plugin, feeMinor ?? 0, now) : [];
  const write: PaymentWrite = { step: stepOf(payment, change, feeMinor, now), events, transfers };
  if ((await payments.commit(write)) === 'superseded') return undefined;
  const after: Payment = {
    ...payment,
    ...change,
    feeMinor: feeMinor ?? payment.feeMinor,
    updatedAt: now,
    version: payment.version + 1,
  };
  announcePayment(payments, after);
  return after;
}

function stepOf(
  payment: Payment,
  change: PaymentChange,
  feeMinor: number | null,
  now: number,
): NonNullable<PaymentWrite['step']> {
  const over = change.state === 'failed' || change.state === 'cancelled';
  const wasOver = payment.state === 'failed' || payment.state === 'cancelled';
  return { paymentId: payment.id, fromVersion: payment.version, change, feeMinor, releases: over && !wasOver, at: now };
}

/** Something that needs a person's attention, for the owner's screen. */
function alertEvent(title: string, { amountMinor, method }: Payment, at: number): NewEvent {
  return { at, kind: 'alert', title, detail: { amountMinor, method } };
}

function stateEvent(change: PaymentChange, now: number): NewEvent {
  const { decline } = change;
  return { at: now, kind: 'state', title: change.state, detail: decline === null ? {} : { code: decline.code } };
}

function evidenceEvents(evidence: readonly Evidence[] | undefined): readonly NewEvent[] {
  return (evidence ?? []).map(({ direction, at, title, text }) => ({ at, kind: direction, title, detail: { text } }));
}
