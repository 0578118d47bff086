import { connect, type Socket } from 'node:net';

/** Bytes to a printer and back. */
export interface ByteChannel {
  write(bytes: Uint8Array): Promise<void>;
  /** As many bytes as came until there are `count` or the time is over. */
  read(count: number, withinMs: number): Promise<Uint8Array>;
}

/** Opens a connection for `use`, and closes it when all that was written has gone out. @throws what the socket throws; Error when it is silent. */
export async function overTcp(
  place: { readonly host: string; readonly port: number },
  silentAfterMs: number,
  use: (channel: ByteChannel) => Promise<void>,
): Promise<void> {
  const socket = connect(place);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  socket.on('error', (error) => failed.reject(error));
  socket.setTimeout(silentAfterMs, () => failed.reject(new Error('nothing moves on the connection')));
  const channel = new SocketChannel(socket);
  try {
    await Promise.race([use(channel), failed.promise]);
    await Promise.race([new Promise<void>((resolve) => socket.end(resolve)), failed.promise]);
  } finally {
    socket.destroy();
  }
}

class SocketChannel implements ByteChannel {
  readonly #socket: Socket;
  #received: number[] = [];
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(...chunk);
      this.#wake();
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async read(count: number, withinMs: number): Promise<Uint8Array> {
    const timeIsOver = Promise.withResolvers<void>();
    const timer = setTimeout(timeIsOver.resolve, withinMs);
    const over = timeIsOver.promise.then(() => true);
    while (this.#received.length < count) {
      const more = new Promise<false>((resolve) => {
        this.#wake = () => resolve(false);
      });
      if (await Promise.race([more, over])) break;
    }
    clearTimeout(timer);
    return Uint8Array.from(this.#received.splice(0, count));
  }
}
