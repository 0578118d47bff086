import { Fault } from '@zhanggui/base';
import { existing, leaseMs, methodOf, type Payments, type RunningMethod } from './context.ts';
import { cancellableAt, nextStep, type Payment, policyOf } from './payment.ts';
import { recordCancel, recordCancelling, recordConfirmation, recordConfirmed, recordOutcome } from './record.ts';
import { carryOut } from './refund.ts';
import { claimDueRefunds } from './refund-store.ts';
import { claimDue, paymentById } from './store.ts';

/**
 * Takes one payment whose outcome is not certain a step further, by its channel's own rules: asks, or undoes. A definite
 * cancellation is confirmed by one more question, which finds an approval that came late.
 */
export async function resolve(payments: Payments, payment: Payment): Promise<Payment> {
  const running = methodOf(payments, payment.method);
  const { method, plugin } = running;
  if (payment.state === 'succeeded') return payment.provisional ? confirm(payments, running, payment) : payment;
  if (payment.state === 'failed') return payment;
  if (payment.state === 'cancelled') return confirmCancelled(payments, running, payment);

  switch (nextStep(payment, policyOf(plugin, payment), method.inquire !== undefined, payments.clock.now())) {
    case 'inquire':
      return inquire(payments, running, payment);
    case 'inquire-then-cancel': {
      const asked = await inquire(payments, running, payment);
      const definite = asked.state !== 'pending' && asked.state !== 'unknown';
      return definite ? asked : cancel(payments, running, asked, 'gave-up-waiting');
    }
    case 'cancel':
      return cancel(payments, running, payment, 'no-definite-answer');
  }
}

/** Asks now, because a person wants to know. Harmless at any time. */
export async function inquireNow(payments: Payments, payment: Payment): Promise<Payment> {
  const running = methodOf(payments, payment.method);
  if (payment.state !== 'pending' && payment.state !== 'unknown') return payment;
  return running.method.inquire === undefined ? resolve(payments, payment) : inquire(payments, running, payment);
}

/**
 * Undoes an unresolved payment because the cashier, or a customer who pays alone, asks for it.
 * @throws Fault `cancel-too-early` before the channel's own minimum; a definite payment is returned as it is.
 */
export async function cancelNow(
  payments: Payments,
  payment: Payment,
  why: 'cashier' | 'customer' = 'cashier',
): Promise<Payment> {
  const running = methodOf(payments, payment.method);
  if (payment.state !== 'pending' && payment.state !== 'unknown' && payment.state !== 'created') return payment;
  const from = cancellableAt(payment, policyOf(running.plugin, payment));
  if (payments.clock.now() < from)
    throw new Fault('cancel-too-early', { params: { from: new Date(from).toISOString() } });
  return cancel(payments, running, payment, why);
}

/**
 * Takes a pending payment further with what the till brings, such as the chip's last word. A payment that no longer
 * waits is returned as it is.
 * @throws Fault `payment-not-waiting` where the method takes nothing from the till, `credential-refused`.
 */
export async function advance(payments: Payments, payment: Payment, input: unknown): Promise<Payment> {
  const running = methodOf(payments, payment.method);
  if (running.method.advance === undefined) throw new Fault('payment-not-waiting');
  if (payment.state !== 'pending') return payment;
  payments.milestone?.('advance-received', payment.id);
  const outcome = await running.method.advance(payment, input);
  payments.milestone?.('advance-answered', payment.id);
  const after = await recordOutcome(payments, running, payment, outcome);
  return after.state === 'cancelling' ? resolve(payments, after) : after;
}

const BATCH = 32;

/**
 * Begins to resolve what is due, side by side. The server calls it again while slow ones are still under way: their lease
 * keeps them from being taken twice, and a bank that is silent holds up nobody else.
 * @returns what is under way; none of it rejects.
 */
export async function beginDue(payments: Payments): Promise<readonly Promise<void>[]> {
  const now = payments.clock.now();
  const leasedUntil = now + leaseMs(payments.methods);
  const due = await claimDue(payments.db, now, leasedUntil, BATCH);
  const refunds = await claimDueRefunds(payments.db, now, leasedUntil, BATCH);
  return [
    ...due.map((payment) => begin(payments, payment.id, resolve(payments, payment))),
    ...refunds.map((refund) => begin(payments, refund.paymentId, carryOut(payments, refund))),
  ];
}

/**
 * Begins to send each reversal that a till owes its acquirer once, before the till's next request goes out. The
 * sweeper goes on with those that get no answer.
 * @returns what is under way; none of it rejects.
 */
export async function beginReversals(payments: Payments, tillId: string): Promise<readonly Promise<void>[]> {
  const owed = await payments.owedReversals(tillId);
  return owed.map((payment) => begin(payments, payment.id, resolve(payments, payment)));
}

function begin(payments: Payments, paymentId: string, work: Promise<unknown>): Promise<void> {
  return work.then(
    () => undefined,
    (error: unknown) => payments.report(error, paymentId),
  );
}

async function inquire(payments: Payments, running: RunningMethod, payment: Payment): Promise<Payment> {
  if (running.method.inquire === undefined) return payment;
  const outcome = await running.method.inquire(payment);
  payments.milestone?.('answer-arrived', payment.id);
  return recordOutcome(payments, running, payment, outcome);
}

async function cancel(payments: Payments, running: RunningMethod, payment: Payment, why: string): Promise<Payment> {
  const decided = payment.state === 'cancelling' ? payment : await recordCancelling(payments, running, payment, why);
  if (decided === undefined) return existing(await paymentById(payments.db, payment.id), payment.id);
  if (running.method.cancel === undefined)
    throw new Fault('method-cannot-cancel', { params: { method: payment.method } });
  const outcome = await running.method.cancel(decided);
  return recordCancel(payments, running, decided, outcome);
}

/** Asks what became of an approval that was given without the issuer. */
async function confirm(payments: Payments, running: RunningMethod, payment: Payment): Promise<Payment> {
  if (running.method.confirm === undefined) return payment;
  return recordConfirmation(payments, running, payment, await running.method.confirm(payment));
}

async function confirmCancelled(payments: Payments, running: RunningMethod, payment: Payment): Promise<Payment> {
  if (running.method.inquire === undefined) return payment;
  const outcome = await running.method.inquire(payment);
  return outcome.kind === 'approved'
    ? recordOutcome(payments, running, payment, outcome)
    : recordConfirmed(payments, running, payment, outcome);
}
