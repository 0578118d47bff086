import { groupReads } from '@zhanggui/base';
import type { KeyBlock, KeyStore } from './store.ts';

/**
 * Reads keys from the store at each use, so that what another server has written counts at once. A crowd of payments shares
 * few queries.
 */
export function freshBlocks(store: KeyStore): (name: string) => Promise<KeyBlock | undefined> {
  return groupReads(async (names) => {
    const blocks = new Map((await store.load([...new Set(names)])).map((block) => [block.name, block]));
    return names.map((name) => blocks.get(name));
  });
}
