import { expect, test } from 'vitest';
import { CODE_128_SYMBOLS, code128Bars, code128Values } from './code128.ts';

test('the table is that of the standard: 11 modules, an even count of bar modules, no two symbols alike', () => {
  expect(CODE_128_SYMBOLS).toHaveLength(107);
  expect(new Set(CODE_128_SYMBOLS).size).toBe(107);
  for (const symbol of CODE_128_SYMBOLS.slice(0, 106)) {
    const widths = Array.from(symbol, Number);
    const bars = (widths[0] ?? 0) + (widths[2] ?? 0) + (widths[4] ?? 0);
    expect([symbol, widths.length, widths.reduce((sum, width) => sum + width, 0), bars % 2]).toEqual([
      symbol,
      6,
      11,
      0,
    ]);
  }
  expect(CODE_128_SYMBOLS[106]).toBe('2331112');
});

test('values are start C, pairs, check modulo 103 and stop', () => {
  expect(code128Values('0123456789')).toEqual([
    105,
    1,
    23,
    45,
    67,
    89,
    (105 + 1 + 2 * 23 + 3 * 45 + 4 * 67 + 5 * 89) % 103,
    106,
  ]);
});

test('eighteen digits take 134 modules, beginning and ending with a bar', () => {
  const { bars, modules } = code128Bars('134579812345678901');
  expect(modules).toBe(11 * (1 + 9 + 1) + 13);
  expect(bars[0]).toEqual({ at: 0, width: 2 });
  expect((bars.at(-1)?.at ?? 0) + (bars.at(-1)?.width ?? 0)).toBe(modules);
});

test('an odd last digit follows in code set B', () => {
  expect(code128Values('01237')).toEqual([105, 1, 23, 100, 23, (105 + 1 + 2 * 23 + 3 * 100 + 4 * 23) % 103, 106]);
});

test.each(['', '1', '12a4', '１２'])('"%s" is refused', (text) => {
  expect(() => code128Values(text)).toThrow(RangeError);
});
