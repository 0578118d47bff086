import { concatBytes } from '@zhanggui/base';
import type { ApplicationData } from './personalisation.ts';

/** What a card says of itself in 9F10. EMV Book 3 Annex C7; VIS; JR/T 0025.5. */
export interface CardResults {
  readonly first: 'AAC' | 'TC' | 'ARQC';
  /** Absent while the second GENERATE AC has not been asked for. */
  readonly second?: 'AAC' | 'TC';
  readonly issuerAuthenticationFailed?: boolean;
  readonly pinVerified?: boolean;
  readonly pinFailed?: boolean;
  readonly pinBlocked?: boolean;
}

const CODES = { AAC: 0, TC: 1, ARQC: 2 } as const;
const NOT_REQUESTED = 2;

/** Tag 9F10 in the form of the cryptogram version. */
export function issuerApplicationData(application: ApplicationData, results: CardResults): Uint8Array {
  const { profile, derivationKeyIndex } = application;
  const second = results.second === undefined ? NOT_REQUESTED : CODES[results.second];
  const byte1 =
    (second << 6) |
    (CODES[results.first] << 4) |
    (results.issuerAuthenticationFailed === true ? 0x08 : 0) |
    (results.pinVerified === true || results.pinFailed === true ? 0x04 : 0) |
    (results.pinFailed === true ? 0x02 : 0);
  const cvr = Uint8Array.of(byte1, results.pinBlocked === true ? 0x40 : 0, 0);
  if (profile.startsWith('mchip'))
    return concatBytes(Uint8Array.of(derivationKeyIndex, version(profile)), cvr, new Uint8Array(13));
  const head = Uint8Array.of(derivationKeyIndex, version(profile), cvr.length);
  const body = concatBytes(head, cvr, profile === 'unionpay-01' ? Uint8Array.of(0x01) : new Uint8Array(0));
  return concatBytes(Uint8Array.of(body.length), body);
}

/** Cryptogram version: the number at the end of the profile's name, decimal. */
function version(profile: string): number {
  return Number(/\d+$/.exec(profile)?.[0] ?? 0);
}
