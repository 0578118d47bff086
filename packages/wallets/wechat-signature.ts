import { toBase64, utf8Encode } from '@zhanggui/base';
import { decodeSignature } from './encoding.ts';
import type { WalletCrypto } from './wallet-crypto.ts';
import { WalletRefusal } from './wallet-refusal.ts';

/** The signature schemes of WeChat Pay API v3, as its Authorization header names them: RSA keys, and SM2 keys. */
export type WechatScheme = 'WECHATPAY2-SHA256-RSA2048' | 'WECHATPAY2-SM2-WITH-SM3';

const RSA: WechatScheme = 'WECHATPAY2-SHA256-RSA2048';
const SM2: WechatScheme = 'WECHATPAY2-SM2-WITH-SM3';

/** How far a signed message's time may be from ours. */
export const WECHAT_CLOCK_TOLERANCE_S = 300;

/** What of a request is signed. */
export interface WechatRequestParts {
  readonly method: string;
  /** Path and query as they stand in the request line, without host. */
  readonly canonicalUrl: string;
  /** Seconds since the epoch. */
  readonly timestamp: number | string;
  readonly nonce: string;
  /** The raw body; empty for GET. */
  readonly body: string;
}

/** An Authorization header: its scheme and five members. */
export interface WechatAuthorization {
  /** RSA unless told. */
  readonly scheme?: WechatScheme;
  readonly merchantId: string;
  /** Serial number of the merchant's certificate. */
  readonly serialNumber: string;
  readonly timestamp: number | string;
  readonly nonce: string;
  /** Base64. */
  readonly signature: string;
}

/** The text that a request's signature covers: five lines, each ended by a line feed (API v3, "签名生成"). */
export function wechatRequestMessage(parts: WechatRequestParts): string {
  return `${parts.method}\n${parts.canonicalUrl}\n${parts.timestamp}\n${parts.nonce}\n${parts.body}\n`;
}

/** The text that the signature of an answer or a notification covers; `body` is raw, never serialised again. */
export function wechatAnswerMessage(parts: { timestamp: number | string; nonce: string; body: string }): string {
  return `${parts.timestamp}\n${parts.nonce}\n${parts.body}\n`;
}

/**
 * The text that is signed to open the cashier on a customer's phone: app id, time, nonce and the last line, which is
 * `prepay_id=…` for JSAPI and mini programs and the bare prepay id for apps.
 */
export function wechatPaySignMessage(parts: {
  appId: string;
  timestamp: number | string;
  nonce: string;
  packageText: string;
}): string {
  return `${parts.appId}\n${parts.timestamp}\n${parts.nonce}\n${parts.packageText}\n`;
}

/** Base64 of the signature over `message`: SHA256 with RSA, or SM3 with SM2. */
export function signWechat(
  crypto: WalletCrypto,
  privateKey: string,
  message: string,
  scheme: WechatScheme = RSA,
): string {
  const bytes = utf8Encode(message);
  return toBase64(scheme === SM2 ? crypto.sm2Sign(privateKey, bytes) : crypto.rsaSign('sha256', privateKey, bytes));
}

/** The same, off the calling thread where the platform can. */
export async function signWechatInBackground(
  crypto: WalletCrypto,
  privateKey: string,
  message: string,
  scheme: WechatScheme = RSA,
): Promise<string> {
  if (scheme === SM2) return signWechat(crypto, privateKey, message, scheme);
  return toBase64(await crypto.rsaSignInBackground('sha256', privateKey, utf8Encode(message)));
}

/** Whether `signature` (Base64) is the key's over `message`; the probes that begin with `WECHATPAY/SIGNTEST/` never are. */
export function verifyWechat(
  crypto: WalletCrypto,
  publicKey: string,
  message: string,
  signature: string,
  scheme: WechatScheme = RSA,
): boolean {
  const bytes = decodeSignature(signature);
  if (bytes === null) return false;
  const signed = utf8Encode(message);
  return scheme === SM2
    ? crypto.sm2Verify(publicKey, signed, bytes)
    : crypto.rsaVerify('sha256', publicKey, signed, bytes);
}

/** Value of the Authorization header. */
export function formatWechatAuthorization(authorization: WechatAuthorization): string {
  const { scheme = RSA, merchantId, nonce, timestamp, serialNumber, signature } = authorization;
  return `${scheme} mchid="${merchantId}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${serialNumber}",signature="${signature}"`;
}

/**
 * Reads an Authorization header; its members may stand in any order.
 * @throws WalletRefusal `unknown-scheme`, `malformed-authorization`.
 */
export function parseWechatAuthorization(header: string): WechatAuthorization {
  const space = header.indexOf(' ');
  const scheme = schemeOf(header.slice(0, space), 'Authorization');
  const members = new Map<string, string>();
  for (const part of header.slice(space + 1).split(',')) {
    const match = /^\s*(\w+)="([^"]*)"\s*$/.exec(part);
    if (match?.[1] === undefined || match[2] === undefined || members.has(match[1]))
      throw new WalletRefusal('malformed-authorization', 'a member is not name="value"', { path: 'Authorization' });
    members.set(match[1], match[2]);
  }
  const member = (name: string): string => {
    const value = members.get(name);
    if (value === undefined || value === '')
      throw new WalletRefusal('malformed-authorization', `${name} is missing`, { path: `Authorization.${name}` });
    return value;
  };
  return {
    scheme,
    merchantId: member('mchid'),
    serialNumber: member('serial_no'),
    timestamp: member('timestamp'),
    nonce: member('nonce_str'),
    signature: member('signature'),
  };
}

function schemeOf(name: string, path: string): WechatScheme {
  if (name === RSA || name === SM2) return name;
  throw new WalletRefusal('unknown-scheme', 'the signature scheme is not known', { path });
}

/** A signed message of WeChat Pay: an answer to us, or a notification. */
export interface WechatSigned {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Whom and when to believe. */
export interface WechatTrust {
  /** Key text by the serial that `Wechatpay-Serial` names: a certificate's serial number or `PUB_KEY_ID_…`. */
  publicKeyOf(serial: string): string | undefined;
  /** Seconds since the epoch. */
  readonly nowS: number;
  readonly toleranceS?: number;
}

/**
 * Checks that a message came from WeChat Pay just now, in the order of its guide: headers present, time within five
 * minutes, serial known, signature over the raw body. Replays within the window are the caller's to find, by nonce.
 * @returns the text that was signed.
 * @throws WalletRefusal `header-missing`, `unknown-scheme`, `stale-timestamp`, `unknown-serial`, `bad-signature`, and
 *   `unusable-key` when the serial's key is not of the scheme.
 */
export function verifyWechatSigned(crypto: WalletCrypto, signed: WechatSigned, trust: WechatTrust): string {
  const headers = new Map(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const header = (name: string): string => {
    const value = headers.get(name.toLowerCase());
    if (value === undefined || value === '')
      throw new WalletRefusal('header-missing', `${name} is missing`, { path: name });
    return value;
  };
  const timestamp = header('Wechatpay-Timestamp');
  const nonce = header('Wechatpay-Nonce');
  const serial = header('Wechatpay-Serial');
  const signature = header('Wechatpay-Signature');
  const type = headers.get('wechatpay-signature-type') ?? RSA;
  const scheme = schemeOf(type, 'Wechatpay-Signature-Type');
  const tolerance = trust.toleranceS ?? WECHAT_CLOCK_TOLERANCE_S;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) - trust.nowS) > tolerance)
    throw new WalletRefusal('stale-timestamp', 'the message is not of these minutes', { path: 'Wechatpay-Timestamp' });
  const publicKey = trust.publicKeyOf(serial);
  if (publicKey === undefined)
    throw new WalletRefusal('unknown-serial', 'no key is held for this serial', { path: 'Wechatpay-Serial' });
  const message = wechatAnswerMessage({ timestamp, nonce, body: signed.body });
  if (!verifyWechat(crypto, publicKey, message, signature, scheme))
    throw new WalletRefusal('bad-signature', 'the signature does not fit', { path: 'Wechatpay-Signature' });
  return message;
}
