import type { Handover, PaymentState, PaymentView } from './api.ts';
import { resultOf } from './api.ts';
import type {
  AdvanceOutcome,
  CancelOutcome,
  Decline,
  MethodPlugin,
  MethodPolicy,
  PaymentFacts,
  WaitingFor,
} from './method.ts';

/** A payment as it is stored. Instants are milliseconds since the epoch. */
export interface Payment extends PaymentFacts {
  readonly commandKey: string;
  readonly contentHash: string;
  readonly method: string;
  readonly shiftId: string | null;
  readonly staffId: string;
  readonly saleNumber: string;
  readonly roundingMinor: number;
  readonly label: string | null;
  readonly businessOn: string;
  /** When the customer paid: earlier than `createdAt` for a sale that is entered later. */
  readonly occurredAt: number;
  readonly state: PaymentState;
  readonly waitingFor: WaitingFor | null;
  readonly handover: Handover | null;
  readonly decline: Decline | null;
  readonly maskedInstrument: string | null;
  readonly channelReference: string | null;
  readonly changeMinor: number | null;
  readonly feeMinor: number | null;
  readonly refundedMinor: number;
  readonly refundClaimedMinor: number;
  readonly lostMinor: number;
  /** Added by the customer when signing, beside the amount. */
  readonly tipMinor: number;
  /** Approved without the issuer, who has yet to accept it. */
  readonly provisional: boolean;
  readonly signature: 'wanted' | 'given' | null;
  readonly batchTerminal: string | null;
  readonly batchNumber: string | null;
  /** Until when a pre-authorization reserves the money. */
  readonly expiresAt: number | null;
  readonly updatedAt: number;
  readonly nextAttemptAt: number | null;
  readonly version: number;
}

/** What one step changes of a payment; everything else stays. */
export type PaymentChange = Pick<
  Payment,
  | 'state'
  | 'waitingFor'
  | 'handover'
  | 'decline'
  | 'channelReference'
  | 'channelData'
  | 'provisional'
  | 'signature'
  | 'nextAttemptAt'
>;

/** What the server does next with a payment whose outcome is not certain. */
export type NextStep = 'inquire' | 'inquire-then-cancel' | 'cancel';

/** The payment after the outside said `outcome`. Pure: the whole state machine is here and in `applyCancel`. */
export function applyOutcome(
  payment: Payment,
  outcome: AdvanceOutcome,
  policy: MethodPolicy,
  now: number,
): PaymentChange {
  const base = {
    ...unchanged(payment),
    handover: null,
    channelData: { ...payment.channelData, ...outcome.channelData },
  };
  switch (outcome.kind) {
    case 'approved':
      return {
        ...base,
        state: 'succeeded',
        waitingFor: null,
        decline: null,
        channelReference: outcome.channelReference,
        provisional: outcome.provisional === true,
        signature: outcome.signatureWanted === true ? 'wanted' : payment.signature,
        nextAttemptAt: outcome.provisional === true ? now + policy.intervalMs : null,
      };
    case 'declined':
      return { ...base, state: 'failed', waitingFor: null, decline: outcome.decline, nextAttemptAt: null };
    case 'pending':
      return {
        ...base,
        state: 'pending',
        waitingFor: outcome.waitingFor,
        handover: outcome.handover ?? payment.handover,
        nextAttemptAt:
          outcome.waitingFor === 'card' ? cardWaitsUntil(payment, policy, now) : nextInquiry(payment, policy, now),
      };
    case 'unknown':
      return { ...base, ...stillShown(payment), state: 'unknown', nextAttemptAt: nextInquiry(payment, policy, now) };
    case 'undo': {
      // Whoever writes this undoes it at once; the sweeper only takes over if that stops.
      const nextAttemptAt = now + policy.authorizeTimeoutMs + policy.intervalMs;
      return { ...base, state: 'cancelling', waitingFor: 'channel', decline: outcome.decline, nextAttemptAt };
    }
  }
}

/** The payment after a cancellation was answered, or was not. */
export function applyCancel(
  payment: Payment,
  outcome: CancelOutcome,
  policy: MethodPolicy,
  now: number,
): PaymentChange {
  const base = {
    ...unchanged(payment),
    waitingFor: null,
    handover: null,
    channelData: { ...payment.channelData, ...outcome.channelData },
  };
  switch (outcome.kind) {
    case 'cancelled': {
      const confirmAt = policy.confirmAfterCancelMs === null ? null : now + policy.confirmAfterCancelMs;
      return { ...base, state: 'cancelled', nextAttemptAt: confirmAt };
    }
    case 'approved': {
      const provisional = outcome.provisional === true;
      const nextAttemptAt = provisional ? now + policy.intervalMs : null;
      return { ...base, state: 'succeeded', channelReference: outcome.channelReference, provisional, nextAttemptAt };
    }
    case 'declined':
      return { ...base, state: 'failed', decline: outcome.decline, nextAttemptAt: null };
    case 'unknown':
      return {
        ...base,
        state: 'cancelling',
        waitingFor: 'channel',
        nextAttemptAt: now + waitBeforeRepeat(payment, policy, now),
      };
  }
}

/** The longest wait between two repetitions, in times that a payment is given: ten minutes for a card. */
const LONGEST_WAIT = 20;
/** From when a repetition that nobody answers needs a person: twenty minutes for a card. */
const QUARANTINED_AFTER = 40;

/**
 * How long to wait before something that got no answer is repeated: the method's interval at first, then a quarter of
 * the time that has gone by, up to a longest wait. It is repeated for ever; nothing fails because it is old.
 */
export function waitBeforeRepeat(begun: { readonly createdAt: number }, policy: MethodPolicy, now: number): number {
  const longest = Math.max(policy.intervalMs, LONGEST_WAIT * policy.giveUpAfterMs);
  return Math.min(longest, Math.max(policy.intervalMs, Math.floor((now - begun.createdAt) / 4)));
}

/** Whether a person must be told at this step that something is repeated without an answer: once. */
export function entersQuarantine(
  begun: { readonly createdAt: number; readonly updatedAt: number },
  policy: MethodPolicy,
  now: number,
): boolean {
  const from = begun.createdAt + QUARANTINED_AFTER * policy.giveUpAfterMs;
  return begun.updatedAt < from && from <= now;
}

/** The payment once it is decided that it will be undone. */
export function startCancelling(payment: Payment, now: number): PaymentChange {
  return { ...unchanged(payment), state: 'cancelling', waitingFor: 'channel', handover: null, nextAttemptAt: now };
}

/** What to do with an unresolved payment that is due. */
export function nextStep(payment: Payment, policy: MethodPolicy, canInquire: boolean, now: number): NextStep {
  if (payment.state === 'cancelling' || !canInquire) return 'cancel';
  return now >= givesUpAt(payment, policy) ? 'inquire-then-cancel' : 'inquire';
}

/** From when the channel accepts a cancellation. */
export function cancellableAt(payment: Payment, policy: MethodPolicy): number {
  return payment.createdAt + policy.minimumBeforeCancelMs;
}

/** When waiting ends by itself: never before the channel accepts a cancellation. */
export function givesUpAt(payment: Payment, policy: MethodPolicy): number {
  return payment.createdAt + Math.max(policy.giveUpAfterMs, policy.minimumBeforeCancelMs);
}

/** The issuer has approved and the chip has the last word: it gets as long as the issuer had, then all is undone. */
function cardWaitsUntil(payment: Payment, policy: MethodPolicy, now: number): number {
  return Math.max(givesUpAt(payment, policy), now + policy.giveUpAfterMs);
}

function nextInquiry(payment: Payment, policy: MethodPolicy, now: number): number {
  const due = payment.state === 'created' ? payment.createdAt + policy.firstInquiryMs : now + policy.intervalMs;
  return Math.max(now, Math.min(due, givesUpAt(payment, policy)));
}

/** A question without an answer takes nothing from the screen: the customer may still be scanning. */
function stillShown({ waitingFor, handover }: Payment): Pick<Payment, 'waitingFor' | 'handover'> {
  return handover === null ? { waitingFor: 'channel', handover } : { waitingFor, handover };
}

/** Everything that a step may change, as it is. */
export function unchanged(payment: Payment): PaymentChange {
  const { state, waitingFor, handover, decline, channelReference, channelData, nextAttemptAt } = payment;
  const { provisional, signature } = payment;
  return { state, waitingFor, handover, decline, channelReference, channelData, nextAttemptAt, provisional, signature };
}

/** The times that this payment keeps: those of its flow, or the method's, moved to how long its channel is to be waited for. */
export function policyOf(
  plugin: Pick<MethodPlugin, 'policy' | 'flowPolicies'>,
  { channelData }: Pick<Payment, 'channelData'>,
): MethodPolicy {
  const { flow, answerTimeoutMs } = channelData;
  const policy = (typeof flow === 'string' ? plugin.flowPolicies?.[flow] : undefined) ?? plugin.policy;
  return typeof answerTimeoutMs === 'number' ? waitingFor(answerTimeoutMs, policy) : policy;
}

/** Nothing is undone while its answer is waited for, and what has got none by then is undone at once. */
function waitingFor(answerTimeoutMs: number, policy: MethodPolicy): MethodPolicy {
  return {
    ...policy,
    authorizeTimeoutMs: answerTimeoutMs,
    giveUpAfterMs: Math.min(policy.giveUpAfterMs, answerTimeoutMs),
    minimumBeforeCancelMs: answerTimeoutMs,
  };
}

/** The payment as the API shows it. */
export function viewOf(payment: Payment, policy: MethodPolicy | undefined): PaymentView {
  const open = resultOf(payment.state) === 'pending';
  const iso = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString());
  return {
    id: payment.id,
    saleId: payment.saleId,
    saleNumber: payment.saleNumber,
    label: payment.label,
    tillId: payment.tillId,
    method: payment.method,
    purpose: payment.purpose,
    completes: payment.completes,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    state: payment.state,
    result: resultOf(payment.state),
    waitingFor: payment.waitingFor,
    handover: payment.handover,
    decline: payment.decline,
    maskedInstrument: payment.maskedInstrument,
    channelReference: payment.channelReference,
    changeMinor: payment.changeMinor,
    refundedMinor: payment.refundedMinor,
    lostMinor: payment.lostMinor,
    tipMinor: payment.tipMinor,
    provisional: payment.provisional,
    signature: payment.signature,
    batchNumber: payment.batchNumber,
    expiresAt: iso(payment.expiresAt),
    feeMinor: payment.feeMinor,
    createdAt: new Date(payment.createdAt).toISOString(),
    updatedAt: new Date(payment.updatedAt).toISOString(),
    cancellableAt: open && policy && payment.state !== 'cancelling' ? iso(cancellableAt(payment, policy)) : null,
    nextAttemptAt: open ? iso(payment.nextAttemptAt) : null,
    givesUpAt: open && policy ? iso(givesUpAt(payment, policy)) : null,
    version: payment.version,
  };
}
