import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type FuzzJob, type FuzzReport, fuzz } from './fuzz.ts';
import { fuzzModules } from './targets.ts';

const DEFAULT_COUNT = 1_000_000;
const USAGE = `Usage: npm run fuzz -- [--target NAME]… [--count N] [--seed S]

Gives random and mutated inputs to the decoders; each must answer or refuse within 50 ms.
  --target NAME  only the targets whose name begins so; may be repeated
  --count N      inputs for each target (default ${DEFAULT_COUNT})
  --seed S       repeat an earlier run

Example: npm run fuzz -- --target qr --count 100000 --seed 42`;

function main(): void {
  const options = readOptions();
  if (options === undefined) return;
  const { targets, count, seed } = options;
  const jobs = allJobs(count, seed).filter(
    ({ name }) => targets.length === 0 || targets.some((wanted) => name.startsWith(wanted)),
  );
  if (jobs.length === 0) {
    console.error(
      `No such target. Known: ${allJobs(0, 0)
        .map(({ name }) => name)
        .join(', ')}`,
    );
    process.exitCode = 2;
    return;
  }
  exposeCollector();
  console.log(`seed ${seed}, ${count} inputs for each of ${jobs.length} targets`);
  const widest = Math.max(...jobs.map(({ name }) => name.length));
  let failures = 0;
  for (const job of jobs) {
    const report = fuzz(job);
    console.log(line(report, widest));
    if (report.failure === undefined) continue;
    failures += 1;
    console.log(`  input ${report.failure.iteration} (hex): ${report.failure.inputHex}\n  ${report.failure.reason}`);
  }
  console.log(`${jobs.length - failures} passed, ${failures} failed (seed ${seed})`);
  process.exitCode = failures > 0 ? 1 : 0;
}

/** One job a target, over all packages. */
export function allJobs(count: number, seed: number): readonly FuzzJob[] {
  return fuzzModules.flatMap(({ targets, samples = {} }) =>
    Object.entries(targets).map(([name, target]) => ({ name, target, samples: samples[name] ?? [], count, seed })),
  );
}

function readOptions(): { targets: readonly string[]; count: number; seed: number } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        target: { type: 'string', multiple: true, default: [] },
        count: { type: 'string', default: String(DEFAULT_COUNT) },
        seed: { type: 'string', default: String(randomInt(2 ** 32)) },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(USAGE);
      return undefined;
    }
    const count = Number(values.count);
    const seed = Number(values.seed);
    if (!Number.isSafeInteger(count) || count < 1) throw new Error('--count must be a positive whole number');
    if (!Number.isSafeInteger(seed) || seed < 0 || seed >= 2 ** 32)
      throw new Error('--seed must be a whole number from 0 to 4294967295');
    return { targets: values.target, count, seed };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

function line(report: FuzzReport, widest: number): string {
  const { name, inputs, accepted, slowestMs, heapGrowthBytes, failure } = report;
  const share = ((100 * accepted) / Math.max(1, inputs)).toFixed(2);
  const heap = `${heapGrowthBytes < 0 ? '−' : '+'}${(Math.abs(heapGrowthBytes) / 2 ** 20).toFixed(2)} MiB`;
  const verdict = failure === undefined ? 'ok  ' : 'FAIL';
  return `${verdict} ${name.padEnd(widest)} ${inputs} inputs, ${share} % accepted, slowest ${slowestMs.toFixed(2)} ms, heap ${heap}`;
}

/** Makes `gc` callable, so that the heap growth counts what is held and not what waits for collection. */
function exposeCollector(): void {
  setFlagsFromString('--expose-gc');
  globalThis.gc = runInNewContext('gc') as NodeJS.GCFunction;
}

if (import.meta.main) main();
