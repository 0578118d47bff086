import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { concatBytes } from '@zhanggui/base';
import { cupsFraming, Deframer, encodeLength, Iso8583Error } from '@zhanggui/iso8583';
import type { BankHost, Reaction } from './bank-host.ts';
import type { HostCertificates } from './certificates.ts';

/** The bank host's end of its lines: TLS, many terminals on each connection. */
export class BankLine {
  readonly #host: BankHost;
  readonly #certificates: HostCertificates;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(host: BankHost, certificates: HostCertificates) {
    this.#host = host;
    this.#certificates = certificates;
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  get isUp(): boolean {
    return this.#server !== undefined;
  }

  /** Listens on 127.0.0.1; 0 takes any free port. A line that was down comes back on its port. */
  async up(port: number = this.#port): Promise<number> {
    if (this.#server !== undefined) return this.#port;
    const { certificatePem, keyPem } = this.#certificates;
    const server = createServer({ cert: certificatePem, key: keyPem, minVersion: 'TLSv1.2' }, (socket) =>
      this.#serve(socket),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Cuts all connections and takes no new ones. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    const deframer = new Deframer(cupsFraming);
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.#sockets.delete(socket));
    // A peer that vanishes is the peer's business; `close` follows.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Uint8Array) => {
      try {
        for (const payload of deframer.push(chunk)) void this.#react(socket, payload);
      } catch (error) {
        if (!(error instanceof Iso8583Error)) throw error;
        socket.destroy();
      }
    });
  }

  async #react(socket: Socket, payload: Uint8Array): Promise<void> {
    let reactions: Reaction[];
    try {
      reactions = await this.#host.receive(payload);
    } catch (error) {
      if (!(error instanceof Iso8583Error)) throw error;
      // What cannot be read is not answered, as hosts do.
      return;
    }
    for (const reaction of reactions) {
      if (reaction === 'disconnect') socket.destroy();
      else if (!socket.destroyed) socket.write(concatBytes(encodeLength(cupsFraming, reaction.length), reaction));
    }
  }
}
