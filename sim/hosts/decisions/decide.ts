import type { Authorization } from '../bank-entries.ts';
import type { HostAnswer } from '../dialects/dialect.ts';
import { FINANCIAL_KINDS, type FinancialKind, type MessageKind } from '../dialects/message-kinds.ts';
import { decideCompletion } from './completion.ts';
import { answerOf, cardOf, type Desk, enter, refuse, traceOf } from './desk.ts';
import { decideAdjustment, decideOffline } from './offline.ts';
import { decideRefund } from './refund.ts';
import { decideInquiry, decideQrSale, decideSale } from './sale.ts';
import { decideVoid } from './void.ts';

const DECIDE: Readonly<Record<FinancialKind, (desk: Desk) => HostAnswer>> = {
  sale: (desk) => decideSale(desk, 'sale'),
  'qr-sale': decideQrSale,
  void: (desk) => decideVoid(desk, 'void'),
  refund: decideRefund,
  'pre-authorization': (desk) => decideSale(desk, 'pre-authorization'),
  'pre-authorization-void': (desk) => decideVoid(desk, 'pre-authorization-void'),
  completion: (desk) => decideCompletion(desk, 'completion'),
  'completion-advice': (desk) => decideCompletion(desk, 'completion-advice'),
  'completion-void': (desk) => decideVoid(desk, 'completion-void'),
  'balance-inquiry': decideInquiry,
  'offline-sale': (desk) => decideOffline(desk, 'offline-sale'),
  'offline-adjustment': decideAdjustment,
  'chip-offline-sale': (desk) => decideOffline(desk, 'chip-offline-sale'),
};
/** What was sold already is told again until it is heard; it is answered as before, never as a duplicate. */
const TOLD: ReadonlySet<MessageKind> = new Set<MessageKind>([
  'refund',
  'completion-advice',
  'offline-sale',
  'offline-adjustment',
  'chip-offline-sale',
]);

export function isFinancial(kind: MessageKind): kind is FinancialKind {
  return (FINANCIAL_KINDS as readonly string[]).includes(kind);
}

/** The answer to a trace number that the host has met before, or has been told to undo; null for a new one. */
export function decideAgain(desk: Desk, kind: FinancialKind): HostAnswer | null {
  const { book, request } = desk;
  const before = book.byTrace(traceOf(request));
  if (before !== undefined) return again(before, kind, request.amountMinor ?? 0);
  if (desk.forgetful || book.reversalOf(traceOf(request)) === undefined) return null;
  const amountMinor = request.amountMinor ?? 0;
  const entry = { kind, card: cardOf(desk), amountMinor, responseCode: '22', why: 'reversed-before' };
  return answerOf(enter(desk, entry));
}

/** Approves or declines a request and books it. */
export function decide(desk: Desk, kind: FinancialKind): HostAnswer {
  return DECIDE[kind](desk);
}

function again(before: Authorization, kind: FinancialKind, amountMinor: number): HostAnswer {
  const asked = before.requestedMinor ?? before.amountMinor;
  const same =
    before.kind === kind && (kind === 'balance-inquiry' || asked === amountMinor || before.amountMinor === amountMinor);
  if (!same) return refuse('94');
  if (before.state === 'declined' || TOLD.has(kind)) return answerOf(before);
  return refuse('94');
}
