import { cbc, ctr, ecb, gcm } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { concatBytes, fromHex } from '@zhanggui/base';
import { sm3, sm4 } from 'sm-crypto-v2';
import { DesCipher } from '../des-cipher.ts';
import type { BlockCipher, CipherEngine } from '../engine.ts';
import { requireThat, requireWholeBlocks } from '../refusal.ts';

const HASHES = { sha1, sha256, sha384, sha512 } as const;
const RAW = { padding: 'none', output: 'array' } as const;

/** The engine for browsers: noble for AES and the SHA family, des.js for DES, sm-crypto-v2 for SM3 and SM4. */
export const engine: CipherEngine = {
  des: (key) => new DesCipher(key.slice()),
  tdes: (key) => new DesCipher(key.length === 16 ? concatBytes(key, key.subarray(0, 8)) : key.slice()),
  aes: (key) => new AesCipher(key),
  sm4: (key) => new Sm4Cipher(key),
  aesGcmSeal: (key, nonce, plaintext, associatedData) => gcm(key, nonce, associatedData).encrypt(plaintext),
  aesGcmOpen: (key, nonce, sealed, associatedData) => {
    if (sealed.length < 16) return undefined;
    try {
      return gcm(key, nonce, associatedData).decrypt(sealed);
    } catch {
      return undefined;
    }
  },
  digest: (name, data) => (name === 'sm3' ? fromHex(sm3(data)) : HASHES[name](data)),
  hmac: (name, key, data) =>
    name === 'sm3' ? fromHex(sm3(data, { key, mode: 'hmac' })) : hmac(HASHES[name], key, data),
  randomBytes: (count) => randomBytes(count),
};

function requireIv(iv: Uint8Array, blockSize: number): void {
  requireThat(iv.length === blockSize, 'iv-length', 'the initialisation vector is not one block long');
}

class AesCipher implements BlockCipher {
  readonly blockSize = 16;
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key.slice();
  }

  encryptEcb(data: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 16);
    return data.length === 0 ? new Uint8Array(0) : ecb(this.#key, { disablePadding: true }).encrypt(data);
  }

  decryptEcb(data: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 16);
    return data.length === 0 ? new Uint8Array(0) : ecb(this.#key, { disablePadding: true }).decrypt(data);
  }

  encryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 16);
    requireIv(iv, 16);
    return data.length === 0 ? new Uint8Array(0) : cbc(this.#key, iv, { disablePadding: true }).encrypt(data);
  }

  decryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 16);
    requireIv(iv, 16);
    return data.length === 0 ? new Uint8Array(0) : cbc(this.#key, iv, { disablePadding: true }).decrypt(data);
  }

  ctr(data: Uint8Array, counterBlock: Uint8Array): Uint8Array {
    requireIv(counterBlock, 16);
    return ctr(this.#key, counterBlock).encrypt(data);
  }
}

class Sm4Cipher implements BlockCipher {
  readonly blockSize = 16;
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key.slice();
  }

  encryptEcb(data: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 16);
    return sm4.encrypt(data, this.#key, { ...RAW, mode: 'ecb' });
  }

  decryptEcb(data: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 16);
    return sm4.decrypt(data, this.#key, { ...RAW, mode: 'ecb' });
  }

  encryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 16);
    requireIv(iv, 16);
    return sm4.encrypt(data, this.#key, { ...RAW, mode: 'cbc', iv });
  }

  decryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 16);
    requireIv(iv, 16);
    return sm4.decrypt(data, this.#key, { ...RAW, mode: 'cbc', iv });
  }

  ctr(data: Uint8Array, counterBlock: Uint8Array): Uint8Array {
    requireIv(counterBlock, 16);
    const result = data.slice();
    const counter = counterBlock.slice();
    for (let offset = 0; offset < result.length; offset += 16) {
      xorInto(result.subarray(offset, offset + 16), this.encryptEcb(counter));
      increment(counter);
    }
    return result;
  }
}

function xorInto(target: Uint8Array, mask: ArrayLike<number>): void {
  for (let index = 0; index < target.length; index += 1) target[index] = (target[index] ?? 0) ^ (mask[index] ?? 0);
}

function increment(counter: Uint8Array): void {
  for (let index = counter.length - 1; index >= 0; index -= 1) {
    counter[index] = ((counter[index] ?? 0) + 1) & 0xff;
    if (counter[index] !== 0) return;
  }
}
