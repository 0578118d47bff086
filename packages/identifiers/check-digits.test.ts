import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  businessLicenceCheckDigit,
  chineseIdCheckCharacter,
  gtinCheckDigit,
  IdentifierRefusal,
  isLuhnValid,
  luhnCheckDigit,
  parseBusinessLicence,
  parseChineseId,
  parseGtin,
  parseUscc,
  usccCheckCharacter,
} from './index.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));

/** A completed number is accepted, and with any one digit changed it is not. */
function findsEveryChangedDigit(
  body: fc.Arbitrary<string>,
  complete: (b: string) => string,
  valid: (t: string) => boolean,
) {
  fc.assert(
    fc.property(body, fc.nat(), fc.integer({ min: 1, max: 9 }), (start, at, change) => {
      const whole = start + complete(start);
      expect(valid(whole)).toBe(true);
      const index = at % start.length;
      const other = (Number.parseInt(whole.charAt(index), 36) + change) % 10;
      expect(valid(`${whole.slice(0, index)}${other}${whole.slice(index + 1)}`)).toBe(false);
    }),
  );
}

function accepts(parse: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      parse(text);
      return true;
    } catch (error) {
      if (error instanceof IdentifierRefusal) return false;
      throw error;
    }
  };
}

describe('a check digit finds every single changed digit', () => {
  test('Luhn', () => findsEveryChangedDigit(digits(15), luhnCheckDigit, isLuhnValid));
  test('GTIN-14', () => findsEveryChangedDigit(digits(13), gtinCheckDigit, accepts(parseGtin)));
  test('GTIN-8', () => findsEveryChangedDigit(digits(7), gtinCheckDigit, accepts(parseGtin)));
  test('old business licence', () =>
    findsEveryChangedDigit(digits(14), businessLicenceCheckDigit, accepts(parseBusinessLicence)));
  test('identity number', () => {
    const sequenced = digits(3).map((sequence) => `11010519491231${sequence}`);
    findsEveryChangedDigit(sequenced, chineseIdCheckCharacter, accepts(parseChineseId));
  });
  test('unified social credit code', () => {
    const withOrganization = digits(6).map((region) => `91${region}M000100Y4`);
    findsEveryChangedDigit(
      withOrganization,
      usccCheckCharacter,
      accepts((text) => parseUscc(text)),
    );
  });
});

test('published and synthetic card numbers carry the Luhn digit', () => {
  for (const number of ['6228481234567890128', '6225880012345675', '4111111111111111', '49927398716'])
    expect(isLuhnValid(number)).toBe(true);
  expect(isLuhnValid('6228481234567890127')).toBe(false);
  expect(isLuhnValid('0')).toBe(false);
  expect(isLuhnValid('4111 1111')).toBe(false);
  expect(() => luhnCheckDigit('')).toThrow(IdentifierRefusal);
});

test('three registration numbers of the public company register carry the MOD 11,10 digit', () => {
  for (const number of ['440301103448669', '110108012660422', '330100400015575'])
    expect(parseBusinessLicence(number).number).toBe(number);
  expect(parseBusinessLicence('440301103448669')).toEqual({
    number: '440301103448669',
    region: '440301',
    sequence: '10344866',
  });
});
