import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { accountsPage } from './accounts.ts';
import { apiPage } from './api.ts';
import { faultsPage } from './faults.ts';
import { layersPage } from './layers.ts';
import { brokenLinks } from './links.ts';
import { methodsPage } from './methods.ts';
import { openSample, type Sample } from './sample.ts';
import { schemaPage } from './schema.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = 'docs/reference';

/** The pages that are written from the code; each asks the code itself, never a copy of what it says. */
const PAGES: Readonly<Record<string, (sample: Sample) => string | Promise<string>>> = {
  'api.md': ({ platform }) => apiPage(platform.routes),
  'faults.md': faultsPage,
  'layers.md': layersPage,
  'methods.md': methodsPage,
  'accounts.md': accountsPage,
  'schema.sql': ({ platform }) => schemaPage(platform.db),
};

/**
 * `npm run docs`: writes the generated references. With `--check` nothing is written: exit 1 when a page is not what the
 * code says, or when a link in the documentation leads nowhere.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const written = await generate();
  const stale = [...written].filter(([file, text]) => text !== readIfThere(path.join(ROOT, FOLDER, file)));
  const broken = brokenLinks(ROOT);
  for (const link of broken) console.error(link);
  if (values.check) for (const [file] of stale) console.error(`${FOLDER}/${file} is stale; run \`npm run docs\``);
  else writeAll(stale);
  const verb = values.check ? 'stale' : 'written';
  console.log(`docs: ${stale.length} of ${written.size} references ${verb}, ${broken.length} broken links`);
  process.exitCode = broken.length > 0 || (values.check && stale.length > 0) ? 1 : 0;
}

async function generate(): Promise<ReadonlyMap<string, string>> {
  const sample = await openSample();
  try {
    const written = new Map<string, string>();
    for (const [file, page] of Object.entries(PAGES)) written.set(file, `${(await page(sample)).trimEnd()}\n`);
    return written;
  } finally {
    await sample.close();
  }
}

function writeAll(files: readonly (readonly [file: string, text: string])[]): void {
  mkdirSync(path.join(ROOT, FOLDER), { recursive: true });
  for (const [file, text] of files) writeFileSync(path.join(ROOT, FOLDER, file), text);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

await main();
