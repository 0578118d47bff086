import { equalBytes, Fault, toHex } from '@zhanggui/base';
import {
  aesDukptHostKey,
  CryptoRefusal,
  cmac,
  cupEcbMac,
  decryptCbc,
  decryptEcb,
  importKey,
  macMatches,
  type SecretKey,
  translatePinBlock,
} from '@zhanggui/paycrypto';
import type { KeyBlock, KeyStore } from '../store.ts';
import type {
  ClearKey,
  DeviceRecord,
  KeyVault,
  PinTranslation,
  VaultKeyUsage,
  WorkingKeyCryptogram,
} from '../vault.ts';
import { KeyWrapper, toolboxUsage } from './key-wrap.ts';
import { Sealer } from './master-key.ts';

const SECRETS = 'secrets';
const KEY_BLOCKS = 'key blocks';

/**
 * The vault in software: keys lie in the store in TR-31 blocks under the master key and are opened into memory
 * when they are first used. For production a hardware module stands behind the same port.
 */
export class SoftVault implements KeyVault {
  readonly #sealer: Sealer;
  readonly #wrapper: KeyWrapper;
  readonly #store: KeyStore;
  readonly #opened = new Map<string, SecretKey>();

  /** @param master 32 bytes, from `loadMasterKey`. */
  constructor(master: Uint8Array, store: KeyStore) {
    this.#sealer = new Sealer(master);
    this.#wrapper = new KeyWrapper(this.#sealer.keyFor(KEY_BLOCKS));
    this.#store = store;
  }

  async sealSecret(purpose: string, secret: Uint8Array): Promise<string> {
    return this.#sealer.seal(SECRETS, purpose, secret);
  }

  async openSecret(purpose: string, sealed: string): Promise<Uint8Array> {
    const secret = this.#sealer.open(SECRETS, purpose, sealed);
    if (secret === null) throw new Fault('secret-not-opened', { params: { purpose } });
    return secret;
  }

  async importKey(name: string, key: ClearKey): Promise<{ readonly checkValue: string }> {
    const { algorithm, usage, bytes, checkValue } = key;
    const secret = accept(name, () =>
      importKey(bytes, { algorithm, usage: toolboxUsage(usage), ...(checkValue === undefined ? {} : { checkValue }) }),
    );
    await this.#keep([{ name, usage, secret }]);
    return { checkValue: secret.checkValue() };
  }

  async importWorkingKeys(
    under: string,
    keys: readonly (WorkingKeyCryptogram & { readonly name: string })[],
  ): Promise<void> {
    const master = await this.#key(under);
    try {
      const opened = keys.map(({ name, usage, cryptogram, checkValue }) => {
        const bytes = accept(name, () => decryptEcb(master, cryptogram));
        const algorithm = bytes.length === 8 ? 'DES' : 'TDES';
        const description = { algorithm, usage: toolboxUsage(usage), checkValue: toHex(checkValue) } as const;
        return { name, usage, secret: accept(name, () => importKey(bytes, description)) };
      });
      await this.#keep(opened);
    } catch (error) {
      for (const { name } of keys) await this.deleteKey(name);
      throw error;
    }
  }

  async checkValueOf(name: string): Promise<string | null> {
    return (await this.#store.load(name))?.checkValue ?? null;
  }

  async deleteKey(name: string): Promise<void> {
    this.#opened.delete(name);
    await this.#store.remove([name]);
  }

  async openDeviceRecord(bdk: string, { ksn, sealed, mac, macInput }: DeviceRecord): Promise<Uint8Array> {
    const base = await this.#key(bdk);
    return acceptCard(() => {
      const macKey = aesDukptHostKey(base, ksn, 'mac-generate');
      if (!macMatches(cmac(macKey, macInput), mac)) throw new CryptoRefusal('mac', 'the record was changed');
      return unpad(decryptCbc(aesDukptHostKey(base, ksn, 'data-encrypt'), sealed));
    });
  }

  async translatePin({ bdk, ksn, pinBlock, pan, pik }: PinTranslation): Promise<Uint8Array> {
    const base = await this.#key(bdk);
    const target = await this.#key(pik);
    return acceptCard(() => {
      const from = { key: aesDukptHostKey(base, ksn, 'pin'), format: 4 } as const;
      return translatePinBlock(pinBlock, from, { key: target, format: 0 }, { pan });
    });
  }

  async generateMac(name: string, _algorithm: 'cup-ecb', data: Uint8Array): Promise<Uint8Array> {
    return cupEcbMac(await this.#key(name), data);
  }

  async verifyMac(name: string, algorithm: 'cup-ecb', data: Uint8Array, mac: Uint8Array): Promise<boolean> {
    return equalBytes(await this.generateMac(name, algorithm, data), mac);
  }

  async #keep(keys: readonly { name: string; usage: VaultKeyUsage; secret: SecretKey }[]): Promise<void> {
    const blocks = keys.map(({ name, usage, secret }): KeyBlock => {
      return { name, usage, block: this.#wrapper.wrap(name, usage, secret), checkValue: secret.checkValue() };
    });
    await this.#store.save(blocks);
    for (const { name, secret } of keys) this.#opened.set(name, secret);
  }

  async #key(name: string): Promise<SecretKey> {
    const known = this.#opened.get(name);
    if (known !== undefined) return known;
    const block = await this.#store.load(name);
    if (block === null) throw new Fault('key-missing', { params: { name } });
    const opened = this.#wrapper.unwrap(name, block.usage, block.block);
    this.#opened.set(name, opened);
    return opened;
  }
}

/** Turns the refusal of key bytes into a fault that names the key. */
function accept<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CryptoRefusal)) throw error;
    throw new Fault(error.code === 'key-check-value' ? 'key-check-value' : 'key-refused', { params: { name } });
  }
}

/** Turns the refusal of what a reader sent into a fault that says nothing of its content. */
function acceptCard<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof CryptoRefusal) throw new Fault('sealed-card-refused', { params: { reason: error.code } });
    throw error;
  }
}

/** Takes off the padding of ISO/IEC 7816-4: 80 and zeros. */
function unpad(padded: Uint8Array): Uint8Array {
  const last = padded.lastIndexOf(0x80);
  if (last < 0 || padded.subarray(last + 1).some((byte) => byte !== 0))
    throw new CryptoRefusal('padding', 'the record is not padded');
  return padded.subarray(0, last);
}
