import { describe, expect, test } from 'vitest';
import {
  ageOn,
  formatMerchantNumber,
  gtinCheckDigit,
  IdentifierRefusal,
  organizationCodeCheckCharacter,
  parseBusinessLicence,
  parseChineseId,
  parseGtin,
  parseMerchantNumber,
  parseMobileNumber,
  parseUscc,
  usccCheckCharacter,
} from './index.ts';

function refusalOf(run: () => unknown): IdentifierRefusal {
  try {
    run();
  } catch (error) {
    if (error instanceof IdentifierRefusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('identity numbers (GB 11643)', () => {
  test('the standard example is read, a small x included', () => {
    expect(parseChineseId('11010519491231002x')).toEqual({
      number: '11010519491231002X',
      region: '110105',
      bornOn: '1949-12-31',
      sex: 'female',
      sequence: '002',
    });
  });

  test('each broken rule has its own code, and no message repeats the number', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['1101051949123100', 'chinese-id-shape'],
      ['11010519491231002Y', 'chinese-id-shape'],
      ['110105194902290020', 'chinese-id-date'],
      ['110105194913310020', 'chinese-id-date'],
      ['110105194912310021', 'chinese-id-check'],
    ];
    for (const [text, code] of cases) {
      const refusal = refusalOf(() => parseChineseId(text));
      expect(refusal.code).toBe(code);
      expect(refusal.message).not.toContain(text.slice(0, 6));
    }
  });

  test('a birthday after the day asked is refused, on the day it is not', () => {
    expect(parseChineseId('11010519491231002X', { asOf: '1949-12-31' }).sex).toBe('female');
    expect(refusalOf(() => parseChineseId('11010519491231002X', { asOf: '1949-12-30' })).code).toBe(
      'chinese-id-future',
    );
    expect(refusalOf(() => parseChineseId('11010519491231002X', { asOf: 'today' })).code).toBe('date');
  });

  test('years are completed on the birthday, for 29 February on 1 March', () => {
    expect(ageOn('2008-11-22', '2026-11-21')).toBe(17);
    expect(ageOn('2008-11-22', '2026-11-22')).toBe(18);
    expect(ageOn('2008-02-29', '2026-02-28')).toBe(17);
    expect(ageOn('2008-02-29', '2026-03-01')).toBe(18);
    expect(ageOn('2026-11-23', '2026-11-22')).toBe(-1);
    expect(refusalOf(() => ageOn('2025-02-29', '2026-01-01')).code).toBe('date');
  });
});

describe('unified social credit codes (GB 32100)', () => {
  test('published codes are read with the organization code inside', () => {
    expect(parseUscc('91350100M000100Y43')).toMatchObject({ region: '350100', organizationCode: 'M000100Y4' });
    expect(parseUscc('9144030071526726xg')).toMatchObject({
      authority: '9',
      category: '1',
      organizationCode: '71526726X',
    });
    expect(parseUscc('91330100799655058B').code).toBe('91330100799655058B');
    expect(organizationCodeCheckCharacter('M000100Y')).toBe('4');
  });

  test('letters outside the alphabet, a wrong check and a wrong inner check are told apart', () => {
    expect(refusalOf(() => parseUscc('9135010OM000100Y43')).code).toBe('uscc-shape');
    expect(refusalOf(() => parseUscc('91350100S000100Y43')).code).toBe('uscc-shape');
    expect(refusalOf(() => parseUscc('91350100M000100Y42')).code).toBe('uscc-check');
    const wrongInside = '91350100M000100Y5';
    const refusal = refusalOf(() => parseUscc(wrongInside + usccCheckCharacter(wrongInside)));
    expect(refusal.code).toBe('organization-code-check');
  });
});

test('an old registration number with another check digit is refused', () => {
  expect(refusalOf(() => parseBusinessLicence('440301103448660')).code).toBe('business-licence-check');
  expect(refusalOf(() => parseBusinessLicence('4403011034486')).code).toBe('business-licence-shape');
});

describe('GTINs', () => {
  test('one item has one comparable form whatever kind was scanned', () => {
    expect(parseGtin('036000291452')).toEqual({
      kind: 'GTIN-12',
      digits: '036000291452',
      gtin14: '00036000291452',
      shortest: '036000291452',
    });
    expect(parseGtin('0036000291452')).toMatchObject({ kind: 'GTIN-13', shortest: '036000291452' });
    expect(parseGtin('6901028075831')).toMatchObject({ kind: 'GTIN-13', gtin14: '06901028075831' });
    expect(parseGtin('08431673020125')).toMatchObject({ kind: 'GTIN-14', shortest: '8431673020125' });
    expect(parseGtin('96385074')).toMatchObject({ kind: 'GTIN-8', gtin14: '00000096385074', shortest: '96385074' });
  });

  test('other lengths, other characters and a wrong digit are refused', () => {
    expect(refusalOf(() => parseGtin('690102807583')).code).toBe('gtin-check');
    for (const text of ['', '690102807583A', '123456789', '123456789012345'])
      expect(refusalOf(() => parseGtin(text)).code).toBe('gtin-shape');
    expect(gtinCheckDigit('629104150021')).toBe('3');
  });
});

test('a merchant number splits into acquirer, region, category and sequence, and joins again', () => {
  const parts = parseMerchantNumber('898210154110002');
  expect(parts).toEqual({ acquirer: '898', region: '2101', mcc: '5411', sequence: '0002' });
  expect(formatMerchantNumber(parts)).toBe('898210154110002');
  expect(refusalOf(() => parseMerchantNumber('89821015411000A')).code).toBe('merchant-number-shape');
  expect(refusalOf(() => formatMerchantNumber({ ...parts, mcc: '541' })).code).toBe('merchant-number-shape');
});

test('a mobile number is read with or without the country code', () => {
  for (const text of ['13800138000', '+86 138-0013-8000', '008613800138000', '8613800138000'])
    expect(parseMobileNumber(text)).toBe('13800138000');
  for (const text of ['12800138000', '1380013800', '138001380000', '+8513800138000', ''])
    expect(refusalOf(() => parseMobileNumber(text)).code).toBe('mobile-number-shape');
});
