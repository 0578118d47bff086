import net from 'node:net';

/** A TCP line to a server on this machine that can be cut, so that a test can take the server away and bring it back. */
export interface CuttableLine {
  readonly port: number;
  /** Cuts all connections and refuses new ones. */
  cut(): void;
  /** Lets connections through again. */
  mend(): void;
  close(): Promise<void>;
}

/** Opens a line to a port of 127.0.0.1. */
export async function openCuttableLine(targetPort: number): Promise<CuttableLine> {
  const sockets = new Set<net.Socket>();
  let isCut = false;
  const keep = (socket: net.Socket): net.Socket => {
    sockets.add(socket);
    // Either end may vanish: that is what the line is for; `close` follows.
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const server = net.createServer((near) => {
    keep(near);
    if (isCut) {
      near.destroy();
      return;
    }
    const far = keep(net.connect(targetPort, '127.0.0.1'));
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as net.AddressInfo).port,
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
