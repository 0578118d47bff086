import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Fastify from 'fastify';
import type { WalletId } from './code-issuer.ts';
import type { Credentials } from './credentials.ts';
import { registerWallets, type WalletOptions, type Wallets } from './index.ts';
import { withTestKeys } from './test-keys.ts';

/** The simulated wallets at work on a port of their own, with their data in a folder that goes away with them. */
export interface RunningWallets extends Wallets {
  readonly origin: string;
  readonly access: Credentials;
  /** The code on a customer's phone. */
  codeOf(wallet: WalletId, customer?: string): string;
  /** A command to the simulators over HTTP, below `/sim`. */
  command(method: 'GET' | 'POST' | 'PUT' | 'DELETE', where: string, body?: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Starts the wallets on 127.0.0.1 and any free port. */
export async function startWallets(options: Partial<WalletOptions> = {}): Promise<RunningWallets> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'wallets-'));
  const app = Fastify({ forceCloseConnections: true });
  const wallets = await withTestKeys(dataDir, () => registerWallets(app, { timeScale: 0.02, ...options, dataDir }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    ...wallets,
    origin,
    access: wallets.credentials(origin),
    codeOf: (wallet, customer = 'wangfang') => wallets.books[wallet].code(customer).code,
    async command(method, where, body) {
      const response = await fetch(`${origin}/sim/${where}`, {
        method,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    },
    async close() {
      await app.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true });
    },
  };
}
