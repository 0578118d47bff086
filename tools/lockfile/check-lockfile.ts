import { readFileSync } from 'node:fs';
import path from 'node:path';

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Names of optional packages that some installed package wants and the lockfile does not hold: npm drops such silently. */
export function missingFromLock(packages: Readonly<Record<string, LockedPackage>>): readonly string[] {
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isReachable(packages, place, name))
      .map((name) => `${name}, wanted by ${place || 'the project'}`),
  );
}

/** Node's own look-up: in the package's folder, then in each folder above it. */
function isReachable(packages: Readonly<Record<string, LockedPackage>>, place: string, name: string): boolean {
  for (let at = place; ; at = at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '') {
    if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in packages) return true;
    if (at === '') return false;
  }
}

if (import.meta.main) {
  const file = path.resolve(import.meta.dirname, '../../package-lock.json');
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> };
  const missing = missingFromLock(packages);
  const addressed = Object.entries(packages).filter(
    ([, { resolved }]) => resolved !== undefined && /^https?:/.test(resolved),
  );
  for (const one of missing) console.error(`missing from the lockfile: ${one}`);
  for (const [place] of addressed) console.error(`the lockfile names a download address for ${place}`);
  process.exitCode = missing.length + addressed.length === 0 ? 0 : 1;
}
