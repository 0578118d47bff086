import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { openReaders, registerReader } from './cards/reader.ts';
import type { ReaderGrant } from './cards/reader-device.ts';
import { type Bank, type BankCredentials, openBank, registerBank } from './hosts/bank.ts';

/** Where the simulator listens and keeps its things. Port 0 takes any free one. */
export interface SimulatorOptions {
  readonly port: number;
  readonly bankPort: number;
  readonly dataFolder: string;
}

/** What the platform's side must know to trade with the outside world that is simulated here: test keys only. */
export interface SimulatorCredentials {
  readonly bank: BankCredentials;
  readonly readers: readonly ReaderGrant[];
}

/** The simulated outside world at work. */
export interface Simulator {
  readonly port: number;
  readonly bank: Bank;
  credentials(): SimulatorCredentials;
  close(): Promise<void>;
}

/** Starts the bank host and the card readers on 127.0.0.1; everything over HTTP lies under `/sim`. */
export async function startSimulator({ port, bankPort, dataFolder }: SimulatorOptions): Promise<Simulator> {
  const bank = await openBank({ dataFolder, port: bankPort });
  const readers = openReaders(dataFolder);
  const credentials = () => ({ bank: bank.credentials(), readers: readers.keys.grants() });

  const app = Fastify({ forceCloseConnections: true });
  const routes = async (scope: FastifyInstance): Promise<void> => {
    registerBank(scope, bank);
    registerReader(scope, readers);
    scope.get('/credentials', async () => credentials());
  };
  await app.register(routes, { prefix: '/sim' });
  await app.listen({ host: '127.0.0.1', port });
  return {
    port: (app.server.address() as AddressInfo).port,
    bank,
    credentials,
    async close() {
      readers.close();
      await bank.close();
      await app.close();
    },
  };
}
