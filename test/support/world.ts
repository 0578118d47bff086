import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../apps/server/db/embedded-postgres.ts';
import { type Simulator, startSimulator } from '../../sim/simulator.ts';
import { withTestKeys } from '../../sim/wallets/test-keys.ts';
import { ApiClient } from './api-client.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Where servers find what an earlier one has compiled: most of the time that one takes to start. */
const compiled = path.join(root, 'node_modules/.cache/compiled');

/** A platform with its own database and its own simulated outside; the server is a process that can be killed. */
export interface World {
  readonly simulator: Simulator;
  /** Where the server and the database keep their things, and under `sim` the outside. */
  readonly folder: string;
  readonly databaseUrl: string;
  /** Starts the server, at a crash point where one is named, from this project or a changed copy; resolves when it listens. */
  startServer(environment?: Readonly<Record<string, string>>, from?: string): Promise<TestServer>;
  close(): Promise<void>;
}

/** A server process. */
export interface TestServer {
  readonly pid: number;
  readonly origin: string;
  /** Resolves with the signal that ended the process. */
  readonly ended: Promise<NodeJS.Signals | null>;
  readonly log: () => string;
  kill(): Promise<void>;
  /** A client that is signed in. */
  signIn(username?: 'cashier' | 'manager' | 'owner' | 'operator' | 'neighbour'): Promise<ApiClient>;
}

/** How much faster than life the tests' outside world runs. */
export const TIME_SCALE = 0.04;

/** Opens a world of its own in a temporary folder. */
export async function openWorld(
  options: { webDir?: string; timeScale?: number; durable?: boolean; terminals?: number } = {},
): Promise<World> {
  const timeScale = options.timeScale ?? TIME_SCALE;
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhanggui-world-'));
  // The database's account is another one than root's and has to get through this folder to its own.
  fs.chmodSync(folder, 0o755);
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    ephemeral: options.durable !== true,
  });
  const terminals = options.terminals === undefined ? {} : { terminals: options.terminals };
  const dataFolder = path.join(folder, 'sim');
  const simulator = await withTestKeys(path.join(dataFolder, 'wallets'), () =>
    startSimulator({ port: 0, bankPort: 0, dataFolder, timeScale, ...terminals }),
  );
  const servers = new Set<TestServer>();
  return {
    simulator,
    folder,
    databaseUrl: postgres.url,
    startServer: async (environment = {}, from = root) => {
      const server = await startProcess(from, {
        DATABASE_URL: postgres.url,
        PORT: '0',
        ZHANGGUI_DATA: folder,
        ZHANGGUI_SIM_URL: `http://127.0.0.1:${simulator.port}/sim`,
        ZHANGGUI_TIME_SCALE: String(timeScale),
        ...(options.webDir === undefined ? {} : { ZHANGGUI_WEB: options.webDir }),
        ...environment,
      });
      servers.add(server);
      return server;
    },
    close: async () => {
      for (const server of servers) await server.kill();
      await simulator.close();
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startProcess(from: string, environment: Readonly<Record<string, string>>): Promise<TestServer> {
  const keeper = path.join(import.meta.dirname, 'keep-compiled.ts');
  const child = spawn(process.execPath, ['--import', keeper, path.join(from, 'apps/server/main.ts')], {
    cwd: from,
    env: { ...process.env, ...(from === root ? { NODE_COMPILE_CACHE: compiled } : {}), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const port = await readyPort(child, () => log);
  const origin = `http://127.0.0.1:${port}`;
  return {
    pid: child.pid ?? 0,
    origin,
    ended,
    log: () => log,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    signIn: async (username = 'manager') => {
      const client = new ApiClient(origin);
      await client.signIn(username, `${username}-demo`);
      return client;
    },
  };
}

function readyPort(child: ChildProcess, log: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error('the process has no output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"ready":true')) resolve((JSON.parse(line) as { port: number }).port);
    });
    child.once('exit', (code) => reject(new Error(`the server stopped with code ${code}: ${log()}`)));
  });
}
