import type { BankBook } from '../bank-book.ts';
import type { CardState, CardStates } from './card-states.ts';
import { type IssuedCard, maskedNumber, type Standing } from './issued-card.ts';

/** A card's account on the page and for tests. */
export interface Account {
  readonly cardId: string;
  readonly title: IssuedCard['title'];
  readonly maskedPan: string;
  readonly balanceMinor: number;
  readonly heldMinor: number;
  readonly standing: Standing;
  readonly pinTriesLeft: number;
  readonly scripts: CardState['scripts'];
}

/** The issued cards, found by number or by id, with what the book says of their money. */
export class CardRegister {
  readonly #byPan = new Map<string, IssuedCard>();
  readonly #byId = new Map<string, IssuedCard>();

  constructor(cards: readonly IssuedCard[]) {
    for (const card of cards) {
      this.#byPan.set(card.pan, card);
      this.#byId.set(card.id, card);
    }
  }

  byPan(pan: string): IssuedCard | undefined {
    return this.#byPan.get(pan);
  }

  byId(id: string): IssuedCard | undefined {
    return this.#byId.get(id);
  }

  /** The card whose money a card moves: its own, or for a phone that of the card behind it. */
  accountOf(card: IssuedCard): IssuedCard {
    return this.#byId.get(card.accountId) ?? card;
  }

  /** What the account holds, and what of that is kept aside. */
  balanceOf(card: IssuedCard, book: BankBook): { balanceMinor: number; availableMinor: number } {
    const account = this.accountOf(card);
    const { spentMinor, heldMinor } = book.accountOf(account.id);
    const balanceMinor = account.balanceMinor - spentMinor;
    return { balanceMinor, availableMinor: balanceMinor - heldMinor };
  }

  accounts(book: BankBook, states: CardStates): Account[] {
    return [...this.#byId.values()].map((card) => {
      const { balanceMinor, availableMinor } = this.balanceOf(card, book);
      const { pinTriesLeft, standing, scripts } = states.of(card.id);
      return {
        cardId: card.id,
        title: card.title,
        maskedPan: maskedNumber(card),
        balanceMinor,
        heldMinor: balanceMinor - availableMinor,
        standing: standing ?? 'good',
        pinTriesLeft,
        scripts,
      };
    });
  }
}
