/// <reference path="./des-js.d.ts" />
import des, { type DesContext } from 'des.js';
import type { BlockCipher } from './engine.ts';
import { CryptoRefusal, requireThat, requireWholeBlocks } from './refusal.ts';

/**
 * DES (8 key bytes) or TDES (24 key bytes) of the library des.js. Its contexts are made once and kept: whole blocks leave
 * nothing behind in them.
 */
export class DesCipher implements BlockCipher {
  readonly blockSize = 8;
  readonly #key: Uint8Array;
  #encryptor: DesContext | undefined;
  #decryptor: DesContext | undefined;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  encryptEcb(data: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 8);
    this.#encryptor ??= this.#make('encrypt');
    return new Uint8Array(this.#encryptor.update(data));
  }

  decryptEcb(data: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 8);
    if (data.length === 0) return new Uint8Array(0);
    this.#decryptor ??= this.#make('decrypt');
    const result = new Uint8Array(data.length);
    // The context holds the last block back until it is told that nothing follows.
    result.set(this.#decryptor.update(data));
    result.set(this.#decryptor.final(), data.length - 8);
    return result;
  }

  encryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array {
    requireWholeBlocks(data, 8);
    requireThat(iv.length === 8, 'iv-length', 'the initialisation vector is not one block long');
    const result = data.slice();
    let previous = iv;
    for (let offset = 0; offset < result.length; offset += 8) {
      const block = result.subarray(offset, offset + 8);
      xorInto(block, previous);
      block.set(this.encryptEcb(block));
      previous = block;
    }
    return result;
  }

  decryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array {
    requireThat(iv.length === 8, 'iv-length', 'the initialisation vector is not one block long');
    const result = this.decryptEcb(data);
    for (let offset = 0; offset < result.length; offset += 8)
      xorInto(result.subarray(offset, offset + 8), offset === 0 ? iv : data.subarray(offset - 8, offset));
    return result;
  }

  ctr(): Uint8Array {
    throw new CryptoRefusal('mode-not-supported', 'counter mode is offered for 16-byte blocks only');
  }

  #make(type: 'encrypt' | 'decrypt'): DesContext {
    return (this.#key.length === 8 ? des.DES : des.EDE).create({ type, key: this.#key, padding: false });
  }
}

function xorInto(target: Uint8Array, mask: Uint8Array): void {
  for (let index = 0; index < target.length; index += 1) target[index] = (target[index] ?? 0) ^ (mask[index] ?? 0);
}
