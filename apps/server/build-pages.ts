import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const SOURCES = [
  '{apps,packages,plugins,modules,sim}/**/*.{ts,tsx,css,html,json,svg}',
  'vite.config.ts',
  'package-lock.json',
];
const stampFile = path.join(root, 'dist/web/.sources');

/**
 * Builds all pages into `dist/web` when a source has changed since the last build.
 * @returns the folder of the pages, and whether it was built now.
 */
export async function buildPages(): Promise<{ webDir: string; built: boolean }> {
  const webDir = path.join(root, 'dist/web');
  const wanted = digestOfSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return { webDir, built: false };
  const { build } = await import('vite');
  await build({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn' });
  writeFileSync(stampFile, wanted);
  return { webDir, built: true };
}

function digestOfSources(): string {
  const files = SOURCES.flatMap((pattern) =>
    globSync(pattern, { cwd: root, exclude: (name) => /node_modules|\.test\.tsx?$/.test(name) }),
  );
  const digest = createHash('sha256');
  for (const file of files.sort())
    digest
      .update(file)
      .update('\0')
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  return digest.digest('hex');
}

if (import.meta.main) {
  const { built } = await buildPages();
  console.log(built ? 'The pages are built.' : 'The pages are up to date.');
}
