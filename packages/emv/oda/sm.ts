import { concatBytes, Refusal, toHex } from '@zhanggui/base';
import { sm2Verify } from '@zhanggui/paycrypto/sm2.ts';
import { importSm2PublicKey, type Sm2PublicKey } from '@zhanggui/paycrypto/sm2-key.ts';
import { EmvRefusal } from '../refusal.ts';
import { type CertificateContext, requireIssuerOfPan, requireNotExpired, requireSamePan } from './certificate-rules.ts';

/** A key with what its SM2 certificate says. JR/T 0025.17. */
export interface SmCertificate {
  /** Issuer identifier padded with F (issuer), or the PAN padded with F (card). */
  readonly subject: string;
  /** MMYY. */
  readonly expiry: string;
  readonly serial: string;
  /** 64 bytes: x, y. */
  readonly publicKey: Uint8Array;
}

const SIGNATURE_BYTES = 64;
const KEY_BYTES = 64;
const SM2_WITH_SM3 = 0x04;

/**
 * An SM2 public key of its 64 bytes x ‖ y.
 * @throws EmvRefusal `sm2-key` when they are not a point of the curve (GB/T 32918.5).
 */
export function sm2Key(bytes: Uint8Array): Sm2PublicKey {
  return refusingAs('sm2-key', 'the bytes are not a public key on the SM2 curve', () =>
    importSm2PublicKey(concatBytes(Uint8Array.of(0x04), bytes)),
  );
}

/**
 * Checks an issuer's SM2 certificate (tag 90) with the certification authority's key: format 12, issuer identifier, expiry,
 * serial, algorithms, key, signature r ‖ s over all before it. JR/T 0025.17.
 * @throws EmvRefusal `certificate-malformed`, `signature-mismatch`, `issuer-mismatch`, `certificate-expired`, `sm2-key`.
 */
export function readSmIssuerCertificate(
  authorityKey: Uint8Array,
  certificate: Uint8Array,
  context: CertificateContext = {},
): SmCertificate {
  const read = readCertificate(authorityKey, certificate, { format: 0x12, subjectBytes: 4, path: '90' });
  requireIssuerOfPan(read.subject, context.pan);
  requireNotExpired(read.expiry, context.transactionDate);
  return read;
}

/**
 * Checks a card's SM2 certificate (tag 9F46) with its issuer's key: format 14; the signature covers the static data too. JR/T 0025.17.
 * @throws EmvRefusal `certificate-malformed`, `signature-mismatch`, `pan-mismatch`, `certificate-expired`, `sm2-key`.
 */
export function readSmIccCertificate(
  issuerKey: Uint8Array,
  certificate: Uint8Array,
  authenticated: Uint8Array,
  context: CertificateContext = {},
): SmCertificate {
  const read = readCertificate(issuerKey, certificate, { format: 0x14, subjectBytes: 10, path: '9F46', authenticated });
  requireSamePan(read.subject, context.pan);
  requireNotExpired(read.expiry, context.transactionDate);
  return read;
}

/**
 * Static data authentication with SM2 (tag 93): format 13, data authentication code, signature over both and the static data. JR/T 0025.17.
 * @returns the data authentication code. @throws EmvRefusal `signed-data-malformed`, `signature-mismatch`, `sm2-key`.
 */
export function verifySmSda(issuerKey: Uint8Array, signed: Uint8Array, authenticated: Uint8Array): Uint8Array {
  if (signed.length !== 3 + SIGNATURE_BYTES || signed[0] !== 0x13)
    throw new EmvRefusal('signed-data-malformed', 'the SM2 signed static data is malformed', { path: '93' });
  requireSignature(issuerKey, concatBytes(signed.subarray(0, 3), authenticated), signed.subarray(3), '93');
  return signed.subarray(1, 3);
}

/**
 * Dynamic data authentication with SM2 (tag 9F4B): format 15, length, dynamic data, signature over these and the terminal's data. JR/T 0025.17.
 * @param terminalData for DDA the data of the DDOL, for CDA the unpredictable number.
 * @returns the ICC dynamic data. @throws EmvRefusal `signed-data-malformed`, `signature-mismatch`, `sm2-key`.
 */
export function verifySmDda(iccKey: Uint8Array, signed: Uint8Array, terminalData: Uint8Array): Uint8Array {
  const end = signed.length - SIGNATURE_BYTES;
  if (signed[0] !== 0x15 || end < 3 || signed[1] !== end - 2)
    throw new EmvRefusal('signed-data-malformed', 'the SM2 signed dynamic data is malformed', { path: '9F4B' });
  requireSignature(iccKey, concatBytes(signed.subarray(0, end), terminalData), signed.subarray(end), '9F4B');
  return signed.subarray(2, end);
}

interface Layout {
  readonly format: number;
  readonly subjectBytes: number;
  readonly path: string;
  readonly authenticated?: Uint8Array;
}

function readCertificate(signerKey: Uint8Array, certificate: Uint8Array, layout: Layout): SmCertificate {
  const after = 1 + layout.subjectBytes;
  const keyOffset = after + 9;
  const end = keyOffset + KEY_BYTES;
  const [signatureAlgorithm, , , keyLength] = certificate.subarray(after + 5, keyOffset);
  const sound =
    certificate.length === end + SIGNATURE_BYTES &&
    certificate[0] === layout.format &&
    signatureAlgorithm === SM2_WITH_SM3 &&
    keyLength === KEY_BYTES;
  if (!sound) throw new EmvRefusal('certificate-malformed', 'the SM2 certificate is malformed', { path: layout.path });
  const signed = concatBytes(certificate.subarray(0, end), layout.authenticated ?? new Uint8Array(0));
  requireSignature(signerKey, signed, certificate.subarray(end), layout.path);
  const publicKey = certificate.subarray(keyOffset, end);
  sm2Key(publicKey);
  return {
    subject: toHex(certificate.subarray(1, after)),
    expiry: toHex(certificate.subarray(after, after + 2)),
    serial: toHex(certificate.subarray(after + 2, after + 5)),
    publicKey,
  };
}

function requireSignature(key: Uint8Array, message: Uint8Array, signature: Uint8Array, path: string): void {
  const signer = sm2Key(key);
  const parts = { r: signature.subarray(0, 32), s: signature.subarray(32) };
  const holds = refusingAs('signature-mismatch', 'the SM2 signature is none', () => sm2Verify(signer, message, parts));
  if (!holds) throw new EmvRefusal('signature-mismatch', 'the SM2 signature does not hold', { path });
}

function refusingAs<Result>(code: string, message: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Refusal) throw new EmvRefusal(code, message, { cause });
    throw cause;
  }
}
