import { beijingTime } from '@zhanggui/base';
import { parseTrack2 } from '@zhanggui/iso8583';
import type { ShownCard } from '../dialects/dialect.ts';
import type { IssuedCard, Standing } from './issued-card.ts';

/** Why a card is refused: field 39, and for an engineer what was wrong. */
export interface Refusal {
  readonly responseCode: string;
  readonly why: string;
}

const CODES: Readonly<Record<Exclude<Standing, 'good'>, string>> = {
  lost: '41',
  stolen: '43',
  restricted: '62',
  'pick-up': '04',
  inactive: '57',
};
/** The first digit of a service code that says: there is a chip, use it. ISO/IEC 7813. */
const CHIP_SERVICE = /^[26]/;
/** In the discretionary data, behind key index and PVV. */
const VALUE_AT = 5;

/** Whether the card, as it was shown, may be served at all; null when it may. */
export function checkCard(card: IssuedCard, shown: ShownCard, standing: Standing, now: Date): Refusal | null {
  if (standing !== 'good') return { responseCode: CODES[standing], why: standing };
  return checkExpiry(card, shown, now) ?? (shown.track2 === null ? null : checkTrack(card, shown, shown.track2));
}

function checkExpiry(card: IssuedCard, { expiry }: ShownCard, now: Date): Refusal | null {
  const { year, month } = beijingTime(now.getTime());
  if (expiry !== null && expiry !== card.expiry) return { responseCode: '14', why: 'expiry-differs' };
  return card.expiry < year.slice(2) + month ? { responseCode: '54', why: 'expired' } : null;
}

/** The stripe, or the chip's image of it: number, expiry, service code and verification value. */
function checkTrack(card: IssuedCard, shown: ShownCard, track2: string): Refusal | null {
  const { pan, expiry, serviceCode, discretionary } = parseTrack2(track2);
  if (pan !== card.pan || expiry !== card.expiry) return { responseCode: '14', why: 'track-differs' };
  const fromChip = shown.entry === 'chip' || shown.entry === 'contactless';
  const stripeOfChip = !fromChip && CHIP_SERVICE.test(serviceCode ?? '');
  if (stripeOfChip && !(shown.fallback && card.fallbackAllowed)) return { responseCode: '45', why: 'fallback' };
  if (serviceCode !== card.serviceCode) return { responseCode: '59', why: 'service-code' };
  const value = discretionary.slice(VALUE_AT, VALUE_AT + 3);
  if (value === (fromChip ? card.icvv : card.cvv)) return null;
  return { responseCode: '59', why: fromChip ? 'icvv' : 'cvv' };
}
