import { assert, Fault, toHex } from '@zhanggui/base';
import type {
  CancelOutcome,
  MethodEnvironment,
  Outcome,
  PaymentDraft,
  PaymentFacts,
  PaymentMethod,
  PreparedPayment,
} from '@zhanggui/modules/payments/method.ts';
import type { AcquirerAnswer, Reservation } from '@zhanggui/modules/switch/api.ts';
import { askBalance } from './balance.ts';
import { codeNotTaken, readCredential, readSealedCard } from './credential.ts';
import {
  askedFor,
  batchOf,
  cardDataOf,
  dataOfCompletion,
  dataOfReservation,
  kindOf,
  originalOf,
  stored,
} from './data.ts';
import { notSent } from './declines.ts';
import { lastWord } from './last-word.ts';
import { approveOffline, approveTold, confirmTold, mayPayAlone, standsIfTold } from './offline.ts';
import { chipAlone, firstOutcome, reversalOutcome } from './outcomes.ts';
import { takeBack } from './take-back.ts';
import { prepareTip } from './tip.ts';

type CardEnvironment = Pick<MethodEnvironment, 'clock' | 'exchange' | 'policy' | 'channelConfig'>;

const DAY_MS = 86_400_000;
/** How long banks reserve money where the merchant's contract says nothing else (setting `holdDays`). */
const HOLD_DAYS = 30;
/** How much of a payment may be added as a tip where neither the contract (setting `tipPercent`) nor the acquirer says. */
const TIP_PERCENT = 20;

/** The card method on its ports. */
export function createCardMethod({ clock, exchange, policy, channelConfig }: CardEnvironment): PaymentMethod {
  /** How long somebody waits at the till for what is asked of this payment. */
  const attendedMs = (payment: PaymentFacts): number =>
    cardDataOf(payment).answerTimeoutMs ?? policy.authorizeTimeoutMs;

  const ask = (payment: PaymentFacts, instrument: unknown): Promise<AcquirerAnswer> => {
    const data = cardDataOf(payment);
    return exchange.ask({
      kind: kindOf(payment, data),
      ...askedFor(payment),
      trace: data.trace,
      card: data.hold === undefined ? (instrument as Reservation['card']) : { vaulted: data.vaulted },
      ...(data.hold === undefined ? {} : { original: data.hold }),
      answerBy: payment.createdAt + attendedMs(payment),
    });
  };

  return {
    prepare: (payment, credential, hold) => prepareCard({ exchange, channelConfig }, payment, credential, hold),

    async authorize(payment, instrument) {
      const data = cardDataOf(payment);
      if (data.advice === true) return approveTold(exchange, payment, 'completion-advice', null);
      if (data.offline === 'Y1')
        return payment.purpose === 'sale'
          ? approveOffline(exchange, payment, null)
          : { kind: 'declined', decline: notSent };
      const answer = await ask(payment, instrument);
      const chipMayDecide = answer.kind === 'not-sent' && mayDecideAlone(payment);
      if (chipMayDecide && (await mayPayAlone(exchange, payment))) return chipAlone(answer);
      return firstOutcome(exchange, payment, answer);
    },

    advance: (payment, input) => lastWord(exchange, payment, input),

    confirm: (payment) => confirmTold(exchange, payment),

    prepareTip: async (payment, tipMinor) => {
      const agreed = await numberSetting(channelConfig, payment.merchantId, 'tipPercent', 100);
      const told = agreed ?? (await exchange.parametersOf(cardDataOf(payment).trace)).tipPercent;
      return prepareTip(exchange, payment, tipMinor, told ?? TIP_PERCENT);
    },

    balance: (tillId, credential) => askBalance(exchange, tillId, readSealedCard(credential)),

    cancel: (payment) => undo(exchange, payment, clock.now() + policy.authorizeTimeoutMs),

    refund(refund, payment): Promise<Outcome> {
      const attended = clock.now() < refund.createdAt + attendedMs(payment);
      const waitMs = attended ? attendedMs(payment) : policy.authorizeTimeoutMs;
      return takeBack(exchange, refund, payment, { answerBy: clock.now() + waitMs, attended });
    },

    keepSignature: (payment, { strokes }) => uploadSignature(exchange, payment, strokes),
  };
}

async function prepareCard(
  { exchange, channelConfig }: Pick<CardEnvironment, 'exchange' | 'channelConfig'>,
  payment: PaymentDraft,
  credential: unknown,
  hold: PaymentFacts | undefined,
): Promise<PreparedPayment> {
  const read = readCredential(credential);
  if ('completes' in read) {
    const held = existingHold(hold);
    const { trace } = await exchange.nextTrace(cardDataOf(held).trace, payment.id);
    const data = dataOfCompletion(held, trace, read.advice === true);
    return { channelData: stored(data), maskedInstrument: data.maskedPan, batch: batchOf(trace) };
  }
  if ('code' in read && payment.purpose !== 'sale') throw codeNotTaken();
  const reservation = await exchange.reserve(payment.tillId, read);
  const data = dataOfReservation(reservation, read);
  if (data.scanned === true && !exchange.supports(data.trace.acquirerId, 'qr-sale')) throw codeNotTaken();
  const shown = {
    channelData: stored(data),
    instrument: reservation.card,
    maskedInstrument: data.maskedPan,
    batch: batchOf(data.trace),
  };
  if (payment.purpose === 'sale') return shown;
  const holdDays = (await numberSetting(channelConfig, payment.merchantId, 'holdDays', 90)) ?? HOLD_DAYS;
  return { ...shown, expiresAt: payment.createdAt + holdDays * DAY_MS };
}

/** Reverses what the bank was asked; what it was never asked, or has declined, needs no message. */
async function undo(
  exchange: CardEnvironment['exchange'],
  payment: PaymentFacts,
  answerBy: number,
): Promise<CancelOutcome> {
  const data = cardDataOf(payment);
  if (data.phase === 'issuer-declined' && data.issuerDecline !== undefined)
    return { kind: 'declined', decline: data.issuerDecline };
  if (data.phase === 'alone' || data.offline === 'Y1' || data.advice === true) return standsIfTold(exchange, payment);
  const answer = await exchange.ask({
    kind: 'reversal',
    reverses: kindOf(payment, data),
    ...askedFor(payment),
    trace: data.trace,
    card: { vaulted: data.vaulted },
    original: data.hold ?? originalOf(payment),
    reversalReason: data.reversalReason ?? '98',
    ...(data.reversalChip === undefined ? {} : { chip: data.reversalChip }),
    answerBy,
  });
  return reversalOutcome(exchange, data.trace.acquirerId, answer);
}

/** Queues the drawing for an acquirer who takes signatures. */
async function uploadSignature(
  exchange: CardEnvironment['exchange'],
  payment: PaymentFacts,
  strokes: Uint8Array,
): Promise<void> {
  const { trace, vaulted } = cardDataOf(payment);
  if (!exchange.supports(trace.acquirerId, 'signature-upload')) return;
  const { trace: next } = await exchange.nextTrace(trace, `${payment.id}:signature`);
  await exchange.enqueue({
    ...askedFor(payment),
    kind: 'signature-upload',
    trace: next,
    card: { vaulted },
    original: originalOf(payment),
    signature: toHex(strokes),
  });
}

/** Only the contact chip of an ordinary sale may decide without the bank. */
function mayDecideAlone(payment: PaymentFacts): boolean {
  const { presented, hold } = cardDataOf(payment);
  return payment.purpose === 'sale' && hold === undefined && presented?.entryMode === 'chip';
}

function existingHold(hold: PaymentFacts | undefined): PaymentFacts {
  assert(hold !== undefined, 'a completion comes with its pre-authorization');
  return hold;
}

/** Null where the contract does not say. @throws Fault `channel-not-configured` for what is no whole number from 1 to `most`. */
async function numberSetting(
  channelConfig: CardEnvironment['channelConfig'],
  merchantId: string,
  setting: string,
  most: number,
): Promise<number | null> {
  const { settings } = await channelConfig(merchantId, 'card');
  if (settings[setting] === undefined) return null;
  const value = Number(settings[setting]);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new Fault('channel-not-configured', { params: { setting } });
  return value;
}
