import { toHex } from '@zhanggui/base';
import { type CaKey, checkCaKey, parseCaKey } from '@zhanggui/emv';
import type { Inputs, Kinds } from '../kind.ts';
import { bytesOf } from './emv-tlv.ts';

function keyOf(inputs: Inputs): CaKey {
  return {
    rid: bytesOf(inputs['rid']),
    index: bytesOf(inputs['index'])[0] ?? -1,
    algorithm: 'RSA',
    modulus: bytesOf(inputs['modulus']),
    exponent: bytesOf(inputs['exponent']),
    ...(inputs['sha1'] === undefined ? {} : { checkSum: bytesOf(inputs['sha1']) }),
  };
}

function download(inputs: Inputs): unknown {
  const key = parseCaKey(bytesOf(inputs['tlv'] ?? inputs['hex']));
  const { computed, matches } = checkCaKey(key);
  return {
    rid: toHex(key.rid),
    index: toHex(Uint8Array.of(key.index)),
    ...(key.expiry === undefined ? {} : { expiry: key.expiry }),
    modulus: toHex(key.modulus),
    exponent: toHex(key.exponent),
    sha1: toHex(computed),
    sha1Valid: matches === true,
  };
}

/** capk: certification authority keys and their check sums. */
export const kinds: Kinds = {
  capk: (inputs) => {
    const { computed, misprint } = checkCaKey(keyOf(inputs));
    return { sha1: toHex(computed), ...(misprint === undefined ? {} : { publishedSha1: toHex(misprint) }) };
  },
  'capk-tlv': download,
  error: (inputs) => {
    if (inputs['rid'] === undefined) return download(inputs);
    return { sha1Valid: checkCaKey(keyOf(inputs)).matches === true };
  },
};
