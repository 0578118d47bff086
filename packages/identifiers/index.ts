export { type BinEntry, BinTable } from './bin-table.ts';
export { type BusinessLicence, businessLicenceCheckDigit, parseBusinessLicence } from './business-licence.ts';
export { ageOn, type ChineseId, chineseIdCheckCharacter, parseChineseId, type Sex } from './chinese-id.ts';
export { type Gtin, type GtinKind, gtinCheckDigit, parseGtin } from './gtin.ts';
export { isLuhnValid, luhnCheckDigit } from './luhn.ts';
export { formatMerchantNumber, type MerchantNumber, parseMerchantNumber } from './merchant-number.ts';
export { parseMobileNumber } from './mobile-number.ts';
export { IdentifierRefusal } from './refusal.ts';
export {
  organizationCodeCheckCharacter,
  parseUscc,
  type UnifiedSocialCreditCode,
  usccCheckCharacter,
} from './uscc.ts';
export {
  type FieldPlace,
  type MeasuredValue,
  type MeasureField,
  parseVariableMeasure,
  priceCheckDigit,
  quantityFromPrice,
  type VariableMeasure,
  type VariableMeasureRule,
} from './variable-measure.ts';
