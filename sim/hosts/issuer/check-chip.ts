import { toHex } from '@zhanggui/base';
import { EmvRefusal, parseField55, type TagValues } from '@zhanggui/emv';
import { cryptogramHolds } from '../../cards/chip/card-issuer.ts';
import type { Refusal } from './check-card.ts';
import type { IssuedCard } from './issued-card.ts';

/** What a chip has said, once it has been believed. */
export interface ChipWords {
  readonly values: TagValues;
  /** Names this use of the card's counter, so that it can be refused a second time. */
  readonly use: string;
}

/** What the message around field 55 says of the same payment. */
export interface AskedPayment {
  readonly amountMinor: number;
  /** Three digits; null where the message names none. */
  readonly currency: string | null;
}

/** Without these the cryptogram cannot be computed again. */
const NEEDED = ['9F26', '9F27', '9F10', '9F36', '9F37', '95', '9A', '9C', '9F02', '5F2A', '82', '9F1A'];
const KIND = { arqc: 0x80, tc: 0x40 } as const;
/** Bits 8 and 7 of the cryptogram information data. */
const KINDS = 0xc0;

/**
 * Checks the cryptogram in field 55 with the card's master key (EMV Book 2 clause 8): an ARQC of a request, or the TC of
 * what the card has approved by itself. What the card has signed must also be what is `asked`: a message whose amount was
 * changed on its way is no wish of the card's holder. Null where it asks for no money.
 */
export function checkChip(
  card: IssuedCard,
  field55: Uint8Array,
  wanted: keyof typeof KIND,
  asked: AskedPayment | null,
): ChipWords | Refusal {
  if (card.chip === null) return { responseCode: '63', why: 'no-chip-issued' };
  const values = valuesOf(field55);
  if (values === null || NEEDED.some((tag) => !values.has(tag))) return { responseCode: '30', why: 'field-55' };
  if (((values.get('9F27')?.[0] ?? 0) & KINDS) !== KIND[wanted]) return { responseCode: '63', why: `not-${wanted}` };
  if (!cryptogramHolds(card.chip, values)) return { responseCode: '63', why: wanted };
  if (asked !== null && !isSigned(values, asked)) return { responseCode: '63', why: 'chip-amount' };
  return { values, use: `${card.id}/${toHex(values.get('9F36') ?? new Uint8Array(0))}/${wanted}` };
}

/** Whether amount (9F02) and currency (5F2A) are those that the card has signed. */
function isSigned(values: TagValues, { amountMinor, currency }: AskedPayment): boolean {
  const digits = (tag: string): string => toHex(values.get(tag) ?? new Uint8Array(0));
  return Number(digits('9F02')) === amountMinor && (currency === null || digits('5F2A') === `0${currency}`);
}

/** Whether the cryptogram is one with which the card declines (AAC). */
export function isRefusal(field55: Uint8Array): boolean {
  const kind = valuesOf(field55)?.get('9F27')?.[0];
  return kind !== undefined && (kind & KINDS) === 0;
}

/** Data objects of field 55; null when it is none. */
export function valuesOf(field55: Uint8Array): TagValues | null {
  try {
    return parseField55(field55, { mode: 'lenient' }).values;
  } catch (error) {
    if (error instanceof EmvRefusal) return null;
    throw error;
  }
}
