import { toBase64, utf8Encode } from '@zhanggui/base';
import { decodeSignature } from './encoding.ts';
import type { SignatureHash, WalletCrypto } from './wallet-crypto.ts';
import { WalletRefusal } from './wallet-refusal.ts';

/** Alipay's names of its signature algorithms: RSA2 is SHA-256 with RSA, RSA is the old SHA-1 with RSA. */
export type AlipaySignType = 'RSA2' | 'RSA';

/** Parameters of a request or notification, already URL-decoded. */
export type AlipayParams = Readonly<Record<string, string>>;

/**
 * Which parameters of a notification are left out of the signed text: V1 leaves out `sign` and `sign_type` (payments),
 * V2 only `sign` (some platform messages).
 */
export type AlipayNotificationRule = 'V1' | 'V2';

/** The text that a request's signature covers: all non-empty parameters but `sign`, by name, `name=value` joined by `&`. */
export function alipayRequestMessage(params: AlipayParams): string {
  return canonicalText(params, ['sign']);
}

/** The text that a notification's signature covers, by rule. */
export function alipayNotificationMessage(params: AlipayParams, rule: AlipayNotificationRule): string {
  return canonicalText(params, rule === 'V1' ? ['sign', 'sign_type'] : ['sign']);
}

/** Base64 of the signature over `message`. */
export function signAlipay(
  crypto: WalletCrypto,
  privateKey: string,
  message: string,
  signType: AlipaySignType = 'RSA2',
): string {
  return toBase64(crypto.rsaSign(hashOf(signType), privateKey, utf8Encode(message)));
}

/** Whether `signature` (Base64) is the key's over `message`. */
export function verifyAlipay(
  crypto: WalletCrypto,
  publicKey: string,
  message: string,
  signature: string,
  signType: AlipaySignType = 'RSA2',
): boolean {
  const bytes = decodeSignature(signature);
  return bytes !== null && crypto.rsaVerify(hashOf(signType), publicKey, utf8Encode(message), bytes);
}

/**
 * Whether a notification is signed by the holder of `publicKey`. The text does not say which rule its sender follows, so
 * both are tried unless one is asked for. The caller still compares app, seller, order and amount.
 */
export function verifyAlipayNotification(
  crypto: WalletCrypto,
  publicKey: string,
  params: AlipayParams,
  rule?: AlipayNotificationRule,
): boolean {
  const { sign, sign_type: signType = 'RSA2' } = params;
  if (sign === undefined || sign === '' || (signType !== 'RSA2' && signType !== 'RSA')) return false;
  const rules: readonly AlipayNotificationRule[] = rule === undefined ? ['V1', 'V2'] : [rule];
  return rules.some((one) => verifyAlipay(crypto, publicKey, alipayNotificationMessage(params, one), sign, signType));
}

/**
 * Reads the name of a signature algorithm.
 * @throws WalletRefusal `unknown-sign-type`.
 */
export function alipaySignType(name: string): AlipaySignType {
  if (name === 'RSA2' || name === 'RSA') return name;
  throw new WalletRefusal('unknown-sign-type', 'neither RSA2 nor RSA', { path: 'sign_type' });
}

function canonicalText(params: AlipayParams, without: readonly string[]): string {
  return Object.entries(params)
    .filter(([name, value]) => value !== '' && !without.includes(name))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function hashOf(signType: AlipaySignType): SignatureHash {
  return signType === 'RSA2' ? 'sha256' : 'sha1';
}
