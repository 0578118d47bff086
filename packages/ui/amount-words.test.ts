import { describe, expect, it } from 'vitest';
import { amountInChinese, amountInEnglish } from './amount-words.ts';

describe('an amount said in Chinese', () => {
  it.each([
    [0, '零元'],
    [1, '一分'],
    [2, '两分'],
    [10, '一角'],
    [20, '两角'],
    [22, '两角二分'],
    [12, '一角二分'],
    [100, '一元'],
    [200, '两元'],
    [202, '两元零二分'],
    [220, '两元二角'],
    [1000, '十元'],
    [1005, '十元零五分'],
    [1050, '十元五角'],
    [1200, '十二元'],
    [2000, '二十元'],
    [2200, '二十二元'],
    [6220, '六十二元二角'],
    [10_000, '一百元'],
    [10_500, '一百零五元'],
    [11_000, '一百一十元'],
    [20_000, '两百元'],
    [22_222, '两百二十二元二角二分'],
    [100_100, '一千零一元'],
    [200_200, '两千零二元'],
    [1_000_000, '一万元'],
    [1_000_100, '一万零一元'],
    [1_100_000, '一万一千元'],
    [2_000_000, '两万元'],
    [10_000_000, '十万元'],
    [12_345_678, '十二万三千四百五十六元七角八分'],
    [10_000_050_000, '一亿零五百元'],
  ])('%i fen is %s', (minor, words) => {
    expect(amountInChinese(minor)).toBe(words);
  });

  it('refuses what nobody can hand over', () => {
    expect(() => amountInChinese(-1)).toThrow(RangeError);
    expect(() => amountInChinese(0.5)).toThrow(RangeError);
  });
});

describe('an amount said in English', () => {
  it.each([
    [0, 'zero yuan'],
    [5, 'five fen'],
    [200, 'two yuan'],
    [1005, 'ten yuan and five fen'],
    [6220, 'sixty-two yuan twenty'],
    [10_000, 'one hundred yuan'],
    [11_500, 'one hundred and fifteen yuan'],
    [12_345_678, 'one hundred and twenty-three thousand four hundred and fifty-six yuan seventy-eight'],
  ])('%i fen is %s', (minor, words) => {
    expect(amountInEnglish(minor)).toBe(words);
  });
});
