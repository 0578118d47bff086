import { toBase64, utf8Encode } from '@zhanggui/base';
import { decodeSignature } from './encoding.ts';
import type { WalletCrypto } from './wallet-crypto.ts';
import { WalletRefusal } from './wallet-refusal.ts';

/** The signature scheme of WeChat Pay API v3 with RSA keys, as its Authorization header names it. */
export const WECHAT_SCHEME = 'WECHATPAY2-SHA256-RSA2048';

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

/** The five members of an Authorization header. */
export interface WechatAuthorization {
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

/** Base64 of the SHA256-RSA signature over `message`. */
export function signWechat(crypto: WalletCrypto, privateKey: string, message: string): string {
  return toBase64(crypto.rsaSign('sha256', privateKey, utf8Encode(message)));
}

/** Whether `signature` (Base64) is the key's over `message`; the probes that begin with `WECHATPAY/SIGNTEST/` never are. */
export function verifyWechat(crypto: WalletCrypto, publicKey: string, message: string, signature: string): boolean {
  const bytes = decodeSignature(signature);
  return bytes !== null && crypto.rsaVerify('sha256', publicKey, utf8Encode(message), bytes);
}

/** Value of the Authorization header. */
export function formatWechatAuthorization(authorization: WechatAuthorization): string {
  const { merchantId, nonce, timestamp, serialNumber, signature } = authorization;
  return `${WECHAT_SCHEME} mchid="${merchantId}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${serialNumber}",signature="${signature}"`;
}

/**
 * Reads an Authorization header; its members may stand in any order.
 * @throws WalletRefusal `unknown-scheme`, `malformed-authorization`.
 */
export function parseWechatAuthorization(header: string): WechatAuthorization {
  const space = header.indexOf(' ');
  if (header.slice(0, space) !== WECHAT_SCHEME)
    throw new WalletRefusal('unknown-scheme', `the scheme is not ${WECHAT_SCHEME}`, { path: 'Authorization' });
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
    merchantId: member('mchid'),
    serialNumber: member('serial_no'),
    timestamp: member('timestamp'),
    nonce: member('nonce_str'),
    signature: member('signature'),
  };
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
 * @throws WalletRefusal `header-missing`, `stale-timestamp`, `unknown-serial`, `bad-signature`.
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
  const tolerance = trust.toleranceS ?? WECHAT_CLOCK_TOLERANCE_S;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) - trust.nowS) > tolerance)
    throw new WalletRefusal('stale-timestamp', 'the message is not of these minutes', { path: 'Wechatpay-Timestamp' });
  const publicKey = trust.publicKeyOf(serial);
  if (publicKey === undefined)
    throw new WalletRefusal('unknown-serial', 'no key is held for this serial', { path: 'Wechatpay-Serial' });
  const message = wechatAnswerMessage({ timestamp, nonce, body: signed.body });
  if (!verifyWechat(crypto, publicKey, message, signature))
    throw new WalletRefusal('bad-signature', 'the signature does not fit', { path: 'Wechatpay-Signature' });
  return message;
}
