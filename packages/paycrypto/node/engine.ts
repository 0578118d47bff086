import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type Decipheriv,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { concatBytes } from '@zhanggui/base';
import { DesCipher } from '../des-cipher.ts';
import type { BlockCipher, CipherEngine } from '../engine.ts';
import { requireThat, requireWholeBlocks } from '../refusal.ts';

const GCM_TAG_LENGTH = 16;

/** The engine on node:crypto (OpenSSL). */
export const engine: CipherEngine = {
  des: (key) => new SingleDesCipher(key.slice()),
  tdes: (key) => new OpenSslCipher('des-ede3', key.length === 16 ? concatBytes(key, key.subarray(0, 8)) : key, 8),
  aes: (key) => new OpenSslCipher(`aes-${key.length * 8}`, key, 16),
  sm4: (key) => new OpenSslCipher('sm4', key, 16),
  aesGcmSeal: (key, nonce, plaintext, associatedData) => {
    const cipher = createCipheriv(gcmName(key), createSecretKey(key), nonce);
    cipher.setAAD(associatedData);
    return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
  },
  aesGcmOpen: (key, nonce, sealed, associatedData) => {
    if (sealed.length < GCM_TAG_LENGTH) return undefined;
    const decipher = createDecipheriv(gcmName(key), createSecretKey(key), nonce, { authTagLength: GCM_TAG_LENGTH });
    decipher.setAAD(associatedData);
    decipher.setAuthTag(sealed.subarray(-GCM_TAG_LENGTH));
    const plaintext = decipher.update(sealed.subarray(0, -GCM_TAG_LENGTH));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain(plaintext);
  },
  digest: (name, data) => plain(hash(name, data, 'buffer')),
  hmac: (name, key, data) => plain(createHmac(name, createSecretKey(key)).update(data).digest()),
  randomBytes: (count) => plain(randomBytes(count)),
};

function gcmName(key: Uint8Array): 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' {
  if (key.length === 32) return 'aes-256-gcm';
  return key.length === 24 ? 'aes-192-gcm' : 'aes-128-gcm';
}

/** The same bytes without `Buffer`'s own `slice`, `toString` and `toJSON`. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/**
 * A keyed cipher. A `KeyObject` makes `createCipheriv` about five times cheaper than raw bytes, and the two ECB contexts
 * are made once and kept, since ECB of whole blocks carries nothing from one `update` to the next.
 */
class OpenSslCipher implements BlockCipher {
  readonly blockSize: 8 | 16;
  readonly #name: string;
  readonly #key: KeyObject;
  #ecbEncryptor: Cipheriv | undefined;
  #ecbDecryptor: Decipheriv | undefined;

  constructor(name: string, key: Uint8Array, blockSize: 8 | 16) {
    this.#name = name;
    this.#key = createSecretKey(key);
    this.blockSize = blockSize;
  }

  encryptEcb(data: Uint8Array): Uint8Array {
    requireWholeBlocks(data, this.blockSize);
    this.#ecbEncryptor ??= createCipheriv(`${this.#name}-ecb`, this.#key, null).setAutoPadding(false);
    return plain(this.#ecbEncryptor.update(data));
  }

  decryptEcb(data: Uint8Array): Uint8Array {
    requireWholeBlocks(data, this.blockSize);
    this.#ecbDecryptor ??= createDecipheriv(`${this.#name}-ecb`, this.#key, null).setAutoPadding(false);
    return plain(this.#ecbDecryptor.update(data));
  }

  encryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array {
    this.#requireCbcInput(data, iv);
    return plain(createCipheriv(`${this.#name}-cbc`, this.#key, iv).setAutoPadding(false).update(data));
  }

  decryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array {
    this.#requireCbcInput(data, iv);
    return plain(createDecipheriv(`${this.#name}-cbc`, this.#key, iv).setAutoPadding(false).update(data));
  }

  ctr(data: Uint8Array, counterBlock: Uint8Array): Uint8Array {
    requireThat(this.blockSize === 16, 'mode-not-supported', 'counter mode is offered for 16-byte blocks only');
    requireThat(counterBlock.length === 16, 'iv-length', 'the counter block is not one block long');
    return plain(createCipheriv(`${this.#name}-ctr`, this.#key, counterBlock).update(data));
  }

  #requireCbcInput(data: Uint8Array, iv: Uint8Array): void {
    requireWholeBlocks(data, this.blockSize);
    requireThat(iv.length === this.blockSize, 'iv-length', 'the initialisation vector is not one block long');
  }
}

/**
 * Single DES, which OpenSSL keeps in its legacy provider. A block at a time goes through des.js: a fresh key, of which DUKPT
 * takes two a step, then costs a fifth. Chained data goes through OpenSSL as EDE under three equal keys, the same permutation.
 */
class SingleDesCipher extends DesCipher {
  readonly #bytes: Uint8Array;
  #chained: OpenSslCipher | undefined;

  constructor(key: Uint8Array) {
    super(key);
    this.#bytes = key;
  }

  override encryptCbc(data: Uint8Array, iv: Uint8Array): Uint8Array {
    this.#chained ??= new OpenSslCipher('des-ede3', concatBytes(this.#bytes, this.#bytes, this.#bytes), 8);
    return this.#chained.encryptCbc(data, iv);
  }
}
