import { equalBytes, fromHex } from '@zhanggui/base';
import { findCaKey } from '../ca-key.ts';
import { type IccCertificate, recoverIccKey, requireIccKey } from '../oda/icc-certificate.ts';
import { type IssuerCertificate, recoverIssuerKey } from '../oda/issuer-certificate.ts';
import { staticData } from '../oda/signed-data.ts';
import { EmvRefusal } from '../refusal.ts';
import { type CardTransaction, panOf } from './card-transaction.ts';

/** The data objects without which a method of authentication cannot be tried. EMV Book 3 clause 7.5. */
export const ISSUER_KEY_TAGS: readonly string[] = ['8F', '90', '9F32'];
export const ICC_KEY_TAGS: readonly string[] = [...ISSUER_KEY_TAGS, '9F46', '9F47'];

/**
 * The issuer's key by its certificate. EMV Book 2 clauses 5.2, 5.3 and 5.1.2 (revocation).
 * @throws EmvRefusal `ca-key-missing`, `certificate-revoked`, `data-missing`; as `recoverIssuerKey`.
 */
export function issuerKey(transaction: CardTransaction): IssuerCertificate {
  const { card, terminal } = transaction;
  const rid = (transaction.values.get('9F06') ?? new Uint8Array(0)).subarray(0, 5);
  const index = need(transaction, '8F')[0] ?? 0;
  const authority = findCaKey(terminal.caKeys, rid, index);
  if (authority?.algorithm !== 'RSA')
    throw new EmvRefusal('ca-key-missing', 'the terminal has no RSA key of the authority with this index', {
      path: '8F',
    });
  const remainder = card.get('92');
  const certificate = recoverIssuerKey(authority, {
    ...identity(transaction),
    certificate: need(transaction, '90'),
    exponent: need(transaction, '9F32'),
    ...(remainder === undefined ? {} : { remainder }),
  });
  const revoked = terminal.revokedCertificates ?? [];
  if (revoked.some((each) => each.index === index && each.serial === certificate.serial && equalBytes(each.rid, rid)))
    throw new EmvRefusal('certificate-revoked', 'the issuer certificate has been withdrawn', { path: '90' });
  return certificate;
}

/** The card's key for signatures. EMV Book 2 clause 6.4. @throws EmvRefusal as `issuerKey`, `requireIccKey`, `staticData`. */
export function iccKey(transaction: CardTransaction): IccCertificate {
  const remainder = transaction.card.get('9F48');
  return requireIccKey(issuerKey(transaction), {
    ...identity(transaction),
    certificate: need(transaction, '9F46'),
    exponent: need(transaction, '9F47'),
    staticData: authenticatedData(transaction),
    ...(remainder === undefined ? {} : { remainder }),
  });
}

/**
 * The key with which a PIN is enciphered for the card: its own (9F2D), else the one for signatures. EMV Book 2 clause 7.1.
 * @throws EmvRefusal as `iccKey`.
 */
export function pinKey(transaction: CardTransaction): IccCertificate {
  const certificate = transaction.card.get('9F2D');
  if (certificate === undefined) return iccKey(transaction);
  const remainder = transaction.card.get('9F2F');
  const key = recoverIccKey(issuerKey(transaction), {
    ...identity(transaction),
    certificate,
    exponent: need(transaction, '9F2E'),
    staticData: new Uint8Array(0),
    ...(remainder === undefined ? {} : { remainder }),
  });
  if (key.hashValid !== true)
    throw new EmvRefusal('hash-mismatch', 'the hash of the PIN key certificate does not match', { path: '9F2D' });
  return key;
}

/** The static data to be authenticated. EMV Book 3 clause 10.3. @throws EmvRefusal `oda-record-invalid`, `sda-tag-list`. */
export function authenticatedData({ odaRecords, card }: CardTransaction): Uint8Array {
  if (odaRecords === undefined)
    throw new EmvRefusal('oda-record-invalid', 'a record for authentication is not what it must be');
  return staticData(odaRecords, card.get('9F4A'), card.get('82') ?? new Uint8Array(0));
}

function identity(transaction: CardTransaction): { pan: Uint8Array; transactionDate?: Uint8Array } {
  const digits = panOf(transaction);
  const pan = fromHex(digits.length % 2 === 0 ? digits : `${digits}F`);
  const transactionDate = transaction.values.get('9A');
  return { pan, ...(transactionDate === undefined ? {} : { transactionDate }) };
}

function need({ card }: CardTransaction, tag: string): Uint8Array {
  const value = card.get(tag);
  if (value === undefined)
    throw new EmvRefusal('data-missing', 'the card lacks a data object for authentication', { path: tag });
  return value;
}
