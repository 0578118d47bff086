import type { BlockCipher } from './engine.ts';

/** Last byte of the irreducible polynomial of each block size (NIST SP 800-38B, 5.3). */
const REDUCTION = { 8: 0x1b, 16: 0x87 } as const;

/** CMAC of `data` under a keyed block cipher (NIST SP 800-38B, 6.2): one whole block. */
export function cmacWith(cipher: BlockCipher, data: Uint8Array): Uint8Array {
  const size = cipher.blockSize;
  const whole = data.length > 0 && data.length % size === 0;
  const padded = new Uint8Array(whole ? data.length : (Math.floor(data.length / size) + 1) * size);
  padded.set(data);
  if (!whole) padded[data.length] = 0x80;
  const first = double(cipher.encryptEcb(new Uint8Array(size)));
  const subkey = whole ? first : double(first);
  for (let index = 0; index < size; index += 1) {
    const at = padded.length - size + index;
    padded[at] = (padded[at] ?? 0) ^ (subkey[index] ?? 0);
  }
  return cipher.encryptCbc(padded, new Uint8Array(size)).slice(-size);
}

/** Multiplication by x in the field of the block size, without a branch on the secret bit (SP 800-38B, 6.1). */
function double(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(block.length);
  for (let index = 0; index < block.length; index += 1)
    result[index] = (((block[index] ?? 0) << 1) | ((block[index + 1] ?? 0) >> 7)) & 0xff;
  const carry = -((block[0] ?? 0) >> 7) & REDUCTION[block.length === 8 ? 8 : 16];
  result[block.length - 1] = (result[block.length - 1] ?? 0) ^ carry;
  return result;
}
