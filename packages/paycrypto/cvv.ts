import { concatBytes, xorBytes } from '@zhanggui/base';
import { decimalise } from './decimalise.ts';
import { equalDigits, packDigits, requireDigits, requireLength, requirePan } from './digits.ts';
import { cipherOf, desHalvesOf, requireKey, type SecretKey, withUsage } from './key.ts';
import { retailMac } from './mac.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';

/** What a card verification value is computed over. */
export interface CvvInput {
  readonly pan: string;
  /** Four digits in the order that the value asks: YYMM for CVV and iCVV as on the track, usually MMYY for CVV2. */
  readonly expiry: string;
  /** Three digits as on the track; `CVV2_SERVICE_CODE` and `ICVV_SERVICE_CODE` give the other two values. */
  readonly serviceCode: string;
}

/** Service code by which the value printed on the card (CVV2, CVC2) differs from that of the track. */
export const CVV2_SERVICE_CODE = '000';
/** Service code by which the value in a chip's track 2 data (iCVV, Chip CVC) differs from that of the track. */
export const ICVV_SERVICE_CODE = '999';

/**
 * Card verification value of three digits under a double-length CVK (Visa CVV, Mastercard CVC 1, CVV2/CVC2, iCVV, UnionPay
 * CVN, CVN2): the ANSI CVV algorithm over PAN, expiry and service code, with digits taken from the result.
 * @throws CryptoRefusal `digits`, `key-usage`, `key-algorithm`, `key-length`.
 */
export function computeCvv(cvk: SecretKey, input: CvvInput): string {
  requireKey(cvk, ['TDES'], ['cvk']);
  return cvvDigits(cvk, input);
}

/** Whether `cvv` is the value that `computeCvv` gives; the comparison takes constant time. */
export function verifyCvv(cvk: SecretKey, input: CvvInput, cvv: string): boolean {
  requireDigits(cvv, 3, 3, 'cvv');
  return equalDigits(computeCvv(cvk, input), cvv);
}

/** What a contactless dynamic CVV is computed over. */
export interface DcvvInput extends CvvInput {
  /** Application transaction counter as the four decimal digits that the track carries. */
  readonly atc: string;
}

/**
 * Visa contactless dCVV (Visa Contactless Payment Specification, MSD): the CVV algorithm with the card's own key, derived from
 * the issuer's by EMV option A or B (`deriveCardMasterKey`), over the PAN whose first four digits are the counter.
 * @throws CryptoRefusal as `computeCvv`.
 */
export function computeDcvv(cardKey: SecretKey, { atc, pan, expiry, serviceCode }: DcvvInput): string {
  requireKey(cardKey, ['TDES'], ['emv-card-master']);
  requireDigits(atc, 4, 4, 'atc');
  requirePan(pan);
  return cvvDigits(cardKey, { pan: atc + pan.slice(4), expiry, serviceCode });
}

/** What a CAVV that uses the CVV algorithm is computed over. */
export interface CavvInput {
  readonly pan: string;
  /** Four digits: the authentication tracking number's last ones, as the access control server chose them. */
  readonly unpredictableNumber: string;
  /** One digit. */
  readonly authenticationResultCode: string;
  /** Two digits. */
  readonly secondFactorCode: string;
}

/**
 * Three digits of a 3-D Secure CAVV made with the CVV algorithm (Visa Secure): the number takes
 * the place of the expiry, the two result codes that of the service code.
 * @throws CryptoRefusal as `computeCvv`.
 */
export function computeCavv(cvk: SecretKey, input: CavvInput): string {
  requireDigits(input.unpredictableNumber, 4, 4, 'unpredictableNumber');
  requireDigits(input.authenticationResultCode, 1, 1, 'authenticationResultCode');
  requireDigits(input.secondFactorCode, 2, 2, 'secondFactorCode');
  return computeCvv(cvk, {
    pan: input.pan,
    expiry: input.unpredictableNumber,
    serviceCode: input.authenticationResultCode + input.secondFactorCode,
  });
}

/** What a dynamic CVC3 is computed over. */
export interface Cvc3Input {
  /** Track data template as the card holds it: packed digits of track 2 or the characters of track 1. Not needed with `ivCvc3`. */
  readonly track?: Uint8Array;
  /** Two bytes that the issuer stored on the card in place of the track's MAC. */
  readonly ivCvc3?: Uint8Array;
  /** Tag 9F36, 2 bytes. */
  readonly atc: Uint8Array;
  /** Tag 9F6A or 9F37, 4 bytes. */
  readonly unpredictableNumber: Uint8Array;
}

/** A dynamic CVC3 and the static value it starts from. */
export interface Cvc3 {
  readonly ivCvc3: Uint8Array;
  /** Five digits, of which the track carries the last three or as many as fit. */
  readonly digits: string;
}

/**
 * Mastercard's dynamic CVC3 for magnetic-stripe contactless (PayPass M/Chip): two bytes of the enciphered IVCVC3, unpredictable
 * number and counter, as a decimal number. `cardKey` is derived from the issuer's CVC3 key by option A or B.
 * @throws CryptoRefusal `length`, `cvc3-input` unless exactly one of track and IVCVC3 is given, `key-usage`, `key-algorithm`, `key-length`.
 */
export function computeCvc3(cardKey: SecretKey, { track, ivCvc3, atc, unpredictableNumber }: Cvc3Input): Cvc3 {
  requireKey(cardKey, ['TDES'], ['emv-card-master']);
  requireLength(atc, 2, 'atc');
  requireLength(unpredictableNumber, 4, 'unpredictableNumber');
  const start = ivCvc3 ?? (track === undefined ? undefined : trackMac(cardKey, track));
  if (start === undefined || (track !== undefined && ivCvc3 !== undefined))
    throw new CryptoRefusal('cvc3-input', 'either the track or the IVCVC3 is needed');
  requireLength(start, 2, 'ivCvc3');
  const block = cipherOf(cardKey).encryptEcb(concatBytes(start, unpredictableNumber, atc));
  const number = (block[6] ?? 0) * 256 + (block[7] ?? 0);
  return { ivCvc3: start, digits: String(number).padStart(5, '0') };
}

/** The IVCVC3 of a track: the last two bytes of its MAC (algorithm 3, padding method 2). */
function trackMac(cardKey: SecretKey, track: Uint8Array): Uint8Array {
  requireThat(track.length > 0, 'cvc3-input', 'the track has no data');
  return retailMac(withUsage(cardKey, 'emv-session'), track, { padding: 2 }).slice(6);
}

/** The CVV algorithm: DES(A), xor of the second block, then DES(A), inverse DES(B), DES(A), which is EDE of two keys. */
function cvvDigits(key: SecretKey, { pan, expiry, serviceCode }: CvvInput): string {
  requirePan(pan);
  requireDigits(expiry, 4, 4, 'expiry');
  requireDigits(serviceCode, 3, 3, 'serviceCode');
  const block = packDigits((pan + expiry + serviceCode).padEnd(32, '0'));
  const first = desHalvesOf(key).left.encryptEcb(block.subarray(0, 8));
  return decimalise(cipherOf(key).encryptEcb(xorBytes(first, block.subarray(8))), 3);
}
