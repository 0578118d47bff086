import { type DisplayMessage, MESSAGES } from './messages.ts';

/** What a terminal's readers see of the cards that are shown to it. */
export type Presented =
  | { readonly reader: 'contact' }
  /** How many cards answer in the field. */
  | { readonly reader: 'contactless'; readonly cards: number }
  /** Three digits of the track. */
  | { readonly reader: 'stripe'; readonly serviceCode: string };

/** What is known of the chip in this purchase, when a stripe comes. */
export interface ChipHistory {
  /** How often a chip was put in and did not answer, or broke before an application was chosen. */
  readonly chipFailures: number;
  /** The kernel itself sent the card to its stripe (`try-another-interface`). */
  readonly sentToStripe: boolean;
  /** A chip was read and ended otherwise: declined, blocked, cancelled. No stripe then. */
  readonly chipDecided: boolean;
}

/** What the acquirer allows. */
export interface StripePolicy {
  readonly stripe: boolean;
  readonly fallback: boolean;
  /** Failures of the chip before its stripe may be read, mostly 1 to 3. */
  readonly failuresBeforeFallback: number;
}

/** Which reader goes on. `fallback` must be told to the acquirer (UnionPay field 60.5 value 2). */
export type Admission =
  | { readonly admit: 'contact' | 'contactless' }
  | { readonly admit: 'stripe'; readonly fallback: boolean }
  | { readonly admit: 'none'; readonly message: DisplayMessage };

/**
 * Which of the cards shown is read: a chip that is put in goes before all, then one single contactless card, then a stripe. Several chips
 * in slots, or several cards in the fields, are refused, since nobody knows which is meant. EMV Book B clause 3.2.
 */
export function admit(presented: readonly Presented[], history: ChipHistory, policy: StripePolicy): Admission {
  const chips = presented.filter(({ reader }) => reader === 'contact').length;
  if (chips === 1) return { admit: 'contact' };
  const inFields = presented.reduce((sum, each) => sum + (each.reader === 'contactless' ? each.cards : 0), 0);
  if (chips > 1 || inFields > 1) return { admit: 'none', message: MESSAGES.presentOneCard };
  if (inFields === 1) return { admit: 'contactless' };
  const stripe = presented.find((each) => each.reader === 'stripe');
  return stripe === undefined
    ? { admit: 'none', message: MESSAGES.insertOrSwipe }
    : admitStripe(stripe.serviceCode, history, policy);
}

/** The first digit of a service code 2 or 6 says that there is a chip. ISO/IEC 7813. */
function admitStripe(serviceCode: string, history: ChipHistory, policy: StripePolicy): Admission {
  const sound = /^\d{3}$/.test(serviceCode);
  if (!policy.stripe || !sound || history.chipDecided) return { admit: 'none', message: MESSAGES.notAccepted };
  if (!/^[26]/.test(serviceCode)) return { admit: 'stripe', fallback: false };
  if (!policy.fallback) return { admit: 'none', message: MESSAGES.useChipReader };
  const earned = history.sentToStripe || history.chipFailures >= policy.failuresBeforeFallback;
  return earned ? { admit: 'stripe', fallback: true } : { admit: 'none', message: MESSAGES.useChipReader };
}
