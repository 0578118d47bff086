import { createPublicKey, generateKeyPair, randomBytes, sign } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { DataFile, readIfThere } from '../data-file.ts';
import { bits, integer, oid, sequence, set, tagged, utcTime, utf8 } from '../der.ts';

/** A key pair as PEM. */
interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A key pair with a self-signed certificate over it. */
interface CertifiedKey extends KeyPair {
  readonly certificate: string;
  /** Upper-case hexadecimal. */
  readonly serial: string;
}

/** Test-only identities of a shop and of WeChat Pay. */
export interface WechatKeys {
  readonly appId: string;
  readonly merchantId: string;
  /** 32 characters. */
  readonly apiV3Key: string;
  readonly merchant: CertifiedKey;
  readonly platform: CertifiedKey;
  readonly publicKeyId: string;
  readonly publicKey: KeyPair;
}

/** Test-only identities of a shop and of Alipay. */
export interface AlipayKeys {
  readonly appId: string;
  readonly sellerId: string;
  readonly app: KeyPair;
  readonly alipay: KeyPair;
  /** Base64, AES-128. */
  readonly aesKey: string;
}

/** What the wallet simulators know themselves and their one merchant by. */
export interface WalletKeys {
  readonly wechat: WechatKeys;
  readonly alipay: AlipayKeys;
}

const VALID_MS = 10 * 365 * 86_400_000;
const DAY_MS = 86_400_000;
const DER_NULL = Uint8Array.of(0x05, 0x00);
const SHA256_WITH_RSA = sequence(oid('1.2.840.113549.1.1.11'), DER_NULL);

/** The keys kept in `dataDir`, made at the first start: good for nothing but these simulators. */
export async function loadWalletKeys(dataDir: string): Promise<WalletKeys> {
  const file = path.join(dataDir, 'wallet-keys.json');
  const kept = readIfThere(file);
  if (kept !== null) return JSON.parse(kept) as WalletKeys;
  const made = await makeWalletKeys(new Date());
  return new DataFile(file, () => made).content;
}

/** New keys and certificates, valid from the day before `now`. */
export async function makeWalletKeys(now: Date): Promise<WalletKeys> {
  const [merchant, platform, publicKey, app, alipay] = await Promise.all([
    certifiedKey('Zhanggui demo shop', now),
    certifiedKey('Zhanggui simulator of WeChat Pay', now),
    keyPair(),
    keyPair(),
    keyPair(),
  ]);
  return {
    wechat: {
      appId: `wx${randomBytes(8).toString('hex')}`,
      merchantId: `19${digits(8)}`,
      apiV3Key: randomBytes(16).toString('hex'),
      merchant,
      platform,
      publicKeyId: `PUB_KEY_ID_0${digits(31)}`,
      publicKey,
    },
    alipay: {
      appId: `2021${digits(12)}`,
      sellerId: `2088${digits(12)}`,
      app,
      alipay,
      aesKey: randomBytes(16).toString('base64'),
    },
  };
}

async function keyPair(): Promise<KeyPair> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** A key pair and a certificate that it signs itself (RFC 5280 clause 4.1, version 3 without extensions). */
async function certifiedKey(commonName: string, now: Date): Promise<CertifiedKey> {
  const keys = await keyPair();
  // A first digit of 4 keeps the number positive and free of leading zeros.
  const serial = `4${randomBytes(20).toString('hex').slice(1)}`.toUpperCase();
  const name = sequence(
    attribute('2.5.4.6', 'CN'),
    attribute('2.5.4.10', 'Zhanggui simulator'),
    attribute('2.5.4.3', commonName),
  );
  const validity = [utcTime(new Date(now.getTime() - DAY_MS)), utcTime(new Date(now.getTime() + VALID_MS))];
  const body = sequence(
    tagged(0, integer(2), 'constructed'),
    integer(Buffer.from(serial, 'hex')),
    SHA256_WITH_RSA,
    name,
    sequence(...validity),
    name,
    createPublicKey(keys.publicKey).export({ format: 'der', type: 'spki' }),
  );
  const der = sequence(body, SHA256_WITH_RSA, bits(sign('sha256', body, keys.privateKey)));
  return { ...keys, serial, certificate: pem('CERTIFICATE', der) };
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

function digits(count: number): string {
  return Array.from(randomBytes(count), (byte) => byte % 10).join('');
}
