import type { CancelOutcome, Confirmation, Outcome, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import type { AcquirerRequest, AdviceAnswer, Exchange } from '@zhanggui/modules/switch/api.ts';
import { askedFor, type CardData, cardDataOf, stored } from './data.ts';
import { declineOf, overOfflineLimit } from './declines.ts';
import { namesOf } from './outcomes.ts';
import { confirmTip } from './tip.ts';

/** The kinds that are told to the bank after the payment is approved. */
type Told = NonNullable<CardData['told']>;

/** Whether the shop's limits would let the card pay this without the bank. */
export async function mayPayAlone(exchange: Exchange, { tillId, amountMinor }: PaymentFacts): Promise<boolean> {
  const limits = await exchange.offlineLimits(tillId);
  const { allowed, perPaymentMinor, totalMinor, usedMinor, usedCount, mostCount } = limits;
  const mayWait = mostCount === null || usedCount < mostCount;
  return allowed && mayWait && amountMinor <= perPaymentMinor && usedMinor + amountMinor <= totalMinor;
}

/**
 * Approves without the bank: takes its part of the terminal's limits, queues the advice, and only then says yes. `chip` is
 * what the chip signed last; without it the advice carries what it signed first.
 */
export async function approveOffline(exchange: Exchange, payment: PaymentFacts, chip: string | null): Promise<Outcome> {
  const claim = await exchange.claimOffline(payment.tillId, payment.amountMinor, payment.id);
  if (claim !== 'claimed') return { kind: 'declined', decline: overOfflineLimit };
  return approveTold(exchange, payment, 'offline-sale', chip);
}

/** Queues what the bank is told, and approves. */
export async function approveTold(
  exchange: Exchange,
  payment: PaymentFacts,
  told: Told,
  chip: string | null,
): Promise<Outcome> {
  await exchange.enqueue(adviceOf(payment, told, chip));
  const { trace, verification } = cardDataOf(payment);
  return {
    kind: 'approved',
    channelReference: trace.stan,
    provisional: true,
    ...(verification === 'signature' ? { signatureWanted: true } : {}),
    channelData: stored({ told }),
  };
}

/** The process stopped before the approval was written: it stands if the bank is being told, else nothing happened. */
export async function standsIfTold(exchange: Exchange, payment: PaymentFacts): Promise<CancelOutcome> {
  const { trace } = cardDataOf(payment);
  const known = await exchange.adviceStatus(payment.id);
  const told = known.find(({ kind }) => kind === 'offline-sale' || kind === 'completion-advice');
  if (told !== undefined)
    return {
      kind: 'approved',
      channelReference: trace.stan,
      provisional: true,
      channelData: { told: told.kind },
    };
  await exchange.releaseOffline(payment.id);
  return { kind: 'cancelled', moneyHadMoved: false };
}

/** What became of what the bank was told: the approval itself, or a tip. */
export async function confirmTold(exchange: Exchange, payment: PaymentFacts): Promise<Confirmation> {
  const { told, trace, tip } = cardDataOf(payment);
  if (tip != null) return confirmTip(exchange, payment, tip);
  const status = (await exchange.adviceStatus(payment.id)).find(({ kind }) => kind === told);
  if (status === undefined || status.state === 'waiting') return { kind: 'waiting' };
  if (status.state === 'done') return acceptedAs(status.answer);
  const code = status.responseCode ?? '';
  return { kind: 'refused', decline: declineOf(exchange.meaningOf(trace.acquirerId, code), code) };
}

/** What goes back to the payment later names it as the bank does. */
function acceptedAs(answer: AdviceAnswer | null): Confirmation {
  if (answer === null) return { kind: 'accepted' };
  const { rrn } = answer;
  return { kind: 'accepted', ...(rrn === null ? {} : { channelReference: rrn }), channelData: stored(namesOf(answer)) };
}

function adviceOf(payment: PaymentFacts, told: Told, chip: string | null): AcquirerRequest {
  const { trace, vaulted, sealedChip, hold } = cardDataOf(payment);
  return {
    kind: told,
    ...askedFor(payment),
    trace,
    card: { vaulted },
    ...(hold === undefined ? {} : { original: hold }),
    ...(chip === null ? {} : { chip }),
    ...(chip === null && sealedChip !== null && told === 'offline-sale' ? { sealedChip } : {}),
  };
}
