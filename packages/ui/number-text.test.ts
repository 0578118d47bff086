import { describe, expect, it } from 'vitest';
import { kilograms, padKeyOf, typeKey, unitsOf } from './number-text.ts';

function typed(keys: string, decimals: number): string {
  return [...keys].reduce((text, key) => typeKey(text, padKeyOf(key) ?? 'erase', decimals), '');
}

describe('a number pad', () => {
  it.each([
    ['100', 2, '100'],
    ['62.2', 2, '62.2'],
    ['62.205', 2, '62.20'],
    ['.5', 2, '0.5'],
    ['007', 2, '7'],
    ['1..5', 2, '1.5'],
    ['12.5', 0, '125'],
    ['0.6245', 3, '0.624'],
    ['1234567890', 2, '123456789'],
  ])('keeps %s with %i decimals as %s', (keys, decimals, text) => {
    expect(typed(keys, decimals)).toBe(text);
  });

  it('erases one figure, and clears all', () => {
    expect(typeKey('12', 'erase', 2)).toBe('1');
    expect(typeKey('12', 'clear', 2)).toBe('');
  });

  it('reads text into whole units without a float', () => {
    expect(unitsOf('62.2', 2)).toBe(6220);
    expect(unitsOf('0.624', 3)).toBe(624);
    expect(unitsOf('', 2)).toBe(0);
    expect(unitsOf('5.', 2)).toBe(500);
    expect(unitsOf('1.15', 2)).toBe(115);
  });

  it('writes grams as kilograms', () => {
    expect(kilograms(624)).toBe('0.624');
    expect(kilograms(12_005)).toBe('12.005');
  });

  it('knows the keys of a keyboard', () => {
    expect(padKeyOf('7')).toBe('7');
    expect(padKeyOf('Backspace')).toBe('erase');
    expect(padKeyOf('x')).toBeUndefined();
  });
});
