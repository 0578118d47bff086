import { Fault } from '@zhanggui/base';
import { importKey, type KeyUsage, revealKeyBytes, type SecretKey } from '@zhanggui/paycrypto';
import type { KeyBlock } from '../store.ts';
import type { Sealer } from './master-key.ts';

const KEYS = 'keys';

/** The key wrapped under the master key and bound to its name, so that two rows of the store cannot be exchanged. */
export function wrapKey(sealer: Sealer, name: string, key: SecretKey): string {
  const bytes = revealKeyBytes(key);
  try {
    return sealer.seal(KEYS, contextOf(name, key.algorithm, key.usage), bytes);
  } finally {
    bytes.fill(0);
  }
}

/** @throws Fault `key-refused` when the block is not of this vault, this name or this usage. */
export function unwrapKey(sealer: Sealer, { name, algorithm, block }: KeyBlock, usage: KeyUsage): SecretKey {
  const bytes = sealer.open(KEYS, contextOf(name, algorithm, usage), block);
  if (bytes === null) throw new Fault('key-refused', { params: { name } });
  try {
    return importKey(bytes, { algorithm, usage });
  } finally {
    bytes.fill(0);
  }
}

function contextOf(name: string, algorithm: string, usage: string): string {
  return `${name}\n${algorithm}\n${usage}`;
}
