import { concatBytes, equalBytes, xorBytes } from '@zhanggui/base';
import { decodeDerSequence, encodeDerSequence } from './der.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';
import { nonceScalar } from './sm2.ts';
import type { Sm2Curve, Sm2Point } from './sm2-curve.ts';
import { type Sm2PrivateKey, type Sm2PublicKey, sm2Scalar } from './sm2-key.ts';
import { sm3, sm3Kdf } from './sm3.ts';

/**
 * Order of the parts: `c1c3c2` is that of GB/T 32918.4-2016, `c1c2c3` the older one, `der` the SEQUENCE of GB/T 35276 clause 7.2.
 */
export type Sm2CipherFormat = 'c1c3c2' | 'c1c2c3' | 'der';

/** The three parts of an SM2 ciphertext. */
export interface Sm2CipherParts {
  /** The ephemeral point, 04 ‖ x ‖ y. */
  readonly c1: Uint8Array;
  /** As long as the plaintext. */
  readonly c2: Uint8Array;
  /** SM3 check of 32 bytes. */
  readonly c3: Uint8Array;
}

const HASH_LENGTH = 32;

/**
 * Enciphers `plaintext` (at least one byte) for the owner of the key with a fresh random nonce (GB/T 32918.4 clause 6.1).
 * @throws CryptoRefusal `plaintext-length`.
 */
export function sm2Encrypt(
  publicKey: Sm2PublicKey,
  plaintext: Uint8Array,
  format: Sm2CipherFormat = 'c1c3c2',
): Uint8Array {
  for (;;) {
    const parts = encryptParts(publicKey, plaintext, publicKey.curve.randomScalar());
    if (parts !== undefined) return joinSm2Cipher(publicKey.curve, parts, format);
  }
}

/**
 * The parts that a nonce from outside gives. For test vectors only: a nonce that is known opens the ciphertext.
 * @throws CryptoRefusal `plaintext-length`, or `nonce` when it is not from 1 to n − 1 or leads to an empty key.
 */
export function sm2EncryptWithNonce(publicKey: Sm2PublicKey, plaintext: Uint8Array, nonce: Uint8Array): Sm2CipherParts {
  const parts = encryptParts(publicKey, plaintext, nonceScalar(publicKey.curve, nonce));
  if (parts === undefined) throw new CryptoRefusal('nonce', 'the nonce leads to a key of zeros');
  return parts;
}

/**
 * The plaintext of `ciphertext` (GB/T 32918.4 clause 7.1).
 * @throws CryptoRefusal `point` when C1 is not on the curve, `ciphertext-length`, `der`, or `authentication` when C3 does not
 *   match (compared in constant time).
 */
export function sm2Decrypt(
  privateKey: Sm2PrivateKey,
  ciphertext: Uint8Array,
  format: Sm2CipherFormat = 'c1c3c2',
): Uint8Array {
  const { curve } = privateKey;
  const { c1, c2, c3 } = splitParts(curve, ciphertext, format);
  const shared = curve.decodePoint(c1).multiply(sm2Scalar(privateKey));
  const [x, y] = curve.coordinates(shared);
  const stream = sm3Kdf(concatBytes(x, y), c2.length);
  const plaintext = xorBytes(c2, stream);
  const matches = equalBytes(sm3(concatBytes(x, plaintext, y)), c3);
  requireThat(matches && !isZero(stream), 'authentication', 'the check value does not match the ciphertext');
  return plaintext;
}

/** The parts one behind the other, or as DER: SEQUENCE { INTEGER x, INTEGER y, OCTET STRING C3, OCTET STRING C2 }. */
export function joinSm2Cipher(curve: Sm2Curve, { c1, c2, c3 }: Sm2CipherParts, format: Sm2CipherFormat): Uint8Array {
  if (format === 'c1c3c2') return concatBytes(c1, c3, c2);
  if (format === 'c1c2c3') return concatBytes(c1, c2, c3);
  return encodeDerSequence([
    { kind: 'integer', bytes: c1.subarray(1, 1 + curve.fieldLength) },
    { kind: 'integer', bytes: c1.subarray(1 + curve.fieldLength) },
    { kind: 'octets', bytes: c3 },
    { kind: 'octets', bytes: c2 },
  ]);
}

function encryptParts(publicKey: Sm2PublicKey, plaintext: Uint8Array, nonce: bigint): Sm2CipherParts | undefined {
  requireThat(plaintext.length > 0, 'plaintext-length', 'the plaintext has no bytes');
  const { curve, point } = publicKey;
  const [x, y] = curve.coordinates(point.multiply(nonce));
  const stream = sm3Kdf(concatBytes(x, y), plaintext.length);
  if (isZero(stream)) return undefined;
  return {
    c1: encodePoint(curve.points.BASE.multiply(nonce)),
    c2: xorBytes(plaintext, stream),
    c3: sm3(concatBytes(x, plaintext, y)),
  };
}

function splitParts(curve: Sm2Curve, ciphertext: Uint8Array, format: Sm2CipherFormat): Sm2CipherParts {
  if (format === 'der') return partsFromDer(curve, ciphertext);
  const pointLength = 1 + curve.fieldLength * (ciphertext[0] === 4 ? 2 : 1);
  const c2Length = ciphertext.length - pointLength - HASH_LENGTH;
  requireThat(c2Length > 0, 'ciphertext-length', 'the ciphertext is too short for its three parts');
  const c2Start = format === 'c1c2c3' ? pointLength : pointLength + HASH_LENGTH;
  const c3Start = format === 'c1c2c3' ? pointLength + c2Length : pointLength;
  return {
    c1: ciphertext.subarray(0, pointLength),
    c2: ciphertext.subarray(c2Start, c2Start + c2Length),
    c3: ciphertext.subarray(c3Start, c3Start + HASH_LENGTH),
  };
}

function partsFromDer(curve: Sm2Curve, ciphertext: Uint8Array): Sm2CipherParts {
  const [x, y, c3, c2] = decodeDerSequence(ciphertext, ['integer', 'integer', 'octets', 'octets']);
  if (x === undefined || y === undefined || c3 === undefined || c2 === undefined)
    throw new CryptoRefusal('der', 'a part of the ciphertext is missing');
  requireThat(c3.length === HASH_LENGTH && c2.length > 0, 'ciphertext-length', 'a part has a wrong length');
  requireThat(
    x.length <= curve.fieldLength && y.length <= curve.fieldLength,
    'point',
    'a coordinate is longer than the field',
  );
  const c1 = new Uint8Array(1 + curve.fieldLength * 2);
  c1[0] = 4;
  c1.set(x, 1 + curve.fieldLength - x.length);
  c1.set(y, c1.length - y.length);
  return { c1, c2, c3 };
}

function encodePoint(point: Sm2Point): Uint8Array {
  return point.toBytes(false);
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
