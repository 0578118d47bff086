import { randomBytes } from 'node:crypto';
import type { Rng } from '@zhanggui/base';
import { DataFile } from '../data-file.ts';
import { type CardState, newCardState } from './chip/card-state.ts';
import { ChipCard } from './chip/chip-card.ts';
import {
  type CertificateFile,
  type ChipInterface,
  loadCertificates,
  type Personalisation,
} from './chip/personalisation.ts';

/** Chance as a chip has it. */
export const systemRng: Rng = { bytes: (count) => new Uint8Array(randomBytes(count)) };

/** Where the virtual cards lie between two presentations: what each remembers is kept, its counters above all. */
export class CardBox {
  readonly certificates: CertificateFile = loadCertificates();
  readonly #file: DataFile<Record<string, CardState>>;

  constructor(path: string) {
    this.#file = new DataFile(path, () => ({}));
  }

  /** The chip of a card, just put in or come into a field. */
  take(card: Personalisation, channel: ChipInterface): ChipCard {
    const { content } = this.#file;
    const state = content[card.id] ?? newCardState(card);
    content[card.id] = state;
    const chip = new ChipCard(card, this.certificates, systemRng, state);
    chip.reset(channel);
    return chip;
  }

  /** Keeps what the cards remember. */
  save(): void {
    this.#file.save();
  }

  /** The card as it left the factory: its PIN tries and offline limits are whole again. */
  renew(card: Personalisation): void {
    this.#file.content[card.id] = newCardState(card);
    this.save();
  }
}
