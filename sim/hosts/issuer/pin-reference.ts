import { computeIbm3624Offset, type Ibm3624Scheme, importKey, verifyIbm3624Pin } from '@zhanggui/paycrypto';
import { trackValues } from '../../cards/card-values.ts';
import type { IssuedCard, PinReference } from './issued-card.ts';

type Face = Pick<IssuedCard, 'pan' | 'expiry' | 'serviceCode'>;

/** Key of the test bank for PINs of more than four digits, known to everybody: it protects test cards only. */
const PVK = importKey('1111222233334444AAAABBBBCCCCDDDD', { algorithm: 'TDES', usage: 'pvk', parity: 'ignore' });
const PVV_DIGITS = 4;
/** The twelve digits before the check digit count. */
const SCHEME: Omit<Ibm3624Scheme, 'start'> = { decimalisationTable: '0123456789012345', length: 12, pad: 'F' };

/** What the bank keeps of a PIN. */
export function pinReference(card: Face, pin: string): PinReference {
  if (pin.length === PVV_DIGITS) return { by: 'pvv', value: pvvOf(card, pin) };
  return { by: 'ibm-3624', value: computeIbm3624Offset(PVK, card.pan, schemeOf(card), pin) };
}

/** Whether a PIN is the one that the reference was made from. */
export function isPin(card: Face, { by, value }: PinReference, pin: string): boolean {
  if (pin.length !== value.length) return false;
  if (by === 'pvv') return pvvOf(card, pin) === value;
  return verifyIbm3624Pin(PVK, card.pan, schemeOf(card), { offset: value, pin });
}

function pvvOf(card: Face, pin: string): string {
  return trackValues(card, card.serviceCode, pin).pvv;
}

function schemeOf({ pan }: Face): Ibm3624Scheme {
  return { ...SCHEME, start: pan.length - 13 };
}
