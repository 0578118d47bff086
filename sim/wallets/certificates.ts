import { createPublicKey, generateKeyPair, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { generateSm2Key, revealSm2PrivateKey, sm2Sign, sm2SignatureToDer } from '@zhanggui/paycrypto';
import { bits, integer, octets, oid, sequence, set, tagged, utcTime, utf8 } from '../der.ts';

/** A key pair as PEM. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A key pair with a self-signed certificate over it. */
export interface CertifiedKey extends KeyPair {
  readonly certificate: string;
  /** Upper-case hexadecimal. */
  readonly serial: string;
}

const VALID_MS = 10 * 365 * 86_400_000;
const DAY_MS = 86_400_000;
const DER_NULL = Uint8Array.of(0x05, 0x00);
const SHA256_WITH_RSA = sequence(oid('1.2.840.113549.1.1.11'), DER_NULL);
const SM2_WITH_SM3 = sequence(oid('1.2.156.10197.1.501'));
/** An elliptic curve key on sm2p256v1. */
const SM2_KEY = sequence(oid('1.2.840.10045.2.1'), oid('1.2.156.10197.1.301'));

/** An RSA key of 2048 bits. */
export function keyPair(): Promise<KeyPair> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** An RSA key with a certificate that it signs itself, valid from the day before `now`. */
export async function certifiedKey(commonName: string, now: Date): Promise<CertifiedKey> {
  const keys = await keyPair();
  const publicKey = createPublicKey(keys.publicKey).export({ format: 'der', type: 'spki' });
  const signing = (body: Uint8Array): Uint8Array => sign('sha256', body, keys.privateKey);
  return { ...keys, ...certificateOver(publicKey, commonName, now, SHA256_WITH_RSA, signing) };
}

/** A certificate over an RSA key that another one issues, valid from the day before `now`. */
export function issuedKey(
  keys: KeyPair,
  commonName: string,
  now: Date,
  issuer: { readonly commonName: string; readonly privateKey: string },
): CertifiedKey {
  const publicKey = createPublicKey(keys.publicKey).export({ format: 'der', type: 'spki' });
  const signing = (body: Uint8Array): Uint8Array => sign('sha256', body, issuer.privateKey);
  return { ...keys, ...certificateOver(publicKey, commonName, now, SHA256_WITH_RSA, signing, issuer.commonName) };
}

/** The serial number in decimal digits, as UnionPay's `certId` writes it. */
export function certIdOf({ serial }: Pick<CertifiedKey, 'serial'>): string {
  return BigInt(`0x${serial}`).toString();
}

/** An SM2 key with a certificate that it signs itself with SM2 and SM3 (GM/T 0015). */
export function certifiedSm2Key(commonName: string, now: Date): CertifiedKey {
  const key = generateSm2Key();
  const publicKey = sequence(SM2_KEY, bits(key.publicKey.toBytes()));
  const privateKey = sequence(integer(0), SM2_KEY, octets(sequence(integer(1), octets(revealSm2PrivateKey(key)))));
  const signing = (body: Uint8Array): Uint8Array => sm2SignatureToDer(sm2Sign(key, body));
  return {
    privateKey: pem('PRIVATE KEY', privateKey),
    publicKey: pem('PUBLIC KEY', publicKey),
    ...certificateOver(publicKey, commonName, now, SM2_WITH_SM3, signing),
  };
}

/** RFC 5280 clause 4.1, version 3 without extensions. */
function certificateOver(
  publicKey: Uint8Array,
  commonName: string,
  now: Date,
  algorithm: Uint8Array,
  signing: (body: Uint8Array) => Uint8Array,
  issuerName = commonName,
): Pick<CertifiedKey, 'certificate' | 'serial'> {
  // A first digit of 4 keeps the number positive and free of leading zeros.
  const serial = `4${randomBytes(20).toString('hex').slice(1)}`.toUpperCase();
  const nameOf = (text: string): Uint8Array =>
    sequence(attribute('2.5.4.6', 'CN'), attribute('2.5.4.10', 'Zhanggui simulator'), attribute('2.5.4.3', text));
  const validity = [utcTime(new Date(now.getTime() - DAY_MS)), utcTime(new Date(now.getTime() + VALID_MS))];
  const body = sequence(
    tagged(0, integer(2), 'constructed'),
    integer(Buffer.from(serial, 'hex')),
    algorithm,
    nameOf(issuerName),
    sequence(...validity),
    nameOf(commonName),
    publicKey,
  );
  const der = sequence(body, algorithm, bits(signing(body)));
  return { serial, certificate: pem('CERTIFICATE', der) };
}

function attribute(id: string, text: string): Uint8Array {
  return set(sequence(oid(id), utf8(text)));
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
