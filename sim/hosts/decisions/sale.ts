import type { HostAnswer } from '../dialects/dialect.ts';
import { checkCard, type Refusal } from '../issuer/check-card.ts';
import { type ChipWords, checkChip } from '../issuer/check-chip.ts';
import { checkPin } from '../issuer/check-pin.ts';
import type { IssuedCard } from '../issuer/issued-card.ts';
import { answerOf, cardOf, type Desk, type Entry, enter } from './desk.ts';
import { issuerWords } from './issuer-words.ts';

/** A judgement on a card and what it asks for. */
interface Judgement {
  readonly refusal: Refusal | null;
  readonly chip: ChipWords | null;
  /** Less than was asked where only a part is approved. */
  readonly approvedMinor: number;
}

/** Sale or pre-authorization with a card: judged, booked, and answered with the chip's due. */
export function decideSale(desk: Desk, kind: 'sale' | 'pre-authorization'): HostAnswer {
  const card = cardOf(desk);
  const asked = desk.request.amountMinor ?? 0;
  if (!desk.takesCurrency)
    return answerOf(enter(desk, { kind, card, amountMinor: asked, responseCode: '12', why: 'currency' }));
  if (card === undefined) {
    const responseCode = desk.request.card.pan?.startsWith('62000') === true ? '14' : '15';
    return answerOf(enter(desk, { kind, card, amountMinor: asked, responseCode, why: 'no-such-card' }));
  }
  const { refusal, chip, approvedMinor } = judge(desk, card, asked);
  const approvedCode = approvedMinor < asked ? '10' : '00';
  const entry: Entry = {
    kind,
    card,
    amountMinor: refusal === null ? approvedMinor : asked,
    responseCode: refusal?.responseCode ?? approvedCode,
    ...(refusal === null ? {} : { why: refusal.why }),
    ...(refusal === null && approvedMinor < asked ? { requestedMinor: asked } : {}),
    ...(chip === null ? {} : { chipUse: chip.use }),
  };
  return { ...answerOf(enter(desk, entry)), expiry: card.expiry, ...issuerWords(desk, card, chip, entry.responseCode) };
}

/** Sale by a payment code of the bank's app: its holder has been asked by the phone. */
export function decideQrSale(desk: Desk): HostAnswer {
  const { request, codes, cards, now } = desk;
  const amountMinor = request.amountMinor ?? 0;
  const cardId = request.code === null ? null : codes.redeem(request.code, now);
  const card = cardId === null ? undefined : cards.byId(cardId);
  if (!desk.takesCurrency)
    return answerOf(enter(desk, { kind: 'qr-sale', card, amountMinor, responseCode: '12', why: 'currency' }));
  const refusal =
    card === undefined ? { responseCode: '14', why: 'payment-code' } : judgeAmount(desk, card, amountMinor).refusal;
  const verdict = refusal ?? { responseCode: '00' };
  return answerOf(enter(desk, { kind: 'qr-sale', card, amountMinor, ...verdict }));
}

/** Balance of the account; a PIN is always asked. */
export function decideInquiry(desk: Desk): HostAnswer {
  const card = cardOf(desk);
  const kind = 'balance-inquiry';
  if (card === undefined) return answerOf(enter(desk, { kind, card, amountMinor: 0, responseCode: '14' }));
  const { refusal, chip } = judgeHolder(desk, card, Number.MAX_SAFE_INTEGER);
  const responseCode = refusal?.responseCode ?? '00';
  const entry: Entry = {
    kind,
    card,
    amountMinor: 0,
    responseCode,
    ...(refusal === null ? {} : { why: refusal.why }),
    ...(chip === null ? {} : { chipUse: chip.use }),
  };
  const answer = { ...answerOf(enter(desk, entry)), ...issuerWords(desk, card, chip, responseCode) };
  return refusal === null ? { ...answer, balance: toldBalance(desk, card) } : answer;
}

function judge(desk: Desk, card: IssuedCard, askedMinor: number): Judgement {
  const { refusal, chip } = judgeHolder(desk, card, askedMinor);
  return refusal === null ? { ...judgeAmount(desk, card, askedMinor), chip } : { refusal, chip, approvedMinor: 0 };
}

/** Card, chip and PIN, in this order: a PIN is not tried on a card that is refused anyway. */
function judgeHolder(
  desk: Desk,
  card: IssuedCard,
  amountMinor: number,
): { refusal: Refusal | null; chip: ChipWords | null } {
  const { request, states, keys, now } = desk;
  const { card: shown, pin } = request;
  const standing = states.of(card.id).standing ?? 'good';
  const cardRefusal = checkCard(card, shown, standing, now);
  if (cardRefusal !== null) return { refusal: cardRefusal, chip: null };
  const chip = judgeChip(desk, card);
  if (chip !== null && 'why' in chip) return { refusal: chip, chip: null };
  const question = { card, shown, pin, pik: keys.pik, amountMinor, chip: chip?.values ?? null };
  return { refusal: checkPin(question, states), chip };
}

/** The chip's cryptogram, which must hold and be new; null when the card was not read by its chip. */
function judgeChip({ request, book }: Desk, card: IssuedCard): ChipWords | Refusal | null {
  const { chip, card: shown } = request;
  const byChip = shown.entry === 'chip' || shown.entry === 'contactless';
  if (!byChip || (chip === null && card.chip === null)) return null;
  if (chip === null) return { responseCode: '30', why: 'field-55-missing' };
  const { amountMinor, currency } = request;
  const words = checkChip(card, chip, 'arqc', amountMinor === null ? null : { amountMinor, currency });
  if ('use' in words && book.isChipUsed(words.use)) return { responseCode: '63', why: 'counter-replayed' };
  return words;
}

/** Whether the account can pay; with partial approval allowed, how much of it. */
function judgeAmount({ request, cards, book }: Desk, card: IssuedCard, askedMinor: number): Omit<Judgement, 'chip'> {
  const no = (responseCode: string, why: string) => ({ refusal: { responseCode, why }, approvedMinor: 0 });
  if (askedMinor <= 0) return no('13', 'amount');
  if (askedMinor > card.perPaymentMinor) return no('61', 'limit');
  const { availableMinor } = cards.balanceOf(card, book);
  if (askedMinor <= availableMinor) return { refusal: null, approvedMinor: askedMinor };
  if (request.partialAllowed && availableMinor > 0) return { refusal: null, approvedMinor: availableMinor };
  return no('51', 'funds');
}

function toldBalance({ request, cards, book }: Desk, card: IssuedCard) {
  const { availableMinor } = cards.balanceOf(card, book);
  return { minor: availableMinor, credit: card.credit, currency: request.currency ?? '156' };
}
