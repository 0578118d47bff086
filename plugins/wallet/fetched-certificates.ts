import { type Clock, HttpSilence } from '@zhanggui/base';
import { WalletRefusal } from '@zhanggui/wallets';

/** A forged serial cannot make us ask more often than this. */
const ASK_AGAIN_AFTER_MS = 10_000;

interface Held<Certificate> {
  readonly certificates: ReadonlyMap<string, Certificate>;
  readonly askedAt: number;
}

/**
 * Certificates that a channel hands out, by account and serial. While one follows another both are held, so an answer that
 * was on its way is still believed.
 */
export class FetchedCertificates<Certificate> {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held<Certificate>>();
  readonly #asking = new Map<string, Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Those of an account, by serial. */
  of(account: string): ReadonlyMap<string, Certificate> {
    return this.#held.get(account)?.certificates ?? new Map<string, Certificate>();
  }

  /** Whether it is time to ask for a serial that is not held. */
  mayAsk(account: string): boolean {
    const held = this.#held.get(account);
    return held === undefined || this.#clock.now() - held.askedAt >= ASK_AGAIN_AFTER_MS;
  }

  /** Whether they were asked for, and longer ago than this. */
  areOlderThan(account: string, ageMs: number): boolean {
    const held = this.#held.get(account);
    return held !== undefined && this.#clock.now() - held.askedAt >= ageMs;
  }

  /** Adds what `fetch` brings: one question at a time, however many messages wait for its answer. */
  async look(account: string, fetch: () => Promise<ReadonlyMap<string, Certificate>>): Promise<void> {
    const asking = this.#asking.get(account) ?? this.#ask(account, fetch);
    this.#asking.set(account, asking);
    try {
      await asking;
    } finally {
      this.#asking.delete(account);
    }
  }

  async #ask(account: string, fetch: () => Promise<ReadonlyMap<string, Certificate>>): Promise<void> {
    const askedAt = this.#clock.now();
    const found = await fetch().catch((error: unknown) => {
      // Without an answer those that are held go on; a message under another one stays unbelieved.
      if (error instanceof HttpSilence || error instanceof WalletRefusal) return new Map<string, Certificate>();
      throw error;
    });
    this.#held.set(account, { certificates: new Map([...this.of(account), ...found]), askedAt });
  }
}
