import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildPages } from './build-pages.ts';
import { StartRefused, startEmbeddedPostgres } from './db/embedded-postgres.ts';
import { demoLogins } from './demo.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What was started and has to be stopped, in the reverse order. */
interface Started {
  readonly parts: { stop(): Promise<void> }[];
  isStopping(): boolean;
  /** Stops everything and ends the process; a second call while that goes on changes nothing. */
  stopAll(code: number): Promise<void>;
}

/**
 * `npm start`: database, simulators, server and pages with one command. Environment: PORT (8080), ZHANGGUI_DATA
 * (`.data` in the project), DATABASE_URL (another PostgreSQL than the embedded one).
 */
async function main(): Promise<void> {
  const port = portFromEnvironment();
  const dataDir = path.resolve(
    process.env.ZHANGGUI_CALLED_FROM ?? root,
    process.env.ZHANGGUI_DATA ?? path.join(root, '.data'),
  );
  const started = stopOnSignals();
  try {
    makeWritable(dataDir);
    await refuseTakenPort(port);
    const { webDir } = await step('Pages', buildPages);
    const databaseUrl = await step('Database', () => openDatabase(dataDir, started));
    const simulator = await step('Simulators', () => startSimulators(dataDir, started));
    await step('Server', () =>
      startServer({ port, dataDir, webDir, databaseUrl, simulatorUrl: simulator.url }, started),
    );
    printTable(port, databaseUrl, simulator.bank, dataDir);
  } catch (error) {
    console.error(
      `zhanggui: ${error instanceof StartRefused ? error.message : String(error instanceof Error ? error.stack : error)}`,
    );
    await started.stopAll(1);
  }
}

function portFromEnvironment(): number {
  const text = process.env.PORT ?? '8080';
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  console.error(`zhanggui: PORT is "${text}", which is not a port between 1 and 65535.`);
  process.exit(1);
}

/** Ctrl-C stops everything, the last started first. */
function stopOnSignals(): Started {
  const parts: Started['parts'] = [];
  let stopping: Promise<void> | undefined;
  const stopAll = (code: number): Promise<void> => {
    stopping ??= (async () => {
      for (const part of parts.reverse()) await part.stop();
      process.exit(code);
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping === undefined) console.error('\nStopping …');
      void stopAll(0);
    });
  }
  return { parts, isStopping: () => stopping !== undefined, stopAll };
}

async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const from = performance.now();
  process.stderr.write(`  ${name} …`);
  const result = await work();
  process.stderr.write(`\r  ${name.padEnd(12)} ready in ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
  return result;
}

function makeWritable(dataDir: string): void {
  try {
    fs.mkdirSync(dataDir, { recursive: true });
    fs.accessSync(dataDir, fs.constants.W_OK);
  } catch (error) {
    throw new StartRefused(
      `the data folder ${dataDir} cannot be written (${(error as Error).message}); set ZHANGGUI_DATA to one that can.`,
    );
  }
}

function refuseTakenPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
      reject(new StartRefused(`port ${port} cannot be opened: ${why}; set PORT to another one.`));
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

async function openDatabase(dataDir: string, started: Started): Promise<string> {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(dataDir, 'postgres') });
  started.parts.push(postgres);
  return postgres.url;
}

interface SimulatorReady {
  readonly url: string;
  readonly bank: string;
}

function startSimulators(dataDir: string, started: Started): Promise<SimulatorReady> {
  const env = { SIM_PORT: '0', SIM_BANK_PORT: '0', SIM_DATA: path.join(dataDir, 'sim') };
  return startProcess<SimulatorReady>('The simulators', 'sim/main.ts', env, started);
}

interface ServerSettings {
  readonly port: number;
  readonly dataDir: string;
  readonly webDir: string;
  readonly databaseUrl: string;
  readonly simulatorUrl: string;
}

function startServer(settings: ServerSettings, started: Started): Promise<unknown> {
  const env = {
    PORT: String(settings.port),
    DATABASE_URL: settings.databaseUrl,
    ZHANGGUI_DATA: settings.dataDir,
    ZHANGGUI_WEB: settings.webDir,
    ZHANGGUI_SIM_URL: settings.simulatorUrl,
  };
  return startProcess('The server', 'apps/server/main.ts', env, started);
}

/** Starts one of our processes and waits for the line of JSON that says it is ready. */
function startProcess<Ready>(
  name: string,
  file: string,
  env: Record<string, string>,
  started: Started,
): Promise<Ready> {
  // Standard input stays open as long as this process lives, so that the child notices when it does not any more.
  const child = spawn(process.execPath, [path.join(root, file)], {
    cwd: root,
    env: { ...process.env, ...env, ZHANGGUI_SUPERVISED: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.parts.push({ stop: () => stopProcess(child) });
  return new Promise((resolve, reject) => {
    let ready = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{"ready":true')) return void console.error(line);
      ready = true;
      resolve(JSON.parse(line) as Ready);
    });
    child.once('exit', (code, signal) => {
      if (started.isStopping()) return;
      const words = `${name} stopped unexpectedly (${signal ?? `code ${code}`}).`;
      if (!ready) return reject(new StartRefused(words));
      console.error(`zhanggui: ${words}`);
      void started.stopAll(1);
    });
  });
}

function stopProcess(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const insist = setTimeout(() => child.kill('SIGKILL'), 8_000);
    child.once('exit', () => {
      clearTimeout(insist);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function printTable(port: number, databaseUrl: string, bank: string, dataDir: string): void {
  const origin = `http://localhost:${port}`;
  const rows = [
    ['Open this first', `${origin}/`],
    ['Till', `${origin}/till`],
    ['Second screen', `${origin}/display?till=till_1`],
    ['Console', `${origin}/console`],
    ["Customer's phone", `${origin}/sim/phone`],
    ['Card reader', `${origin}/sim/reader?reader=till_1`],
    ['Bank host', `${origin}/sim/bank   (line ${bank}, TLS)`],
    ['API', `${origin}/api/v1/openapi.json`],
    [
      'Database',
      process.env.DATABASE_URL ? 'yours, from DATABASE_URL' : `${new URL(databaseUrl).host}, data in ${dataDir}`,
    ],
    ...demoLogins.map(({ username, password, role }) => [`Login ${role}`, `${username} / ${password}`]),
  ];
  console.log(`\n  掌柜 Zhanggui is open. Ctrl-C closes it.\n`);
  for (const [name = '', value = ''] of rows) console.log(`  ${name.padEnd(17)} ${value}`);
  console.log('');
}

await main();
