import { assert, beijingDate, Fault } from '@zhanggui/base';
import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type {
  CancelOutcome,
  Decline,
  MethodEnvironment,
  MethodPlugin,
  Outcome,
  PaymentFacts,
  PaymentMethod,
  RefundFacts,
} from '@zhanggui/modules/payments/method.ts';
import type {
  AcquirerAnswer,
  AcquirerTrace,
  Exchange,
  OriginalRequest,
  ReversalReason,
  SealedCard,
} from '@zhanggui/modules/switch/api.ts';
import { Type } from 'typebox';
import { Check } from 'typebox/value';

/** The sealed card of a reader, as a tender request carries it. */
const sealedCardSchema = Type.Object(
  {
    readerId: Type.String({ minLength: 1, maxLength: 64 }),
    ksn: Type.String({ pattern: '^[0-9A-F]{24}$', description: 'AES DUKPT key serial number' }),
    sealed: Type.String({ pattern: '^([0-9A-F]{32}){1,64}$', description: 'Encrypted card record' }),
    mac: Type.String({ pattern: '^[0-9A-F]{32}$' }),
    pinBlock: Type.Optional(Type.String({ pattern: '^[0-9A-F]{32}$', description: 'ISO 9564 format 4' })),
    entryMode: Type.Union([Type.Literal('swipe'), Type.Literal('chip'), Type.Literal('contactless')]),
  },
  { additionalProperties: false },
);

const AUTHORIZE_TIMEOUT_MS = 30_000;

/**
 * Bank cards through an acquirer. A bank that does not answer is not asked again: the sale is reversed at once, with the
 * same trace number, until the reversal is answered. Before the wait has ended nobody can cancel, because the request
 * and its reversal would overtake each other.
 */
export const card: MethodPlugin = {
  id: 'card',
  title: { zh: '银行卡', en: 'Bank card' },
  holds: 'channel',
  credential: sealedCardSchema,
  policy: {
    local: false,
    authorizeTimeoutMs: AUTHORIZE_TIMEOUT_MS,
    firstInquiryMs: 0,
    intervalMs: 5_000,
    giveUpAfterMs: AUTHORIZE_TIMEOUT_MS,
    minimumBeforeCancelMs: AUTHORIZE_TIMEOUT_MS,
    confirmAfterCancelMs: null,
  },
  create: createCardMethod,
};

/** What a card payment keeps for later requests; nothing of it opens outside the key vault. */
interface CardData {
  readonly trace: AcquirerTrace;
  readonly vaulted: string;
  readonly rrn?: string;
  readonly authorizationCode?: string;
  readonly reversalReason?: ReversalReason;
}

/** The card method on its two ports. */
export function createCardMethod({
  clock,
  exchange,
  policy,
}: Pick<MethodEnvironment, 'clock' | 'exchange' | 'policy'>): PaymentMethod {
  return {
    async prepare(payment, credential) {
      const { trace, vaulted, maskedPan, scheme } = await exchange.reserve(payment.tillId, readCredential(credential));
      return { channelData: { trace: { ...trace }, vaulted, scheme }, maskedInstrument: maskedPan };
    },

    async authorize(payment, credential) {
      const { trace } = cardDataOf(payment);
      const answer = await exchange.ask({
        kind: 'sale',
        ...askedFor(payment),
        trace,
        card: readCredential(credential),
        answerBy: payment.createdAt + policy.authorizeTimeoutMs,
      });
      return saleOutcome(exchange, payment, answer);
    },

    async cancel(payment) {
      const { trace, vaulted, reversalReason } = cardDataOf(payment);
      const answer = await exchange.ask({
        kind: 'reversal',
        ...askedFor(payment),
        trace,
        card: { vaulted },
        original: originalOf(payment),
        reversalReason: reversalReason ?? '98',
        answerBy: clock.now() + policy.authorizeTimeoutMs,
      });
      return reversalOutcome(exchange, trace, answer);
    },

    async refund(refund, payment) {
      const original = originalOf(payment);
      const { trace, attempt } = await exchange.nextTrace(original.trace, refund.id);
      const answer = await exchange.ask({
        kind: isVoid(refund, payment, trace) ? 'void' : 'refund',
        reference: refund.id,
        amountMinor: refund.amountMinor,
        currency: refund.currency,
        createdAt: refund.createdAt,
        trace,
        card: { vaulted: cardDataOf(payment).vaulted },
        original,
        answerBy: clock.now() + policy.authorizeTimeoutMs,
      });
      return refundOutcome(exchange, trace, answer, attempt);
    },
  };
}

function saleOutcome(exchange: Exchange, payment: PaymentFacts, answer: AcquirerAnswer): Outcome {
  const { evidence } = answer;
  switch (answer.kind) {
    case 'not-sent':
      return { kind: 'declined', decline: notSentDecline, evidence };
    case 'silent':
      return { kind: 'unknown', cause: answer.cause, channelData: { reversalReason: '98' }, evidence };
    case 'invalid-mac':
      return { kind: 'unknown', cause: 'wrong MAC', channelData: { reversalReason: 'A0' }, evidence };
    case 'answered': {
      const { acquirerId, stan } = cardDataOf(payment).trace;
      const meaning = exchange.meaningOf(acquirerId, answer.responseCode);
      if (!meaning.approved) return { kind: 'declined', decline: declineOf(meaning, answer.responseCode), evidence };
      const channelData = approvalData(answer.rrn, answer.authorizationCode);
      if (answer.amountMinor !== null && answer.amountMinor !== payment.amountMinor)
        return {
          kind: 'unknown',
          cause: 'approved for another amount',
          channelData: { ...channelData, reversalReason: '06' },
          evidence,
        };
      return { kind: 'approved', channelReference: answer.rrn ?? stan, channelData, evidence };
    }
  }
}

function reversalOutcome(exchange: Exchange, { acquirerId }: AcquirerTrace, answer: AcquirerAnswer): CancelOutcome {
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

/** A repeated request that the acquirer knows already is done; one that could not be sent again is still unknown. */
function refundOutcome(
  exchange: Exchange,
  { acquirerId, stan }: AcquirerTrace,
  answer: AcquirerAnswer,
  attempt: number,
): Outcome {
  const { evidence } = answer;
  switch (answer.kind) {
    case 'not-sent':
      if (attempt > 1) return { kind: 'unknown', cause: answer.cause, evidence };
      return { kind: 'declined', decline: notSentDecline, evidence };
    case 'silent':
      return { kind: 'unknown', cause: answer.cause, evidence };
    case 'invalid-mac':
      return { kind: 'unknown', cause: 'wrong MAC', evidence };
    case 'answered': {
      const meaning = exchange.meaningOf(acquirerId, answer.responseCode);
      if (meaning.approved || (meaning.duplicate && attempt > 1))
        return { kind: 'approved', channelReference: answer.rrn ?? stan, evidence };
      if (meaning.demandsSignOn && attempt > 1) return { kind: 'unknown', cause: 'sign-on demanded', evidence };
      return { kind: 'declined', decline: declineOf(meaning, answer.responseCode), evidence };
    }
  }
}

/** A whole payment of the open batch is voided; a part, or one of an earlier batch or day, is a refund (CUPS.md 8). */
function isVoid(refund: RefundFacts, payment: PaymentFacts, trace: AcquirerTrace): boolean {
  const sameBatch = trace.batchNumber === cardDataOf(payment).trace.batchNumber;
  const sameDay = beijingDate(refund.createdAt) === beijingDate(payment.createdAt);
  return refund.amountMinor === payment.amountMinor && sameBatch && sameDay;
}

function askedFor({ id, amountMinor, currency, createdAt }: PaymentFacts) {
  return { reference: id, amountMinor, currency, createdAt };
}

function originalOf(payment: PaymentFacts): OriginalRequest {
  const { trace, rrn, authorizationCode } = cardDataOf(payment);
  return {
    trace,
    createdAt: payment.createdAt,
    ...(rrn === undefined ? {} : { rrn }),
    ...(authorizationCode === undefined ? {} : { authorizationCode }),
  };
}

/** What an approval leaves for a void, refund or reversal. */
function approvalData(rrn: string | null, authorizationCode: string | null): JsonObject {
  return { ...(rrn === null ? {} : { rrn }), ...(authorizationCode === null ? {} : { authorizationCode }) };
}

function declineOf({ message, advice }: Omit<Decline, 'code'>, code: string): Decline {
  return { code, message, advice };
}

const notSentDecline: Decline = {
  code: 'not-sent',
  message: { zh: '暂时连不上银行，没有扣款，请重试', en: 'The bank cannot be reached; nothing was charged. Try again' },
  advice: 'retry',
};

function readCredential(credential: unknown): SealedCard {
  if (Check(sealedCardSchema, credential)) return credential as SealedCard;
  const message = { zh: '请重新读卡', en: 'Read the card again' };
  throw new Fault('credential-refused', { fields: [{ path: 'credential', message }] });
}

function cardDataOf({ id, channelData }: PaymentFacts): CardData {
  const { trace, vaulted } = channelData;
  assert(typeof trace === 'object' && trace !== null && typeof vaulted === 'string', `${id} keeps its card's trace`);
  return channelData as unknown as CardData;
}
