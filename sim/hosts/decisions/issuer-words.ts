import { issuerAnswer } from '../../cards/chip/card-issuer.ts';
import type { HostAnswer } from '../dialects/dialect.ts';
import type { ChipWords } from '../issuer/check-chip.ts';
import type { IssuedCard } from '../issuer/issued-card.ts';
import { scriptOrders } from '../issuer/scripts.ts';
import type { Desk } from './desk.ts';

/** Field 55 of the answer to a chip whose cryptogram held: 91, 8A and the scripts that wait for this card, once. */
export function issuerWords(
  { states, book }: Desk,
  card: IssuedCard,
  chip: ChipWords | null,
  responseCode: string,
): Pick<HostAnswer, 'chip'> {
  if (chip === null || card.chip === null) return {};
  const { scripts } = states.of(card.id);
  const orders = scriptOrders(scripts, book.nextSequence);
  if (scripts.length > 0) states.change(card.id, { scripts: [] });
  return { chip: issuerAnswer(card.chip, chip.values, responseCode, orders) };
}
