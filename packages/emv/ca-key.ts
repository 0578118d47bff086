import { concatBytes, equalBytes, toHex } from '@zhanggui/base';
import { sha1 } from '@zhanggui/paycrypto/digest.ts';
import { sm3 } from '@zhanggui/paycrypto/sm3.ts';
import { sm2Key } from './oda/sm.ts';
import { EmvRefusal } from './refusal.ts';
import { encodeTlv, parseTlv } from './tlv.ts';

/** A certification authority's public key, as a terminal keeps it. EMV Book 2 clause 11.2.2. */
export interface CaKey {
  /** Registered application provider identifier, 5 bytes (tag 9F06). */
  readonly rid: Uint8Array;
  /** Index of the key under the RID (tag 9F22). */
  readonly index: number;
  readonly algorithm: 'RSA' | 'SM2';
  /** RSA: the modulus. SM2: x ‖ y, 64 bytes. */
  readonly modulus: Uint8Array;
  /** RSA: 1 to 3 bytes. SM2: empty. */
  readonly exponent: Uint8Array;
  /** YYYYMMDD, when known. */
  readonly expiry?: string;
  /** As published with the key, when known. */
  readonly checkSum?: Uint8Array;
}

/** Whether a key is the one that was published. */
export interface CaKeyCheck {
  readonly computed: Uint8Array;
  /** Undefined when no check sum came with the key. */
  readonly matches: boolean | undefined;
  /** The check sum that public lists print with this key although it is not its own. */
  readonly misprint: Uint8Array | undefined;
}

/**
 * Check sum of a key: SHA-1, for SM2 SM3, over RID, index, modulus (or x ‖ y) and exponent. EMV Book 2 clause 11.2.2; JR/T 0025.17.
 * @throws EmvRefusal `ca-key-malformed` when RID, index or key have lengths they cannot have.
 */
export function caKeyCheckSum(key: CaKey): Uint8Array {
  const { rid, index, modulus, exponent } = key;
  const sound =
    rid.length === 5 &&
    Number.isInteger(index) &&
    index >= 0 &&
    index <= 255 &&
    (key.algorithm === 'SM2'
      ? modulus.length === 64 && exponent.length === 0
      : modulus.length >= 1 && modulus.length <= 256 && exponent.length >= 1 && exponent.length <= 3);
  if (!sound) throw new EmvRefusal('ca-key-malformed', 'RID, index or key of the authority have impossible lengths');
  const data = concatBytes(rid, Uint8Array.of(index), modulus, exponent);
  return key.algorithm === 'SM2' ? sm3(data) : sha1(data);
}

/** Compares a key with the check sum that came with it. A terminal must not use a key that does not match. EMV Book 2 clause 11.2.2. */
export function checkCaKey(key: CaKey): CaKeyCheck {
  const computed = caKeyCheckSum(key);
  const matches = key.checkSum === undefined ? undefined : equalBytes(computed, key.checkSum);
  return { computed, matches, misprint: misprintOf(key) };
}

/**
 * Public lists print the keys with exponent 02 beside the check sum that exponent 03 would give. Whoever imports such a list
 * would see the key refused without knowing why.
 */
function misprintOf(key: CaKey): Uint8Array | undefined {
  const exponentTwo = key.algorithm === 'RSA' && key.exponent.length === 1 && key.exponent[0] === 2;
  return exponentTwo ? caKeyCheckSum({ ...key, exponent: Uint8Array.of(3) }) : undefined;
}

/**
 * Reads a key in the form UnionPay terminals download it: 9F06 RID, 9F22 index, DF05 expiry (4 packed bytes or 8 ASCII
 * digits), DF06 hash algorithm, DF07 key algorithm (01 RSA, 04 SM2), DF02 modulus, DF04 exponent, DF03 check sum.
 * @throws TlvError when it is not TLV; EmvRefusal `ca-key-malformed` when a part is missing, wrong or unknown.
 */
export function parseCaKey(bytes: Uint8Array): CaKey {
  const values = new Map(parseTlv(bytes).map(({ tag, value }) => [tag, value]));
  const need = (tag: string): Uint8Array => {
    const value = values.get(tag);
    if (value === undefined) throw new EmvRefusal('ca-key-malformed', 'a part of the key is missing', { path: tag });
    return value;
  };
  const algorithm = ALGORITHMS.get(need('DF07')[0] ?? 0);
  if (algorithm === undefined)
    throw new EmvRefusal('ca-key-malformed', 'the key algorithm is unknown', { path: 'DF07' });
  const index = need('9F22');
  if (index.length !== 1) throw new EmvRefusal('ca-key-malformed', 'the index is one byte', { path: '9F22' });
  const expiry = values.get('DF05');
  const checkSum = values.get('DF03');
  const key: CaKey = {
    rid: need('9F06'),
    index: index[0] ?? 0,
    algorithm,
    modulus: need('DF02'),
    exponent: algorithm === 'RSA' ? need('DF04') : new Uint8Array(0),
    ...(expiry === undefined ? {} : { expiry: expiryText(expiry) }),
    ...(checkSum === undefined ? {} : { checkSum }),
  };
  caKeyCheckSum(key);
  if (algorithm === 'SM2') sm2Key(key.modulus);
  return key;
}

/** A key in the download form that `parseCaKey` reads; the check sum is computed when it is absent. */
export function encodeCaKey(key: CaKey): Uint8Array {
  const rsa = key.algorithm === 'RSA';
  const checkSum = key.checkSum ?? caKeyCheckSum(key);
  return encodeTlv([
    { tag: '9F06', value: key.rid },
    { tag: '9F22', value: Uint8Array.of(key.index) },
    ...(key.expiry === undefined ? [] : [{ tag: 'DF05', value: packedDate(key.expiry) }]),
    { tag: 'DF06', value: Uint8Array.of(rsa ? 0x01 : 0x07) },
    { tag: 'DF07', value: Uint8Array.of(rsa ? 0x01 : 0x04) },
    { tag: 'DF02', value: key.modulus },
    ...(rsa ? [{ tag: 'DF04', value: key.exponent }] : []),
    { tag: 'DF03', value: checkSum },
  ]);
}

/** The key with this RID and index. EMV Book 2 clause 5.2. */
export function findCaKey(keys: readonly CaKey[], rid: Uint8Array, index: number): CaKey | undefined {
  return keys.find((key) => key.index === index && equalBytes(key.rid, rid));
}

const ALGORITHMS: ReadonlyMap<number, CaKey['algorithm']> = new Map([
  [0x01, 'RSA'],
  [0x04, 'SM2'],
]);

function expiryText(value: Uint8Array): string {
  const text = value.length === 8 ? String.fromCharCode(...value) : toHex(value);
  if (!/^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(text))
    throw new EmvRefusal('ca-key-malformed', 'the expiry date is not YYYYMMDD', { path: 'DF05' });
  return text;
}

function packedDate(text: string): Uint8Array {
  if (!/^\d{8}$/.test(text))
    throw new EmvRefusal('ca-key-malformed', 'the expiry date is not YYYYMMDD', { path: 'DF05' });
  return Uint8Array.from({ length: 4 }, (_, index) => Number.parseInt(text.slice(index * 2, index * 2 + 2), 16));
}
