import { randomBytes } from 'node:crypto';
import { type CertifiedKey, certifiedKey, issuedKey, type KeyPair, keyPair } from '../certificates.ts';

/** Test-only identities of a shop and of Alipay. */
export interface AlipayKeys {
  readonly appId: string;
  readonly sellerId: string;
  /** The application's key, and the certificate that Alipay issued over it. */
  readonly app: KeyPair;
  readonly appCertificate: string;
  /** With this one Alipay signs for applications in key mode. */
  readonly alipay: KeyPair;
  /** Issues the certificates of applications and of Alipay itself. */
  readonly root: CertifiedKey;
  /** With this one Alipay signs for applications in certificate mode. */
  readonly platform: CertifiedKey;
  /** Base64, AES-128. */
  readonly aesKey: string;
  /** An application of a service provider, and the token with which the shop lets it act. */
  readonly isv: { readonly appId: string; readonly app: KeyPair; readonly appAuthToken: string };
}

const ROOT_NAME = 'Zhanggui simulator root of Alipay';

/** The keys of the simulated Alipay; what `kept` lacks is made. */
export async function makeAlipayKeys(now: Date, kept: Partial<AlipayKeys> = {}): Promise<AlipayKeys> {
  const [app, alipay, root, isvApp] = await Promise.all([
    kept.app ?? keyPair(),
    kept.alipay ?? keyPair(),
    kept.root ?? certifiedKey(ROOT_NAME, now),
    kept.isv?.app ?? keyPair(),
  ]);
  const appCertificate =
    kept.appCertificate ?? issuedKey(app, 'Zhanggui demo shop', now, { ...root, commonName: ROOT_NAME }).certificate;
  return {
    appId: kept.appId ?? `2021${digits(12)}`,
    sellerId: kept.sellerId ?? `2088${digits(12)}`,
    app,
    appCertificate,
    alipay,
    root,
    platform: kept.platform ?? (await platformKey(root, now)),
    aesKey: kept.aesKey ?? randomBytes(16).toString('base64'),
    isv: kept.isv ?? { appId: `2021${digits(12)}`, app: isvApp, appAuthToken: randomBytes(20).toString('hex') },
  };
}

/** The key and certificate with which Alipay signs next. */
export function nextPlatformKey(root: CertifiedKey): Promise<CertifiedKey> {
  return platformKey(root, new Date());
}

async function platformKey(root: CertifiedKey, now: Date): Promise<CertifiedKey> {
  const issuer = { ...root, commonName: ROOT_NAME };
  return issuedKey(await keyPair(), `Zhanggui simulator of Alipay ${digits(8)}`, now, issuer);
}

function digits(count: number): string {
  return Array.from(randomBytes(count), (byte) => byte % 10).join('');
}
