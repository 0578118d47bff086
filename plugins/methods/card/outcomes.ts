import type { CancelOutcome, Handover, Outcome, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import type { AcquirerAnswer, AdviceAnswer, Exchange } from '@zhanggui/modules/switch/api.ts';
import { type CardData, cardDataOf, stored } from './data.ts';
import { declineOf, notSent } from './declines.ts';

type Answered = Extract<AcquirerAnswer, { kind: 'answered' }>;

/** What the bank's answer to a sale, pre-authorization or completion makes of the payment. */
export function firstOutcome(exchange: Exchange, payment: PaymentFacts, answer: AcquirerAnswer): Outcome {
  const { evidence } = answer;
  switch (answer.kind) {
    case 'not-sent':
      return { kind: 'declined', decline: notSent, evidence };
    case 'silent':
      return { kind: 'unknown', cause: answer.cause, channelData: { reversalReason: '98' }, evidence };
    case 'invalid-mac':
      return { kind: 'unknown', cause: 'wrong MAC', channelData: { reversalReason: 'A0' }, evidence };
    case 'answered':
      return answeredOutcome(exchange, payment, answer);
  }
}

function answeredOutcome(exchange: Exchange, payment: PaymentFacts, answer: Answered): Outcome {
  const { evidence, responseCode } = answer;
  const data = cardDataOf(payment);
  const meaning = exchange.meaningOf(data.trace.acquirerId, responseCode);
  if (!meaning.approved) {
    const decline = declineOf(meaning, responseCode);
    if (!hasLastWord(data)) return { kind: 'declined', decline, evidence };
    const channelData = stored({ phase: 'issuer-declined', issuerDecline: decline });
    return { ...toChip('decline', answer), channelData, evidence };
  }
  const approval = approvalData(answer);
  const forTheWhole = answer.amountMinor === null ? !meaning.partial : answer.amountMinor === payment.amountMinor;
  if (!forTheWhole) {
    const channelData = stored({ ...approval, reversalReason: '06' });
    return { kind: 'unknown', cause: 'approved for another amount', channelData, evidence };
  }
  if (hasLastWord(data))
    return { ...toChip('approve', answer), channelData: stored({ ...approval, phase: 'issuer-approved' }), evidence };
  return {
    kind: 'approved',
    channelReference: answer.rrn ?? data.trace.stan,
    ...(data.verification === 'signature' ? { signatureWanted: true } : {}),
    channelData: stored(approval),
    evidence,
  };
}

/** A contact chip decides once more after the issuer (EMV Book 3, 10.9). */
function hasLastWord({ presented }: CardData): boolean {
  return presented?.entryMode === 'chip';
}

function toChip(
  decision: Extract<Handover, { kind: 'issuer-answer' }>['decision'],
  { responseCode, chip }: Pick<Answered, 'responseCode' | 'chip'>,
): { kind: 'pending'; waitingFor: 'card'; handover: Handover } {
  const handover: Handover = { kind: 'issuer-answer', decision, responseCode, data: chip ?? '' };
  return { kind: 'pending', waitingFor: 'card', handover };
}

/** The bank cannot be reached, and the shop's limits let the chip decide alone. */
export function chipAlone(answer: AcquirerAnswer): Outcome {
  const { evidence } = answer;
  const pending = toChip('unable-to-go-online', { responseCode: '', chip: null });
  return { ...pending, channelData: stored({ phase: 'alone' }), evidence };
}

/** What the answer to a reversal makes of the payment. */
export function reversalOutcome(exchange: Exchange, acquirerId: string, answer: AcquirerAnswer): CancelOutcome {
  const { evidence } = answer;
  switch (answer.kind) {
    case 'not-sent':
    case 'silent':
      return { kind: 'unknown', cause: answer.cause, evidence };
    case 'invalid-mac':
      return { kind: 'unknown', cause: 'wrong MAC', evidence };
    case 'answered': {
      const { closesReversal } = exchange.meaningOf(acquirerId, answer.responseCode);
      if (closesReversal === null)
        return { kind: 'unknown', cause: `reversal answered ${answer.responseCode}`, evidence };
      return { kind: 'cancelled', moneyHadMoved: closesReversal === 'undone', evidence };
    }
  }
}

/** What an approval leaves for a void, refund or reversal, and for the slip. */
function approvalData(answer: Answered): Partial<CardData> {
  const { texts, domestic } = answer;
  return {
    ...namesOf(answer),
    ...(texts.issuerCode === null ? {} : { issuer: texts.issuerCode }),
    ...(domestic === null ? {} : { domestic }),
  };
}

/** By what the bank finds the payment again. */
export function namesOf({ rrn, authorizationCode, hostOn }: AdviceAnswer): Partial<CardData> {
  return {
    ...(rrn === null ? {} : { rrn }),
    ...(authorizationCode === null ? {} : { authorizationCode }),
    ...(hostOn === null ? {} : { hostOn }),
  };
}
