import { computeCvv, computePvv, ICVV_SERVICE_CODE, importKey } from '@zhanggui/paycrypto';

/** What a bank prints on no card and checks in each track: ISO/IEC 7813 discretionary data of UnionPay, Visa and Mastercard. */
export interface TrackValues {
  /** Index of the PIN verification key. */
  readonly pvki: string;
  /** PIN verification value, four digits, over the leftmost four of the PIN. */
  readonly pvv: string;
  /** Of the stripe, three digits. */
  readonly cvv: string;
  /** Of the chip's track 2 equivalent, three digits. */
  readonly icvv: string;
}

/** Test keys of the invented banks, known to everybody: they protect test cards only. */
const CVK = importKey('3B1C5F8E6D2A97E40F1E2D3C4B5A6978', { algorithm: 'TDES', usage: 'cvk' });
const PVK = importKey('5D3A1F0C7B6E2948A1B2C3D4E5F60718', { algorithm: 'TDES', usage: 'pvk' });
const PVKI = '1';

/** The values of one card number. */
export function trackValues(
  card: { readonly pan: string; readonly expiry: string },
  serviceCode: string,
  pin: string,
): TrackValues {
  const { pan, expiry } = card;
  return {
    pvki: PVKI,
    pvv: computePvv(PVK, { pan, pvki: PVKI, pin: pin.slice(0, 4) }),
    cvv: computeCvv(CVK, { pan, expiry, serviceCode }),
    icvv: computeCvv(CVK, { pan, expiry, serviceCode: ICVV_SERVICE_CODE }),
  };
}

/** Track 2 of a stripe: PAN, separator, expiry, service code, PVKI, PVV, CVV. */
export function stripeTrack2(
  card: { readonly pan: string; readonly expiry: string },
  serviceCode: string,
  pin: string,
): string {
  const { pvki, pvv, cvv } = trackValues(card, serviceCode, pin);
  return `${card.pan}D${card.expiry}${serviceCode}${pvki}${pvv}${cvv}`;
}

/** Tag 57: the same with the chip's own value, filled to whole bytes. EMV Book 3 Annex A. */
export function chipTrack2(
  card: { readonly pan: string; readonly expiry: string },
  serviceCode: string,
  pin: string,
): string {
  const { pvki, pvv, icvv } = trackValues(card, serviceCode, pin);
  const text = `${card.pan}D${card.expiry}${serviceCode}${pvki}${pvv}${icvv}`;
  return text.length % 2 === 0 ? text : `${text}F`;
}
