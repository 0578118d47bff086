import { fromHex } from '@zhanggui/base';
import { refuse } from './error.ts';
import type { CodePage } from './spec.ts';

/** Unicode (Latin-1) values of the 256 codes of IBM code page 500; the other two pages differ in the codes below. */
const PAGE_500 = fromHex(
  '000102039C09867F978D8E0B0C0D0E0F101112139D8508871819928F1C1D1E1F80818283840A171B88898A8B8C050607909116939495960498999A9B14159E1A' +
    '20A0E2E4E0E1E3E5E7F15B2E3C282B2126E9EAEBE8EDEEEFECDF5D242A293B5E2D2FC2C4C0C1C3C5C7D1A62C255F3E3FF8C9CACBC8CDCECFCC603A2340273D22' +
    'D8616263646566676869ABBBF0FDFEB1B06A6B6C6D6E6F707172AABAE6B8C6A4B57E737475767778797AA1BFD0DDDEAEA2A3A5B7A9A7B6BCBDBEAC7CAFA8B4D7' +
    '7B414243444546474849ADF4F6F2F3F57D4A4B4C4D4E4F505152B9FBFCF9FAFF5CF7535455565758595AB2D4D6D2D3D530313233343536373839B3DBDCD9DA9F',
);

const DIFFERENCES: Readonly<Record<CodePage, Readonly<Record<number, number>>>> = {
  37: { 74: 0xa2, 79: 0x7c, 90: 0x21, 95: 0xac, 176: 0x5e, 186: 0x5b, 187: 0x5d },
  500: {},
  1047: { 74: 0xa2, 79: 0x7c, 90: 0x21, 173: 0x5b, 176: 0xac, 186: 0xdd, 187: 0xa8, 189: 0x5d },
};

/** A code page in both directions: Latin-1 value by EBCDIC code and EBCDIC code by Latin-1 value. */
export interface EbcdicTable {
  readonly toLatin: Uint8Array;
  readonly fromLatin: Uint8Array;
}

const TABLES: Readonly<Record<CodePage, EbcdicTable>> = {
  37: makeTable(37),
  500: makeTable(500),
  1047: makeTable(1047),
};

/** The table of a code page. */
export function ebcdicTable(codePage: CodePage): EbcdicTable {
  return TABLES[codePage];
}

/**
 * EBCDIC bytes of a text in code page 37, 500 or 1047.
 * @throws Iso8583Error `not-ebcdic` when a character is not among the 256 of the page.
 */
export function encodeEbcdic(text: string, codePage: CodePage = 500): Uint8Array {
  const table = pageOrRefusal(codePage).fromLatin;
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0xff) refuse('not-ebcdic', `character ${index} is not in code page ${codePage}`, '', index);
    bytes[index] = table[code] ?? 0;
  }
  return bytes;
}

/**
 * Text of EBCDIC bytes in code page 37, 500 or 1047; every byte has a character.
 * @throws Iso8583Error `unknown-code-page`.
 */
export function decodeEbcdic(bytes: Uint8Array, codePage: CodePage = 500): string {
  const table = pageOrRefusal(codePage).toLatin;
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(table[byte] ?? 0);
  return text;
}

function pageOrRefusal(codePage: CodePage): EbcdicTable {
  return TABLES[codePage] ?? refuse('unknown-code-page', `EBCDIC code page ${codePage} is not known`, '');
}

function makeTable(codePage: CodePage): EbcdicTable {
  const toLatin = PAGE_500.slice();
  for (const [code, latin] of Object.entries(DIFFERENCES[codePage])) toLatin[Number(code)] = latin;
  const fromLatin = new Uint8Array(256);
  toLatin.forEach((latin, code) => {
    fromLatin[latin] = code;
  });
  return { toLatin, fromLatin };
}
