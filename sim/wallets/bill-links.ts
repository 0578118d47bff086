import type { Clock } from '@zhanggui/base';

/** Files that lie behind an address for a while. */
export class BillLinks {
  readonly #clock: Clock;
  readonly #lifeMs: number;
  readonly #files = new Map<string, { readonly content: Uint8Array; readonly at: number }>();

  constructor(clock: Clock, lifeMs: number) {
    this.#clock = clock;
    this.#lifeMs = lifeMs;
  }

  keep(id: string, content: Uint8Array): void {
    const at = this.#clock.now();
    for (const [old, file] of this.#files) if (at - file.at > this.#lifeMs) this.#files.delete(old);
    this.#files.set(id, { content, at });
  }

  /** The file of an address; undefined when there is none or its time is over. */
  find(id: string): Uint8Array | undefined {
    const file = this.#files.get(id);
    return file !== undefined && this.#clock.now() - file.at <= this.#lifeMs ? file.content : undefined;
  }
}
