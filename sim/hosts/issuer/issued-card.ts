import type { Bilingual } from '@zhanggui/base';
import type { IssuedApplication } from '../../cards/chip/card-issuer.ts';

/** How the bank knows a PIN without keeping it: four digits by their PVV, more by their offset from the natural PIN. */
export interface PinReference {
  readonly by: 'pvv' | 'ibm-3624';
  readonly value: string;
}

/** Why a card is not served, whatever it asks: field 39 of the refusal follows from it. */
export type Standing = 'good' | 'lost' | 'stolen' | 'restricted' | 'pick-up' | 'inactive';

/** A card, or the device account number of a phone, as its bank knows it. */
export interface IssuedCard {
  readonly id: string;
  /** Whose money it moves: another card's for a phone. */
  readonly accountId: string;
  readonly title: Bilingual;
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
  readonly credit: boolean;
  /** Counted among the foreign cards of a settlement; signature is enough for it. */
  readonly foreign: boolean;
  readonly balanceMinor: number;
  /** The most that one payment may be: 61 above. */
  readonly perPaymentMinor: number;
  readonly pin: PinReference;
  /** A phone, which verifies its holder itself. */
  readonly device: boolean;
  readonly serviceCode: string;
  /** Verification values of the stripe and of the chip's track 2 data. */
  readonly cvv: string;
  readonly icvv: string;
  readonly chip: IssuedApplication | null;
  /** The stripe may stand in for a chip that cannot be read. */
  readonly fallbackAllowed: boolean;
}

/** `•••• 4821`. */
export function maskedNumber({ pan }: Pick<IssuedCard, 'pan'>): string {
  return `•••• ${pan.slice(-4)}`;
}
