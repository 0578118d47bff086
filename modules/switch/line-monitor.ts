import type { Clock } from '@zhanggui/base';
import type { AcquirerLink, LinkAnswer, LinkConfig } from './link.ts';
import type { AcquirerHealth } from './terminal-views.ts';

/** What is known of a line without asking it. */
export type LineHealth = Omit<AcquirerHealth, 'acquirerId' | 'terminals'>;

const MAXIMUM_WAITING = 200;
const FAILURES_TO_OPEN = 10;
const OPEN_MS = 1_000;
const LONGEST_OPEN_MS = 60_000;
const REMEMBERED = 512;

/**
 * A line that watches itself: it refuses requests beyond what may wait at once, and those that would only wait for a host
 * that has not answered for long. Each acquirer has its own, so that a dead one costs the others nothing.
 */
export class LineMonitor implements AcquirerLink {
  readonly #link: AcquirerLink;
  readonly #clock: Clock;
  readonly #limits: { readonly waiting: number; readonly failures: number; readonly openMs: number };
  readonly #roundTripsMs: number[] = [];
  #waiting = 0;
  #failures = 0;
  #lastAnswerAt: number | null = null;
  #closedUntil = 0;
  #openMs: number;
  #trying = false;

  constructor(
    link: AcquirerLink,
    clock: Clock,
    config: Pick<LinkConfig, 'maximumWaiting' | 'failuresToOpen' | 'openMs'>,
  ) {
    this.#link = link;
    this.#clock = clock;
    this.#limits = {
      waiting: config.maximumWaiting ?? MAXIMUM_WAITING,
      failures: config.failuresToOpen ?? FAILURES_TO_OPEN,
      openMs: config.openMs ?? OPEN_MS,
    };
    this.#openMs = this.#limits.openMs;
  }

  get kind(): AcquirerLink['kind'] {
    return this.#link.kind;
  }

  async request(message: Uint8Array, correlation: string, timeoutMs: number): Promise<LinkAnswer> {
    const refusal = this.#refusal();
    if (refusal !== null) return { kind: 'not-sent', cause: refusal };
    const isTrial = this.#isOpen();
    if (isTrial) this.#trying = true;
    this.#waiting += 1;
    const sentAt = this.#clock.now();
    try {
      const answer = await this.#link.request(message, correlation, timeoutMs);
      if (answer.kind === 'answer') this.#answered(sentAt);
      else this.#failed();
      return answer;
    } finally {
      this.#waiting -= 1;
      if (isTrial) this.#trying = false;
    }
  }

  connected(): boolean {
    return this.#link.connected();
  }

  drop(cause: string): void {
    this.#link.drop(cause);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  health(): LineHealth {
    const sorted = [...this.#roundTripsMs].sort((left, right) => left - right);
    const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return {
      connection: this.kind,
      connected: this.connected(),
      circuit: this.#isOpen() ? 'open' : 'closed',
      failuresInARow: this.#failures,
      waiting: this.#waiting,
      lastAnswerAt: this.#lastAnswerAt,
      roundTripMs: sorted.length === 0 ? null : { p50: at(0.5), p99: at(0.99) },
    };
  }

  /** The line has been made anew: whoever waits for a trial may go at once. */
  reconnected(): void {
    this.#closedUntil = 0;
  }

  #refusal(): string | null {
    if (this.#waiting >= this.#limits.waiting) return 'too many requests wait for this acquirer';
    if (!this.#isOpen()) return null;
    const mayTry = !this.#trying && this.#clock.now() >= this.#closedUntil;
    return mayTry ? null : 'the acquirer has not answered for some time';
  }

  #isOpen(): boolean {
    return this.#failures >= this.#limits.failures;
  }

  #answered(sentAt: number): void {
    const now = this.#clock.now();
    this.#failures = 0;
    this.#openMs = this.#limits.openMs;
    this.#lastAnswerAt = now;
    this.#roundTripsMs.push(now - sentAt);
    if (this.#roundTripsMs.length > REMEMBERED) this.#roundTripsMs.shift();
  }

  #failed(): void {
    this.#failures += 1;
    const now = this.#clock.now();
    // Requests that were under way together fail together: only the first of them, and each trial, counts.
    if (!this.#isOpen() || now < this.#closedUntil) return;
    this.#closedUntil = now + this.#openMs;
    this.#openMs = Math.min(this.#openMs * 2, LONGEST_OPEN_MS);
  }
}
