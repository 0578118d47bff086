import type { Personalisation } from './personalisation.ts';

/** What a card remembers from one transaction to the next. Plain data, so that it can be kept in a file. */
export interface CardState {
  blocked: boolean;
  pinTriesLeft: number;
  /** By AID. */
  readonly applications: Record<string, ApplicationState>;
}

/** What one application remembers. */
export interface ApplicationState {
  atc: number;
  /** Tag 9F13. */
  lastOnlineAtc: number;
  blocked: boolean;
  /** Approved by the card itself since its issuer last spoke. */
  offlineTransactions: number;
  offlineAmountMinor: number;
  /** Set by a script of the issuer; what the card was made with when absent. */
  mostOfflineTransactions?: number;
  /** The last answer to GENERATE AC with the number it was for, until the next one: for RECOVER AC. */
  lastAnswer: { readonly recoveryData: string; readonly response: string } | null;
}

/** A card as it leaves the factory. */
export function newCardState(card: Personalisation): CardState {
  return {
    blocked: false,
    pinTriesLeft: card.pinTriesLeft ?? card.pinTryLimit,
    applications: Object.fromEntries(
      card.applications.map(({ aid, blocked = false }) => [
        aid,
        { atc: 0, lastOnlineAtc: 0, blocked, offlineTransactions: 0, offlineAmountMinor: 0, lastAnswer: null },
      ]),
    ),
  };
}
