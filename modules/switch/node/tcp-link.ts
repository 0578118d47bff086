import type { Socket } from 'node:net';
import { concatBytes } from '@zhanggui/base';
import { Deframer, encodeLength, type Framing } from '@zhanggui/iso8583';
import type { AcquirerLink, LinkAnswer, LinkConfig, LinkEvents } from '../link.ts';
import { type Dialing, dial } from './dial.ts';

const BACK_OFF_MS = 200;
const MAXIMUM_BACK_OFF_MS = 10_000;

/**
 * One persistent connection to an acquirer over TLS 1.2/1.3 with a pinned authority, or plain TCP, carrying many
 * requests at once. A lost connection ends its waiting requests as `silent`, since they may have been received, and is
 * made again with growing delays.
 */
export class TcpLink implements AcquirerLink {
  readonly kind = 'persistent';
  readonly #config: LinkConfig;
  readonly #framing: Framing;
  readonly #events: LinkEvents;
  readonly #pending = new Map<string, (answer: LinkAnswer) => void>();
  #socket: Socket | undefined;
  #dialing: Dialing | undefined;
  #connecting: Promise<Socket | Error> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #backOffMs: number;
  #closed = false;

  /** @param framing how a message's length stands in front of it on this line. */
  constructor(config: LinkConfig, framing: Framing, events: LinkEvents) {
    this.#config = config;
    this.#framing = framing;
    this.#events = events;
    this.#backOffMs = config.backOffMs ?? BACK_OFF_MS;
  }

  async request(message: Uint8Array, correlation: string, timeoutMs: number): Promise<LinkAnswer> {
    if (this.#closed) return { kind: 'not-sent', cause: 'the link is closed' };
    const startedAt = performance.now();
    const socket = this.#socket ?? (await this.#connect());
    const leftMs = timeoutMs - (performance.now() - startedAt);
    if (socket instanceof Error) return { kind: 'not-sent', cause: socket.message };
    if (socket.destroyed || !socket.writable) return { kind: 'not-sent', cause: 'the connection was lost' };
    if (leftMs <= 0) return { kind: 'not-sent', cause: 'no connection in time' };
    if (this.#pending.has(correlation))
      return { kind: 'not-sent', cause: 'a request with the same trace number is waiting' };
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ kind: 'silent', cause: `no answer in ${timeoutMs} ms` }), leftMs);
      const settle = (answer: LinkAnswer): void => {
        clearTimeout(timer);
        this.#pending.delete(correlation);
        resolve(answer);
      };
      this.#pending.set(correlation, settle);
      // From here on the bytes may have left: nothing that happens later makes this `not-sent` again.
      socket.write(concatBytes(encodeLength(this.#framing, message.length), message));
    });
  }

  connected(): boolean {
    return this.#socket !== undefined;
  }

  drop(cause: string): void {
    this.#socket?.destroy(new Error(cause));
  }

  /** Ends the connection for good; waiting requests end as `silent`. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#dialing?.abort(new Error('the link is closed'));
    const socket = this.#socket;
    if (socket === undefined) return;
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.destroy();
    await ended;
  }

  /** Joins a connection attempt that is under way, or starts one. */
  #connect(): Promise<Socket | Error> {
    clearTimeout(this.#retry);
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(): Promise<Socket | Error> {
    this.#dialing = dial(this.#config);
    const socket = await this.#dialing.opened;
    this.#dialing = undefined;
    if (socket instanceof Error) this.#connectLater();
    else this.#adopt(socket);
    return socket;
  }

  #adopt(socket: Socket): void {
    const reader = new Deframer(this.#framing);
    let cause = 'the host closed the connection';
    this.#socket = socket;
    this.#backOffMs = this.#config.backOffMs ?? BACK_OFF_MS;
    socket.on('error', (error) => {
      cause = error.message;
    });
    socket.on('data', (chunk: Uint8Array) => {
      try {
        for (const message of reader.push(chunk)) this.#receive(message);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('end', () => socket.destroy());
    socket.on('close', () => this.#lost(cause));
    this.#events.onState?.(true, '');
  }

  #receive(message: Uint8Array): void {
    const correlation = this.#events.correlationOf(message);
    const settle = correlation === null ? undefined : this.#pending.get(correlation);
    if (correlation === null) this.#events.onUnreadable(message);
    else if (settle === undefined) this.#events.onLateAnswer(correlation, message);
    else settle({ kind: 'answer', message });
  }

  #lost(cause: string): void {
    this.#socket = undefined;
    for (const settle of [...this.#pending.values()]) settle({ kind: 'silent', cause: `line lost: ${cause}` });
    this.#events.onState?.(false, cause);
    this.#connectLater();
  }

  #connectLater(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), this.#backOffMs);
    this.#retry.unref();
    this.#backOffMs = Math.min(this.#backOffMs * 2, this.#config.maximumBackOffMs ?? MAXIMUM_BACK_OFF_MS);
  }
}
