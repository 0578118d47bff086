import type { Authorization } from '../bank-entries.ts';
import type { HostAnswer } from '../dialects/dialect.ts';
import { answerOf, cardOf, type Desk, enter, originalOf } from './desk.ts';

const MOST_PERCENT = 115;

/** Takes the money that a pre-authorization has kept aside, by request or by advice. */
export function decideCompletion(desk: Desk, kind: 'completion' | 'completion-advice'): HostAnswer {
  const { book, request } = desk;
  const original = holdOf(desk);
  const amountMinor = request.amountMinor ?? 0;
  const responseCode = judge(desk, original, amountMinor);
  if (original !== undefined && responseCode === '00') book.record({ ...original, state: 'completed' });
  return answerOf(enter(desk, { kind, card: cardOf(desk), amountMinor, responseCode, original }));
}

/** By field 61 on the same terminal, or from any terminal by card and authorization number. */
function holdOf(desk: Desk): Authorization | undefined {
  const found = originalOf(desk);
  if (found?.kind === 'pre-authorization') return found;
  const { authorizationCode } = desk.request;
  const card = cardOf(desk);
  if (card === undefined || authorizationCode === null) return undefined;
  const hold = desk.book.byApproval(desk.cards.accountOf(card).id, authorizationCode);
  return hold?.kind === 'pre-authorization' ? hold : undefined;
}

function judge(desk: Desk, hold: Authorization | undefined, amountMinor: number): string {
  if (hold === undefined) return '25';
  const card = cardOf(desk);
  if (card !== undefined && desk.cards.accountOf(card).id !== hold.cardId) return '14';
  const { authorizationCode } = desk.request;
  if (authorizationCode !== null && authorizationCode !== hold.authorizationCode) return '25';
  if (hold.state !== 'approved') return '12';
  if (amountMinor <= 0) return '13';
  return amountMinor * 100 <= hold.amountMinor * MOST_PERCENT ? '00' : '64';
}
