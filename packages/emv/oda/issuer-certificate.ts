import { toHex } from '@zhanggui/base';
import { EmvRefusal } from '../refusal.ts';
import { type CertificateContext, requireIssuerOfPan, requireNotExpired } from './certificate-rules.ts';
import { hashHolds, joinModulus, openEnvelope, requireRemainder, requireSha1 } from './envelope.ts';
import type { RsaPublicKey } from './rsa.ts';

/** What the card gives for its issuer's key. */
export interface IssuerCertificateInput extends CertificateContext {
  /** Tag 90. */
  readonly certificate: Uint8Array;
  /** Tag 92; absent when the certificate holds the whole key. */
  readonly remainder?: Uint8Array;
  /** Tag 9F32. */
  readonly exponent: Uint8Array;
}

/** An issuer's public key with what its certificate says. */
export interface IssuerCertificate extends RsaPublicKey {
  /** Leftmost 3 to 8 digits of the PAN, padded with F. */
  readonly issuerId: string;
  /** MMYY. */
  readonly expiry: string;
  /** Six hexadecimal digits, unique for the certification authority: what a revocation list names. */
  readonly serial: string;
  readonly hashAlgorithm: number;
  readonly keyAlgorithm: number;
  readonly hash: Uint8Array;
  /** All recovered bytes. */
  readonly recovered: Uint8Array;
}

/** Bytes of an issuer certificate that are not key. */
const OVERHEAD_BYTES = 36;

/**
 * Recovers an issuer's public key with the certification authority's: the steps of EMV Book 2 clause 5.3 in their order, but
 * for the revocation list (step 10), which is the caller's: it knows RID, index and `serial`.
 * @throws EmvRefusal at the first step that fails: `signature-length`, `recovered-malformed`, `hash-algorithm`, `remainder-missing`, `hash-mismatch`,
 * `issuer-mismatch`, `certificate-expired`, `key-algorithm`, `key-length`.
 */
export function recoverIssuerKey(authority: RsaPublicKey, input: IssuerCertificateInput): IssuerCertificate {
  const remainder = input.remainder ?? new Uint8Array(0);
  const opened = openEnvelope(input.certificate, authority, 0x02);
  const { content, hash, recovered } = opened;
  if (recovered.length < OVERHEAD_BYTES)
    throw new EmvRefusal('recovered-malformed', 'the certificate is too short', { path: '90' });
  const [hashAlgorithm = 0, keyAlgorithm = 0, modulusLength = 0, exponentLength = 0] = content.subarray(9, 13);
  requireSha1(hashAlgorithm);
  requireRemainder(content.subarray(13), input.remainder, modulusLength, '92');
  if (!hashHolds(opened, remainder, input.exponent))
    throw new EmvRefusal('hash-mismatch', 'the hash of the issuer certificate does not match', { path: '90' });
  const issuerId = toHex(content.subarray(0, 4));
  const expiry = toHex(content.subarray(4, 6));
  requireIssuerOfPan(issuerId, input.pan);
  requireNotExpired(expiry, input.transactionDate);
  if (keyAlgorithm !== 0x01)
    throw new EmvRefusal('key-algorithm', 'the public key algorithm indicator is not 01 (RSA)', { path: '90' });
  if (exponentLength !== input.exponent.length)
    throw new EmvRefusal('key-length', 'the exponent has not the length the certificate announces', { path: '9F32' });
  return {
    issuerId,
    expiry,
    serial: toHex(content.subarray(6, 9)),
    hashAlgorithm,
    keyAlgorithm,
    modulus: joinModulus(content.subarray(13), remainder, modulusLength),
    exponent: input.exponent,
    hash,
    recovered,
  };
}
