import { type AddressInfo, createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { concatBytes } from '@zhanggui/base';
import { Deframer, encodeLength, Iso8583Error } from '@zhanggui/iso8583';
import type { BankHost, Reaction } from './bank-host.ts';
import type { HostCertificates } from './certificates.ts';

/** How terminals reach the host. `clientCertificate` says whether theirs is asked for, and whether it must be there. */
export type Transport =
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'tls';
      readonly certificates: HostCertificates;
      readonly clientCertificate: 'none' | 'optional' | 'required';
    };

/** The bank host's end of its lines: TLS or plain TCP, many terminals on each connection, any number of connections. */
export class BankLine {
  readonly #host: BankHost;
  readonly #transport: Transport;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(host: BankHost, transport: Transport) {
    this.#host = host;
    this.#transport = transport;
  }

  get port(): number {
    return this.#port;
  }

  get transport(): Transport {
    return this.#transport;
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
    const server = this.#newServer();
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

  #newServer(): Server {
    const serve = (socket: Socket): void => this.#serve(socket);
    if (this.#transport.kind === 'plain') return createPlainServer(serve);
    const { certificates, clientCertificate } = this.#transport;
    const asked = clientCertificate !== 'none';
    return createTlsServer(
      {
        cert: certificates.certificatePem,
        key: certificates.keyPem,
        minVersion: 'TLSv1.2',
        ...(asked ? { ca: certificates.clientCaPem, requestCert: true } : {}),
        rejectUnauthorized: clientCertificate === 'required',
      },
      serve,
    );
  }

  #serve(socket: Socket): void {
    // A certificate that another authority signed is worse than none.
    if (socket instanceof TLSSocket && !socket.authorized && socket.getPeerCertificate().raw !== undefined) {
      socket.destroy();
      return;
    }
    const deframer = new Deframer(this.#host.dialect.framing);
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
      if (socket.destroyed) return;
      if (reaction === 'disconnect') socket.destroy();
      else if ('cut' in reaction) cutInTheMiddle(socket, this.#framed(reaction.cut));
      else socket.write(this.#framed(reaction));
    }
  }

  #framed(payload: Uint8Array): Uint8Array {
    return concatBytes(encodeLength(this.#host.dialect.framing, payload.length), payload);
  }
}

/** Half of the frame arrives, then the line ends. */
function cutInTheMiddle(socket: Socket, frame: Uint8Array): void {
  socket.write(frame.subarray(0, frame.length >> 1), () => socket.destroy());
}
