import { EmvRefusal } from '../refusal.ts';

/** An RSA public key as EMV certificates carry it. */
export interface RsaPublicKey {
  /** Big-endian, up to 256 bytes, without leading zeros. */
  readonly modulus: Uint8Array;
  /** Big-endian, 1 to 3 bytes; EMV allows 3 and 65,537 (Book 2 clause B2.1). */
  readonly exponent: Uint8Array;
}

/** Longest modulus that is worked with; EMV allows 248 bytes (Book 2 clause B2.1). */
export const MAX_MODULUS_BYTES = 256;

/**
 * Recovery function of RSA: signature to the power of the public exponent, modulo the modulus. It works on public values only, so its time may depend on them.
 * EMV Book 2 Annex B2.1.3.
 * @returns as many bytes as the modulus has.
 * @throws EmvRefusal `rsa-key` for a key outside the limits above, `signature-length` when the signature is not as long as
 * the modulus, `signature-range` when it is not below it.
 */
export function recoverRsa(signature: Uint8Array, key: RsaPublicKey): Uint8Array {
  const { modulus, exponent } = key;
  const exponentNumber = exponent.length > 3 ? 0n : toNumber(exponent);
  const sound = modulus.length >= 1 && modulus.length <= MAX_MODULUS_BYTES && modulus[0] !== 0;
  if (!sound || exponentNumber < 2n)
    throw new EmvRefusal('rsa-key', 'the RSA key has no modulus or exponent that EMV could mean');
  if (signature.length !== modulus.length)
    throw new EmvRefusal('signature-length', 'what is signed must be as long as the modulus of the key', {
      offset: Math.min(signature.length, modulus.length),
    });
  const modulusNumber = toNumber(modulus);
  const signatureNumber = toNumber(signature);
  if (signatureNumber >= modulusNumber)
    throw new EmvRefusal('signature-range', 'the signature is not below the modulus', { offset: 0 });
  return toBytes(power(signatureNumber, exponentNumber, modulusNumber), modulus.length);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result % modulus;
}

function toNumber(bytes: Uint8Array): bigint {
  let hex = '0';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return BigInt(`0x${hex}`);
}

function toBytes(number: bigint, length: number): Uint8Array {
  const hex = number.toString(16).padStart(length * 2, '0');
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16));
}
