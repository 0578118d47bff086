import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { openReaders, registerReader } from './cards/reader.ts';
import type { ReaderGrant } from './cards/reader-keys.ts';
import { type Bank, type BankCredentials, openBank } from './hosts/bank.ts';
import { registerBank } from './hosts/bank-routes.ts';
import { iso87AsciiDialect } from './hosts/dialects/iso87-ascii/dialect.ts';
import { registerWallets, type Wallets } from './wallets/index.ts';

const PREFIX = '/sim';

/** Where the simulator listens and keeps its things. Port 0 takes any free one. */
export interface SimulatorOptions {
  readonly port: number;
  readonly bankPort: number;
  readonly dataFolder: string;
  /** Shortens the outside world's own times, for tests: 0.01 makes a second ten milliseconds. */
  readonly timeScale?: number;
  /** How many terminals the bank knows at least. */
  readonly terminals?: number;
}

/** What the platform's side must know to trade with the outside world that is simulated here: test keys only. */
export interface SimulatorCredentials {
  readonly bank: BankCredentials;
  readonly readers: readonly ReaderGrant[];
  readonly wallets: ReturnType<Wallets['credentials']>;
}

/** The simulated outside world at work. */
export interface Simulator {
  readonly port: number;
  readonly bank: Bank;
  readonly wallets: Wallets;
  credentials(): SimulatorCredentials;
  /** A second acquirer, abroad: ISO 8583:1987 in characters on a port of its own. It is started when it is first asked for. */
  bankAbroad(): Promise<Bank>;
  close(): Promise<void>;
}

/** Starts bank host, card readers and wallets on 127.0.0.1; everything over HTTP lies under `/sim`. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { dataFolder, timeScale = 1 } = options;
  const terminals = options.terminals === undefined ? {} : { terminals: options.terminals };
  const bank = await openBank({ dataFolder, port: options.bankPort, timeScale, ...terminals });
  let abroad: Promise<Bank> | undefined;
  const bankAbroad = (): Promise<Bank> => {
    abroad ??= openBankAbroad({ dataFolder: join(dataFolder, 'abroad'), timeScale, ...terminals });
    return abroad;
  };
  const readers = openReaders(dataFolder);

  const app = Fastify({ forceCloseConnections: true });
  const wallets = await registerWallets(app, { dataDir: join(dataFolder, 'wallets'), prefix: PREFIX, timeScale });
  const portOf = (): number => (app.server.address() as AddressInfo).port;
  const credentials = (): SimulatorCredentials => ({
    bank: bank.credentials(),
    readers: readers.keys.grants(),
    wallets: wallets.credentials(`http://127.0.0.1:${portOf()}`),
  });
  const routes = async (scope: FastifyInstance): Promise<void> => {
    registerBank(scope, bank);
    registerReader(scope, readers);
    scope.get<{ Querystring: { abroad?: string } }>('/credentials', async ({ query }) =>
      query.abroad === undefined ? credentials() : { ...credentials(), abroad: (await bankAbroad()).credentials() },
    );
  };
  await app.register(routes, { prefix: PREFIX });
  await app.listen({ host: '127.0.0.1', port: options.port });
  return {
    port: portOf(),
    bank,
    wallets,
    credentials,
    bankAbroad,
    async close() {
      readers.close();
      await bank.close();
      await (await abroad)?.close();
      await app.close();
    },
  };
}

function openBankAbroad(options: Pick<SimulatorOptions, 'dataFolder' | 'timeScale' | 'terminals'>): Promise<Bank> {
  return openBank({ ...options, port: 0, acquirerId: 'sim-bank-abroad', dialect: iso87AsciiDialect });
}
