import { beijingDate } from '@zhanggui/base';
import type { Outcome, PaymentFacts, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import type {
  AcquirerAnswer,
  AcquirerTrace,
  Exchange,
  RequestKind,
  ReversalReason,
} from '@zhanggui/modules/switch/api.ts';
import { batchOf, cardDataOf, originalOf } from './data.ts';
import { declineOf, notSent, voidUndone } from './declines.ts';
import { reversalOutcome } from './outcomes.ts';

/** The requests that take money back. */
export type TakingBack = Extract<RequestKind, 'void' | 'refund' | 'pre-authorization-void' | 'completion-void'>;

/** Until when an answer is waited for, and whether somebody still waits at the till. */
interface Attention {
  readonly answerBy: number;
  readonly attended: boolean;
}

/**
 * Gives money back to the card that paid. What a void does not answer is undone by a reversal, and the void ends declined; a
 * refund is repeated with the same trace number until it is answered (CUPS.md 8).
 */
export async function takeBack(
  exchange: Exchange,
  refund: RefundFacts,
  payment: PaymentFacts,
  { answerBy, attended }: Attention,
): Promise<Outcome> {
  const { trace: firstTrace, vaulted } = cardDataOf(payment);
  const { trace, attempt } = await exchange.nextTrace(firstTrace, refund.id);
  const kind = takingBack(refund, payment, trace);
  const request = {
    reference: refund.id,
    amountMinor: refund.amountMinor,
    currency: refund.currency,
    createdAt: refund.createdAt,
    trace,
    card: { vaulted },
    original: originalOf(payment),
    answerBy,
  };
  if (attempt > 1 && kind !== 'refund') {
    const { reversalReason } = refund.channelData;
    const reason = (reversalReason as ReversalReason | undefined) ?? '98';
    const answer = await exchange.ask({ ...request, kind: 'reversal', reverses: kind, reversalReason: reason });
    return withRequest(voidUndoneBy(exchange, trace, answer), kind, trace);
  }
  const answer = await exchange.ask({ ...request, kind });
  const notTaken = Number(refund.channelData.notTaken ?? 0);
  const cause = attended || kind !== 'refund' ? null : notDecidedBecause(exchange, trace, answer);
  if (cause !== null) {
    // The host certainly has not got this attempt, so that "duplicate" to the next one is about something else.
    const channelData = { notTaken: notTaken + 1 };
    return withRequest({ kind: 'unknown', cause, channelData, evidence: answer.evidence }, kind, trace);
  }
  const mayHaveArrived = attempt - 1 > notTaken;
  return withRequest(outcomeOf(exchange, kind, trace, { attempt, mayHaveArrived }, answer), kind, trace);
}

/**
 * Why a refund has not been decided on: it did not leave, or the terminal must sign on first. Where nobody is there to try
 * again it is repeated like one without an answer.
 */
function notDecidedBecause(exchange: Exchange, { acquirerId }: AcquirerTrace, answer: AcquirerAnswer): string | null {
  if (answer.kind === 'not-sent') return answer.cause;
  if (answer.kind !== 'answered') return null;
  return exchange.meaningOf(acquirerId, answer.responseCode).demandsSignOn ? 'sign-on demanded' : null;
}

/** The refund keeps what was asked under which trace, for its batch. */
function withRequest(outcome: Outcome, kind: TakingBack, trace: AcquirerTrace): Outcome {
  return { ...outcome, channelData: { kind, trace: { ...trace }, ...outcome.channelData } };
}

/** A whole payment of the open batch and day is voided; a part, an earlier one, one with a tip or approved without the bank is refunded. */
function takingBack(refund: RefundFacts, payment: PaymentFacts, trace: AcquirerTrace): TakingBack {
  const { trace: first, told, tip } = cardDataOf(payment);
  if (payment.purpose === 'pre-authorization') return 'pre-authorization-void';
  const sameBatch = trace.batchNumber === first.batchNumber;
  const sameDay = beijingDate(refund.createdAt) === beijingDate(payment.createdAt);
  const whole = refund.amountMinor === payment.amountMinor;
  if (!whole || !sameBatch || !sameDay || told === 'offline-sale' || tip != null) return 'refund';
  return payment.completes === null ? 'void' : 'completion-void';
}

/** A repeated refund that the acquirer knows already is done; one that could not be sent again is still unknown. */
function outcomeOf(
  exchange: Exchange,
  kind: TakingBack,
  trace: AcquirerTrace,
  { attempt, mayHaveArrived }: { readonly attempt: number; readonly mayHaveArrived: boolean },
  answer: AcquirerAnswer,
): Outcome {
  const { evidence } = answer;
  switch (answer.kind) {
    case 'not-sent':
      if (attempt > 1) return { kind: 'unknown', cause: answer.cause, evidence };
      return { kind: 'declined', decline: notSent, evidence };
    case 'silent':
      return { kind: 'unknown', cause: answer.cause, channelData: { reversalReason: '98' }, evidence };
    case 'invalid-mac':
      return { kind: 'unknown', cause: 'wrong MAC', channelData: { reversalReason: 'A0' }, evidence };
    case 'answered': {
      const { acquirerId, stan } = trace;
      const { rrn, authorizationCode, responseCode } = answer;
      const meaning = exchange.meaningOf(acquirerId, responseCode);
      if (meaning.approved || (meaning.duplicate && mayHaveArrived))
        return {
          kind: 'approved',
          channelReference: rrn ?? stan,
          batch: batchOf(trace),
          ...(kind === 'completion-void' ? { restoresHold: true } : {}),
          channelData: { rrn, authorizationCode },
          evidence,
        };
      if (meaning.demandsSignOn && attempt > 1) return { kind: 'unknown', cause: 'sign-on demanded', evidence };
      return { kind: 'declined', decline: declineOf(meaning, responseCode), evidence };
    }
  }
}

function voidUndoneBy(exchange: Exchange, { acquirerId }: AcquirerTrace, answer: AcquirerAnswer): Outcome {
  const undone = reversalOutcome(exchange, acquirerId, answer);
  const evidence = undone.evidence ?? [];
  if (undone.kind === 'cancelled') return { kind: 'declined', decline: voidUndone, evidence };
  return { kind: 'unknown', cause: undone.kind === 'unknown' ? undone.cause : 'the void stands', evidence };
}
