import type { SealedCard } from './api.ts';
import type { CardDetails } from './dialect.ts';

/**
 * A card that a reader has sealed, opened for the one request that follows. It goes from `reserve` to `ask` in memory alone:
 * its fields are private, so that no log, error or JSON shows them.
 */
export class PresentedCard {
  /** Under which the reader sealed it, hexadecimal. */
  readonly ksn: string;
  /** As the reader enciphered it, hexadecimal; null where no PIN was entered. */
  readonly pinBlock: string | null;
  readonly #details: CardDetails;

  constructor({ ksn, pinBlock }: SealedCard, details: CardDetails) {
    this.ksn = ksn;
    this.pinBlock = pinBlock ?? null;
    this.#details = details;
  }

  details(): CardDetails {
    return this.#details;
  }
}
