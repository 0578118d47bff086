import { type Authorization, TAKING } from '../bank-entries.ts';
import type { HostAnswer } from '../dialects/dialect.ts';
import { answerOf, cardOf, type Desk, enter, originalOf } from './desk.ts';

/** Returns money of this or an earlier batch, never more than was taken. */
export function decideRefund(desk: Desk): HostAnswer {
  const { book, request } = desk;
  const original = originalOf(desk);
  const amountMinor = request.amountMinor ?? 0;
  const responseCode = judge(desk, original, amountMinor);
  if (original !== undefined && responseCode === '00')
    book.record({ ...original, refundedMinor: original.refundedMinor + amountMinor });
  return answerOf(enter(desk, { kind: 'refund', card: cardOf(desk), amountMinor, responseCode, original }));
}

function judge(desk: Desk, original: Authorization | undefined, amountMinor: number): string {
  if (original === undefined || !TAKING.has(original.kind)) return '25';
  const card = cardOf(desk);
  if (card !== undefined && desk.cards.accountOf(card).id !== original.cardId) return '14';
  if (original.state !== 'approved') return '12';
  if (amountMinor <= 0) return '13';
  return original.refundedMinor + amountMinor <= original.amountMinor ? '00' : '64';
}
