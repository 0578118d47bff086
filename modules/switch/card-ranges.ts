import type { Clock } from '@zhanggui/base';
import type { CardRange } from './dialect.ts';
import type { DownloadStore } from './download-store.ts';

interface Ranges {
  readonly byPrefix: ReadonlyMap<string, CardRange>;
  readonly longest: number;
  readonly readAt: number;
}

const FRESH_MS = 60_000;

/** What acquirers have told of account numbers by their first digits, the longest prefix first. */
export class CardRanges {
  readonly #downloads: DownloadStore;
  readonly #clock: Clock;
  readonly #ranges = new Map<string, Promise<Ranges>>();

  constructor(downloads: DownloadStore, clock: Clock) {
    this.#downloads = downloads;
    this.#clock = clock;
  }

  /** The range of `pan` in the newest list of the acquirer; null where no range fits. */
  async rangeOf(acquirerId: string, pan: string): Promise<CardRange | null> {
    const { byPrefix, longest } = await this.#of(acquirerId);
    for (let length = Math.min(longest, pan.length); length > 0; length -= 1) {
      const range = byPrefix.get(pan.slice(0, length));
      if (range !== undefined) return range;
    }
    return null;
  }

  async #of(acquirerId: string): Promise<Ranges> {
    const known = await this.#ranges.get(acquirerId);
    if (known !== undefined && this.#clock.now() - known.readAt < FRESH_MS) return known;
    const reading = this.#read(acquirerId);
    this.#ranges.set(acquirerId, reading);
    reading.catch(() => this.#ranges.delete(acquirerId));
    return reading;
  }

  async #read(acquirerId: string): Promise<Ranges> {
    const list = await this.#downloads.latestOfAcquirer(acquirerId, 'bin-list');
    const byPrefix = new Map<string, CardRange>();
    let longest = 0;
    for (const item of list?.items ?? []) {
      if (item.kind !== 'bin') continue;
      byPrefix.set(item.prefix, item);
      longest = Math.max(longest, item.prefix.length);
    }
    return { byPrefix, longest, readAt: this.#clock.now() };
  }
}
