import { assert, Fault } from '@zhanggui/base';
import { generateKey, hmac, importKey, revealKeyBytes, type SecretKey } from '@zhanggui/paycrypto';
import { freshBlocks } from '../fresh-blocks.ts';
import type { KeyRing, NewKey } from '../key-ring.ts';
import { TOOLBOX_USAGE } from '../ring-vault.ts';
import type { KeyBlock, KeyStore } from '../store.ts';
import { KeyWrapper, type OpenedKey, wrapForOthers } from './key-wrap.ts';
import { derivedKey, type MasterKeySource } from './master-key.ts';
import { openGcmBytes, sealGcmBytes } from './sealer.ts';

const SECRETS_KEY = 'vault/secrets/1';
/** Secrets sealed before they had a key of their own carry no prefix; theirs was derived from the master key. */
const EARLIER_SECRETS_KEY = 'vault/secrets/0';
const SECRETS_PREFIX = '1.';
const KEY_BYTES = 32;

/** Keys in TR-31 blocks under the master key, opened into memory when they are used. */
export class SoftRing implements KeyRing {
  readonly #source: MasterKeySource;
  readonly #store: KeyStore;
  readonly #block: (name: string) => Promise<KeyBlock | undefined>;
  readonly #opened = new Map<string, { readonly block: string; readonly opened: OpenedKey }>();
  readonly #own = new Map<string, Promise<SecretKey>>();
  #masters: Promise<Masters> | undefined;

  constructor(source: MasterKeySource, store: KeyStore) {
    this.#source = source;
    this.#store = store;
    this.#block = freshBlocks(store);
  }

  async owns(): Promise<boolean> {
    const holder = await this.#store.holder();
    return holder === null || (await this.#loaded()).wrappers.has(holder);
  }

  async open(name: string): Promise<SecretKey> {
    return (await this.#openKey(name)).key;
  }

  async recordOf(name: string): Promise<KeyBlock | undefined> {
    return this.#block(name);
  }

  async keep(keys: readonly NewKey[]): Promise<void> {
    await this.#write((masters) =>
      this.#store.save(
        keys.map((key) => blockUnder(masters, key)),
        masters.current,
      ),
    );
  }

  async remove(names: readonly string[]): Promise<void> {
    await this.#store.remove(names);
    for (const name of names) this.#opened.delete(name);
  }

  async seal(context: string, clear: Uint8Array): Promise<string> {
    const key = await this.#ownKey(SECRETS_KEY, 'data');
    return `${SECRETS_PREFIX}${sealGcmBytes(revealKeyBytes(key), context, clear).toString('hex')}`;
  }

  async unseal(context: string, sealed: string): Promise<Uint8Array | null> {
    if (sealed.startsWith(SECRETS_PREFIX)) {
      const key = await this.#ownKey(SECRETS_KEY, 'data');
      return openGcmBytes(revealKeyBytes(key), context, Buffer.from(sealed.slice(SECRETS_PREFIX.length), 'hex'));
    }
    const key = await this.#earlierSecretsKey();
    return openGcmBytes(revealKeyBytes(key), context, Buffer.from(sealed, 'hex'));
  }

  async hmac(name: string, data: Uint8Array): Promise<Uint8Array> {
    return hmac(await this.#ownKey(name, 'hash'), data);
  }

  async exportBlock(name: string, under: string): Promise<string> {
    const { key, exportable } = await this.#openKey(name);
    const record = await this.#block(name);
    const protection = await this.open(under);
    const fits = protection.usage === 'key-block-protection' && record !== undefined;
    if (!exportable || !fits) throw new Fault('key-not-exportable', { params: { name } });
    return wrapForOthers(protection, record.usage, key);
  }

  /** Keeps the key that was derived from this first master key, before another takes the master key's place. */
  async keepEarlierSecretsKey(): Promise<void> {
    await this.#earlierSecretsKey();
  }

  async #openKey(name: string): Promise<OpenedKey> {
    const record = await this.#block(name);
    if (record !== undefined) return this.#openRecord(record);
    this.#opened.delete(name);
    throw new Fault('key-missing', { params: { name } });
  }

  async #openRecord(record: KeyBlock): Promise<OpenedKey> {
    const { name } = record;
    const known = this.#opened.get(name);
    if (known?.block === record.block) return known.opened;
    const opened = (await this.#wrapperFor(record.holder)).unwrap(name, record.usage, record.block);
    this.#opened.set(name, { block: record.block, opened });
    return opened;
  }

  /** A key of the platform's own: people neither replace nor destroy it, so it is read once. */
  #ownKey(name: string, usage: 'data' | 'hash', given?: Uint8Array): Promise<SecretKey> {
    const known = this.#own.get(name) ?? this.#readOwnKey(name, usage, given);
    this.#own.set(name, known);
    known.catch(() => this.#own.delete(name));
    return known;
  }

  /** The platform makes such a key when it first needs it; of several servers the first one's stays. */
  async #readOwnKey(name: string, usage: 'data' | 'hash', given?: Uint8Array): Promise<SecretKey> {
    const record = await this.#block(name);
    if (record !== undefined) return (await this.#openRecord(record)).key;
    const purpose = TOOLBOX_USAGE[usage];
    const algorithm = usage === 'hash' ? 'HMAC' : 'AES';
    const secret = given ? importKey(given, { algorithm, usage: purpose }) : generateKey(algorithm, purpose, KEY_BYTES);
    const key = { name, usage, secret, parent: null, exportable: false };
    await this.#write((masters) => this.#store.add(blockUnder(masters, key), masters.current));
    return this.open(name);
  }

  async #earlierSecretsKey(): Promise<SecretKey> {
    const { derivedSecretsKey } = await this.#loaded();
    return this.#ownKey(EARLIER_SECRETS_KEY, 'data', derivedSecretsKey);
  }

  /** Writes under the current master key; when that has just been changed elsewhere, under the new one. */
  async #write(save: (masters: Masters) => Promise<'kept' | 'other-holder'>): Promise<void> {
    if ((await save(await this.#loaded())) === 'kept') return;
    const holder = await this.#store.holder();
    const masters = await this.#reloaded();
    assert(holder !== null, 'a refused write has a holder');
    if (!masters.wrappers.has(holder))
      throw new Fault('master-key-refused', { params: { reason: 'not-the-keys-own' } });
    if ((await save({ ...masters, current: holder })) !== 'kept')
      throw new Fault('master-key-refused', { params: { reason: 'not-the-keys-own' } });
  }

  async #wrapperFor(holder: string | null): Promise<KeyWrapper> {
    const masters = await this.#loaded();
    const known =
      masters.wrappers.get(holder ?? masters.current) ?? (await this.#reloaded()).wrappers.get(holder ?? '');
    if (known === undefined) throw new Fault('master-key-refused', { params: { reason: 'not-the-keys-own' } });
    return known;
  }

  #loaded(): Promise<Masters> {
    this.#masters ??= readMasters(this.#source);
    return this.#masters;
  }

  #reloaded(): Promise<Masters> {
    this.#masters = readMasters(this.#source);
    return this.#masters;
  }
}

/** The wrappers of all master keys by their ids, and which one keeps what is new. */
interface Masters {
  readonly current: string;
  readonly wrappers: ReadonlyMap<string, KeyWrapper>;
  readonly derivedSecretsKey: Uint8Array;
}

async function readMasters(source: MasterKeySource): Promise<Masters> {
  const { current, others } = await source.load();
  return {
    current: current.id,
    wrappers: new Map([current, ...others].map(({ id, bytes }) => [id, wrapperOf(bytes)])),
    derivedSecretsKey: derivedKey(current.bytes, 'secrets'),
  };
}

/** Wraps keys under one master key. */
export function wrapperOf(master: Uint8Array): KeyWrapper {
  return new KeyWrapper(derivedKey(master, 'key blocks'));
}

function blockUnder(masters: Masters, { name, usage, secret, parent, exportable }: NewKey): KeyBlock {
  const wrapper = masters.wrappers.get(masters.current);
  assert(wrapper !== undefined, 'the current master key has a wrapper');
  const { algorithm, length } = secret;
  assert(algorithm !== 'SM4', 'the vault takes no SM4 keys');
  return {
    name,
    usage,
    algorithm,
    bits: length * 8,
    block: wrapper.wrap(name, usage, secret, exportable),
    checkValue: secret.checkValue(),
    parent,
    exportable,
    holder: masters.current,
  };
}
