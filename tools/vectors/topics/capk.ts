import { toHex } from '@zhanggui/base';
import { type CaKey, checkCaKey, parseCaKey, sm2Key } from '@zhanggui/emv';
import { Facts, type Inputs, type Kinds } from '../kind.ts';
import { bytesOf } from './emv-tlv.ts';

function keyOf(inputs: Inputs): CaKey {
  return {
    rid: bytesOf(inputs.rid),
    index: bytesOf(inputs.index)[0] ?? -1,
    algorithm: 'RSA',
    modulus: bytesOf(inputs.modulus),
    exponent: bytesOf(inputs.exponent),
    ...(inputs.sha1 === undefined ? {} : { checkSum: bytesOf(inputs.sha1) }),
  };
}

function download(inputs: Inputs): unknown {
  const key = parseCaKey(bytesOf(inputs.tlv ?? inputs.hex));
  const { computed, matches } = checkCaKey(key);
  const rsa = key.algorithm === 'RSA';
  return new Facts({
    rid: toHex(key.rid),
    index: toHex(Uint8Array.of(key.index)),
    expiry: key.expiry ?? null,
    hashAlg: rsa ? '01' : '07',
    keyAlg: rsa ? '01' : '04',
    modulus: toHex(key.modulus),
    exponent: toHex(key.exponent),
    bits: key.modulus.length * 8,
    sha1: toHex(computed),
    sha1Valid: matches === true,
  });
}

/** An SM2 record is sound when its 64 bytes, with or without the leading 04, are a point of the curve. */
function sm2Record(inputs: Inputs): unknown {
  const text = String(inputs.publicKey ?? inputs.modulus ?? `${inputs.x}${inputs.y}`);
  const publicKey = bytesOf(text.length === 130 ? text.slice(2) : text);
  sm2Key(publicKey);
  const [rid, index] = [toHex(bytesOf(inputs.rid)), toHex(bytesOf(inputs.index))];
  return new Facts({ rid, index, publicKey: toHex(publicKey), length: publicKey.length, onCurve: true, valid: true });
}

/** capk: certification authority keys and their check sums. */
export const kinds: Kinds = {
  capk: (inputs) => {
    const key = keyOf(inputs);
    if (inputs.bits !== undefined && Number(inputs.bits) !== key.modulus.length * 8)
      throw new Error('the vector contradicts itself in "bits"');
    const { computed, misprint } = checkCaKey(key);
    return new Facts({ sha1: toHex(computed), ...(misprint === undefined ? {} : { publishedSha1: toHex(misprint) }) });
  },
  'capk-tlv': download,
  'capk-sm2': sm2Record,
  error: (inputs) => {
    if (inputs.rid === undefined) return download(inputs);
    return { sha1Valid: checkCaKey(keyOf(inputs)).matches === true };
  },
};
