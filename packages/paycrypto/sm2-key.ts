import { invertCt } from '@noble/curves/abstract/modular.js';
import { fromHex } from '@zhanggui/base';
import { CryptoRefusal, requireThat } from './refusal.ts';
import { SM2_P256V1, type Sm2Curve, type Sm2Point, toBytes, toInteger } from './sm2-curve.ts';

let scalarOf: (key: Sm2PrivateKey) => bigint;
let signingInverseOf: (key: Sm2PrivateKey) => bigint;

/** An SM2 public key: a point of its curve. */
export class Sm2PublicKey {
  readonly curve: Sm2Curve;
  readonly point: Sm2Point;

  /** Use `importSm2PublicKey`, which checks that the point lies on the curve. */
  constructor(curve: Sm2Curve, point: Sm2Point) {
    this.curve = curve;
    this.point = point;
  }

  /** Prepares a table of multiples (some milliseconds, 100 KB) that makes verifications with this key four times faster. */
  prepare(): this {
    this.point.precompute(6, false);
    return this;
  }

  /** The point as 04 ‖ x ‖ y, or compressed as 02 or 03 ‖ x (GB/T 32918.1 clause 4.2). */
  toBytes(form: 'uncompressed' | 'compressed' = 'uncompressed'): Uint8Array {
    return this.point.toBytes(form === 'compressed');
  }
}

/** An SM2 private key that does not print itself: text, JSON and inspection show only what it is. */
export class Sm2PrivateKey {
  readonly curve: Sm2Curve;
  readonly publicKey: Sm2PublicKey;
  readonly #scalar: bigint;
  #signingInverse: bigint | undefined;

  static {
    scalarOf = (key) => key.#scalar;
    signingInverseOf = (key) => {
      key.#signingInverse ??= invertCt(key.#scalar + 1n, key.curve.order);
      return key.#signingInverse;
    };
  }

  /** Use `importSm2PrivateKey` or `generateSm2Key`, which check the range. */
  constructor(curve: Sm2Curve, scalar: bigint) {
    this.curve = curve;
    this.#scalar = scalar;
    this.publicKey = new Sm2PublicKey(curve, curve.points.BASE.multiply(scalar));
  }

  toString(): string {
    return '[SM2 private key]';
  }

  toJSON(): string {
    return this.toString();
  }

  /** What Node's `util.inspect` and `console.log` show. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * A private key from its bytes or hexadecimal text: an integer from 1 to n − 2 (GB/T 32918.1 clause 6.1).
 * @throws CryptoRefusal `key-hex`, `key-length`, `key-range`.
 */
export function importSm2PrivateKey(bytes: Uint8Array | string, curve: Sm2Curve = SM2_P256V1): Sm2PrivateKey {
  const raw = typeof bytes === 'string' ? keyFromHex(bytes) : bytes;
  requireThat(raw.length === curve.orderLength, 'key-length', `a private key has ${curve.orderLength} bytes here`);
  const scalar = toInteger(raw);
  requireThat(scalar >= 1n && scalar <= curve.order - 2n, 'key-range', 'a private key lies between 1 and n - 2');
  return new Sm2PrivateKey(curve, scalar);
}

/** A new random private key. */
export function generateSm2Key(curve: Sm2Curve = SM2_P256V1): Sm2PrivateKey {
  for (;;) {
    const scalar = curve.randomScalar();
    if (scalar <= curve.order - 2n) return new Sm2PrivateKey(curve, scalar);
  }
}

/**
 * A public key from a point, uncompressed or compressed, in bytes or hexadecimal text (GB/T 32918.1 clause 6.2).
 * @throws CryptoRefusal `key-hex`, or `point` when it is no point of the curve.
 */
export function importSm2PublicKey(bytes: Uint8Array | string, curve: Sm2Curve = SM2_P256V1): Sm2PublicKey {
  return new Sm2PublicKey(curve, curve.decodePoint(typeof bytes === 'string' ? keyFromHex(bytes) : bytes));
}

/** The clear bytes of a private key: for key ceremonies, vaults and test vectors only; nothing else may call it. */
export function revealSm2PrivateKey(key: Sm2PrivateKey): Uint8Array {
  return toBytes(scalarOf(key), key.curve.orderLength);
}

/** Inside the package: the scalar itself. */
export function sm2Scalar(key: Sm2PrivateKey): bigint {
  return scalarOf(key);
}

/** Inside the package: the inverse of 1 + d modulo n, computed once a key. */
export function sm2SigningInverse(key: Sm2PrivateKey): bigint {
  return signingInverseOf(key);
}

function keyFromHex(text: string): Uint8Array {
  try {
    return fromHex(text);
  } catch {
    throw new CryptoRefusal('key-hex', 'the key is not hexadecimal text');
  }
}
