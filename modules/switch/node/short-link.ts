import type { Socket } from 'node:net';
import { concatBytes } from '@zhanggui/base';
import { Deframer, encodeLength, type Framing } from '@zhanggui/iso8583';
import type { AcquirerLink, LinkAnswer, LinkConfig, LinkEvents } from '../link.ts';
import { type Dialing, dial } from './dial.ts';

const CLOSED = new Error('the link is closed');

/**
 * A connection of its own for each request, for hosts that want it so (CUPS: short connection). What comes on it beside
 * the answer is handed on as on a lasting one; after a wait without an answer nothing can come any more.
 */
export class ShortLink implements AcquirerLink {
  readonly kind = 'short';
  readonly #config: LinkConfig;
  readonly #framing: Framing;
  readonly #events: LinkEvents;
  readonly #dialing = new Set<Dialing>();
  readonly #sockets = new Set<Socket>();
  #closed = false;
  #reached = false;

  constructor(config: LinkConfig, framing: Framing, events: LinkEvents) {
    this.#config = config;
    this.#framing = framing;
    this.#events = events;
  }

  async request(message: Uint8Array, correlation: string, timeoutMs: number): Promise<LinkAnswer> {
    if (this.#closed) return { kind: 'not-sent', cause: CLOSED.message };
    const startedAt = performance.now();
    const dialing = dial(this.#config);
    this.#dialing.add(dialing);
    const socket = await dialing.opened;
    this.#dialing.delete(dialing);
    this.#note(socket);
    if (socket instanceof Error) return { kind: 'not-sent', cause: socket.message };
    this.#sockets.add(socket);
    try {
      const leftMs = timeoutMs - (performance.now() - startedAt);
      return leftMs <= 0
        ? { kind: 'not-sent', cause: 'no connection in time' }
        : await this.#ask(socket, message, correlation, leftMs);
    } finally {
      this.#sockets.delete(socket);
      socket.destroy();
    }
  }

  /** Whether the last attempt reached the host. */
  connected(): boolean {
    return this.#reached && !this.#closed;
  }

  drop(cause: string): void {
    for (const socket of this.#sockets) socket.destroy(new Error(cause));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const dialing of this.#dialing) dialing.abort(CLOSED);
    this.drop(CLOSED.message);
  }

  #ask(socket: Socket, message: Uint8Array, correlation: string, timeoutMs: number): Promise<LinkAnswer> {
    const reader = new Deframer(this.#framing);
    return new Promise((resolve) => {
      const silent = (cause: string) => resolve({ kind: 'silent', cause });
      const timer = setTimeout(() => silent(`no answer in ${Math.round(timeoutMs)} ms`), timeoutMs);
      socket.on('error', (error) => silent(`line lost: ${error.message}`));
      socket.on('end', () => silent('line lost: the host closed the connection'));
      socket.on('close', () => {
        clearTimeout(timer);
        silent('line lost: the host closed the connection');
      });
      socket.on('data', (chunk: Uint8Array) => {
        try {
          for (const arrived of reader.push(chunk)) this.#sort(arrived, correlation, resolve);
        } catch (error) {
          socket.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
      socket.write(concatBytes(encodeLength(this.#framing, message.length), message));
    });
  }

  #sort(arrived: Uint8Array, correlation: string, resolve: (answer: LinkAnswer) => void): void {
    const found = this.#events.correlationOf(arrived);
    if (found === null) this.#events.onUnreadable(arrived);
    else if (found === correlation) resolve({ kind: 'answer', message: arrived });
    else this.#events.onLateAnswer(found, arrived);
  }

  #note(reached: Socket | Error): void {
    const isReached = !(reached instanceof Error);
    if (isReached !== this.#reached) this.#events.onState?.(isReached, isReached ? '' : reached.message);
    this.#reached = isReached;
  }
}
