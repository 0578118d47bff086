import type { CancelOutcome, Decline, Evidence, Outcome } from '@zhanggui/modules/payments/method.ts';
import type { CodeMeaning } from './codes.ts';
import type { FirstAnswer, Inquiry } from './connector.ts';
import type { Answered, NotAnswered, WalletReply } from './reply.ts';

/** No definite answer. */
export type Unknown = Outcome & { readonly kind: 'unknown' };

/** An outcome without a definite answer. */
export function unknown(cause: string): Unknown {
  return { kind: 'unknown', cause };
}

/** The same outcome with what was sent and received. */
export function withEvidence<Result extends object>(outcome: Result, evidence: readonly Evidence[]): Result {
  return { ...outcome, evidence };
}

/** The same outcome with what came before it. */
export function prefixed<Result extends { readonly evidence?: readonly Evidence[] }>(
  before: readonly Evidence[],
  outcome: Result,
): Result {
  return withEvidence(outcome, [...before, ...(outcome.evidence ?? [])]);
}

/** What the cashier is told of a code that means a decline. */
export function declineOf(code: string, { message, advice }: CodeMeaning & { readonly kind: 'declined' }): Decline {
  return { code, message, advice };
}

/** The answer to a payment's first request; `read` says what a success is worth, `notSent` what is said without a line. */
export async function firstAnswerOf<Body>(
  reply: WalletReply<Body>,
  notSent: Decline,
  read: (body: Body) => Outcome | Promise<Outcome>,
): Promise<FirstAnswer> {
  if (reply.kind === 'not-answered') return unsent(reply, notSent);
  switch (reply.meaning.kind) {
    case 'done':
      return prefixed(reply.evidence, await read(reply.body));
    case 'paying':
      return { kind: 'pending', waitingFor: 'customer-password', evidence: reply.evidence };
    case 'inquire':
      return { kind: 'inquire', code: reply.code, evidence: reply.evidence };
    default:
      return unsuccessful(reply);
  }
}

/** The answer to a question; `read` says what is found, or null for nothing. */
export async function inquiryOf<Body>(
  reply: WalletReply<Body>,
  read: (body: Body) => Outcome | null | Promise<Outcome>,
): Promise<Inquiry> {
  if (reply.kind === 'not-answered') return undecided(reply);
  const { evidence, meaning } = reply;
  if (meaning.kind !== 'done' && meaning.kind !== 'not-found') return undecided(reply);
  const found = meaning.kind === 'done' ? await read(reply.body) : null;
  return found === null ? { kind: 'not-found', evidence } : prefixed(evidence, found);
}

/** The answer to a refund; `read` says what a success is worth. */
export function refundOf<Body>(reply: WalletReply<Body>, read: (body: Body) => Outcome): Outcome {
  if (reply.kind === 'not-answered') return undecided(reply);
  return reply.meaning.kind === 'done' ? prefixed(reply.evidence, read(reply.body)) : unsuccessful(reply);
}

/** No answer to the first request: what was surely not sent is declined, anything else is unknown. */
export function unsent(reply: NotAnswered, notSent: Decline): Outcome {
  return reply.sent ? undecided(reply) : { kind: 'declined', decline: notSent, evidence: reply.evidence };
}

/** No answer, or one that says nothing definite. */
export function undecided(reply: WalletReply<unknown>): Unknown {
  const cause = reply.kind === 'answered' ? reply.code || 'an error without a code' : reply.cause;
  return withEvidence(unknown(cause), reply.evidence);
}

/** Undone. That money had moved is remembered: a notification of it may still be on its way. */
export function undone(moneyHadMoved: boolean, evidence: readonly Evidence[]): CancelOutcome {
  return { kind: 'cancelled', moneyHadMoved, evidence, ...(moneyHadMoved ? { channelData: { undone: true } } : {}) };
}

/** A cancellation that the channel no longer takes: what it says of the payment stands. */
export function standing(before: readonly Evidence[], found: Inquiry): CancelOutcome {
  if (found.kind === 'approved' || found.kind === 'declined') return prefixed(before, found);
  const cause = 'it can no longer be cancelled, and its state is not known';
  return withEvidence(unknown(cause), [...before, ...(found.evidence ?? [])]);
}

/** An answer without success: a decline where its code says that nothing was done, else unknown. */
function unsuccessful(reply: Answered<unknown>): Outcome {
  const { code, meaning, evidence } = reply;
  return meaning.kind === 'declined'
    ? { kind: 'declined', decline: declineOf(code, meaning), evidence }
    : undecided(reply);
}
