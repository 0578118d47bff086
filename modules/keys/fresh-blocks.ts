import type { KeyBlock, KeyStore } from './store.ts';

/**
 * Reads keys from the store at each use, so that what another server has written counts at once. Reads that come while one
 * is under way share the next: a crowd of payments costs few queries.
 */
export class FreshBlocks {
  readonly #store: KeyStore;
  #waiting: { readonly names: Set<string>; readonly read: Promise<ReadonlyMap<string, KeyBlock>> } | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(store: KeyStore) {
    this.#store = store;
  }

  async get(name: string): Promise<KeyBlock | undefined> {
    if (this.#waiting === undefined) {
      const names = new Set<string>();
      const read = this.#running.then(() => {
        this.#waiting = undefined;
        return this.#store.load([...names]);
      });
      this.#running = read.catch(() => undefined);
      this.#waiting = {
        names,
        read: read.then((blocks) => new Map(blocks.map((block) => [block.name, block]))),
      };
    }
    this.#waiting.names.add(name);
    return (await this.#waiting.read).get(name);
  }
}
