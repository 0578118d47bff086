import { toHex, utf8Decode } from '@zhanggui/base';
import type { TransactionResult } from '@zhanggui/emv';
import type { CardholderVerification, CardRecord, PresentedCard } from './read.ts';

/** What of a card goes to the till in clear, without its credential. */
export type CardFacts = Omit<PresentedCard, 'credential' | 'entryMode' | 'offline' | 'concludes'>;

/** What is known of a card: the part to be sealed, and the part to be shown. */
export interface KnownCard {
  readonly record: CardRecord;
  readonly facts: CardFacts;
}

/** Track 2 as ISO/IEC 7813 divides it. */
export interface Track2 {
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly serviceCode: string;
  /** With `D` as separator. */
  readonly text: string;
}

/** Track 2 of a stripe, or its equivalent in a chip without its filler; undefined when it is not one. ISO/IEC 7813. */
export function parseTrack2(text: string): Track2 | undefined {
  const [, pan, expiry, serviceCode, rest] = /^(\d{12,19})[=D](\d\d(?:0[1-9]|1[0-2]))(\d{3})(\d*)F?$/.exec(text) ?? [];
  if (pan === undefined || expiry === undefined || serviceCode === undefined) return undefined;
  return { pan, expiry, serviceCode, text: `${pan}D${expiry}${serviceCode}${rest ?? ''}` };
}

/** EMV Book 3 Annex A, tag 50. */
const LABEL_CHARACTERS = 16;

/** What is known of a chip from the result of its kernel. */
export function chipCard(result: TransactionResult): KnownCard {
  const { values, pan, panSequenceNumber, paymentAccountReference } = result;
  const track2 = parseTrack2(toHex(values.get('57') ?? new Uint8Array(0)));
  const expiry = expiryOf(values.get('5F24')) ?? track2?.expiry;
  const par = paymentAccountReference === undefined ? undefined : readPar(paymentAccountReference);
  const aid = toHex(result.aid);
  const label = (result.label ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, LABEL_CHARACTERS);
  const cvm = verificationOf(result);
  const device = isPhone(result) ? 'phone' : 'card';
  const record = {
    pan,
    ...(expiry === undefined ? {} : { expiry }),
    ...(panSequenceNumber === undefined ? {} : { sequence: panSequenceNumber.padStart(3, '0') }),
    ...(track2 === undefined ? {} : { track2: track2.text }),
    chip: toHex(result.field55),
    cvm,
    ...(par === undefined ? {} : { par }),
    aid,
    ...(label === '' ? {} : { label }),
    device,
  } as const;
  const facts = {
    maskedPan: maskPan(pan),
    scheme: schemeOfAid(aid),
    label,
    aid,
    device,
    par: par !== undefined,
    cvm,
  } as const;
  return { record, facts };
}

/** What is known of a stripe. */
export function stripeCard({ pan, expiry, text }: Track2, cvm: 'online-pin' | 'signature'): KnownCard {
  return {
    record: { pan, expiry, track2: text, cvm, device: 'card' },
    facts: { maskedPan: maskPan(pan), scheme: schemeOfPan(pan), label: '', aid: '', device: 'card', par: false, cvm },
  };
}

/** `•••• 4821`. */
export function maskPan(pan: string): string {
  return `•••• ${pan.slice(-4)}`;
}

/** 5F24 is YYMMDD. EMV Book 3 Annex A. */
function expiryOf(value: Uint8Array | undefined): string | undefined {
  return value?.length === 3 ? toHex(value).slice(0, 4) : undefined;
}

/** Four characters of the registry and 25 of the reference. EMV Book 3 Annex A, 9F24. */
function readPar(value: Uint8Array): string | undefined {
  const text = value.every((byte) => byte >= 0x20 && byte < 0x7f) ? utf8Decode(value) : '';
  return /^[0-9A-Z]{29}$/.test(text) ? text : undefined;
}

function verificationOf({ verification }: TransactionResult): CardholderVerification {
  if (verification === 'cdcvm') return 'device';
  return verification === 'offline-pin-and-signature' ? 'offline-pin' : verification;
}

/**
 * A device that verifies its holder by itself: bit 8 of byte 2 of 9F6C (Books C-3 and C-7), or bit 2 of the profile that a Mastercard shows
 * without contact (Book C-2, AIP).
 */
function isPhone({ interface: channel, values, verification, aid }: TransactionResult): boolean {
  if (verification === 'cdcvm') return true;
  if (channel !== 'contactless') return false;
  const mastercard = schemeOfAid(toHex(aid)) === 'mastercard';
  return mastercard ? ((values.get('82')?.[0] ?? 0) & 0x02) !== 0 : ((values.get('9F6C')?.[1] ?? 0) & 0x80) !== 0;
}

const SCHEMES_BY_RID: Readonly<Record<string, string>> = {
  A000000333: 'unionpay',
  A000000003: 'visa',
  A000000004: 'mastercard',
  A000000025: 'amex',
  A000000065: 'jcb',
};

function schemeOfAid(aid: string): string {
  return SCHEMES_BY_RID[aid.slice(0, 10)] ?? 'unknown';
}

/** By the first digits. ISO/IEC 7812. */
function schemeOfPan(pan: string): string {
  if (/^(62|81)/.test(pan)) return 'unionpay';
  if (/^4/.test(pan)) return 'visa';
  if (/^(5[1-5]|2[2-7])/.test(pan)) return 'mastercard';
  if (/^3[47]/.test(pan)) return 'amex';
  return /^35/.test(pan) ? 'jcb' : 'unknown';
}
