import { padIso9797 } from './mac.ts';
import { CryptoRefusal, requireWholeBlocks } from './refusal.ts';

/**
 * How data is filled up to whole cipher blocks: not at all; with zeros where needed (method 1 of ISO/IEC 9797-1 clause 6.3);
 * always with 80 and zeros (its method 2, also ISO/IEC 7816-4); always with bytes that hold their number (RFC 5652 section 6.3).
 */
export type Padding = 'none' | 'zeros' | 'method-2' | 'pkcs7';

/**
 * `data` filled up to whole blocks of `blockSize` bytes.
 * @throws CryptoRefusal `not-whole-blocks` when `none` is asked for data that needs filling.
 */
export function pad(data: Uint8Array, padding: Padding, blockSize: 8 | 16): Uint8Array {
  switch (padding) {
    case 'none':
      requireWholeBlocks(data, blockSize);
      return data;
    case 'zeros':
      return padIso9797(data, 1, blockSize);
    case 'method-2':
      return padIso9797(data, 2, blockSize);
    case 'pkcs7': {
      const count = blockSize - (data.length % blockSize);
      const padded = new Uint8Array(data.length + count).fill(count);
      padded.set(data);
      return padded;
    }
  }
}

/**
 * What `pad` was given; `zeros` cannot be told from data and stay.
 * @throws CryptoRefusal `padding` when the end is not what the method writes; nothing tells where it differs.
 */
export function unpad(data: Uint8Array, padding: Padding, blockSize: 8 | 16): Uint8Array {
  requireWholeBlocks(data, blockSize);
  if (padding === 'method-2') return withoutMethod2(data, blockSize);
  return padding === 'pkcs7' ? withoutPkcs7(data, blockSize) : data;
}

function withoutMethod2(data: Uint8Array, blockSize: number): Uint8Array {
  let end = data.length - 1;
  while (end >= 0 && data[end] === 0) end -= 1;
  if (data[end] !== 0x80 || data.length - end > blockSize) throw wrongPadding();
  return data.slice(0, end);
}

function withoutPkcs7(data: Uint8Array, blockSize: number): Uint8Array {
  const count = data.at(-1) ?? 0;
  let wrong = count === 0 || count > blockSize ? 1 : 0;
  for (let index = 1; index <= blockSize; index += 1) {
    const inside = index <= count ? 0xff : 0;
    wrong |= inside & ((data.at(-index) ?? 0) ^ count);
  }
  if (wrong !== 0) throw wrongPadding();
  return data.slice(0, data.length - count);
}

function wrongPadding(): CryptoRefusal {
  return new CryptoRefusal('padding', 'the data does not end with the padding that was asked');
}
