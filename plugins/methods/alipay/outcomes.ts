import type { CancelOutcome, Evidence, Outcome } from '@zhanggui/modules/payments/method.ts';
import { textAt } from '@zhanggui/wallets';
import { unknown, withEvidence } from './answer.ts';
import { type AlipayOperation, meaningOfCode, TRADE_REFUNDED } from './codes.ts';
import type { Answered } from './request.ts';

/** Remembered, since Alipay knows no trade by a number that was cancelled before it was one. */
export const UNDONE = { kind: 'cancelled', channelData: { cancelled: true } } as const;

/** The outcome of an error that was answered: a decline where the code says that nothing was done, else unknown. */
export function refused(operation: AlipayOperation, reply: Answered): Outcome {
  const meaning = meaningOfCode(operation, reply.code, reply.subCode);
  if (meaning.kind !== 'declined') return withEvidence(unknown(codeText(reply)), reply.evidence);
  const decline = { code: codeText(reply), message: meaning.message, advice: meaning.advice };
  return { kind: 'declined', decline, evidence: reply.evidence };
}

/** Reads a cancellation that was answered with 10000: `retry_flag` Y asks for another, `action` says what was done. */
export function cancelled(outTradeNo: string, reply: Answered): CancelOutcome {
  const { body, evidence } = reply;
  if (textAt(body, 'out_trade_no') !== outTradeNo)
    return withEvidence(unknown('the answer speaks of another trade'), evidence);
  if (textAt(body, 'retry_flag') === 'Y') return withEvidence(unknown('told to cancel again'), evidence);
  return { ...UNDONE, moneyHadMoved: textAt(body, 'action') === 'refund', evidence };
}

/** A cancellation that the channel no longer takes: the payment stands when the inquiry says so. */
export function standing(outcome: Outcome, evidence: readonly Evidence[]): CancelOutcome {
  const all = [...evidence, ...(outcome.evidence ?? [])];
  if (outcome.kind === 'approved') return withEvidence(outcome, all);
  if (outcome.kind === 'declined')
    return { ...UNDONE, moneyHadMoved: outcome.decline.code === TRADE_REFUNDED.code, evidence: all };
  return withEvidence(unknown('it can no longer be cancelled, and its state is not known'), all);
}

/** The word for an answer without success, as a timeline shows it. */
export function codeText(reply: Answered): string {
  return reply.subCode || reply.code || 'an error without a code';
}

/** The same outcome with what came before it. */
export function prefixed<Result extends Outcome | CancelOutcome>(
  evidence: readonly Evidence[],
  outcome: Result,
): Result {
  return withEvidence(outcome, [...evidence, ...(outcome.evidence ?? [])]);
}
