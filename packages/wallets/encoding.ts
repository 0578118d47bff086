import { fromBase64, utf8Decode } from '@zhanggui/base';
import { WalletRefusal } from './wallet-refusal.ts';

/**
 * Bytes of a Base64 text in a wallet's message.
 * @throws WalletRefusal `not-base64`.
 */
export function decodeBase64(text: string, path: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new WalletRefusal('not-base64', 'not Base64 text', { path, cause });
  }
}

/**
 * Text of deciphered UTF-8 bytes.
 * @throws WalletRefusal `not-utf8`.
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return utf8Decode(bytes);
  } catch (cause) {
    throw new WalletRefusal('not-utf8', 'the bytes are not UTF-8 text', { path, cause });
  }
}

/** Bytes of a Base64 signature, or null when it is not Base64 at all and so cannot verify. */
export function decodeSignature(text: string): Uint8Array | null {
  try {
    return fromBase64(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
