interface Waiting<Write, Result> {
  readonly write: Write;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets writes of concurrent requests share one database transaction. While one batch is on its way the next one forms,
 * so a lone request waits for nobody and a crowd costs one commit.
 */
export class GroupCommit<Write, Result> {
  readonly #flush: (writes: readonly Write[]) => Promise<readonly Result[]>;
  readonly #largest: number;
  #waiting: Waiting<Write, Result>[] = [];
  #running = false;

  /**
   * @param flush commits all the writes in one database transaction and answers each in order; when it rejects,
   *   nothing of the batch is committed.
   */
  constructor(flush: (writes: readonly Write[]) => Promise<readonly Result[]>, largest = 256) {
    this.#flush = flush;
    this.#largest = largest;
  }

  /** Resolves with this write's own result once it is durable. */
  commit(write: Write): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // One turn of the event loop gathers what arrived together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#largest);
      await this.#settle(batch);
    }
    this.#running = false;
  }

  async #settle(batch: readonly Waiting<Write, Result>[]): Promise<void> {
    try {
      const results = await this.#flush(batch.map(({ write }) => write));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length === 1) {
        batch[0]?.reject(error);
        return;
      }
      // One write that the database refuses must not take the others down: each is tried alone.
      for (const single of batch) await this.#settle([single]);
    }
  }
}

/**
 * Lets reads of concurrent requests share statements. A read begins after it was asked for, so it sees all that was
 * committed before; while one is on its way the next one gathers.
 * @param load reads all the keys at once and answers each in order.
 */
export function groupReads<Key, Result>(
  load: (keys: readonly Key[]) => Promise<readonly Result[]>,
): (key: Key) => Promise<Result> {
  const group = new GroupCommit(load);
  return (key) => group.commit(key);
}
