/**
 * Widths of bars and spaces of the 107 symbols of Code 128 (ISO/IEC 15417), in modules, beginning with a bar. The last one is
 * the stop symbol with its closing bar.
 */
export const CODE_128_SYMBOLS: readonly string[] =
  `212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
   123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
   232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
   313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
   111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
   111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
   114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112`.split(/\s+/);

const START_C = 105;
const CODE_B = 100;
/** Value of the digit 0 in code set B. */
const ZERO_IN_B = 16;
const STOP = 106;
const CHECK_MODULUS = 103;

/**
 * The symbol values of digits in code set C, two digits a symbol, with start, check symbol and stop; an odd last digit
 * follows in code set B.
 * @throws RangeError unless `digits` is digits, two at least.
 */
export function code128Values(digits: string): readonly number[] {
  if (!/^\d{2,}$/.test(digits)) throw new RangeError('code set C takes pairs of digits');
  const pairs = (digits.match(/\d\d/g) ?? []).map(Number);
  const values = digits.length % 2 === 0 ? pairs : [...pairs, CODE_B, ZERO_IN_B + Number(digits.slice(-1))];
  const sum = values.reduce((total, value, index) => total + value * (index + 1), START_C);
  return [START_C, ...values, sum % CHECK_MODULUS, STOP];
}

/** The bars of the code: offset and width of each in modules, and the width of the whole. */
export function code128Bars(digits: string): {
  readonly bars: readonly { readonly at: number; readonly width: number }[];
  readonly modules: number;
} {
  const widths = code128Values(digits).flatMap((value) => Array.from(CODE_128_SYMBOLS[value] ?? '', Number));
  const bars: { at: number; width: number }[] = [];
  let modules = 0;
  for (const [index, width] of widths.entries()) {
    if (index % 2 === 0) bars.push({ at: modules, width });
    modules += width;
  }
  return { bars, modules };
}
