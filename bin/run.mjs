// Plain JavaScript for any Node >= 20: installs what is missing, then hands over to the Node that the project ships.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const commands = {
  start: 'apps/server/start.ts',
  agent: 'apps/agent/main.ts',
  test: 'tools/test.ts',
  check: 'tools/check.ts',
  vectors: 'tools/vectors/main.ts',
  fuzz: 'tools/fuzz/main.ts',
  audit: 'apps/server/audit.ts',
  keys: 'apps/server/keys.ts',
  replay: 'tools/replay/main.ts',
  bench: 'bench/main.ts',
  sim: 'test/simulation/main.ts',
  cards: 'sim/cards/main.ts',
  docs: 'tools/docs/main.ts',
  build: 'apps/server/build-pages.ts',
  'sim:bank': 'sim/hosts/main.ts',
  'sim:wallets': 'sim/wallets/main.ts',
  cli: 'tools/cli/main.ts',
  node: undefined,
};

/** Stops with one sentence a person can act on. */
function refuse(sentence) {
  console.error(`zhanggui: ${sentence}`);
  process.exit(1);
}

function installWhatIsMissing() {
  const stamp = path.join(root, 'node_modules/.install-stamp');
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).update(process.platform).update(process.arch).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing the libraries that the lockfile names (once, about half a minute) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const result = spawnSync(npm, ['ci', ...quiet], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) refuse('the libraries could not be installed; the lines above say why.');
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** The Node in npm's platform package; npm 10 does not link it into .bin, so it is looked up by name. */
function shippedNode() {
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  const found = names
    .map((name) => path.join(root, 'node_modules', name, 'bin/node'))
    .find((file) => existsSync(file) && spawnSync(file, ['-v']).status === 0);
  if (found) return found;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  return refuse('the Node shipped with the project does not run on this machine; install Node 24 or newer.');
}

/** A signal to npm ends its shell, which does not pass it on; the command must not live on without anybody who waits for it. */
function stopWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500).unref();
}

function main() {
  const [command = 'start', ...rest] = process.argv.slice(2);
  if (Number(process.versions.node.split('.')[0]) < 20)
    refuse(`Node 20 or newer is needed; this is ${process.version}.`);
  if (!Object.hasOwn(commands, command))
    refuse(`there is no command "${command}"; known: ${Object.keys(commands).join(', ')}.`);
  installWhatIsMissing();
  const node = shippedNode();
  const bin = [path.dirname(node), path.join(root, 'node_modules/.bin')].join(path.delimiter);
  const env = {
    ...process.env,
    PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`,
    ZHANGGUI_CALLED_FROM: process.env.INIT_CWD ?? process.cwd(),
  };
  const file = commands[command];
  const args = file === undefined ? rest : [path.join(root, file), ...rest];
  const child = spawn(node, args, { cwd: root, stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  stopWithNpm(child);
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

main();
