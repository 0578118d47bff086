import { fromHex, toHex } from '@zhanggui/base';

/**
 * Public lists of authority keys print some keys with a check sum that is not the key's own. Whoever imports such a list would
 * see the key refused; this says that the misprint is known. By the key's own check sum: the one printed with it.
 * Source: binaryfoo/emv-bertlv ca-public-keys.txt, RID A000000004 with exponent 02.
 */
const MISPRINTS: ReadonlyMap<string, string> = new Map([
  ['74755521F60CACF9D20E759957D241E12BE0C957', '7FB377EEBBCF7E3A6D04015D10E1BDCB15E21B80'],
  ['623189465E3148DD2AC28E1934915803AD9A60E4', '23CF0D702E0AEFE518E4FA6B836D3CD45B8AAA71'],
]);

/** The check sum that public lists print with a key whose own is `checkSum`, where they are known to be wrong. */
export function recordedMisprint(checkSum: Uint8Array): Uint8Array | undefined {
  const printed = MISPRINTS.get(toHex(checkSum));
  return printed === undefined ? undefined : fromHex(printed);
}
