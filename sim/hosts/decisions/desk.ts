import type { BankBook } from '../bank-book.ts';
import type { Authorization, TraceKey } from '../bank-entries.ts';
import type { WorkingKeySet } from '../bank-terminals.ts';
import type { HostAnswer, HostRequest } from '../dialects/dialect.ts';
import type { FinancialKind } from '../dialects/message-kinds.ts';
import type { CardRegister } from '../issuer/card-register.ts';
import type { CardStates } from '../issuer/card-states.ts';
import { type IssuedCard, maskedNumber } from '../issuer/issued-card.ts';
import type { PaymentCodes } from '../issuer/payment-codes.ts';

/** What a decision is made with: the request, its terminal's keys, and what the bank knows. */
export interface Desk {
  readonly request: HostRequest;
  readonly keys: WorkingKeySet;
  readonly book: BankBook;
  readonly cards: CardRegister;
  readonly states: CardStates;
  readonly codes: PaymentCodes;
  readonly now: Date;
  /** MMDD. */
  readonly settlementOn: string;
  /** Whether accounts are held in the request's currency. */
  readonly takesCurrency: boolean;
  /** A host that forgets: it books what comes after its own reversal. */
  readonly forgetful: boolean;
}

/** What is written down of a decision, beside what the request says. */
export interface Entry {
  readonly kind: FinancialKind;
  readonly card: IssuedCard | undefined;
  readonly amountMinor: number;
  readonly responseCode: string;
  readonly original?: Authorization | undefined;
  readonly requestedMinor?: number;
  readonly why?: string;
  readonly chipUse?: string;
}

const APPROVED = new Set(['00', '10', '11', '16']);

export function traceOf({ terminalId, batchNumber, stan }: HostRequest): TraceKey {
  return { terminalId, batchNumber, stan };
}

/** The card that a request is about. */
export function cardOf({ request, cards }: Pick<Desk, 'request' | 'cards'>): IssuedCard | undefined {
  const { pan } = request.card;
  return pan === null ? undefined : cards.byPan(pan);
}

/** Writes a decision into the book. */
export function enter({ request, book, cards, now, settlementOn }: Desk, entry: Entry): Authorization {
  const { kind, card, amountMinor, responseCode, original, requestedMinor, why, chipUse } = entry;
  const sequence = book.nextSequence;
  const approved = APPROVED.has(responseCode);
  const authorization: Authorization = {
    sequence,
    at: now.toISOString(),
    ...traceOf(request),
    kind,
    amountMinor,
    responseCode,
    rrn: String(sequence).padStart(12, '0'),
    authorizationCode: approved ? String(sequence % 1_000_000).padStart(6, '0') : null,
    cardId: card === undefined ? (original?.cardId ?? null) : cards.accountOf(card).id,
    maskedPan: card === undefined ? (original?.maskedPan ?? '••••') : maskedNumber(card),
    state: approved ? 'approved' : 'declined',
    originalRrn: original?.rrn ?? null,
    refundedMinor: 0,
    settlementOn,
    ...(requestedMinor === undefined ? {} : { requestedMinor }),
    ...(why === undefined ? {} : { why }),
    ...(card?.foreign === true || original?.foreign === true ? { foreign: true } : {}),
    ...(chipUse === undefined ? {} : { chipUse }),
  };
  book.record(authorization);
  return authorization;
}

/** The answer that a book entry calls for, also when its request comes again. */
export function answerOf(entry: Authorization): HostAnswer {
  const { responseCode, rrn, authorizationCode, amountMinor, foreign = false } = entry;
  return { responseCode, rrn, authorizationCode, foreign, ...(responseCode === '10' ? { amountMinor } : {}) };
}

export function refuse(responseCode: string): HostAnswer {
  return { responseCode };
}

/** What field 61, or else field 37, goes back to. */
export function originalOf({ request, book }: Desk): Authorization | undefined {
  const { original, rrn, terminalId, batchNumber } = request;
  if (original !== null) {
    const key = { terminalId, batchNumber: original.batchNumber ?? batchNumber, stan: original.stan };
    const found = book.byTrace(key);
    if (found !== undefined) return found;
  }
  return rrn === null ? undefined : book.byRrn(rrn);
}
