import { type WeierstrassPoint, type WeierstrassPointCons, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { concatBytes, fromHex, toHex } from '@zhanggui/base';
import { engine } from '#engine';
import { CryptoRefusal, requireThat } from './refusal.ts';

/** A curve over a prime field with cofactor 1, each number in hexadecimal (GB/T 32918.1 clause 5). */
export interface Sm2CurveParameters {
  readonly p: string;
  readonly a: string;
  readonly b: string;
  readonly n: string;
  readonly gx: string;
  readonly gy: string;
}

export type Sm2Point = WeierstrassPoint<bigint>;

/** An elliptic curve on which SM2 runs; the arithmetic is that of @noble/curves, with blinded secret multiplication. */
export class Sm2Curve {
  readonly points: WeierstrassPointCons<bigint>;
  /** Order of the base point. */
  readonly order: bigint;
  /** Bytes of a coordinate. */
  readonly fieldLength: number;
  /** Bytes of a scalar. */
  readonly orderLength: number;
  /** a ‖ b ‖ xG ‖ yG as they enter the hash of the signer's identity. */
  readonly encodedParameters: Uint8Array;

  /** Use `importSm2Curve`, which also checks the order of the base point. */
  constructor(parameters: Sm2CurveParameters) {
    const [p, a, b, n, gx, gy] = (['p', 'a', 'b', 'n', 'gx', 'gy'] as const).map((name) => integer(parameters[name]));
    if (
      p === undefined ||
      a === undefined ||
      b === undefined ||
      n === undefined ||
      gx === undefined ||
      gy === undefined
    )
      throw new CryptoRefusal('curve', 'a parameter of the curve is missing');
    requireThat(isFitting(p) && isFitting(n), 'curve', 'the field and the order must be odd and have 160 to 521 bits');
    const randomBytes = (count = 32): Uint8Array<ArrayBuffer> => engine.randomBytes(count).slice();
    try {
      this.points = weierstrass({ p, a, b, n, h: 1n, Gx: gx, Gy: gy }, { randomBytes });
    } catch {
      throw new CryptoRefusal('curve', 'the parameters are not those of a smooth curve with its base point');
    }
    this.order = n;
    this.fieldLength = byteLength(p);
    this.orderLength = byteLength(n);
    this.encodedParameters = concatBytes(...[a, b, gx, gy].map((number) => toBytes(number, this.fieldLength)));
  }

  /** A random scalar from 1 to n − 1, without bias. */
  randomScalar(): bigint {
    for (;;) {
      const scalar =
        toInteger(engine.randomBytes(this.orderLength)) & ((1n << BigInt(this.order.toString(2).length)) - 1n);
      if (scalar > 0n && scalar < this.order) return scalar;
    }
  }

  /**
   * The point that the bytes encode, uncompressed (04) or compressed (02, 03).
   * @throws CryptoRefusal `point` when they encode none, or one that is not on the curve.
   */
  decodePoint(bytes: Uint8Array): Sm2Point {
    try {
      return this.points.fromBytes(bytes);
    } catch {
      throw new CryptoRefusal('point', 'the bytes are not a point of the curve');
    }
  }

  /** The coordinates of a point, each of `fieldLength` bytes. */
  coordinates(point: Sm2Point): readonly [x: Uint8Array, y: Uint8Array] {
    const { x, y } = point.toAffine();
    return [toBytes(x, this.fieldLength), toBytes(y, this.fieldLength)];
  }
}

/** The recommended curve sm2p256v1 (GB/T 32918.5). */
export const SM2_P256V1 = new Sm2Curve({
  p: 'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF',
  a: 'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC',
  b: '28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93',
  n: 'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123',
  gx: '32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7',
  gy: 'BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0',
});

/**
 * Another curve than the recommended one. That p and n are prime is the word of whoever gives the parameters.
 * @throws CryptoRefusal `curve` when a number is not hexadecimal, the base point is not on the curve or has another order, the
 *   curve is singular, or p or n is even or outside 160 to 521 bits.
 */
export function importSm2Curve(parameters: Sm2CurveParameters): Sm2Curve {
  const curve = new Sm2Curve(parameters);
  const base = curve.points.BASE;
  const whole = base.multiplyUnsafe(curve.order - 1n).add(base);
  requireThat(whole.is0(), 'curve', 'the base point does not have the order that is said');
  return curve;
}

/** The unsigned integer of big-endian bytes; of no bytes, 0. */
export function toInteger(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** Big-endian bytes, `length` of them; the caller has checked that the number fits. */
export function toBytes(number: bigint, length: number): Uint8Array {
  return fromHex(number.toString(16).padStart(length * 2, '0'));
}

function integer(hex: string): bigint | undefined {
  return /^[0-9A-Fa-f]{1,132}$/.test(hex) ? BigInt(`0x${hex}`) : undefined;
}

function isFitting(number: bigint): boolean {
  const bits = number.toString(2).length;
  return bits >= 160 && bits <= 521 && number % 2n === 1n;
}

function byteLength(number: bigint): number {
  return Math.ceil(number.toString(2).length / 8);
}
