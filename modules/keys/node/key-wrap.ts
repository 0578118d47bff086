import { Fault } from '@zhanggui/base';
import {
  CryptoRefusal,
  importKey,
  type KeyUsage,
  type SecretKey,
  unwrapKeyBlock,
  wrapKeyBlock,
} from '@zhanggui/paycrypto';
import type { VaultKeyUsage } from '../vault.ts';

/** What a kept key is to the toolbox, and to a key block (ANSI X9.143): key usage and mode of use. */
interface UsageFacts {
  readonly usage: KeyUsage;
  readonly keyUsage: string;
  readonly modeOfUse: string;
}

/** The MAC of China UnionPay terminals is none of the algorithms that have a letter; numbers are for such usages. */
const PROPRIETARY_MAC = '10';
const USAGES: Readonly<Record<VaultKeyUsage, UsageFacts>> = {
  'base-derivation': { usage: 'bdk', keyUsage: 'B0', modeOfUse: 'X' },
  'key-encryption': { usage: 'key-encryption', keyUsage: 'K0', modeOfUse: 'B' },
  pin: { usage: 'pin', keyUsage: 'P0', modeOfUse: 'B' },
  mac: { usage: 'mac', keyUsage: PROPRIETARY_MAC, modeOfUse: 'C' },
  data: { usage: 'data', keyUsage: 'D0', modeOfUse: 'B' },
};
const LABEL = 'LB';

/** Wraps keys into TR-31 key blocks of version D under the vault's protection key. */
export class KeyWrapper {
  readonly #protection: SecretKey;

  /** @param protection 32 bytes. */
  constructor(protection: Uint8Array) {
    this.#protection = importKey(protection, { algorithm: 'AES', usage: 'key-block-protection' });
  }

  /** The block carries the key's name as its label, so that two rows of the store cannot be exchanged. */
  wrap(name: string, usage: VaultKeyUsage, key: SecretKey): string {
    const { keyUsage, modeOfUse } = USAGES[usage];
    return wrapKeyBlock(this.#protection, key, {
      version: 'D',
      keyUsage,
      modeOfUse,
      exportability: 'N',
      optionalBlocks: [{ id: LABEL, data: name }],
    });
  }

  /** @throws Fault `key-refused` when the block was changed, or is not of this vault, this name or this usage. */
  unwrap(name: string, usage: VaultKeyUsage, block: string): SecretKey {
    const { keyUsage, usage: purpose } = USAGES[usage];
    try {
      const unwrapped = unwrapKeyBlock(this.#protection, block);
      const label = unwrapped.header.optionalBlocks.find(({ id }) => id === LABEL)?.data;
      if (label === name && unwrapped.header.keyUsage === keyUsage) return unwrapped.toKey(purpose);
    } catch (error) {
      if (!(error instanceof CryptoRefusal)) throw error;
      throw new Fault('key-refused', { params: { name }, cause: error });
    }
    throw new Fault('key-refused', { params: { name } });
  }
}

/** What a kept key is to the toolbox. */
export function toolboxUsage(usage: VaultKeyUsage): KeyUsage {
  return USAGES[usage].usage;
}
