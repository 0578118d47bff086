import { refuse } from './error.ts';
import type { Padding } from './spec.ts';

/** Fills a short value up to `length` characters. */
export function fill(value: string, length: number, padding: Padding): string {
  return padding.side === 'left' ? value.padStart(length, padding.character) : value.padEnd(length, padding.character);
}

/** Takes the filling off; a value that is all filling becomes empty. */
export function strip(value: string, padding: Padding): string {
  const code = padding.character.charCodeAt(0);
  let from = 0;
  let to = value.length;
  if (padding.side === 'left') while (from < to && value.charCodeAt(from) === code) from += 1;
  else while (to > from && value.charCodeAt(to - 1) === code) to -= 1;
  return value.slice(from, to);
}

/** Refuses a padding that is not one character: a mistake in the dialect, found when it is compiled. */
export function checkPadding(padding: Padding, path: string): void {
  if (padding.character.length !== 1) refuse('bad-spec', 'a padding is one character', path);
}
