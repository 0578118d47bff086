const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SEXTET = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value += 1) SEXTET[ALPHABET.charCodeAt(value)] = value;

/** Base64 of `bytes` with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const first = bytes[index] ?? 0;
    const second = bytes[index + 1];
    const third = bytes[index + 2];
    text += ALPHABET[first >> 2];
    text += ALPHABET[((first & 3) << 4) | ((second ?? 0) >> 4)];
    text += second === undefined ? '=' : ALPHABET[((second & 15) << 2) | ((third ?? 0) >> 6)];
    text += third === undefined ? '=' : ALPHABET[third & 63];
  }
  return text;
}

/** Base64url of `bytes` without padding (RFC 4648 section 5): what addresses, cookies and file names can carry. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Bytes of a Base64 text with padding (RFC 4648 section 4), without line breaks.
 * @throws RangeError when the length is not a multiple of four or a character is outside the alphabet.
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new RangeError(`Base64 text has a length of ${text.length}`);
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let position = 0;
  for (let index = 0; index < text.length; index += 4) {
    const isLast = index + 4 === text.length;
    let word = 0;
    for (let place = 0; place < 4; place += 1) {
      const isPadding = isLast && place >= 4 - padding;
      const sextet = isPadding ? 0 : (SEXTET[text.charCodeAt(index + place)] ?? -1);
      if (sextet < 0) throw new RangeError(`not a Base64 character at offset ${index + place}`);
      word = (word << 6) | sextet;
    }
    for (let shift = 16; shift >= 0 && position < bytes.length; shift -= 8) {
      bytes[position] = (word >> shift) & 0xff;
      position += 1;
    }
  }
  return bytes;
}
