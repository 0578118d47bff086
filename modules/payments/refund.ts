import { Fault, makeId, type Queryable } from '@zhanggui/base';
import { post } from '../ledger/store.ts';
import type { JsonObject } from './api.ts';
import { enterBatches } from './batch-gate.ts';
import { announcePayment, brokeConstraint, existing, methodOf, type Payments, type RunningMethod } from './context.ts';
import { freeHolds } from './hold-claims.ts';
import type { CancelOutcome, Outcome } from './method.ts';
import { entersQuarantine, type Payment, policyOf, waitBeforeRepeat } from './payment.ts';
import { movesMoney, postingsOfLateRefund, postingsOfRefund } from './postings.ts';
import {
  addRefundAlert,
  addRefundEvent,
  claimForRefund,
  insertRefunds,
  lockPayment,
  type Refund,
  refundById,
  refundByKey,
  stepRefund,
} from './refund-store.ts';
import { paymentById } from './store.ts';

/** What a refund command asks. */
export interface RefundRequest {
  readonly commandKey: string;
  readonly contentHash: string;
  readonly merchantId: string;
  readonly paymentId: string;
  readonly tillId: string;
  readonly staffId: string;
  readonly amountMinor: number;
  readonly reason: string;
  readonly label: string | null;
  readonly businessOn: string;
}

/**
 * Gives money of a succeeded payment back by its original route: writes the intent with its claim on the payment, calls
 * the method, writes the outcome; a `local` method has nobody to ask, and all of it is one write. All refunds together never exceed the payment, whatever runs at the same time.
 * Taking back a pre-authorization is a refund of its whole amount, of which nothing is posted.
 * @throws Fault `payment-not-found`, `payment-not-refundable`, `payment-provisional`, `refund-exceeds-payment`,
 *   `pre-authorization-not-open`, `pre-authorization-voided-whole`, `no-open-shift`, `batch-closing`, `idempotency-conflict`.
 */
export async function refund(payments: Payments, request: RefundRequest): Promise<Refund> {
  const before = await earlierRefund(payments, request);
  if (before !== undefined) return before;
  const payment = await paymentById(payments.db, request.paymentId);
  if (payment === undefined || payment.merchantId !== request.merchantId) throw new Fault('payment-not-found');
  if (payment.provisional) throw new Fault('payment-provisional', { retryable: true });
  if (!movesMoney(payment) && request.amountMinor !== payment.amountMinor)
    throw new Fault('pre-authorization-voided-whole');
  const running = methodOf(payments, payment.method);
  const draft = draftOf(payments, running, payment, request);
  const intent = await writeIntent(payments, running, draft, payment).catch((error: unknown) =>
    madeAfterAll(payments, request, error),
  );
  if (intent === undefined) return existing(await earlierRefund(payments, request), draft.id);
  payments.milestone?.('refund-intent-written', payment.id);
  if (!running.plugin.policy.local) return carryOut(payments, intent);
  announcePayment(payments, existing(await paymentById(payments.db, payment.id), payment.id));
  return intent;
}

/** Sends a refund whose intent is written, or asks what became of it, and writes the outcome. */
export async function carryOut(payments: Payments, intent: Refund): Promise<Refund> {
  const payment = existing(await paymentById(payments.db, intent.paymentId), intent.paymentId);
  const running = methodOf(payments, payment.method);
  const outcome = await giveBack(running, intent, payment);
  payments.milestone?.('refund-answered', payment.id);
  return recordRefund(payments, running, intent, outcome);
}

async function earlierRefund(payments: Payments, request: RefundRequest): Promise<Refund | undefined> {
  const earlier = await refundByKey(payments.db, request.merchantId, request.commandKey);
  if (earlier !== undefined && earlier.contentHash !== request.contentHash) throw new Fault('idempotency-conflict');
  return earlier;
}

/** A copy of the command that came first is the answer, and not why this one is refused now. */
async function madeAfterAll(payments: Payments, request: RefundRequest, error: unknown): Promise<undefined> {
  if (!(error instanceof Fault) || (await earlierRefund(payments, request)) === undefined) throw error;
}

const LEASE_MARGIN_MS = 1_000;

function draftOf(payments: Payments, { plugin }: RunningMethod, payment: Payment, request: RefundRequest): Refund {
  const now = payments.clock.now();
  const id = makeId('ref', now, payments.rng.bytes(8));
  const { local, authorizeTimeoutMs } = policyOf(plugin, payment);
  return {
    id,
    ...request,
    shiftId: null,
    currency: payment.currency,
    cause: 'return',
    state: local ? 'succeeded' : 'created',
    decline: null,
    channelReference: local ? id : null,
    batchTerminal: null,
    batchNumber: null,
    channelData: {},
    createdAt: now,
    updatedAt: now,
    nextAttemptAt: local ? null : now + authorizeTimeoutMs + LEASE_MARGIN_MS,
    version: 1,
  };
}

/** @returns the intent in the shift that is open at its till; undefined when the same command was written before. */
async function writeIntent(
  payments: Payments,
  running: RunningMethod,
  draft: Refund,
  payment: Payment,
): Promise<Refund | undefined> {
  try {
    return await payments.db.transaction(async (tx) => {
      const shiftId = (await payments.holdOpenShifts(tx, [draft.tillId])).get(draft.tillId) ?? null;
      if (shiftId === null && running.plugin.holds === 'drawer') throw new Fault('no-open-shift');
      const intent = { ...draft, shiftId };
      await enterBatches(tx, payment.batchTerminal === null ? [] : [payment.batchTerminal]);
      const [written] = await insertRefunds(tx, [intent]);
      if (written === undefined) return undefined;
      const claimed = await claimForRefund(tx, intent.paymentId, intent.amountMinor, 0);
      if (!claimed) throw new Fault('payment-not-refundable');
      await addRefundEvent(tx, intent, {});
      if (intent.state === 'succeeded') {
        // The claim holds the payment, so that what it gave back before is certain.
        const claimedFrom = existing(await paymentById(tx, payment.id), payment.id);
        await settle(payments, tx, running, claimedFrom, intent, intent.createdAt);
      }
      return intent;
    });
  } catch (error) {
    if (brokeConstraint(error, 'refund_exceeds_payment'))
      throw new Fault(movesMoney(payment) ? 'refund-exceeds-payment' : 'pre-authorization-not-open', { cause: error });
    throw error;
  }
}

async function giveBack({ method }: RunningMethod, intent: Refund, payment: Payment): Promise<Outcome> {
  // A channel that knows no inquiry is one that reverses: the same reversal again returns a late approval.
  if (intent.cause === 'late-approval' && method.inquire === undefined && method.cancel !== undefined)
    return reversedAsRefund(await method.cancel(payment), intent);
  const asked = intent.state === 'unknown' ? await method.inquireRefund?.(intent, payment) : undefined;
  const outcome = asked ?? (await method.refund(intent, payment));
  return intent.cause === 'late-approval' && outcome.kind === 'declined'
    ? unlessReturned(method, intent, payment, outcome)
    : outcome;
}

/**
 * A channel gives nothing back of a late approval where a cancellation that came to it once more has done so: it no longer
 * says then that the payment is paid.
 */
async function unlessReturned(
  method: RunningMethod['method'],
  intent: Refund,
  payment: Payment,
  refused: Outcome,
): Promise<Outcome> {
  const standing = (await method.inquire?.(payment)) ?? { kind: 'approved' };
  if (standing.kind === 'approved') return refused;
  const evidence = [...(refused.evidence ?? []), ...(standing.evidence ?? [])];
  return standing.kind === 'declined'
    ? { kind: 'approved', channelReference: intent.id, evidence }
    : { kind: 'unknown', cause: 'the refund is refused, and the channel does not say what it holds', evidence };
}

function reversedAsRefund(outcome: CancelOutcome, intent: Refund): Outcome {
  switch (outcome.kind) {
    case 'cancelled':
      return { ...outcome, kind: 'approved', channelReference: intent.id };
    case 'approved':
      return { kind: 'unknown', cause: 'the channel says that the payment still stands' };
    case 'declined':
      return { kind: 'unknown', cause: 'the channel says that the payment was declined' };
    case 'unknown':
      return outcome;
  }
}

/** Writes what the outside said of a refund; when another step came first, that step's refund is the answer. */
export async function recordRefund(
  payments: Payments,
  running: RunningMethod,
  read: Refund,
  outcome: Outcome,
): Promise<Refund> {
  const now = payments.clock.now();
  const { policy } = running.plugin;
  const after = refundAfter(read, outcome, now + waitBeforeRepeat(read, policy, now), now);
  const written = await payments.db.transaction(async (tx) => {
    await lockPayment(tx, read.paymentId);
    const payment = existing(await paymentById(tx, read.paymentId), read.paymentId);
    if (!(await stepRefund(tx, read.version, after))) return undefined;
    if (after.state === 'unknown' && entersQuarantine(read, policy, now))
      await addRefundAlert(tx, after, 'refund-unanswered');
    if (after.state === read.state) return payment;
    await addRefundEvent(tx, after, evidenceOf(outcome));
    await settle(payments, tx, running, payment, after, now);
    await restoreHold(tx, payment, outcome);
    return payment;
  });
  if (written === undefined) return existing(await refundById(payments.db, read.id), read.id);
  announcePayment(payments, existing(await paymentById(payments.db, read.paymentId), read.paymentId));
  return after;
}

/**
 * A void was carried out although it had been given up and ended as failed: the refund that asked for it stands after all.
 * Where its amount has gone back otherwise meanwhile, only a person can tell what is right.
 */
export async function recordLateVoid(
  payments: Payments,
  read: Refund,
  outcome: Extract<Outcome, { kind: 'approved' }>,
): Promise<void> {
  if (read.state === 'succeeded') return;
  const running = methodOf(payments, existing(await paymentById(payments.db, read.paymentId), read.paymentId).method);
  if (read.state !== 'failed') {
    await recordRefund(payments, running, read, outcome);
    return;
  }
  const now = payments.clock.now();
  await payments.db.transaction(async (tx) => {
    await lockPayment(tx, read.paymentId);
    const payment = existing(await paymentById(tx, read.paymentId), read.paymentId);
    const { batchTerminal, batchNumber } = payment;
    const after = { ...refundAfter(read, outcome, now, now), decline: null, batchTerminal, batchNumber };
    await addRefundAlert(tx, after, 'late-void');
    if (payment.refundClaimedMinor + read.amountMinor > payment.amountMinor) return;
    if (!(await stepRefund(tx, read.version, after))) return;
    await claimForRefund(tx, payment.id, read.amountMinor, 0);
    await settle(payments, tx, running, payment, after, now);
    await restoreHold(tx, payment, outcome);
  });
  announcePayment(payments, existing(await paymentById(payments.db, read.paymentId), read.paymentId));
}

/** A completion that was voided leaves its pre-authorization as it was. */
async function restoreHold(tx: Queryable, { completes }: Payment, outcome: Outcome): Promise<void> {
  if (completes !== null && outcome.kind === 'approved' && outcome.restoresHold === true)
    await freeHolds(tx, [completes]);
}

/** Books what a definite refund changes: the claim, the amount that went back, the transfers. */
async function settle(
  payments: Payments,
  tx: Queryable,
  { plugin }: RunningMethod,
  payment: Payment,
  after: Refund,
  now: number,
): Promise<void> {
  if (after.cause === 'late-approval') {
    if (after.state === 'succeeded') await post(tx, postingsOfLateRefund(payment, after.id, plugin, now));
    return;
  }
  if (after.state === 'failed') await claimForRefund(tx, payment.id, -after.amountMinor, 0);
  if (after.state !== 'succeeded') return;
  await claimForRefund(tx, payment.id, 0, after.amountMinor);
  const rate = await payments.rateOf(payment.merchantId, plugin.id);
  await post(tx, postingsOfRefund(payment, after, plugin, rate, now));
}

function refundAfter(read: Refund, outcome: Outcome, retryAt: number, now: number): Refund {
  const base = { ...read, channelData: { ...read.channelData, ...outcome.channelData }, updatedAt: now };
  switch (outcome.kind) {
    case 'approved':
      return {
        ...base,
        state: 'succeeded',
        channelReference: outcome.channelReference,
        batchTerminal: outcome.batch?.terminal ?? null,
        batchNumber: outcome.batch?.number ?? null,
        nextAttemptAt: null,
      };
    case 'declined':
      return { ...base, state: 'failed', decline: outcome.decline, nextAttemptAt: null };
    case 'pending':
    case 'unknown':
      return { ...base, state: 'unknown', nextAttemptAt: retryAt };
  }
}

function evidenceOf(outcome: Outcome): JsonObject {
  return { evidence: (outcome.evidence ?? []).map(({ direction, title, text }) => ({ direction, title, text })) };
}
