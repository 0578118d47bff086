import { Fault, makeId } from '@zhanggui/base';
import { announcePayment, brokeConstraint, existing, methodOf, type Payments, type RunningMethod } from './context.ts';
import { holdToComplete } from './hold.ts';
import type { PaymentDraft, PreparedPayment } from './method.ts';
import { type Payment, policyOf } from './payment.ts';
import { feeOn, postingsOfSuccess } from './postings.ts';
import { recordOutcome } from './record.ts';

/** What a tender asks: the sale's facts, the amount, the method and its credential. */
export interface AuthorizeRequest extends Omit<PaymentDraft, 'id' | 'createdAt' | 'saleId' | 'purpose' | 'completes'> {
  /** Null for a pre-authorization, which belongs to no sale and counts as its own. */
  readonly saleId: string | null;
  /** `sale` unless told. */
  readonly purpose?: PaymentDraft['purpose'];
  readonly completes?: string;
  /** The client's own key: the same key is the same payment. */
  readonly commandKey: string;
  readonly contentHash: string;
  readonly method: string;
  /** Secret of the customer's instrument; handed to the method and never stored. */
  readonly credential: unknown;
  readonly shiftId: string | null;
  readonly staffId: string;
  readonly saleNumber: string;
  readonly saleDueMinor: number;
  readonly roundingMinor: number;
  readonly label: string | null;
  readonly businessOn: string;
  /** When the sale was made, where that was before it reached the server; null for one that is made now. */
  readonly occurredAt: number | null;
}

/**
 * Takes a payment: writes the intent, calls the method, writes the outcome. Whatever stops the process in between, the
 * intent is there and `resolve` finds out what became of it.
 * @returns the payment as it stands after the method's first answer: succeeded, failed, or still to be resolved.
 * @throws Fault `method-unknown`, `credential-refused`, `amount-exceeds-due`, `changed-meanwhile`, `idempotency-conflict`, `batch-closing`, and for
 *   a completion `pre-authorization-not-found`, `pre-authorization-not-open`, `pre-authorization-expired`, `completion-exceeds-hold`.
 */
async function authorize(payments: Payments, request: AuthorizeRequest): Promise<Payment> {
  const running = methodOf(payments, request.method);
  const before = await earlierAnswer(payments, request);
  if (before !== undefined) return before;

  const draft = draftOf(payments, running, request);
  const hold = draft.completes === null ? undefined : await holdToComplete(payments, draft, request.method);
  const prepared = await running.method.prepare(draft, request.credential, hold);
  const intent = await intentOf(payments, running, request, draft, prepared);

  const written = await writeIntent(payments, running, intent, request.saleDueMinor);
  if (!written) return existing(await earlierAnswer(payments, request), draft.id);
  if (running.plugin.policy.local) return intent;

  const outcome = await running.method.authorize(intent, prepared.instrument ?? request.credential);
  payments.milestone?.('answer-arrived', intent.id);
  return recordOutcome(payments, running, intent, outcome);
}

/**
 * The same command again, at the same time or later, is answered with the payment that it made: also where a refusal comes
 * only because another server has just made it, or after its intent was written.
 */
export async function authorizeOnce(payments: Payments, request: AuthorizeRequest): Promise<Payment> {
  const key = `${request.merchantId} ${request.commandKey}`;
  const running = payments.inFlight.get(key);
  if (running !== undefined) return sameContent(await running, request);
  const promise = authorize(payments, request).catch((error: unknown) => madeAfterAll(payments, request, error));
  payments.inFlight.set(key, promise);
  try {
    return await promise;
  } finally {
    payments.inFlight.delete(key);
  }
}

async function madeAfterAll(payments: Payments, request: AuthorizeRequest, error: unknown): Promise<Payment> {
  const made = error instanceof Fault ? await earlierAnswer(payments, request) : undefined;
  if (made === undefined) throw error;
  return made;
}

async function earlierAnswer(payments: Payments, request: AuthorizeRequest): Promise<Payment | undefined> {
  const earlier = await payments.earlier(request);
  return earlier === undefined ? undefined : sameContent(earlier, request);
}

function sameContent(earlier: Payment, request: AuthorizeRequest): Payment {
  if (earlier.contentHash !== request.contentHash) throw new Fault('idempotency-conflict');
  return earlier;
}

function draftOf(payments: Payments, { plugin }: RunningMethod, request: AuthorizeRequest): PaymentDraft {
  if (request.purpose === 'pre-authorization' && plugin.preAuthorizes === undefined)
    throw new Fault('method-cannot-hold', { params: { method: plugin.id } });
  const createdAt = payments.clock.now();
  const id = makeId('pay', createdAt, payments.rng.bytes(8));
  return {
    id,
    merchantId: request.merchantId,
    storeId: request.storeId,
    tillId: request.tillId,
    saleId: request.saleId ?? id,
    purpose: request.purpose ?? 'sale',
    completes: request.completes ?? null,
    amountMinor: request.amountMinor,
    currency: request.currency,
    subject: request.subject,
    createdAt,
  };
}

/** The margin after a method's longest time, so that a live request is never resolved behind its back. */
const LEASE_MARGIN_MS = 1_000;

async function intentOf(
  payments: Payments,
  { plugin }: RunningMethod,
  request: AuthorizeRequest,
  draft: PaymentDraft,
  prepared: PreparedPayment,
): Promise<Payment> {
  const { local, authorizeTimeoutMs } = policyOf(plugin, prepared);
  const rate = local ? await payments.rateOf(draft.merchantId, plugin.id) : undefined;
  return {
    ...draft,
    commandKey: request.commandKey,
    contentHash: request.contentHash,
    method: request.method,
    shiftId: request.shiftId,
    staffId: request.staffId,
    saleNumber: request.saleNumber,
    roundingMinor: request.roundingMinor,
    label: request.label,
    businessOn: request.businessOn,
    occurredAt: request.occurredAt ?? draft.createdAt,
    state: local ? 'succeeded' : 'created',
    waitingFor: local ? null : 'channel',
    handover: null,
    decline: null,
    maskedInstrument: prepared.maskedInstrument,
    channelReference: null,
    channelData: prepared.channelData,
    changeMinor: prepared.changeMinor ?? null,
    feeMinor: local ? feeOn(draft.amountMinor, rate) : null,
    refundedMinor: 0,
    refundClaimedMinor: 0,
    lostMinor: 0,
    tipMinor: 0,
    provisional: false,
    signature: null,
    batchTerminal: prepared.batch?.terminal ?? null,
    batchNumber: prepared.batch?.number ?? null,
    expiresAt: prepared.expiresAt ?? null,
    updatedAt: draft.createdAt,
    nextAttemptAt: local ? null : draft.createdAt + authorizeTimeoutMs + LEASE_MARGIN_MS,
    version: 1,
  };
}

/** @returns false when another request with the same key came first. */
async function writeIntent(
  payments: Payments,
  { plugin }: RunningMethod,
  payment: Payment,
  dueMinor: number,
): Promise<boolean> {
  const done = plugin.policy.local;
  const transfers = done ? postingsOfSuccess(payment, plugin, payment.feeMinor ?? 0, payment.createdAt) : [];
  const events = done ? [{ at: payment.createdAt, kind: 'state' as const, title: 'succeeded', detail: {} }] : [];
  try {
    const result = await payments.commit({ intent: { payment, dueMinor }, events, transfers });
    if (result === 'superseded') return false;
  } catch (error) {
    if (brokeConstraint(error, 'refund_exceeds_payment'))
      throw new Fault('pre-authorization-not-open', { cause: error });
    if (brokeConstraint(error, 'amount_exceeds_due')) throw new Fault('amount-exceeds-due', { cause: error });
    throw error;
  }
  payments.milestone?.('intent-written', payment.id);
  announcePayment(payments, payment);
  return true;
}
