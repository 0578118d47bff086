import { Fault } from '@zhanggui/base';
import { CryptoRefusal, importKey, type SecretKey, unwrapKeyBlock, wrapKeyBlock } from '@zhanggui/paycrypto';
import { TOOLBOX_USAGE } from '../ring-vault.ts';
import type { VaultKeyUsage } from '../vault.ts';

/** What a kept key is to a key block (ANSI X9.143): key usage and mode of use. */
interface UsageFacts {
  readonly keyUsage: string;
  readonly modeOfUse: string;
}

/** The MAC of China UnionPay terminals is none of the algorithms that have a letter; numbers are for such usages. */
const PROPRIETARY_MAC = '10';
const USAGES: Readonly<Record<VaultKeyUsage, UsageFacts>> = {
  'base-derivation': { keyUsage: 'B0', modeOfUse: 'X' },
  'key-encryption': { keyUsage: 'K0', modeOfUse: 'B' },
  'key-block-protection': { keyUsage: 'K1', modeOfUse: 'B' },
  pin: { keyUsage: 'P0', modeOfUse: 'B' },
  mac: { keyUsage: PROPRIETARY_MAC, modeOfUse: 'C' },
  data: { keyUsage: 'D0', modeOfUse: 'B' },
  hash: { keyUsage: 'M7', modeOfUse: 'C' },
};
const LABEL = 'LB';

/** Wraps keys into TR-31 key blocks of version D under the vault's protection key. */
export class KeyWrapper {
  readonly #protection: SecretKey;

  /** @param protection 32 bytes. */
  constructor(protection: Uint8Array) {
    this.#protection = importKey(protection, { algorithm: 'AES', usage: 'key-block-protection' });
  }

  /**
   * The block carries the key's name as its label, so that two rows of the store cannot be exchanged, and whether the key
   * may leave, so that no row can be changed to let it.
   */
  wrap(name: string, usage: VaultKeyUsage, key: SecretKey, exportable = false): string {
    return wrapKeyBlock(this.#protection, key, {
      version: 'D',
      ...USAGES[usage],
      exportability: exportable ? 'E' : 'N',
      optionalBlocks: [{ id: LABEL, data: name }],
    });
  }

  /** @throws Fault `key-refused` when the block was changed, or is not of this vault, this name or this usage. */
  unwrap(name: string, usage: VaultKeyUsage, block: string): OpenedKey {
    try {
      const unwrapped = unwrapKeyBlock(this.#protection, block);
      const { optionalBlocks, keyUsage, exportability } = unwrapped.header;
      const label = optionalBlocks.find(({ id }) => id === LABEL)?.data;
      if (label === name && keyUsage === USAGES[usage].keyUsage)
        return { key: unwrapped.toKey(TOOLBOX_USAGE[usage]), exportable: exportability === 'E' };
    } catch (error) {
      if (!(error instanceof CryptoRefusal)) throw error;
      throw new Fault('key-refused', { params: { name }, cause: error });
    }
    throw new Fault('key-refused', { params: { name } });
  }
}

/** A key out of its block. */
export interface OpenedKey {
  readonly key: SecretKey;
  readonly exportable: boolean;
}

/**
 * A key in a block for another house, under a key that both have: version D under AES, B under TDES (ANSI X9.143). It may
 * be passed on there under trusted keys only.
 */
export function wrapForOthers(under: SecretKey, usage: VaultKeyUsage, key: SecretKey): string {
  return wrapKeyBlock(under, key, {
    version: under.algorithm === 'AES' ? 'D' : 'B',
    ...USAGES[usage],
    exportability: 'S',
  });
}
