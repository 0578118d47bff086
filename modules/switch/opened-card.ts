import { assert } from '@zhanggui/base';
import type { PresentedCard, SealedCard } from './api.ts';
import type { CardDetails } from './dialect.ts';

/** A presented card with what the reader sealed, in a private field: no log, error, JSON or copy shows it. */
export class OpenedCard implements PresentedCard {
  readonly ksn: string;
  readonly pinBlock: string | null;
  readonly #details: CardDetails;

  constructor({ ksn, pinBlock }: SealedCard, details: CardDetails) {
    this.ksn = ksn;
    this.pinBlock = pinBlock ?? null;
    this.#details = details;
  }

  static detailsOf(card: PresentedCard): CardDetails {
    assert(card instanceof OpenedCard, 'a presented card was opened by the switch');
    return card.#details;
  }
}
