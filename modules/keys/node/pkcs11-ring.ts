import { randomBytes } from 'node:crypto';
import { assert, Fault, toHex } from '@zhanggui/base';
import { heldKey, revealKeyBytes, type SecretKey } from '@zhanggui/paycrypto';
import { freshBlocks } from '../fresh-blocks.ts';
import type { KeyRing, NewKey } from '../key-ring.ts';
import { TOOLBOX_USAGE } from '../ring-vault.ts';
import type { KeyBlock, KeyStore } from '../store.ts';
import type { Handle } from './pkcs11-addon.ts';
import type { Pkcs11Token } from './pkcs11-token.ts';

const SECRETS_KEY = 'vault/secrets/1';
const SECRETS_PREFIX = '1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 16;
const PLACE = 'pkcs11:';
/** Labels of a key's objects in the token: the key, and the halves of a retail MAC key as keys of their own. */
const [WHOLE, LEFT, RIGHT] = ['zhanggui', 'zhanggui left', 'zhanggui right'];

/**
 * Keys as objects of a token that are sensitive and not extractable; the store keeps where they are. Session keys of DUKPT
 * are derived with the token's cipher and live in this process for one operation.
 */
export class Pkcs11Ring implements KeyRing {
  readonly #token: Pkcs11Token;
  readonly #store: KeyStore;
  readonly #block: (name: string) => Promise<KeyBlock | undefined>;
  readonly #holder: string;
  readonly #opened = new Map<string, { readonly block: string; readonly key: SecretKey }>();
  readonly #own = new Map<string, Promise<KeyBlock>>();

  constructor(token: Pkcs11Token, store: KeyStore) {
    this.#token = token;
    this.#store = store;
    this.#block = freshBlocks(store);
    this.#holder = `token ${token.serialNumber}`;
  }

  async owns(): Promise<boolean> {
    return [null, this.#holder].includes(await this.#store.holder());
  }

  async open(name: string): Promise<SecretKey> {
    const record = await this.#block(name);
    if (record === undefined) {
      this.#opened.delete(name);
      throw new Fault('key-missing', { params: { name } });
    }
    const known = this.#opened.get(name);
    if (known?.block === record.block) return known.key;
    const key = this.#held(record);
    this.#opened.set(name, { block: record.block, key });
    return key;
  }

  async recordOf(name: string): Promise<KeyBlock | undefined> {
    return this.#block(name);
  }

  async keep(keys: readonly NewKey[]): Promise<void> {
    const earlier = await this.#store.load(keys.map(({ name }) => name));
    const blocks: KeyBlock[] = [];
    try {
      for (const key of keys) blocks.push(this.#create(key));
      if ((await this.#store.save(blocks, this.#holder)) !== 'kept') throw otherHolder();
    } catch (error) {
      this.#destroy(blocks);
      throw error;
    }
    this.#destroy(earlier);
  }

  async remove(names: readonly string[]): Promise<void> {
    const blocks = await this.#store.load(names);
    await this.#store.remove(names);
    this.#destroy(blocks);
    for (const name of names) this.#opened.delete(name);
  }

  async seal(context: string, clear: Uint8Array): Promise<string> {
    const nonce = randomBytes(NONCE_BYTES);
    const sealed = this.#token.sealGcm(await this.#ownObject(SECRETS_KEY, 'data'), nonce, context, clear);
    return `${SECRETS_PREFIX}${Buffer.concat([nonce, sealed]).toString('hex')}`;
  }

  async unseal(context: string, sealed: string): Promise<Uint8Array | null> {
    const bytes = Buffer.from(sealed.slice(SECRETS_PREFIX.length), 'hex');
    if (!sealed.startsWith(SECRETS_PREFIX) || bytes.length < NONCE_BYTES + TAG_BYTES) return null;
    const key = await this.#ownObject(SECRETS_KEY, 'data');
    return this.#token.openGcm(key, bytes.subarray(0, NONCE_BYTES), context, bytes.subarray(NONCE_BYTES));
  }

  async hmac(name: string, data: Uint8Array): Promise<Uint8Array> {
    return this.#token.hmac(await this.#ownObject(name, 'hash'), data);
  }

  /** The token gives no key away, whatever its row says. */
  async exportBlock(name: string): Promise<string> {
    throw new Fault('key-not-exportable', { params: { name } });
  }

  #create({ name, usage, secret, parent, exportable }: NewKey): KeyBlock {
    const id = randomBytes(ID_BYTES);
    const { algorithm, length } = secret;
    assert(algorithm === 'DES' || algorithm === 'TDES' || algorithm === 'AES', 'the token takes no such key');
    const bytes = revealKeyBytes(secret);
    // Single DES is triple DES under one key three times: tokens without the old cipher can do it.
    const whole = algorithm === 'DES' ? twice(bytes) : bytes;
    this.#token.createKey(id, WHOLE, algorithm === 'AES' ? 'AES' : 'TDES', whole);
    if (usage === 'mac' && algorithm === 'TDES' && length === 16) {
      this.#token.createKey(id, LEFT, 'TDES', twice(bytes.subarray(0, 8)));
      this.#token.createKey(id, RIGHT, 'TDES', twice(bytes.subarray(8)));
    }
    const facts = { name, usage, algorithm, bits: length * 8, checkValue: secret.checkValue(), parent, exportable };
    return { ...facts, block: PLACE + toHex(id), holder: this.#holder };
  }

  #held(record: KeyBlock): SecretKey {
    const { name, usage, algorithm, bits, block } = record;
    const id = idOf(block);
    const kind = algorithm === 'AES' ? 'AES' : 'TDES';
    const cipherOf = (label: string) => {
      const object = this.#token.find(id, label);
      return object === undefined ? undefined : this.#token.cipher(object, kind);
    };
    const [cipher, left, right] = [cipherOf(WHOLE), cipherOf(LEFT), cipherOf(RIGHT)];
    if (cipher === undefined || algorithm === 'HMAC') throw new Fault('key-refused', { params: { name } });
    const halves = left === undefined || right === undefined ? undefined : { left, right };
    return heldKey({ algorithm, usage: TOOLBOX_USAGE[usage] }, { length: bits / 8, cipher, halves });
  }

  /** The object of a key that the token makes when it is first needed; of several servers the first one's stays. */
  async #ownObject(name: string, usage: 'data' | 'hash'): Promise<Handle> {
    const object = this.#token.find(idOf((await this.#ownRecord(name, usage)).block), WHOLE);
    if (object === undefined) throw new Fault('key-refused', { params: { name } });
    return object;
  }

  /** People neither replace nor destroy the platform's own keys, so where they are is read once. */
  #ownRecord(name: string, usage: 'data' | 'hash'): Promise<KeyBlock> {
    const known = this.#own.get(name) ?? this.#block(name).then((record) => record ?? this.#generate(name, usage));
    this.#own.set(name, known);
    known.catch(() => this.#own.delete(name));
    return known;
  }

  async #generate(name: string, usage: 'data' | 'hash'): Promise<KeyBlock> {
    const id = randomBytes(ID_BYTES);
    const made: KeyBlock = {
      name,
      usage,
      algorithm: usage === 'hash' ? 'HMAC' : 'AES',
      bits: 256,
      block: PLACE + toHex(id),
      checkValue: this.#generated(id, usage),
      parent: null,
      exportable: false,
      holder: this.#holder,
    };
    if ((await this.#store.add(made, this.#holder)) !== 'kept') {
      this.#destroy([made]);
      throw otherHolder();
    }
    const [kept] = await this.#store.load([name]);
    assert(kept !== undefined, 'a key that was added is there');
    if (kept.block !== made.block) this.#destroy([made]);
    return kept;
  }

  /** Makes the key and returns its check value; that of an HMAC key is over a block of zeros, since tokens take no empty text. */
  #generated(id: Buffer, usage: 'data' | 'hash'): string {
    if (usage === 'hash') {
      const object = this.#token.generateHmacKey(id, WHOLE);
      return toHex(this.#token.hmac(object, new Uint8Array(16)).subarray(0, 3));
    }
    const cipher = this.#token.cipher(this.#token.generateAesKey(id, WHOLE), 'AES');
    return heldKey({ algorithm: 'AES', usage: 'data' }, { length: 32, cipher }).checkValue();
  }

  #destroy(blocks: readonly KeyBlock[]): void {
    for (const { block } of blocks) this.#token.destroy(idOf(block));
  }
}

function idOf(block: string): Buffer {
  if (!block.startsWith(PLACE)) throw otherHolder();
  return Buffer.from(block.slice(PLACE.length), 'hex');
}

function twice(half: Uint8Array): Uint8Array {
  return Buffer.concat([half, half]);
}

function otherHolder(): Fault {
  return new Fault('master-key-refused', { params: { reason: 'not-the-keys-own' } });
}
