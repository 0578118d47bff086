import type { Authorization } from '../bank-entries.ts';
import type { HostAnswer } from '../dialects/dialect.ts';
import type { FinancialKind } from '../dialects/message-kinds.ts';
import { answerOf, cardOf, type Desk, enter, originalOf } from './desk.ts';

/** What each void may undo. */
const UNDOES: Readonly<Record<VoidKind, readonly FinancialKind[]>> = {
  void: ['sale', 'qr-sale', 'offline-sale', 'chip-offline-sale'],
  'pre-authorization-void': ['pre-authorization'],
  'completion-void': ['completion'],
};

export type VoidKind = 'void' | 'pre-authorization-void' | 'completion-void';

/** Undoes a whole sale, hold or completion. Sales and completions are voided in their own batch alone (CUPS.md 8). */
export function decideVoid(desk: Desk, kind: VoidKind): HostAnswer {
  const { book, request } = desk;
  const original = originalOf(desk);
  const amountMinor = request.amountMinor ?? 0;
  const responseCode = judge(desk, kind, original);
  if (original !== undefined && responseCode === '00') {
    book.record({ ...original, state: 'voided' });
    if (kind === 'completion-void') holdAgain(desk, original);
  }
  return answerOf(enter(desk, { kind, card: cardOf(desk), amountMinor, responseCode, original }));
}

/** The hold that a completion took is there again. */
export function holdAgain({ book }: Pick<Desk, 'book'>, completion: Authorization): void {
  const hold = completion.originalRrn === null ? undefined : book.byRrn(completion.originalRrn);
  if (hold?.state === 'completed') book.record({ ...hold, state: 'approved' });
}

function judge(desk: Desk, kind: VoidKind, original: Authorization | undefined): string {
  const { request, cards } = desk;
  if (original === undefined || !UNDOES[kind].includes(original.kind)) return '25';
  const card = cardOf(desk);
  if (card !== undefined && cards.accountOf(card).id !== original.cardId) return '14';
  const { authorizationCode } = request;
  if (authorizationCode !== null && authorizationCode !== original.authorizationCode) return '25';
  if (original.state !== 'approved' || original.refundedMinor > 0) return '12';
  if (kind !== 'pre-authorization-void' && original.batchNumber !== request.batchNumber) return '12';
  return original.amountMinor === request.amountMinor ? '00' : '64';
}
