import { assert } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { BatchPlace, Decline, PaymentDraft, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import type {
  AcquirerTrace,
  CardholderVerification,
  OriginalRequest,
  PaymentCode,
  RequestKind,
  Reservation,
  ReversalReason,
  SealedCard,
} from '@zhanggui/modules/switch/api.ts';

/** Where a contact chip's payment stands while the chip has the last word. */
export type ChipPhase =
  /** The issuer approved, and the chip must agree. */
  | 'issuer-approved'
  /** The issuer declined; the chip is told. */
  | 'issuer-declined'
  /** Nobody was asked: the chip decides alone. */
  | 'alone';

/** What a card payment keeps for later requests; nothing of it opens outside the key vault. */
export interface CardData {
  readonly trace: AcquirerTrace;
  readonly vaulted: string;
  readonly maskedPan: string;
  readonly scheme: string;
  readonly domestic: boolean;
  /** How long the acquirer wants its answers to be waited for; the payment's times follow it. */
  readonly answerTimeoutMs?: number;
  /** The merchant's name at the acquirer, for the slip. */
  readonly merchantName?: string;
  /** The same for each presentation of one card, and for a card and its phones: keyed digests. */
  readonly cardKey: string;
  readonly par: string | null;
  readonly verification: CardholderVerification | null;
  readonly label: string | null;
  readonly aid: string | null;
  readonly device: 'card' | 'phone' | null;
  readonly funding: string | null;
  /** Which presentation began it, for the chip's last word; absent for a completion, to which no card is presented. */
  readonly presented?: { readonly readerId: string; readonly ksn: string; readonly entryMode: SealedCard['entryMode'] };
  /** Field 55 of the request, sealed; after the chip's last word that of the second cryptogram. */
  readonly sealedChip: string | null;
  readonly chipResult?: 'approved' | 'declined';
  /** The chip has approved by itself, at once (Y1). */
  readonly offline?: 'Y1';
  readonly phase?: ChipPhase;
  readonly issuerDecline?: Decline;
  /** The pre-authorization that is completed. */
  readonly hold?: OriginalRequest;
  /** The completion is told to the bank, not asked. */
  readonly advice?: true;
  /** Approved without the issuer: told to him later under this kind. */
  readonly told?: 'offline-sale' | 'completion-advice';
  readonly rrn?: string;
  readonly authorizationCode?: string;
  /** The day on the host's clock, by which the host finds it again. */
  readonly hostOn?: string;
  /** Code of the card's issuer, as the answer told it. */
  readonly issuer?: string;
  /** What a slip prints of the chip. */
  readonly proof?: NonNullable<Reservation['proof']>;
  /** What the customer added when signing, and the number of its adjustment; null after the bank refused it. */
  readonly tip?: { readonly minor: number; readonly trace: AcquirerTrace } | null;
  /** Paid by a code that the customer showed, not by a card. */
  readonly scanned?: true;
  readonly reversalReason?: ReversalReason;
  /** What of the chip's refusal a reversal tells, hexadecimal. */
  readonly reversalChip?: string;
}

/** What a payment keeps of the presented card. */
export function dataOfReservation(reservation: Reservation, card: SealedCard | PaymentCode): CardData {
  const { trace, vaulted, maskedPan, scheme, domestic, cardKey, par, verification, label, aid, device } = reservation;
  return {
    trace,
    vaulted,
    maskedPan,
    scheme,
    domestic,
    cardKey,
    par,
    verification,
    label,
    aid,
    device,
    funding: reservation.funding,
    sealedChip: reservation.sealedChip,
    ...('code' in card ? { scanned: true } : { presented: presentationOf(card) }),
    ...(reservation.proof === null ? {} : { proof: reservation.proof }),
    ...(reservation.offline === null ? {} : { offline: reservation.offline }),
    ...(reservation.answerTimeoutMs === null ? {} : { answerTimeoutMs: reservation.answerTimeoutMs }),
    ...(reservation.merchantName === null ? {} : { merchantName: reservation.merchantName }),
  };
}

function presentationOf({ readerId, ksn, entryMode }: SealedCard): NonNullable<CardData['presented']> {
  return { readerId, ksn, entryMode };
}

/** What a completion keeps: the card of its pre-authorization under a trace of its own. */
export function dataOfCompletion(hold: PaymentFacts, trace: AcquirerTrace, advice: boolean): CardData {
  const { presented, phase, rrn, authorizationCode, hostOn, proof, ...held } = cardDataOf(hold);
  return { ...held, trace, hold: originalOf(hold), ...(advice ? { advice: true } : {}) };
}

/** The data in the form in which it is stored. */
export function stored(data: Partial<CardData>): JsonObject {
  return data as unknown as JsonObject;
}

/** What the payment keeps. */
export function cardDataOf({ id, channelData }: Pick<PaymentFacts, 'id' | 'channelData'>): CardData {
  const { trace, vaulted } = channelData;
  assert(typeof trace === 'object' && trace !== null && typeof vaulted === 'string', `${id} keeps its card's trace`);
  return channelData as unknown as CardData;
}

/** The request that made this payment. */
export function kindOf(payment: PaymentDraft, data: CardData): RequestKind {
  if (data.told !== undefined) return data.told;
  if (payment.purpose === 'pre-authorization') return 'pre-authorization';
  if (payment.completes === null) return data.scanned === true ? 'qr-sale' : 'sale';
  return data.advice === true ? 'completion-advice' : 'completion';
}

/** What every request for this payment says of it. */
export function askedFor({ id, amountMinor, currency, createdAt }: PaymentFacts) {
  return { reference: id, amountMinor, currency, createdAt };
}

/** The payment's own request, for one that goes back to it. */
export function originalOf(payment: PaymentFacts): OriginalRequest {
  const { trace, rrn, authorizationCode, hostOn } = cardDataOf(payment);
  return {
    trace,
    createdAt: payment.createdAt,
    ...(rrn === undefined ? {} : { rrn }),
    ...(authorizationCode === undefined ? {} : { authorizationCode }),
    ...(hostOn === undefined ? {} : { hostOn }),
  };
}

/** The batch that a trace number was taken from. */
export function batchOf({ acquirerId, terminalId, batchNumber }: AcquirerTrace): BatchPlace {
  return { terminal: `${acquirerId}/${terminalId}`, number: batchNumber };
}
