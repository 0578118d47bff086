import { gtinCheckDigit } from '@zhanggui/identifiers';

/** What the till uses of a GS1 element string. */
export interface ElementString {
  /** Fourteen digits (AI 01). */
  readonly gtin14: string;
  /** Number of items (AI 30 or 37). */
  readonly count: number | undefined;
  /** Net weight in grams (AI 310n). */
  readonly grams: number | undefined;
}

const SEPARATOR = '\u001d';

/** Data lengths of the application identifiers that need no separator, GS1 General Specifications figure 7.8.4-2. */
const FIXED_LENGTHS: Readonly<Record<string, number>> = {
  '00': 18,
  '01': 14,
  '02': 14,
  '11': 6,
  '12': 6,
  '13': 6,
  '15': 6,
  '16': 6,
  '17': 6,
  '20': 2,
};
/** Longest data of those that end at a separator or at the end. */
const VARIABLE_LENGTHS: Readonly<Record<string, number>> = { '10': 20, '21': 20, '22': 20, '30': 8, '37': 8 };

/**
 * Reads a GS1 element string as a scanner sends it (FNC1 as the separator 1D, a symbology identifier such as `]d2` allowed
 * in front). `undefined` when it does not begin with a GTIN whose check digit is right, or holds what cannot be read.
 */
export function parseElementString(scanned: string): ElementString | undefined {
  let rest = afterSeparator(scanned.replace(/^\](?:d2|C1|e0|Q3)/, ''));
  if (!/^01\d{14}/.test(rest)) return undefined;
  const found = new Map<string, string>();
  while (rest !== '') {
    const element = nextElement(rest);
    if (element === undefined) return undefined;
    found.set(element.identifier, element.data);
    rest = element.rest;
  }
  const gtin14 = found.get('01') ?? '';
  if (gtinCheckDigit(gtin14.slice(0, -1)) !== gtin14.at(-1)) return undefined;
  const count = found.get('30') ?? found.get('37');
  return { gtin14, count: count === undefined ? undefined : Number(count), grams: weightOf(found) };
}

function nextElement(text: string): { identifier: string; data: string; rest: string } | undefined {
  const measure = /^(31[0-6]\d|32\d\d|33\d\d|34\d\d|35\d\d|36\d\d)(\d{6})/.exec(text);
  if (measure) return { identifier: measure[1] ?? '', data: measure[2] ?? '', rest: afterSeparator(text.slice(10)) };
  const identifier = text.slice(0, 2);
  const fixed = FIXED_LENGTHS[identifier];
  if (fixed !== undefined) {
    const data = text.slice(2, 2 + fixed);
    if (data.length !== fixed || !/^\d+$/.test(data)) return undefined;
    return { identifier, data, rest: afterSeparator(text.slice(2 + fixed)) };
  }
  const longest = VARIABLE_LENGTHS[identifier];
  if (longest === undefined) return undefined;
  const [data = '', ...more] = text.slice(2).split(SEPARATOR);
  const figuresOnly = identifier === '30' || identifier === '37';
  if (data === '' || data.length > longest || (figuresOnly && !/^\d+$/.test(data))) return undefined;
  return { identifier, data, rest: more.join(SEPARATOR) };
}

function afterSeparator(text: string): string {
  return text.startsWith(SEPARATOR) ? text.slice(1) : text;
}

/** AI 310n: net weight in kilograms with n decimals; a gram's fraction rounds half-up. */
function weightOf(found: ReadonlyMap<string, string>): number | undefined {
  for (const [identifier, data] of found) {
    if (!identifier.startsWith('310')) continue;
    const decimals = Number(identifier[3]);
    return decimals <= 3 ? Number(data) * 10 ** (3 - decimals) : Math.round(Number(data) / 10 ** (decimals - 3));
  }
  return undefined;
}
