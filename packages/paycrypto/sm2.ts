import { concatBytes, utf8Encode } from '@zhanggui/base';
import { decodeDerSequence, encodeDerSequence } from './der.ts';
import { CryptoRefusal, requireThat } from './refusal.ts';
import { type Sm2Curve, toBytes, toInteger } from './sm2-curve.ts';
import { type Sm2PrivateKey, type Sm2PublicKey, sm2Scalar, sm2SigningInverse } from './sm2-key.ts';
import { sm3 } from './sm3.ts';

/** A signature: two integers as big-endian bytes, each as long as the order of the curve. */
export interface Sm2Signature {
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

/** Identity of the signer that is used where none was agreed (GM/T 0009 clause 10). */
export const SM2_DEFAULT_USER_ID = utf8Encode('1234567812345678');

/**
 * Hash of the signer's identity, the curve and the public key: the value Z (GB/T 32918.2 clause 5.5), 32 bytes.
 * @throws CryptoRefusal `user-id` when the identity has more than 8,191 bytes.
 */
export function sm2Za(publicKey: Sm2PublicKey, userId: Uint8Array = SM2_DEFAULT_USER_ID): Uint8Array {
  requireThat(userId.length <= 0x1fff, 'user-id', 'an identity has at most 8191 bytes');
  const bits = userId.length * 8;
  const { curve, point } = publicKey;
  return sm3(
    concatBytes(Uint8Array.of(bits >> 8, bits & 0xff), userId, curve.encodedParameters, ...curve.coordinates(point)),
  );
}

/** The digest e that is signed: SM3 of Z and the message (GB/T 32918.2 clause 6.1, steps A1 and A2), 32 bytes. */
export function sm2Digest(publicKey: Sm2PublicKey, message: Uint8Array, userId?: Uint8Array): Uint8Array {
  return sm3(concatBytes(sm2Za(publicKey, userId), message));
}

/** Signs `message` with a fresh random nonce (GB/T 32918.2 clause 6.1). */
export function sm2Sign(privateKey: Sm2PrivateKey, message: Uint8Array, userId?: Uint8Array): Sm2Signature {
  const digest = toInteger(sm2Digest(privateKey.publicKey, message, userId));
  for (;;) {
    const signature = signDigest(privateKey, digest, privateKey.curve.randomScalar());
    if (signature !== undefined) return signature;
  }
}

/**
 * Signs with a nonce from outside. For test vectors only: two signatures with one nonce give the private key away.
 * @throws CryptoRefusal `nonce` when it is not from 1 to n − 1 or leads to no signature.
 */
export function sm2SignWithNonce(
  privateKey: Sm2PrivateKey,
  message: Uint8Array,
  nonce: Uint8Array,
  userId?: Uint8Array,
): Sm2Signature {
  const digest = toInteger(sm2Digest(privateKey.publicKey, message, userId));
  const signature = signDigest(privateKey, digest, nonceScalar(privateKey.curve, nonce));
  if (signature === undefined) throw new CryptoRefusal('nonce', 'the nonce leads to no signature');
  return signature;
}

/**
 * Whether `signature` is one of `message` by the key (GB/T 32918.2 clause 7.1).
 * @throws CryptoRefusal `signature-range` when r or s has another length, is not from 1 to n − 1, or r + s is a multiple of n:
 *   no signer writes such values, so they are refused rather than called wrong.
 */
export function sm2Verify(
  publicKey: Sm2PublicKey,
  message: Uint8Array,
  signature: Sm2Signature,
  userId?: Uint8Array,
): boolean {
  const { curve, point } = publicKey;
  const r = signatureScalar(curve, signature.r);
  const s = signatureScalar(curve, signature.s);
  const sum = (r + s) % curve.order;
  requireThat(sum !== 0n, 'signature-range', 'r + s is a multiple of the order');
  const digest = toInteger(sm2Digest(publicKey, message, userId));
  const sought = curve.points.BASE.multiplyUnsafe(s).add(point.multiplyUnsafe(sum));
  return !sought.is0() && (digest + sought.toAffine().x) % curve.order === r;
}

/** DER of a signature: SEQUENCE { INTEGER r, INTEGER s } (GB/T 35276 clause 7.3). */
export function sm2SignatureToDer({ r, s }: Sm2Signature): Uint8Array {
  return encodeDerSequence([
    { kind: 'integer', bytes: r },
    { kind: 'integer', bytes: s },
  ]);
}

/**
 * The signature in its DER form; `byteLength` is that of a scalar of the curve.
 * @throws CryptoRefusal `der`, or `signature-range` when an integer does not fit.
 */
export function sm2SignatureFromDer(der: Uint8Array, byteLength = 32): Sm2Signature {
  const [r = new Uint8Array(0), s = new Uint8Array(0)] = decodeDerSequence(der, ['integer', 'integer']);
  return { r: widened(r, byteLength), s: widened(s, byteLength) };
}

/** Inside the package: a nonce from outside as a scalar. */
export function nonceScalar(curve: Sm2Curve, nonce: Uint8Array): bigint {
  const scalar = toInteger(nonce);
  requireThat(
    nonce.length === curve.orderLength && scalar > 0n && scalar < curve.order,
    'nonce',
    'a nonce lies between 1 and n - 1',
  );
  return scalar;
}

function signDigest(privateKey: Sm2PrivateKey, digest: bigint, nonce: bigint): Sm2Signature | undefined {
  const { order, orderLength, points } = privateKey.curve;
  const r = (digest + points.BASE.multiply(nonce).toAffine().x) % order;
  if (r === 0n || r + nonce === order) return undefined;
  const difference = (nonce + order - ((r * sm2Scalar(privateKey)) % order)) % order;
  const s = (sm2SigningInverse(privateKey) * difference) % order;
  return s === 0n ? undefined : { r: toBytes(r, orderLength), s: toBytes(s, orderLength) };
}

function signatureScalar(curve: Sm2Curve, bytes: Uint8Array): bigint {
  const scalar = toInteger(bytes);
  requireThat(
    bytes.length === curve.orderLength && scalar > 0n && scalar < curve.order,
    'signature-range',
    'r and s must lie between 1 and n - 1',
  );
  return scalar;
}

function widened(integer: Uint8Array, byteLength: number): Uint8Array {
  requireThat(integer.length <= byteLength, 'signature-range', 'an integer of the signature is longer than the order');
  return concatBytes(new Uint8Array(byteLength - integer.length), integer);
}
