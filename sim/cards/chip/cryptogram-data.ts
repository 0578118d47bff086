import { concatBytes } from '@zhanggui/base';
import type { TagValues } from '@zhanggui/emv';
import type { ApplicationData } from './personalisation.ts';

const FROM_TERMINAL: readonly (readonly [tag: string, length: number])[] = [
  ['9F02', 6],
  ['9F03', 6],
  ['9F1A', 2],
  ['95', 5],
  ['5F2A', 2],
  ['9A', 3],
  ['9C', 1],
  ['9F37', 4],
  ['82', 2],
  ['9F36', 2],
];

/**
 * What an application cryptogram covers: amounts, country, TVR, currency, date, type, number, profile, counter, and of 9F10 what the
 * cryptogram version says. EMV Book 2 clause 8.1.1, table 26; VIS and JR/T 0025.7 for the last part.
 */
export function cryptogramData(profile: ApplicationData['profile'], values: TagValues): Uint8Array {
  const parts = FROM_TERMINAL.map(([tag, length]) => values.get(tag) ?? new Uint8Array(length));
  return concatBytes(...parts, issuerPart(profile, values.get('9F10') ?? new Uint8Array(0)));
}

/** Results of the card with their length byte, without it for M/Chip, or all of 9F10. */
function issuerPart(profile: ApplicationData['profile'], issuerData: Uint8Array): Uint8Array {
  if (profile === 'visa-18' || profile === 'visa-22') return issuerData;
  return profile.startsWith('mchip') ? issuerData.subarray(2, 8) : issuerData.subarray(3, 7);
}
