import { utf8Encode } from '@zhanggui/base';
import { parseBusinessLicence } from './business-licence.ts';
import { parseChineseId } from './chinese-id.ts';
import { parseGtin } from './gtin.ts';
import { isLuhnValid } from './luhn.ts';
import { parseMerchantNumber } from './merchant-number.ts';
import { parseMobileNumber } from './mobile-number.ts';
import { parseUscc } from './uscc.ts';
import { parseVariableMeasure, type VariableMeasureRule } from './variable-measure.ts';

const RULES: readonly VariableMeasureRule[] = [
  {
    prefix: '2',
    length: 13,
    item: { start: 1, length: 6 },
    values: [{ measure: 'price', start: 7, length: 5, decimals: 2 }],
  },
];

/** Readers of numbers that people type and scanners read; whatever comes, they answer or throw an IdentifierRefusal. */
export const targets: Readonly<Record<string, (input: Uint8Array) => unknown>> = {
  'identifier-chinese-id': (input) => parseChineseId(latin1(input), { asOf: '2026-11-22' }),
  'identifier-uscc': (input) => parseUscc(latin1(input)),
  'identifier-business-licence': (input) => parseBusinessLicence(latin1(input)),
  'identifier-gtin': (input) => parseGtin(latin1(input)),
  'identifier-variable-measure': (input) => parseVariableMeasure(latin1(input), RULES),
  'identifier-merchant-number': (input) => parseMerchantNumber(latin1(input)),
  'identifier-mobile-number': (input) => parseMobileNumber(latin1(input)),
  'identifier-luhn': (input) => isLuhnValid(latin1(input)),
};

/** Valid inputs by target, to be mutated. */
export const samples: Readonly<Record<string, readonly Uint8Array[]>> = {
  'identifier-chinese-id': [utf8Encode('11010519491231002X')],
  'identifier-uscc': [utf8Encode('91350100M000100Y43')],
  'identifier-business-licence': [utf8Encode('440301103448669')],
  'identifier-gtin': [utf8Encode('6901028075831'), utf8Encode('96385074')],
  'identifier-variable-measure': [utf8Encode('2305000123451')],
  'identifier-merchant-number': [utf8Encode('898210154110002')],
  'identifier-mobile-number': [utf8Encode('+86 138-0013-8000')],
  'identifier-luhn': [utf8Encode('6225880012345675')],
};

function latin1(input: Uint8Array): string {
  let text = '';
  for (const byte of input) text += String.fromCharCode(byte);
  return text;
}
