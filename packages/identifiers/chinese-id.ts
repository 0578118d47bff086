import { digitAt, IdentifierRefusal, requireShape } from './refusal.ts';

export type Sex = 'male' | 'female';

/** What an 18-character citizen identity number says. */
export interface ChineseId {
  /** With an upper-case X. */
  readonly number: string;
  /** Six digits of GB/T 2260 as they were when the number was given; abolished counties stay valid for life. */
  readonly region: string;
  /** `YYYY-MM-DD`. */
  readonly bornOn: string;
  readonly sex: Sex;
  /** Three digits that tell apart people of one region and birthday. */
  readonly sequence: string;
}

const WEIGHTS: readonly number[] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

/**
 * Reads a citizen identity number (also of residence permits 81/82/83), GB 11643-1999 clauses 3 and 4: shape, real date of
 * birth, check character. The region is not looked up. With `asOf` (`YYYY-MM-DD`) a birthday after that day is refused too.
 * @throws IdentifierRefusal `chinese-id-shape`, `chinese-id-date`, `chinese-id-future` or `chinese-id-check`.
 */
export function parseChineseId(text: string, options: { readonly asOf?: string } = {}): ChineseId {
  requireShape(text, /^\d{17}[\dXx]$/, 'chinese-id-shape', 'an identity number has 17 digits and a digit or X');
  const number = text.toUpperCase();
  const bornOn = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!isRealDate(bornOn))
    throw new IdentifierRefusal('chinese-id-date', 'the date of birth is no date', { offset: 6 });
  if (options.asOf !== undefined) {
    requireDate(options.asOf);
    if (bornOn > options.asOf)
      throw new IdentifierRefusal('chinese-id-future', 'the date of birth is in the future', { offset: 6 });
  }
  if (chineseIdCheckCharacter(number.slice(0, 17)) !== number[17])
    throw new IdentifierRefusal('chinese-id-check', 'the check character is wrong', { offset: 17 });
  return {
    number,
    region: number.slice(0, 6),
    bornOn,
    sex: digitAt(number, 16) % 2 === 1 ? 'male' : 'female',
    sequence: number.slice(14, 17),
  };
}

/**
 * Check character for the first 17 digits, ISO 7064 MOD 11-2 as in GB 11643-1999 clause 4.
 * @throws IdentifierRefusal `chinese-id-shape` when `body` is not 17 digits.
 */
export function chineseIdCheckCharacter(body: string): string {
  requireShape(body, /^\d{17}$/, 'chinese-id-shape', 'the body of an identity number has 17 digits');
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * digitAt(body, index), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}

/**
 * Completed years of a person born on `bornOn` at the day `onDate` (both `YYYY-MM-DD`); a birthday of 29 February is
 * completed on 1 March in a common year. Negative before birth.
 * @throws IdentifierRefusal `date` when either is not a real date.
 */
export function ageOn(bornOn: string, onDate: string): number {
  requireDate(bornOn);
  requireDate(onDate);
  const years = Number(onDate.slice(0, 4)) - Number(bornOn.slice(0, 4));
  return onDate.slice(5) >= bornOn.slice(5) ? years : years - 1;
}

function requireDate(date: string): void {
  if (!isRealDate(date)) throw new IdentifierRefusal('date', 'a date is written YYYY-MM-DD and must exist');
}

function isRealDate(date: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || date.startsWith('0000')) return false;
  const instant = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
}
