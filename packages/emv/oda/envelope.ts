import { concatBytes, equalBytes } from '@zhanggui/base';
import { sha1 } from '@zhanggui/paycrypto/digest.ts';
import { EmvRefusal } from '../refusal.ts';
import { type RsaPublicKey, recoverRsa } from './rsa.ts';

/** Data that a signature with message recovery gave back. EMV Book 2 Annex A2.1. */
export interface Recovered {
  /** All of it: header 6A, format, content, SHA-1, trailer BC. */
  readonly recovered: Uint8Array;
  /** The content between the format and the hash. */
  readonly content: Uint8Array;
  readonly hash: Uint8Array;
}

const HASH_BYTES = 20;

/** Header, format, hash and trailer around the content. */
const FRAME_BYTES = 23;

/**
 * Recovers signed data and checks what frames it. EMV Book 2 Annex A2.1 and, for example, clause 5.3 steps 1 to 4.
 * @throws EmvRefusal `recovered-malformed` when header, format or trailer are not what they must be; as `recoverRsa`.
 */
export function openEnvelope(signature: Uint8Array, key: RsaPublicKey, format: number): Recovered {
  const recovered = recoverRsa(signature, key);
  const end = recovered.length;
  if (end < FRAME_BYTES || recovered[0] !== 0x6a || recovered[end - 1] !== 0xbc)
    throw new EmvRefusal('recovered-malformed', 'the recovered data has not the header 6A and the trailer BC', {
      offset: 0,
    });
  if (recovered[1] !== format)
    throw new EmvRefusal('recovered-malformed', 'the recovered data is of another format', { offset: 1 });
  const hashOffset = end - HASH_BYTES - 1;
  return { recovered, content: recovered.subarray(2, hashOffset), hash: recovered.subarray(hashOffset, end - 1) };
}

/** Whether the recovered hash is that of the recovered content and `rest`. EMV Book 2 Annex A2.1.2. */
export function hashHolds(opened: Recovered, ...rest: readonly Uint8Array[]): boolean {
  const signed = opened.recovered.subarray(1, opened.recovered.length - HASH_BYTES - 1);
  return equalBytes(sha1(concatBytes(signed, ...rest)), opened.hash);
}

/** @throws EmvRefusal `hash-algorithm` unless the indicator is 01, SHA-1: EMV Book 2 Annex B3. */
export function requireSha1(indicator: number): void {
  if (indicator !== 0x01) throw new EmvRefusal('hash-algorithm', 'the hash algorithm indicator is not 01 (SHA-1)');
}

/**
 * Checks that the remainder is there when the certificate has not room for the whole key. EMV Book 3 clause 7.5: data of the card is missing then.
 * @throws EmvRefusal `remainder-missing`.
 */
export function requireRemainder(
  leftmost: Uint8Array,
  remainder: Uint8Array | undefined,
  modulusLength: number,
  path: string,
): void {
  if (remainder === undefined && modulusLength > leftmost.length)
    throw new EmvRefusal('remainder-missing', 'the rest of the key is neither in the certificate nor beside it', {
      path,
    });
}

/**
 * The public key that a certificate and its remainder hold together. EMV Book 2 clauses 5.3 step 12 and 6.4 step 11.
 * @throws EmvRefusal `key-length` when the remainder has not the length that the key's length leaves.
 */
export function joinModulus(leftmost: Uint8Array, remainder: Uint8Array, modulusLength: number): Uint8Array {
  const inside = Math.min(leftmost.length, modulusLength);
  if (modulusLength === 0 || remainder.length !== modulusLength - inside)
    throw new EmvRefusal('key-length', 'certificate and remainder do not make a key of the announced length');
  return concatBytes(leftmost.subarray(0, inside), remainder);
}
