import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { LinkConfig } from '../link.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const KEEP_ALIVE_MS = 30_000;

/** A connection attempt; it ends with a connection or with the reason why there is none. */
export interface Dialing {
  readonly opened: Promise<Socket | Error>;
  /** Gives the attempt up. */
  abort(cause: Error): void;
}

/** Connects to an acquirer: TLS 1.2 or 1.3 with the configured authority and no other, or plain TCP. */
export function dial(config: LinkConfig): Dialing {
  const { socket, ready } = begin(config);
  const opened = new Promise<Socket | Error>((resolve) => {
    const timer = setTimeout(
      () => socket.destroy(new Error('no connection in time')),
      config.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    );
    const fail = (cause: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(cause);
    };
    socket.once('error', fail);
    socket.once(ready, () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      resolve(socket);
    });
  });
  return { opened, abort: (cause) => socket.destroy(cause) };
}

function begin({ host, port, tls }: LinkConfig): { socket: Socket; ready: 'connect' | 'secureConnect' } {
  if (tls === undefined) return { socket: connectTcp({ host, port }), ready: 'connect' };
  const socket = connectTls({
    host,
    port,
    ca: [tls.caPem],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    ...(tls.clientCertificatePem === undefined ? {} : { cert: tls.clientCertificatePem }),
    ...(tls.clientKeyPem === undefined ? {} : { key: tls.clientKeyPem }),
  });
  return { socket, ready: 'secureConnect' };
}
