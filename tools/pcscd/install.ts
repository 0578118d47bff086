import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';

const PACKAGES = ['pcscd', 'vsmartcard-vpcd'];
const PROGRAM = '/usr/sbin/pcscd';
const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const SOCKET = '/run/pcscd/pcscd.comm';
const INSTALL_WITHIN_MS = 120_000;

/**
 * Makes ready what the agent's tests against the real pcscd need: Debian's pcscd and the driver of a virtual reader.
 * @returns null when they can run, or why they cannot.
 */
export async function preparePcscd(): Promise<string | null> {
  if (process.platform !== 'linux') return 'pcscd with its virtual reader is tested on Linux';
  if (process.getuid?.() !== 0) return 'only root can install and start pcscd';
  if (!isInstalled()) {
    const failure = install();
    if (failure !== null) return failure;
  }
  if (await answers()) return 'a pcscd runs already, and its readers are not ours to use';
  return null;
}

function isInstalled(): boolean {
  return existsSync(PROGRAM) && existsSync(DRIVER);
}

function install(): string | null {
  const options = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20'];
  for (const task of [['update'], ['install', '-y', '--no-install-recommends', ...PACKAGES]]) {
    const { status, error } = spawnSync('apt-get', [...options, ...task], {
      stdio: 'ignore',
      timeout: INSTALL_WITHIN_MS,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0)
      return `${PACKAGES.join(' and ')} could not be installed (${error?.message ?? `apt-get: ${status}`})`;
  }
  return isInstalled() ? null : 'the packages do not hold what the tests need';
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(SOCKET);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
