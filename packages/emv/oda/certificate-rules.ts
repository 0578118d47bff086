import { toHex } from '@zhanggui/base';
import { EmvRefusal } from '../refusal.ts';

/** Whose certificate it is and when; what is absent is not checked. */
export interface CertificateContext {
  /** Value of 5A: packed digits, padded with F. */
  readonly pan?: Uint8Array;
  /** Value of 9A: YYMMDD, packed. */
  readonly transactionDate?: Uint8Array;
}

/**
 * Checks that a certificate has not expired: it is good until the last day of its month. EMV Book 2 clause 5.3 step 9, clause 6.4 step 8.
 * @param expiry MMYY as the certificate has it.
 * @throws EmvRefusal `certificate-expired`; `date-malformed` when either date is not one.
 */
export function requireNotExpired(expiry: string, transactionDate: Uint8Array | undefined): void {
  if (transactionDate === undefined) return;
  const date = toHex(transactionDate);
  if (!/^\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(date))
    throw new EmvRefusal('date-malformed', 'the transaction date is not YYMMDD', { path: '9A' });
  if (!/^(?:0[1-9]|1[0-2])\d\d$/.test(expiry))
    throw new EmvRefusal('date-malformed', 'the certificate has no month as its expiry date');
  const until = fullYear(expiry.slice(2)) * 100 + Number(expiry.slice(0, 2));
  if (fullYear(date.slice(0, 2)) * 100 + Number(date.slice(2, 4)) > until)
    throw new EmvRefusal('certificate-expired', 'the certificate has expired');
}

/** Year of two digits: 00–49 are 2000–2049, 50–99 are 1950–1999. EMV Book 4 clause 6.7.3. */
export function fullYear(digits: string): number {
  const year = Number(digits);
  return year < 50 ? 2000 + year : 1900 + year;
}

/**
 * Checks that the issuer identifier is the beginning of the PAN: 3 to 8 digits, padded with F. EMV Book 2 clause 5.3 step 8.
 * @throws EmvRefusal `issuer-mismatch`.
 */
export function requireIssuerOfPan(issuerId: string, pan: Uint8Array | undefined): void {
  if (pan === undefined) return;
  const digits = /^(\d{3,8})F*$/.exec(issuerId)?.[1];
  if (digits === undefined || !toHex(pan).startsWith(digits))
    throw new EmvRefusal('issuer-mismatch', 'the issuer identifier is not the beginning of the PAN');
}

/**
 * Checks that a certificate is for this PAN. EMV Book 2 clause 6.4 step 7.
 * @throws EmvRefusal `pan-mismatch`.
 */
export function requireSamePan(certificatePan: string, pan: Uint8Array | undefined): void {
  if (pan === undefined) return;
  const [inside, expected] = [certificatePan, toHex(pan)].map((text) => text.replace(/F+$/, ''));
  if (inside !== expected) throw new EmvRefusal('pan-mismatch', 'the certificate is for another PAN');
}
