import { setTimeout as wait } from 'node:timers/promises';
import { Journal } from '../journal.ts';
import type { Fault, FaultBox } from './faults.ts';

/** A message as it is delivered. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a merchant is to be told. */
export interface Notice {
  /** The same notice again is told once. */
  readonly id: string;
  readonly url: string;
  /** The message as it is signed now; `fault` says what is to be wrong about it. */
  compose(fault: Fault | undefined): Delivery | Promise<Delivery>;
}

/** How a wallet tells: its own schedule, and what it takes for an answer. */
export interface NotifierRules {
  /** Seconds between one attempt and the next. */
  readonly retriesS: readonly number[];
  /** Whether the merchant's answer ends it. */
  isTaken(status: number, body: string): boolean;
}

/** What became of one notice. */
export interface NoticeLog {
  readonly id: string;
  readonly url: string;
  readonly attempts: readonly { readonly at: number; readonly status: number | null; readonly taken: boolean }[];
  readonly state: 'waiting' | 'taken' | 'given-up';
}

const ANSWER_WITHIN_MS = 5_000;
/** A simulated wallet reaches nothing but this machine. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\//;

/** Tells merchants what became of their orders and refunds, again and again until they say that they have heard. */
export class Notifier {
  readonly #rules: NotifierRules;
  readonly #faults: FaultBox;
  readonly #timeScale: number;
  readonly #journal: Journal<NoticeLog>;
  readonly #logs = new Map<string, NoticeLog>();
  readonly #stopped = new AbortController();
  #delivered: () => void = () => undefined;
  #nextDelivery: Promise<void>;

  constructor(rules: NotifierRules, faults: FaultBox, timeScale: number, journalPath: string) {
    this.#rules = rules;
    this.#faults = faults;
    this.#timeScale = timeScale;
    this.#journal = new Journal(journalPath);
    for (const log of this.#journal.kept) this.#logs.set(log.id, log);
    this.#nextDelivery = this.#another();
  }

  /** Everything that was to be told, oldest first. */
  log(): readonly NoticeLog[] {
    return [...this.#logs.values()];
  }

  /** Tells it by the schedule, from where an earlier run of the wallet left off; resolves after the first attempt. */
  async tell(notice: Notice): Promise<void> {
    const known = this.#logs.get(notice.id);
    if (known !== undefined && known.state !== 'waiting') return;
    const { id, url } = notice;
    this.#keep(known ?? { id, url, attempts: [], state: 'waiting' });
    await this.#attempt(notice);
    void this.#goOn(notice);
  }

  /** No further attempts; what is still to be told is told after the next start. */
  stop(): void {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#journal.close();
  }

  async #goOn(notice: Notice): Promise<void> {
    for (;;) {
      const log = this.#logs.get(notice.id);
      if (log?.state !== 'waiting') return;
      const pauseS = this.#rules.retriesS[log.attempts.length - 1];
      if (pauseS === undefined) return this.#keep({ ...log, state: 'given-up' });
      const signal = this.#stopped.signal;
      const isStopped = await wait(pauseS * 1_000 * this.#timeScale, false, { signal, ref: false }).catch(() => true);
      if (isStopped) return;
      await this.#attempt(notice);
    }
  }

  async #attempt(notice: Notice): Promise<void> {
    const fault = this.#faults.take('notify');
    if (fault?.kind === 'delay') await wait(fault.delayMs, undefined, { ref: false });
    if (fault?.kind === 'reordered') await this.#afterNext(fault.delayMs);
    const delivery = brokenBy(fault, await notice.compose(fault));
    const status = fault?.kind === 'silence' ? null : await this.#deliver(notice.url, delivery);
    if (fault?.kind === 'duplicate') await this.#deliver(notice.url, await notice.compose(undefined));
    if (fault?.kind === 'replay') await this.#deliver(notice.url, delivery);
    const taken = status?.taken === true && fault?.kind !== 'lost-answer';
    const log = this.#logs.get(notice.id) ?? { id: notice.id, url: notice.url, attempts: [], state: 'waiting' };
    const attempt = { at: Date.now(), status: status?.status ?? null, taken };
    this.#keep({ ...log, attempts: [...log.attempts, attempt], state: taken ? 'taken' : 'waiting' });
  }

  async #deliver(url: string, { headers, body }: Delivery): Promise<{ status: number; taken: boolean } | null> {
    if (!LOOPBACK.test(url)) return null;
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), this.#stopped.signal]);
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
      const taken = this.#rules.isTaken(response.status, await response.text());
      return { status: response.status, taken };
    } catch {
      // Nobody listens there, or too slowly: it is told again.
      return null;
    } finally {
      this.#delivered();
      this.#nextDelivery = this.#another();
    }
  }

  async #afterNext(mostMs: number): Promise<void> {
    await Promise.race([this.#nextDelivery, wait(mostMs, undefined, { ref: false })]);
  }

  #another(): Promise<void> {
    return new Promise((resolve) => {
      this.#delivered = resolve;
    });
  }

  #keep(log: NoticeLog): void {
    if (this.#stopped.signal.aborted) return;
    this.#logs.set(log.id, log);
    this.#journal.append(log);
  }
}

/** The message as whole as the fault leaves it. */
function brokenBy(fault: Fault | undefined, delivery: Delivery): Delivery {
  const { body } = delivery;
  return fault?.kind === 'truncated' ? { ...delivery, body: body.slice(0, body.length / 2) } : delivery;
}
