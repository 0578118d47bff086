import { TAKING } from '../bank-entries.ts';
import type { HostAnswer } from '../dialects/dialect.ts';
import { checkChip } from '../issuer/check-chip.ts';
import { answerOf, cardOf, type Desk, enter, originalOf } from './desk.ts';

/**
 * What was sold without asking, told afterwards: by voice authorization (30), or approved by the chip itself (36), whose
 * certificate must hold and be new. It is booked whatever the account holds, for the goods are gone.
 */
export function decideOffline(desk: Desk, kind: 'offline-sale' | 'chip-offline-sale'): HostAnswer {
  const { request, book } = desk;
  const card = cardOf(desk);
  const amountMinor = request.amountMinor ?? 0;
  const no = (responseCode: string, why: string): HostAnswer =>
    answerOf(enter(desk, { kind, card, amountMinor, responseCode, why }));
  if (card === undefined) return no('14', 'no-such-card');
  if (amountMinor <= 0) return no('13', 'amount');
  if (request.chip === null || card.chip === null)
    return kind === 'chip-offline-sale'
      ? no('30', 'field-55-missing')
      : answerOf(enter(desk, { kind, card, amountMinor, responseCode: '00' }));
  const words = checkChip(card, request.chip, 'tc', { amountMinor, currency: request.currency });
  if ('why' in words) return no(words.responseCode, words.why);
  if (book.isChipUsed(words.use)) return no('63', 'counter-replayed');
  return answerOf(enter(desk, { kind, card, amountMinor, responseCode: '00', chipUse: words.use }));
}

/** Changes the amount of a sale that stands, as for a tip; field 4 is the new amount. */
export function decideAdjustment(desk: Desk): HostAnswer {
  const { request, book } = desk;
  const original = originalOf(desk);
  const amountMinor = request.amountMinor ?? 0;
  const responseCode = (() => {
    if (original === undefined || !TAKING.has(original.kind)) return '25';
    if (original.state !== 'approved' || original.refundedMinor > 0) return '12';
    if (original.batchNumber !== request.batchNumber) return '12';
    return amountMinor > 0 ? '00' : '13';
  })();
  if (original !== undefined && responseCode === '00')
    book.record({ ...original, amountMinor, requestedMinor: original.requestedMinor ?? original.amountMinor });
  return answerOf(enter(desk, { kind: 'offline-adjustment', card: cardOf(desk), amountMinor, responseCode, original }));
}
