import { toBase64, toHex, utf8Encode } from '@zhanggui/base';
import { decodeBase64, decodeText } from './encoding.ts';
import type { WalletCrypto } from './wallet-crypto.ts';
import { WalletRefusal } from './wallet-refusal.ts';

const AES_BLOCK_BYTES = 16;
const ZERO_IV = new Uint8Array(AES_BLOCK_BYTES);
/** What the serial of a certificate is made with. */
type CertificateReader = Pick<WalletCrypto, 'certificate' | 'digest'>;

const RSA_SIGNATURE_OIDS = '1.2.840.113549.1.1.';

/**
 * Encrypts `biz_content` (`encrypt_type=AES`): AES-CBC, zero IV, PKCS#7 padding.
 * @param aesKey Base64.
 * @returns Base64.
 * @throws WalletRefusal `not-base64`, `key-length`.
 */
export function encryptAlipayContent(crypto: WalletCrypto, aesKey: string, plaintext: string): string {
  return toBase64(crypto.cbcEncrypt(decodeBase64(aesKey, 'aesKey'), ZERO_IV, utf8Encode(plaintext)));
}

/**
 * Decrypts an answer's or notification's content.
 * @throws WalletRefusal `not-base64`, `key-length`, `block-length`, `undecipherable`, `not-utf8`.
 */
export function decryptAlipayContent(crypto: WalletCrypto, aesKey: string, ciphertext: string): string {
  const key = decodeBase64(aesKey, 'aesKey');
  const bytes = decodeBase64(ciphertext, 'ciphertext');
  if (bytes.length === 0 || bytes.length % AES_BLOCK_BYTES !== 0)
    throw new WalletRefusal('block-length', `${bytes.length} bytes are not whole AES blocks`, { path: 'ciphertext' });
  return decodeText(crypto.cbcDecrypt(key, ZERO_IV, bytes), 'ciphertext');
}

/**
 * Serial of a certificate as `app_cert_sn` and `alipay_cert_sn` carry it: MD5 over the issuer's name, last attribute
 * first, followed by the serial number in decimal.
 * @throws WalletRefusal `not-a-certificate`.
 */
export function alipayCertificateSn(crypto: CertificateReader, certificate: string): string {
  const { issuer, serialNumber } = crypto.certificate(certificate);
  const name = [...issuer].reverse().map(([attribute, value]) => `${attribute}=${value}`);
  const text = name.join(',') + BigInt(`0x${serialNumber}`).toString(10);
  return toHex(crypto.digest('md5', utf8Encode(text))).toLowerCase();
}

/** The certificates of a PEM file, in its order. */
export function pemCertificates(bundle: string): readonly string[] {
  return bundle.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

/**
 * Serial of a root bundle as `alipay_root_cert_sn` carries it: the serials of its RSA-signed certificates joined by `_`.
 * @param bundle one or more PEM certificates.
 * @throws WalletRefusal `not-a-certificate`.
 */
export function alipayRootCertificateSn(crypto: CertificateReader, bundle: string): string {
  const certificates = pemCertificates(bundle);
  if (certificates.length === 0) throw new WalletRefusal('not-a-certificate', 'no PEM certificate found');
  return certificates
    .filter((certificate) => crypto.certificate(certificate).signatureOid.startsWith(RSA_SIGNATURE_OIDS))
    .map((certificate) => alipayCertificateSn(crypto, certificate))
    .join('_');
}
