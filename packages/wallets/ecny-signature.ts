import { toBase64, utf8Encode } from '@zhanggui/base';
import { decodeSignature } from './encoding.ts';
import type { WalletCrypto } from './wallet-crypto.ts';

/** How far a signed message's time may be from ours. */
export const ECNY_CLOCK_TOLERANCE_S = 300;

/** What the headers of a signed message say. */
export interface EcnyStamp {
  /** Names the signer's key. */
  readonly serial: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly nonce: string;
}

/** The headers of a message signed by `privateKey`: SHA256withRSA over four lines, serial, time, nonce and raw body. */
export async function ecnyHeaders(
  crypto: WalletCrypto,
  privateKey: string,
  { serial, timestamp, nonce }: EcnyStamp,
  body: string,
): Promise<Readonly<Record<string, string>>> {
  const message = utf8Encode(messageOf(serial, String(timestamp), nonce, body));
  return {
    'dcep-serial': serial,
    'dcep-timestamp': String(timestamp),
    'dcep-nonce': nonce,
    'dcep-signature': toBase64(await crypto.rsaSignInBackground('sha256', privateKey, message)),
  };
}

/** Whether a message is signed by the key that its serial names, and was so within the tolerance around `nowMs`. */
export function verifyEcny(
  crypto: WalletCrypto,
  publicKeys: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>>,
  body: string,
  nowMs: number,
): boolean {
  const { 'dcep-serial': serial = '', 'dcep-timestamp': timestamp = '', 'dcep-nonce': nonce = '' } = headers;
  const publicKey = publicKeys.get(serial);
  const signature = decodeSignature(headers['dcep-signature'] ?? '');
  if (publicKey === undefined || signature === null || nonce === '' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Number(timestamp) - nowMs / 1000) > ECNY_CLOCK_TOLERANCE_S) return false;
  return crypto.rsaVerify('sha256', publicKey, utf8Encode(messageOf(serial, timestamp, nonce, body)), signature);
}

function messageOf(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
