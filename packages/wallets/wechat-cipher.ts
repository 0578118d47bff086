import { toBase64, utf8Encode } from '@zhanggui/base';
import { decodeBase64, decodeText } from './encoding.ts';
import type { WalletCrypto } from './wallet-crypto.ts';
import { WalletRefusal } from './wallet-refusal.ts';
import { verifyWechatSigned, type WechatSigned, type WechatTrust } from './wechat-signature.ts';

/** Length in bytes of an API v3 key in production. */
export const API_V3_KEY_BYTES = 32;

/** How a part of a message is encrypted: with AES-256, or with SM4 under the first half of the API v3 key's SM3 digest. */
export type WechatAlgorithm = 'AEAD_AES_256_GCM' | 'AEAD_SM4_GCM';

/** An encrypted part of a message, as notifications and certificate lists carry it. */
export interface WechatResource {
  /** AES unless told. */
  readonly algorithm?: WechatAlgorithm;
  readonly nonce: string;
  /** May be empty. */
  readonly associatedData: string;
  /** Base64 of ciphertext and 16-byte tag. */
  readonly ciphertext: string;
}

/**
 * Encrypts a part of a message; the API v3 key's characters are the key's bytes.
 * @returns Base64 of ciphertext and tag.
 * @throws WalletRefusal `key-length`, `nonce-length`.
 */
export function sealWechatResource(
  crypto: WalletCrypto,
  apiV3Key: string,
  parts: { algorithm?: WechatAlgorithm; nonce: string; associatedData: string; plaintext: string },
): string {
  const [nonce, data, plaintext] = [parts.nonce, parts.associatedData, parts.plaintext].map(utf8Encode) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  return toBase64(
    parts.algorithm === 'AEAD_SM4_GCM'
      ? crypto.sm4GcmSeal(sm4Key(crypto, apiV3Key), nonce, data, plaintext)
      : crypto.gcmSeal(utf8Encode(apiV3Key), nonce, data, plaintext),
  );
}

/**
 * Decrypts a part of a message.
 * @throws WalletRefusal `key-length`, `nonce-length`, `not-base64`, `too-short`, `undecipherable`, `not-utf8`.
 */
export function openWechatResource(crypto: WalletCrypto, apiV3Key: string, resource: WechatResource): string {
  const sealed = decodeBase64(resource.ciphertext, 'ciphertext');
  const associatedData = utf8Encode(resource.associatedData);
  const nonce = utf8Encode(resource.nonce);
  const plaintext =
    resource.algorithm === 'AEAD_SM4_GCM'
      ? crypto.sm4GcmOpen(sm4Key(crypto, apiV3Key), nonce, associatedData, sealed)
      : crypto.gcmOpen(utf8Encode(apiV3Key), nonce, associatedData, sealed);
  return decodeText(plaintext, 'ciphertext');
}

function sm4Key(crypto: WalletCrypto, apiV3Key: string): Uint8Array {
  return crypto.digest('sm3', utf8Encode(apiV3Key)).slice(0, 16);
}

/** Encrypts a sensitive field with the platform's key: RSA-OAEP, Base64. */
export function encryptWechatField(crypto: WalletCrypto, publicKey: string, plaintext: string): string {
  return toBase64(crypto.oaepEncrypt(publicKey, utf8Encode(plaintext)));
}

/**
 * Decrypts a sensitive field with the merchant's key.
 * @throws WalletRefusal `not-base64`, `undecipherable`, `not-utf8`.
 */
export function decryptWechatField(crypto: WalletCrypto, privateKey: string, ciphertext: string): string {
  const plaintext = crypto.oaepDecrypt(privateKey, decodeBase64(ciphertext, 'ciphertext'));
  return decodeText(plaintext, 'ciphertext');
}

/** A notification whose signature was found good, with its resource decrypted. */
export interface WechatNotification {
  /** The text that was signed. */
  readonly message: string;
  /** Such as `TRANSACTION.SUCCESS`. */
  readonly eventType: string;
  /** The decrypted resource, JSON text. */
  readonly plaintext: string;
}

/**
 * Verifies a notification and decrypts its resource.
 * @throws WalletRefusal the codes of verifyWechatSigned and openWechatResource, and `malformed-notification`.
 */
export function openWechatNotification(
  crypto: WalletCrypto,
  signed: WechatSigned,
  trust: WechatTrust & { readonly apiV3Key: string },
): WechatNotification {
  const message = verifyWechatSigned(crypto, signed, trust);
  return { message, ...openWechatSealed(crypto, trust.apiV3Key, signed.body) };
}

/**
 * Decrypts the resource of a notification whose signature was found good before.
 * @throws WalletRefusal the codes of openWechatResource, and `malformed-notification`.
 */
export function openWechatSealed(
  crypto: WalletCrypto,
  apiV3Key: string,
  body: string,
): Omit<WechatNotification, 'message'> {
  const { eventType, resource } = readEnvelope(body);
  return { eventType, plaintext: openWechatResource(crypto, apiV3Key, resource) };
}

function readEnvelope(body: string): { eventType: string; resource: WechatResource } {
  const notification = asObject(parse(body), '');
  const resource = asObject(notification.resource, 'resource');
  const { algorithm } = resource;
  if (algorithm !== 'AEAD_AES_256_GCM' && algorithm !== 'AEAD_SM4_GCM')
    throw new WalletRefusal('malformed-notification', 'unknown algorithm', { path: 'resource.algorithm' });
  const text = (value: unknown, path: string): string => {
    if (typeof value === 'string') return value;
    throw new WalletRefusal('malformed-notification', 'not a text', { path });
  };
  return {
    eventType: text(notification.event_type ?? '', 'event_type'),
    resource: {
      algorithm,
      nonce: text(resource.nonce, 'resource.nonce'),
      associatedData: text(resource.associated_data ?? '', 'resource.associated_data'),
      ciphertext: text(resource.ciphertext, 'resource.ciphertext'),
    },
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new WalletRefusal('malformed-notification', 'the body is not JSON', { cause });
  }
}

function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new WalletRefusal('malformed-notification', 'not an object', { path });
}
