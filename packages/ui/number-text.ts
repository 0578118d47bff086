/** A key of a number pad. */
export type PadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '.' | 'erase' | 'clear';

/** The keys of a pad, row by row. */
export function padKeys(mode: 'decimal' | 'whole'): readonly PadKey[] {
  const digits: PadKey[] = ['7', '8', '9', '4', '5', '6', '1', '2', '3'];
  if (mode === 'whole') return [...digits, 'clear', '0', 'erase'];
  return [...digits, '.', '0', 'erase'];
}

/** The pad key for a key of the keyboard, or undefined when it is none. */
export function padKeyOf(key: string): PadKey | undefined {
  if (/^\d$/.test(key)) return key as PadKey;
  if (key === '.' || key === ',' || key === '。') return '.';
  if (key === 'Backspace') return 'erase';
  return undefined;
}

/**
 * The text of a number after a key was pressed: at most `decimals` digits after the point and `length` characters; a
 * key that would break this changes nothing.
 */
export function typeKey(text: string, key: PadKey, decimals: number, length = 9): string {
  if (key === 'clear') return '';
  if (key === 'erase') return text.slice(0, -1);
  if (key === '.') return decimals === 0 || text.includes('.') ? text : `${text === '' ? '0' : text}.`;
  const next = text === '0' ? key : text + key;
  const fraction = next.split('.')[1] ?? '';
  return next.length > length || fraction.length > decimals ? text : next;
}

/** Whole units of 10^−`decimals` of a number's text (`0.62` with 3 decimals → 620); 0 for an empty text. */
export function unitsOf(text: string, decimals: number): number {
  const [whole = '', fraction = ''] = text.split('.');
  return Number((whole || '0') + fraction.padEnd(decimals, '0').slice(0, decimals));
}

/** Grams as kilograms with three decimals: `624` → `0.624`. */
export function kilograms(grams: number): string {
  return `${Math.floor(grams / 1000)}.${String(grams % 1000).padStart(3, '0')}`;
}
