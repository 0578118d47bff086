import { equalBytes, fromHex } from '@zhanggui/base';
import { type CaKey, findCaKey } from '../ca-key.ts';
import { recoverIccKey, requireIccKey } from '../oda/icc-certificate.ts';
import { recoverIssuerKey } from '../oda/issuer-certificate.ts';
import type { RsaPublicKey } from '../oda/rsa.ts';
import { staticData } from '../oda/signed-data.ts';
import { readSmIccCertificate, readSmIssuerCertificate } from '../oda/sm.ts';
import type { OdaKey } from '../oda/verify.ts';
import { EmvRefusal } from '../refusal.ts';
import { type CardTransaction, panOf } from './card-transaction.ts';

/** How a card is authenticated offline. EMV Book 3 clause 10.3. */
export type AuthenticationMethod = 'CDA' | 'DDA' | 'SDA';

/** Whether the card lacks a data object that the method wants; SM2 keys have no exponents. EMV Book 3 clause 7.5; JR/T 0025.17. */
export function lacksKeyData(transaction: CardTransaction, method: AuthenticationMethod): boolean {
  const exponents = authorityOf(transaction)?.algorithm !== 'SM2';
  const issuer = exponents ? ['8F', '90', '9F32'] : ['8F', '90'];
  const own = method === 'SDA' ? ['93'] : exponents ? ['9F46', '9F47'] : ['9F46'];
  return [...issuer, ...own].some((tag) => !transaction.card.has(tag));
}

/**
 * The issuer's key by its certificate, RSA or SM2 as the authority's key is. EMV Book 2 clauses 5.2, 5.3 and 5.1.2 (revocation); JR/T 0025.17.
 * @throws EmvRefusal `ca-key-missing`, `certificate-revoked`, `data-missing`; as `recoverIssuerKey` and `readSmIssuerCertificate`.
 */
export function issuerKey(transaction: CardTransaction): OdaKey {
  const authority = authorityOf(transaction);
  if (authority === undefined)
    throw new EmvRefusal('ca-key-missing', 'the terminal has no key of the authority with this index', { path: '8F' });
  const { rid, index } = authority;
  const { key, serial } =
    authority.algorithm === 'SM2' ? smIssuerKey(transaction, authority) : rsaIssuerKey(transaction, authority);
  const revoked = transaction.terminal.revokedCertificates ?? [];
  if (revoked.some((each) => each.index === index && each.serial === serial && equalBytes(each.rid, rid)))
    throw new EmvRefusal('certificate-revoked', 'the issuer certificate has been withdrawn', { path: '90' });
  return key;
}

/** The card's key for signatures. EMV Book 2 clause 6.4; JR/T 0025.17. @throws EmvRefusal as `issuerKey`, `requireIccKey`, `readSmIccCertificate`, `staticData`. */
export function iccKey(transaction: CardTransaction): OdaKey {
  const issuer = issuerKey(transaction);
  const certificate = need(transaction, '9F46');
  const data = authenticatedData(transaction);
  if (issuer.algorithm === 'SM2') {
    const read = readSmIccCertificate(issuer.point, certificate, data, identity(transaction));
    return { algorithm: 'SM2', point: read.publicKey };
  }
  const remainder = transaction.card.get('9F48');
  const { modulus, exponent } = requireIccKey(issuer, {
    ...identity(transaction),
    certificate,
    exponent: need(transaction, '9F47'),
    staticData: data,
    ...(remainder === undefined ? {} : { remainder }),
  });
  return { algorithm: 'RSA', modulus, exponent };
}

/**
 * The key with which a PIN is enciphered for the card: its own (9F2D and 9F2E), else the one for signatures. EMV Book 2 clause 7.1. RSA only.
 * @throws EmvRefusal `key-algorithm`; as `iccKey`.
 */
export function pinKey(transaction: CardTransaction): RsaPublicKey {
  const [certificate, exponent] = ['9F2D', '9F2E'].map((tag) => transaction.card.get(tag));
  if (certificate === undefined || exponent === undefined) return requireRsa(iccKey(transaction));
  const remainder = transaction.card.get('9F2F');
  const key = recoverIccKey(requireRsa(issuerKey(transaction)), {
    ...identity(transaction),
    certificate,
    exponent,
    staticData: new Uint8Array(0),
    ...(remainder === undefined ? {} : { remainder }),
  });
  if (key.hashValid !== true)
    throw new EmvRefusal('hash-mismatch', 'the hash of the PIN key certificate does not match', { path: '9F2D' });
  return key;
}

/** The terminal's key that the card names by its index (8F), under the application's RID. EMV Book 2 clause 5.2. */
function authorityOf({ card, terminal, values }: CardTransaction): CaKey | undefined {
  const index = card.get('8F')?.[0];
  const rid = (values.get('9F06') ?? new Uint8Array(0)).subarray(0, 5);
  return index === undefined ? undefined : findCaKey(terminal.caKeys, rid, index);
}

function rsaIssuerKey(transaction: CardTransaction, authority: CaKey): { key: OdaKey; serial: string } {
  const remainder = transaction.card.get('92');
  const { modulus, exponent, serial } = recoverIssuerKey(authority, {
    ...identity(transaction),
    certificate: need(transaction, '90'),
    exponent: need(transaction, '9F32'),
    ...(remainder === undefined ? {} : { remainder }),
  });
  return { key: { algorithm: 'RSA', modulus, exponent }, serial };
}

function smIssuerKey(transaction: CardTransaction, authority: CaKey): { key: OdaKey; serial: string } {
  const certificate = need(transaction, '90');
  const { publicKey, serial } = readSmIssuerCertificate(authority.modulus, certificate, identity(transaction));
  return { key: { algorithm: 'SM2', point: publicKey }, serial };
}

function requireRsa(key: OdaKey): RsaPublicKey {
  if (key.algorithm === 'RSA') return key;
  throw new EmvRefusal('key-algorithm', 'no PIN is enciphered under an SM2 key here');
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
