import type { KeyBlock, KeyStore } from './store.ts';

/** A key store in memory, with the rules of the one on PostgreSQL: for tests and for tools that keep nothing. */
export function memoryKeyStore(): KeyStore & { readonly blocks: Map<string, KeyBlock> } {
  const blocks = new Map<string, KeyBlock>();
  let current: string | null = null;
  const holds = (holder: string): boolean => {
    current ??= holder;
    return current === holder;
  };
  return {
    blocks,
    load: async (names) => names.flatMap((name) => blocks.get(name) ?? []),
    async save(saved, holder) {
      if (!holds(holder)) return 'other-holder';
      for (const block of saved) blocks.set(block.name, block);
      return 'kept';
    },
    async add(block, holder) {
      if (!holds(holder)) return 'other-holder';
      if (!blocks.has(block.name)) blocks.set(block.name, block);
      return 'kept';
    },
    async remove(names) {
      for (const name of names) blocks.delete(name);
    },
    holder: async () => current,
    async passOn(from, to) {
      current ??= from;
      if (current === from) current = to;
      return current === to;
    },
    notHeldBy: async (holder, limit) => [...blocks.values()].filter((block) => block.holder !== holder).slice(0, limit),
    async rewrap(earlier, block, holder) {
      const now = blocks.get(earlier.name);
      if (now?.block === earlier.block) blocks.set(earlier.name, { ...now, block, holder });
    },
  };
}
