import type { FieldSpec, Spec } from '../spec.ts';

/**
 * Data elements of ISO 8583-1:2003. Only those are listed whose attributes public tables agree on; the standard itself
 * could not be consulted, so a network's own document comes before this table. Composite elements, which hold data sets
 * of their own, are given as bytes.
 */
const iso2003Fields = {
  2: { name: 'primary account number', type: 'n', length: 19, prefix: 'LL', sensitivity: 'pan' },
  3: { name: 'processing code', type: 'an', length: 6 },
  4: amount('amount, transaction'),
  5: amount('amount, reconciliation'),
  6: amount('amount, cardholder billing'),
  7: { name: 'date and time, transmission', type: 'n', length: 10 },
  8: { name: 'amount, cardholder billing fee', type: 'n', length: 12 },
  9: { name: 'conversion rate, reconciliation', type: 'n', length: 8 },
  10: { name: 'conversion rate, cardholder billing', type: 'n', length: 8 },
  11: { name: 'systems trace audit number', type: 'n', length: 12 },
  12: { name: 'date and time, local transaction', type: 'n', length: 14 },
  13: { name: 'date, effective', type: 'n', length: 6 },
  14: { name: 'date, expiration', type: 'n', length: 4 },
  15: { name: 'date, settlement', type: 'n', length: 8 },
  16: { name: 'date, conversion', type: 'n', length: 4 },
  17: { name: 'date, capture', type: 'n', length: 4 },
  18: { name: 'message error indicator', type: 'b', length: 140, prefix: 'LLL' },
  19: { name: 'country code, acquiring institution', type: 'n', length: 3 },
  20: { name: 'country code, primary account number', type: 'n', length: 3 },
  21: { name: 'transaction life cycle identification data', type: 'ans', length: 22 },
  23: { name: 'card sequence number', type: 'n', length: 3 },
  24: { name: 'function code', type: 'n', length: 3 },
  25: { name: 'message reason code', type: 'n', length: 4 },
  26: { name: 'merchant category code', type: 'n', length: 4 },
  28: { name: 'date, reconciliation', type: 'n', length: 8 },
  29: { name: 'reconciliation indicator', type: 'n', length: 3 },
  30: { name: 'amounts, original', type: 'n', length: 32 },
  31: { name: 'acquirer reference number', type: 'n', length: 23 },
  32: { name: 'acquiring institution identification code', type: 'n', length: 11, prefix: 'LL' },
  33: { name: 'forwarding institution identification code', type: 'n', length: 11, prefix: 'LL' },
  34: { name: 'electronic commerce data', type: 'b', length: 9999, prefix: 'LLLL', sensitivity: 'private' },
  35: { name: 'track 2 data', type: 'z', length: 37, prefix: 'LL', sensitivity: 'track' },
  36: { name: 'track 3 data', type: 'z', length: 104, prefix: 'LLL', sensitivity: 'track' },
  37: { name: 'retrieval reference number', type: 'an', length: 12 },
  38: { name: 'approval code', type: 'an', length: 6 },
  39: { name: 'action code', type: 'n', length: 4 },
  40: { name: 'service code', type: 'n', length: 3 },
  41: { name: 'card acceptor terminal identification', type: 'ans', length: 16 },
  42: { name: 'card acceptor identification code', type: 'ans', length: 35, prefix: 'LL' },
  43: { name: 'card acceptor name and location', type: 'b', length: 9999, prefix: 'LLLL' },
  44: { name: 'additional response data', type: 'b', length: 9999, prefix: 'LLLL' },
  45: { name: 'track 1 data', type: 'ans', length: 76, prefix: 'LL', sensitivity: 'track' },
  46: { name: 'amounts, fees', type: 'ans', length: 216, prefix: 'LLL' },
  49: { name: 'verification data', type: 'b', length: 9999, prefix: 'LLLL', sensitivity: 'private' },
  52: { name: 'personal identification number data', type: 'b', length: 8, sensitivity: 'pin' },
  53: { name: 'security related control information', type: 'b', length: 48, prefix: 'LL', sensitivity: 'key' },
  54: { name: 'amounts, additional', type: 'ans', length: 126, prefix: 'LLL' },
  55: { name: 'integrated circuit card data', type: 'b', length: 9999, prefix: 'LLLL', sensitivity: 'chip' },
  56: { name: 'original data elements', type: 'n', length: 41, prefix: 'LL' },
  59: { name: 'transport data', type: 'ans', length: 999, prefix: 'LLL', sensitivity: 'private' },
  64: { name: 'message authentication code', type: 'b', length: 8 },
  70: { name: 'network management code', type: 'n', length: 3 },
  72: { name: 'data record', type: 'b', length: 9999, prefix: 'LLLL', sensitivity: 'private' },
  93: { name: 'transaction destination institution identification code', type: 'n', length: 11, prefix: 'LL' },
  94: { name: 'transaction originator institution identification code', type: 'n', length: 11, prefix: 'LL' },
  99: { name: 'settlement institution identification code', type: 'an', length: 11, prefix: 'LL' },
  100: { name: 'receiving institution identification code', type: 'n', length: 11, prefix: 'LL' },
  101: { name: 'file name', type: 'ans', length: 99, prefix: 'LL' },
  102: { name: 'account identification 1', type: 'ans', length: 28, prefix: 'LL', sensitivity: 'pan' },
  103: { name: 'account identification 2', type: 'ans', length: 28, prefix: 'LL', sensitivity: 'pan' },
  128: { name: 'message authentication code', type: 'b', length: 8 },
} as const satisfies Readonly<Record<number, FieldSpec>>;

/** ISO 8583:2003 in characters, with binary bytes and bit maps. */
export const iso2003 = {
  name: 'ISO 8583:2003, ASCII with binary bit map',
  mti: 'ascii',
  bitmap: 'binary',
  bitmaps: 2,
  coding: { digits: 'ascii', text: 'ascii', binary: 'binary', prefix: 'ascii' },
  fields: iso2003Fields,
} as const satisfies Spec;

/** An amount of 2003 carries its currency and its number of decimals in front. */
function amount(name: string) {
  return {
    name,
    type: 'n',
    length: 16,
    sub: {
      layout: 'positional',
      parts: {
        '1': { name: 'currency code', length: 3 },
        '2': { name: 'decimals', length: 1 },
        '3': { name: 'amount', length: 12 },
      },
    },
  } as const satisfies FieldSpec;
}
