import { toHex } from '@zhanggui/base';
import { EmvRefusal } from '../refusal.ts';
import { type CertificateContext, requireNotExpired, requireSamePan } from './certificate-rules.ts';
import { hashHolds, joinModulus, openEnvelope, requireRemainder, requireSha1 } from './envelope.ts';
import type { RsaPublicKey } from './rsa.ts';

/** What the card gives for its own key. */
export interface IccCertificateInput extends CertificateContext {
  /** Tag 9F46, or 9F2D for the PIN encipherment key. */
  readonly certificate: Uint8Array;
  /** Tag 9F48 or 9F2F; absent when the certificate holds the whole key. */
  readonly remainder?: Uint8Array;
  /** Tag 9F47 or 9F2E. */
  readonly exponent: Uint8Array;
  /** What `staticData` gives; empty for the PIN encipherment key. When absent the hash cannot be checked. */
  readonly staticData?: Uint8Array;
}

/** A card's public key with what its certificate says. */
export interface IccCertificate extends RsaPublicKey {
  /** 20 hexadecimal digits, padded with F. */
  readonly pan: string;
  /** MMYY. */
  readonly expiry: string;
  readonly serial: string;
  readonly hashAlgorithm: number;
  readonly keyAlgorithm: number;
  readonly hash: Uint8Array;
  /** Whether the hash holds; undefined when no static data was given. Only `true` makes the key worth anything. */
  readonly hashValid: boolean | undefined;
  /** All recovered bytes. */
  readonly recovered: Uint8Array;
}

/** Bytes of a card's certificate that are not key. */
const OVERHEAD_BYTES = 42;

/**
 * Recovers a card's public key with its issuer's: the steps of EMV Book 2 clause 6.4 (7.1 for the PIN encipherment key). The
 * hash is told, not thrown, since a caller may not have the static data; `requireIccKey` insists.
 * @throws EmvRefusal at the first other step that fails: `signature-length`, `recovered-malformed`, `hash-algorithm`, `remainder-missing`,
 * `pan-mismatch`, `certificate-expired`, `key-algorithm`, `key-length`.
 */
export function recoverIccKey(issuer: RsaPublicKey, input: IccCertificateInput): IccCertificate {
  const remainder = input.remainder ?? new Uint8Array(0);
  const opened = openEnvelope(input.certificate, issuer, 0x04);
  const { content, hash, recovered } = opened;
  if (recovered.length < OVERHEAD_BYTES)
    throw new EmvRefusal('recovered-malformed', 'the certificate is too short', { path: '9F46' });
  const [hashAlgorithm = 0, keyAlgorithm = 0, modulusLength = 0, exponentLength = 0] = content.subarray(15, 19);
  requireSha1(hashAlgorithm);
  requireRemainder(content.subarray(19), input.remainder, modulusLength, '9F48');
  const { staticData } = input;
  const hashValid = staticData === undefined ? undefined : hashHolds(opened, remainder, input.exponent, staticData);
  const pan = toHex(content.subarray(0, 10));
  const expiry = toHex(content.subarray(10, 12));
  requireSamePan(pan, input.pan);
  requireNotExpired(expiry, input.transactionDate);
  if (keyAlgorithm !== 0x01)
    throw new EmvRefusal('key-algorithm', 'the public key algorithm indicator is not 01 (RSA)', { path: '9F46' });
  if (exponentLength !== input.exponent.length)
    throw new EmvRefusal('key-length', 'the exponent has not the length the certificate announces', { path: '9F47' });
  return {
    pan,
    expiry,
    serial: toHex(content.subarray(12, 15)),
    hashAlgorithm,
    keyAlgorithm,
    modulus: joinModulus(content.subarray(19), remainder, modulusLength),
    exponent: input.exponent,
    hash,
    hashValid,
    recovered,
  };
}

/** As `recoverIccKey`, but a hash that does not hold or cannot be checked is refused too (`hash-mismatch`). */
export function requireIccKey(issuer: RsaPublicKey, input: IccCertificateInput): IccCertificate {
  const certificate = recoverIccKey(issuer, input);
  if (certificate.hashValid !== true)
    throw new EmvRefusal('hash-mismatch', 'the hash of the card certificate does not match', { path: '9F46' });
  return certificate;
}
