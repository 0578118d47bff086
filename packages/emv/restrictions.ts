import { equalBytes, toHex } from '@zhanggui/base';
import type { TagValues } from './dol.ts';
import { fullYear } from './oda/certificate-rules.ts';
import { EmvRefusal } from './refusal.ts';

/** What checks of the card and the terminal add to the terminal verification results and the status information. */
export interface RiskResult {
  /** Five bytes to OR into tag 95. */
  readonly tvr: Uint8Array;
  /** Two bytes to OR into tag 9B. */
  readonly tsi: Uint8Array;
}

/** What the processing restrictions look at. */
export interface RestrictionsInput {
  /** 9F09, 9F1A, 9F35, 9F40. */
  readonly terminal: TagValues;
  /** 9A and 9C; 9F03 (or 9F04) tells a cashback where 9C does not. */
  readonly transaction: TagValues;
  /** 9F08, 9F07, 5F28, 5F24, 5F25, as far as the card has them. */
  readonly card: TagValues;
}

/**
 * Processing restrictions: application versions, usage control, effective and expiration dates. EMV Book 3 clause 10.4.
 * @throws EmvRefusal `data-missing` when a value is absent that the terminal must have; `date-malformed`, `wrong-length`.
 */
export function processingRestrictions(input: RestrictionsInput): RiskResult {
  const tvr = new Uint8Array(5);
  const [expiry, effective] = [input.card.get('5F24'), input.card.get('5F25')];
  const today = dayNumber(needed(input.transaction, '9A'), '9A');
  if (!sameVersion(input)) tvr[1] = (tvr[1] ?? 0) | 0x80;
  if (!usageAllowed(input)) tvr[1] = (tvr[1] ?? 0) | 0x10;
  if (effective !== undefined && dayNumber(effective, '5F25') > today) tvr[1] = (tvr[1] ?? 0) | 0x20;
  if (expiry === undefined || dayNumber(expiry, '5F24') < today) tvr[1] = (tvr[1] ?? 0) | 0x40;
  return { tvr, tsi: new Uint8Array(2) };
}

/** Value of a tag that must be there. @throws EmvRefusal `data-missing`. */
export function needed(values: TagValues, tag: string): Uint8Array {
  const value = values.get(tag);
  if (value === undefined)
    throw new EmvRefusal('data-missing', 'a data object that the step needs is missing', { path: tag });
  return value;
}

/** Clause 10.4.1: a card without a version number counts as having the terminal's. */
function sameVersion({ card, terminal }: RestrictionsInput): boolean {
  const version = card.get('9F08');
  return version === undefined || equalBytes(version, needed(terminal, '9F09'));
}

/** Clause 10.4.2: the card's usage control against kind of terminal, kind of service, and country. */
function usageAllowed({ card, terminal, transaction }: RestrictionsInput): boolean {
  const control = card.get('9F07');
  if (control === undefined) return true;
  const [first = 0, second = 0] = control;
  const place = isAtm(terminal) ? 0x02 : 0x01;
  if ((first & place) === 0) return false;
  const country = card.get('5F28');
  if (country === undefined) return true;
  const domestic = equalBytes(country, needed(terminal, '9F1A'));
  const allowed = (bits: number, byte: number): boolean => (byte & bits & (domestic ? 0xaa : 0x55)) !== 0;
  const type = needed(transaction, '9C')[0] ?? 0;
  if (CASH_TYPES.has(type)) return allowed(0xc0, first);
  const cashback = type === CASHBACK_TYPE || hasOtherAmount(transaction);
  if (PURCHASE_TYPES.has(type) || type === CASHBACK_TYPE)
    return allowed(0x3c, first) && (!cashback || allowed(0xc0, second));
  return true;
}

/** Transaction types by the first two digits of the ISO 8583 processing code; a pre-authorization reserves what is bought. */
const PURCHASE_TYPES: ReadonlySet<number> = new Set([0x00, 0x03]);
const CASHBACK_TYPE = 0x09;
const CASH_TYPES: ReadonlySet<number> = new Set([0x01, 0x17]);

/** EMV Book 4 Annex A1: unattended terminals that dispense cash are automated teller machines. */
function isAtm(terminal: TagValues): boolean {
  const type = needed(terminal, '9F35')[0] ?? 0;
  return type >= 0x14 && type <= 0x16 && ((needed(terminal, '9F40')[0] ?? 0) & 0x80) !== 0;
}

function hasOtherAmount(transaction: TagValues): boolean {
  const other = transaction.get('9F04') ?? transaction.get('9F03');
  return other?.some((byte) => byte !== 0) ?? false;
}

/** Comparable number YYYYMMDD of a packed date YYMMDD. */
function dayNumber(value: Uint8Array, tag: string): number {
  const text = toHex(value);
  if (!/^\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(text))
    throw new EmvRefusal('date-malformed', 'the date is not YYMMDD', { path: tag });
  return fullYear(text.slice(0, 2)) * 10_000 + Number(text.slice(2));
}
