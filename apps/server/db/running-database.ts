import fs from 'node:fs';
import path from 'node:path';

/** Address of the embedded database of the data folder while it runs, or undefined. */
export function runningDatabaseUrl(dataDir: string): string | undefined {
  const file = path.join(dataDir, 'postgres/postmaster.pid');
  try {
    const [pid, , , port] = fs.readFileSync(file, 'utf8').split('\n');
    process.kill(Number(pid), 0);
    return `postgres://zhanggui@127.0.0.1:${Number(port)}/postgres`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // No such file: it does not run. No such process: it stopped without cleaning up. Not ours to signal: it runs.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    if (code === 'EPERM') {
      const port = fs.readFileSync(file, 'utf8').split('\n')[3];
      return `postgres://zhanggui@127.0.0.1:${Number(port)}/postgres`;
    }
    throw error;
  }
}
