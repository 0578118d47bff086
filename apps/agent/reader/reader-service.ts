import { randomUUID } from 'node:crypto';
import type { Bilingual } from '@zhanggui/base';
import { CryptoRefusal } from '@zhanggui/paycrypto';
import {
  CardRead,
  type IssuerAnswer,
  type ReaderSettings,
  type ReadRequest,
  type ReadResult,
  type TerminalPorts,
} from '@zhanggui/terminal';
import { PcscError } from '../pcsc/pcsc-client.ts';
import type { PcscSlot } from '../pcsc/pcsc-slot.ts';

/** Why no card can be read now. */
export type NotReady = 'no-key' | 'no-parameters' | 'no-reader-service' | 'no-reader';

/** What the service is made of; the slot it opens and lets go by itself. */
export interface ReaderParts {
  readonly ports: Omit<TerminalPorts, 'slot'>;
  readonly slot: PcscSlot;
  readonly settings: Omit<ReaderSettings, 'readers'> | undefined;
  readonly hasKeys: () => boolean;
  /** Told of what nobody expected; the words hold nothing of the card. */
  readonly report: (words: string) => void;
}

const LONG_POLL_MS = 25_000;
/** A till that no longer asks has gone, and a chip that waits for its issuer is given up. */
const ABANDONED_AFTER_MS = 60_000;

const READER_GONE: Bilingual = { zh: '读卡器没有应答', en: 'The reader does not answer' };
const DEVICE_EXHAUSTED: Bilingual = { zh: '设备密钥已用完，请重新灌装', en: 'The device needs new keys' };
const BROKEN: Bilingual = { zh: '读卡没有成功，请重试', en: 'Reading failed, please try again' };

/** One request of a till. */
class Reading {
  readonly requestId = randomUUID();
  readonly read: CardRead;
  ended: Promise<void> = Promise.resolve();
  lastAskedAt = Date.now();
  readonly waiters = new Set<() => void>();

  constructor(ports: TerminalPorts, settings: ReaderSettings, request: ReadRequest) {
    this.read = new CardRead(ports, settings, request, () => this.wake());
  }

  wake(): void {
    for (const waiter of [...this.waiters]) waiter();
  }
}

/** The card reader as tills see it: one request at a time, and a newer one ends an older. */
export class ReaderService {
  readonly #parts: ReaderParts;
  readonly #sweep: NodeJS.Timeout;
  #current: Reading | undefined;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.#sweep = setInterval(() => this.#dropAbandoned(), 1000).unref();
  }

  /** Whether a card can be read, and by which readers. */
  async readiness(): Promise<NotReady | ReaderSettings> {
    const { settings, slot, hasKeys } = this.#parts;
    if (!hasKeys()) return 'no-key';
    if (settings === undefined) return 'no-parameters';
    try {
      const readers = await slot.kinds();
      return readers.length === 0 ? 'no-reader' : { ...settings, readers };
    } catch (error) {
      if (error instanceof PcscError) return 'no-reader-service';
      throw error;
    }
  }

  /** Starts to read; the id of the request, or why that cannot be. */
  async start(request: ReadRequest): Promise<{ readonly requestId: string } | NotReady> {
    const ready = await this.readiness();
    if (typeof ready === 'string') return ready;
    const earlier = this.#current;
    earlier?.read.cancel();
    const { ports, slot } = this.#parts;
    const reading = new Reading({ ...ports, slot }, ready, request);
    this.#current = reading;
    reading.ended = this.#run(reading, earlier?.ended ?? Promise.resolve());
    return { requestId: reading.requestId };
  }

  /** What a request has come to, once its version is beyond `after` or the wait is over; undefined when there is no such request. */
  async result(requestId: string, wait: boolean, after: number, gone: AbortSignal): Promise<ReadResult | undefined> {
    const reading = this.#find(requestId);
    if (reading === undefined) return undefined;
    reading.lastAskedAt = Date.now();
    if (wait && reading.read.result.version <= after) await changed(reading, gone);
    reading.lastAskedAt = Date.now();
    return reading.read.result;
  }

  /** @returns whether there was a card that waited for it. */
  answer(requestId: string, answer: IssuerAnswer): boolean {
    return this.#find(requestId)?.read.answer(answer) ?? false;
  }

  /** @returns whether there was such a choice. */
  choose(requestId: string, id: string): boolean {
    return this.#find(requestId)?.read.choose(id) ?? false;
  }

  /** @returns whether there was such a request. */
  cancel(requestId: string): boolean {
    const reading = this.#find(requestId);
    reading?.read.cancel();
    return reading !== undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#current?.read.cancel();
    await this.#current?.ended;
    await this.#parts.slot.close();
  }

  async #run(reading: Reading, earlier: Promise<void>): Promise<void> {
    await earlier;
    await reading.read.run((error) => this.#wordsOf(error));
    await this.#parts.slot.release();
  }

  #wordsOf(error: unknown): Bilingual {
    if (error instanceof PcscError) return READER_GONE;
    if (error instanceof CryptoRefusal && error.code === 'dukpt-exhausted') return DEVICE_EXHAUSTED;
    this.#parts.report(error instanceof Error ? `reading failed: ${error.name}: ${error.message}` : 'reading failed');
    return BROKEN;
  }

  #find(requestId: string): Reading | undefined {
    return this.#current?.requestId === requestId ? this.#current : undefined;
  }

  #dropAbandoned(): void {
    const reading = this.#current;
    if (reading === undefined || reading.waiters.size > 0) return;
    if (Date.now() - reading.lastAskedAt > ABANDONED_AFTER_MS) reading.read.cancel();
  }
}

/** Resolves when the result changes, the wait is over, or the asker has gone. */
function changed(reading: Reading, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      reading.waiters.delete(done);
      gone.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, LONG_POLL_MS);
    reading.waiters.add(done);
    gone.addEventListener('abort', done);
  });
}
