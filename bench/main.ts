import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What a benchmark's file exports: it measures and answers with a Markdown table and what is to be said about it. */
interface Benchmark {
  readonly run: () => Promise<string>;
}

/** One line a benchmark, in the order of the page; a file is loaded when its turn comes, so that none warms up another. */
const BENCHMARKS: Readonly<Record<string, { readonly title: string; readonly file: string }>> = {
  codec: { title: 'ISO 8583: pack and unpack', file: './codec.ts' },
  tlv: { title: 'BER-TLV: field 55', file: './tlv.ts' },
  crypto: { title: 'Payment cryptography', file: './crypto.ts' },
  'crypto-sm': { title: 'SM2, SM3, SM4', file: './crypto-sm.ts' },
  authorize: { title: 'Payments through the whole path', file: './authorize.ts' },
  cards: { title: 'Card payments: what the gateway adds, what terminals weigh', file: './cards.ts' },
  wallets: { title: 'Wallet payments beside RSA alone', file: './wallets.ts' },
};

const PAGE = fileURLToPath(new URL('../docs/reference/bench.md', import.meta.url));
const HEADING = '# What was measured';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { write: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (values.help || unknown !== undefined) {
    if (unknown !== undefined) console.error(`There is no benchmark "${unknown}".`);
    console.log(`Usage: npm run bench -- [NAME]… [--write]\n\nNames: ${Object.keys(BENCHMARKS).join(', ')}`);
    process.exitCode = unknown === undefined ? 0 : 2;
    return;
  }
  const chosen = Object.entries(BENCHMARKS).filter(([name]) => positionals.length === 0 || positionals.includes(name));
  for (const [name, { title, file }] of chosen) {
    const { run } = (await import(file)) as Benchmark;
    const table = (await run()).trim();
    console.log(`\n## ${title}\n\n${table}\n`);
    if (values.write) writeSection(name, title, `${table}\n\n${machineFacts()}`);
  }
}

/** Puts a section into the page: between its own two marks when it is there already, else at the end. */
function writeSection(name: string, title: string, body: string): void {
  const page = readPage();
  const section = `<!-- begin ${name} -->\n## ${title}\n\n${body}\n<!-- end ${name} -->`;
  const begin = page.indexOf(`<!-- begin ${name} -->`);
  const endMark = `<!-- end ${name} -->`;
  const end = page.indexOf(endMark);
  const whole =
    begin < 0 || end < 0
      ? `${page.trimEnd()}\n\n${section}\n`
      : page.slice(0, begin) + section + page.slice(end + endMark.length);
  mkdirSync(path.dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, whole);
}

function readPage(): string {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return `${HEADING}\n\nWritten by \`npm run bench -- --write\`. Absolute figures belong to the machine named below each table; ratios carry over.\n`;
  }
}

function machineFacts(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memoryGib = (totalmem() / 2 ** 30).toFixed(0);
  const day = new Date().toISOString().slice(0, 10);
  return `Measured ${day} with Node ${process.versions.node} on ${processors.length} cores of ${model}, ${memoryGib} GiB, ${process.platform} ${process.arch}.`;
}

await main();
