import { type BlockCipher, CryptoRefusal } from '@zhanggui/paycrypto';
import type { Attribute, Cryptoki, Handle, Mechanism, Pkcs11Addon } from './pkcs11-addon.ts';

/** Where a token is and how it is opened. */
export interface Pkcs11Config {
  /** The module of the token's maker, such as `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly library: string;
  readonly tokenLabel: string;
  readonly pin: string;
  /** Folder whose `node_modules` holds the addon `pkcs11js`. */
  readonly addonFolder: string;
}

const NONCE_BYTES = 12;
const TAG_BITS = 128;
/** More than any token adds to what it enciphers. */
const ROOM = 64;
const CIPHERS = {
  AES: { blockSize: 16, ecb: 'CKM_AES_ECB', cbc: 'CKM_AES_CBC' },
  TDES: { blockSize: 8, ecb: 'CKM_DES3_ECB', cbc: 'CKM_DES3_CBC' },
} as const;

/** One logged-in session with a token. All calls are synchronous, so that two operations never meet in it. */
export class Pkcs11Token {
  readonly serialNumber: string;
  readonly #addon: Pkcs11Addon;
  readonly #calls: Cryptoki;
  readonly #session: Handle;

  /** @throws Error when there is no such token, or it does not take the PIN. */
  constructor(addon: Pkcs11Addon, { library, tokenLabel, pin }: Pkcs11Config) {
    this.#addon = addon;
    this.#calls = new addon.PKCS11();
    this.#calls.load(library);
    this.#calls.C_Initialize();
    try {
      const slots = this.#calls.C_GetSlotList(true);
      const slot = slots.find((each) => this.#calls.C_GetTokenInfo(each).label.trim() === tokenLabel);
      if (slot === undefined) throw new Error(`no token has the label ${tokenLabel}`);
      this.serialNumber = this.#calls.C_GetTokenInfo(slot).serialNumber.trim();
      this.#session = this.#calls.C_OpenSession(slot, addon.CKF_SERIAL_SESSION | addon.CKF_RW_SESSION);
      this.#calls.C_Login(this.#session, addon.CKU_USER, pin);
    } catch (error) {
      this.#calls.C_Finalize();
      throw error;
    }
  }

  close(): void {
    this.#calls.C_CloseSession(this.#session);
    this.#calls.C_Finalize();
  }

  /** Puts a block cipher's key into the token, from where it cannot be taken: TDES of 16 or 24 bytes, AES. */
  createKey(id: Buffer, label: string, algorithm: 'TDES' | 'AES', bytes: Uint8Array): Handle {
    const { CKK_AES, CKK_DES2, CKK_DES3, CKA_KEY_TYPE, CKA_VALUE } = this.#addon;
    const desType = bytes.length === 16 ? CKK_DES2 : CKK_DES3;
    const value = Buffer.from(bytes);
    try {
      return this.#calls.C_CreateObject(this.#session, [
        ...this.#template(id, label),
        ...this.#forCiphers(),
        { type: CKA_KEY_TYPE, value: algorithm === 'AES' ? CKK_AES : desType },
        { type: CKA_VALUE, value },
      ]);
    } finally {
      value.fill(0);
    }
  }

  /** Has the token make an AES-256 key. */
  generateAesKey(id: Buffer, label: string): Handle {
    const { CKM_AES_KEY_GEN, CKA_VALUE_LEN } = this.#addon;
    const template = [...this.#template(id, label), ...this.#forCiphers(), { type: CKA_VALUE_LEN, value: 32 }];
    return this.#calls.C_GenerateKey(this.#session, { mechanism: CKM_AES_KEY_GEN }, template);
  }

  /** Has the token make a key for HMAC-SHA-256. */
  generateHmacKey(id: Buffer, label: string): Handle {
    const { CKM_GENERIC_SECRET_KEY_GEN, CKA_VALUE_LEN, CKA_KEY_TYPE, CKK_GENERIC_SECRET, CKA_SIGN } = this.#addon;
    return this.#calls.C_GenerateKey(this.#session, { mechanism: CKM_GENERIC_SECRET_KEY_GEN }, [
      ...this.#template(id, label),
      { type: CKA_KEY_TYPE, value: CKK_GENERIC_SECRET },
      { type: CKA_SIGN, value: true },
      { type: CKA_VALUE_LEN, value: 32 },
    ]);
  }

  /** The object of this id and label; undefined where the token has none. */
  find(id: Buffer, label: string): Handle | undefined {
    const { CKA_ID, CKA_LABEL } = this.#addon;
    return this.#search([
      { type: CKA_ID, value: id },
      { type: CKA_LABEL, value: label },
    ])[0];
  }

  /** Destroys all objects of an id. */
  destroy(id: Buffer): void {
    for (const object of this.#search([{ type: this.#addon.CKA_ID, value: id }]))
      this.#calls.C_DestroyObject(this.#session, object);
  }

  /** Whether the token would give the key's value away: for the proof that it does not. */
  givesValueOf(object: Handle): boolean {
    try {
      return this.#calls.C_GetAttributeValue(this.#session, object, [{ type: this.#addon.CKA_VALUE }]).length > 0;
    } catch {
      // CKR_ATTRIBUTE_SENSITIVE, the answer that is hoped for.
      return false;
    }
  }

  /** The block cipher of a key in the token, for the toolbox. */
  cipher(key: Handle, algorithm: 'TDES' | 'AES'): BlockCipher {
    const { blockSize, ecb, cbc } = CIPHERS[algorithm];
    const byEcb = { mechanism: this.#addon[ecb] };
    const byCbc = (iv: Uint8Array): Mechanism => ({ mechanism: this.#addon[cbc], parameter: Buffer.from(iv) });
    const whole = (data: Uint8Array): Uint8Array => {
      if (data.length % blockSize !== 0) throw new CryptoRefusal('not-whole-blocks', 'the data is no whole blocks');
      return data;
    };
    const encryptEcb = (data: Uint8Array): Uint8Array => this.#encrypt(byEcb, key, whole(data));
    return {
      blockSize,
      encryptEcb,
      decryptEcb: (data) => this.#decrypt(byEcb, key, whole(data)),
      encryptCbc: (data, iv) => this.#encrypt(byCbc(iv), key, whole(data)),
      decryptCbc: (data, iv) => this.#decrypt(byCbc(iv), key, whole(data)),
      ctr: (data, counterBlock) => xorWith(data, encryptEcb(counters(counterBlock, data.length))),
    };
  }

  /** AES-GCM: ciphertext and tag. */
  sealGcm(key: Handle, nonce: Uint8Array, context: string, clear: Uint8Array): Uint8Array {
    return this.#encrypt(this.#gcm(nonce, context), key, clear);
  }

  /** Null when the tag is wrong. */
  openGcm(key: Handle, nonce: Uint8Array, context: string, sealed: Uint8Array): Uint8Array | null {
    const { CKR_GENERAL_ERROR, CKR_ENCRYPTED_DATA_INVALID, CKR_ENCRYPTED_DATA_LEN_RANGE } = this.#addon;
    try {
      return this.#decrypt(this.#gcm(nonce, context), key, sealed);
    } catch (error) {
      const refusals = [CKR_GENERAL_ERROR, CKR_ENCRYPTED_DATA_INVALID, CKR_ENCRYPTED_DATA_LEN_RANGE];
      if (refusals.some((code) => code === (error as { code?: number }).code)) return null;
      throw error;
    }
  }

  /** HMAC-SHA-256; tokens refuse empty data. */
  hmac(key: Handle, data: Uint8Array): Uint8Array {
    this.#calls.C_SignInit(this.#session, { mechanism: this.#addon.CKM_SHA256_HMAC }, key);
    return Uint8Array.from(this.#calls.C_Sign(this.#session, Buffer.from(data), Buffer.alloc(ROOM)));
  }

  #template(id: Buffer, label: string): readonly Attribute[] {
    const addon = this.#addon;
    return [
      { type: addon.CKA_CLASS, value: addon.CKO_SECRET_KEY },
      { type: addon.CKA_TOKEN, value: true },
      { type: addon.CKA_PRIVATE, value: true },
      { type: addon.CKA_SENSITIVE, value: true },
      { type: addon.CKA_EXTRACTABLE, value: false },
      { type: addon.CKA_ID, value: id },
      { type: addon.CKA_LABEL, value: label },
    ];
  }

  #forCiphers(): readonly Attribute[] {
    return [
      { type: this.#addon.CKA_ENCRYPT, value: true },
      { type: this.#addon.CKA_DECRYPT, value: true },
    ];
  }

  #search(template: readonly Attribute[]): readonly Handle[] {
    this.#calls.C_FindObjectsInit(this.#session, template);
    try {
      return this.#calls.C_FindObjects(this.#session, 16);
    } finally {
      this.#calls.C_FindObjectsFinal(this.#session);
    }
  }

  #gcm(nonce: Uint8Array, context: string): Mechanism {
    const { CKM_AES_GCM, CK_PARAMS_AES_GCM } = this.#addon;
    const aad = Buffer.from(context, 'utf8');
    const parameter = {
      type: CK_PARAMS_AES_GCM,
      iv: Buffer.from(nonce),
      aad,
      ivBits: NONCE_BYTES * 8,
      tagBits: TAG_BITS,
    };
    return { mechanism: CKM_AES_GCM, parameter };
  }

  #encrypt(mechanism: Mechanism, key: Handle, data: Uint8Array): Uint8Array {
    if (data.length === 0 && mechanism.mechanism !== this.#addon.CKM_AES_GCM) return new Uint8Array(0);
    this.#calls.C_EncryptInit(this.#session, mechanism, key);
    return Uint8Array.from(this.#calls.C_Encrypt(this.#session, Buffer.from(data), Buffer.alloc(data.length + ROOM)));
  }

  #decrypt(mechanism: Mechanism, key: Handle, data: Uint8Array): Uint8Array {
    if (data.length === 0) return new Uint8Array(0);
    this.#calls.C_DecryptInit(this.#session, mechanism, key);
    return Uint8Array.from(this.#calls.C_Decrypt(this.#session, Buffer.from(data), Buffer.alloc(data.length + ROOM)));
  }
}

/** The counter blocks that cover so many bytes, counted up big-endian. */
function counters(first: Uint8Array, byteCount: number): Uint8Array {
  const size = first.length;
  const blocks = new Uint8Array(Math.ceil(byteCount / size) * size);
  const counter = first.slice();
  for (let at = 0; at < blocks.length; at += size) {
    blocks.set(counter, at);
    for (let index = size - 1; index >= 0; index -= 1) {
      counter[index] = ((counter[index] ?? 0) + 1) & 0xff;
      if (counter[index] !== 0) break;
    }
  }
  return blocks;
}

function xorWith(data: Uint8Array, mask: Uint8Array): Uint8Array {
  return data.map((byte, index) => byte ^ (mask[index] ?? 0));
}
