import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const LIBRARIES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/local/lib/softhsm/libsofthsm2.so'];
const PACKAGES = ['softhsm2', 'build-essential', 'python3'];
const here = import.meta.dirname;

/** The folder whose `node_modules` holds the addon. */
export const addonFolder: string = here;

/** The module of SoftHSM, or undefined where it is not installed. */
export function softHsmLibrary(): string | undefined {
  return LIBRARIES.find((file) => existsSync(file));
}

/**
 * Gets SoftHSM and the addon, which a fresh machine with Node and npm alone does not have: packages of the system where we
 * are root, the addon by npm.
 * @returns null when both are there, else why not.
 */
export function prepareSoftHsm(): string | null {
  return preparedSystem() ?? preparedAddon();
}

function preparedSystem(): string | null {
  if (softHsmLibrary() !== undefined) return null;
  if (process.getuid?.() !== 0) return 'SoftHSM 2 is not installed, and only root can install it (Debian: softhsm2)';
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...PACKAGES]])
    if (run('apt-get', args) !== null) return `apt-get ${args[0]} failed, so SoftHSM 2 is not installed`;
  return softHsmLibrary() === undefined ? 'SoftHSM 2 was installed in a place that is not known' : null;
}

function preparedAddon(): string | null {
  if (existsSync(path.join(here, 'node_modules/pkcs11js/build/Release/pkcs11.node'))) return null;
  const problem = run('npm', ['ci', '--no-audit', '--no-fund']);
  return problem === null ? null : `the addon pkcs11js could not be installed: ${problem}`;
}

/** Null when the command did it, else the last line that it said. */
function run(command: string, args: readonly string[]): string | null {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stderr, error } = spawnSync(command, args, { cwd: here, encoding: 'utf8', env });
  if (status === 0) return null;
  return error?.message ?? stderr.trim().split('\n').at(-1) ?? `${command} failed`;
}
