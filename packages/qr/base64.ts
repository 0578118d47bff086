import { QrError } from './qr-error.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value += 1) VALUES[ALPHABET.charCodeAt(value)] = value;

/** Base64 with padding (RFC 4648 clause 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const have = Math.min(3, bytes.length - at);
    for (let index = 0; index <= have; index += 1) text += ALPHABET[(group >> (18 - 6 * index)) & 63];
    text += '='.repeat(3 - have);
  }
  return text;
}

/**
 * Bytes of a Base64 text, strictly: whole groups of four, padding where it belongs, unused bits zero.
 * @throws QrError `bad-base64`.
 */
export function decodeBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new QrError('bad-base64', 'Base64 comes in groups of four characters');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let buffer = 0;
  let bits = 0;
  let written = 0;
  for (let at = 0; at < digits; at += 1) {
    const value = VALUES[text.charCodeAt(at)] ?? -1;
    if (value < 0) throw new QrError('bad-base64', 'a character outside the Base64 alphabet', { offset: at });
    buffer = ((buffer << 6) | value) & 0xfff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[written] = (buffer >> bits) & 0xff;
    written += 1;
  }
  if ((buffer & ((1 << bits) - 1)) !== 0)
    throw new QrError('bad-base64', 'the unused bits before the padding are not zero', { offset: digits - 1 });
  return bytes;
}
