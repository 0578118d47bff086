import { parseArgs } from 'node:util';
import { runCrowd } from './crowd.ts';
import { matrix, runTown } from './town.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * `npm run sim -- [--seed N] [--minutes M] [--trials K] [--towns T] [--only text]`: the fault matrix once, or as long as is asked.
 * `npm run sim -- --payments N`: so many wallet payments side by side.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      minutes: { type: 'string' },
      trials: { type: 'string' },
      only: { type: 'string' },
      towns: { type: 'string', default: '2' },
      payments: { type: 'string' },
    },
  });
  const seed = whole('seed', values.seed);
  if (values.payments !== undefined) return crowd(seed, whole('payments', values.payments));
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0)) throw new RangeError('--minutes must be a number above 0');
  const trials = values.trials === undefined ? undefined : whole('trials', values.trials);
  const once = minutes === undefined ? { trials: trials ?? matrix(values.only).length } : {};
  const report = await runTown({
    seed,
    towns: Math.max(1, whole('towns', values.towns)),
    longestMs: minutes === undefined ? DAY_MS : minutes * MINUTE_MS,
    ...once,
    ...(trials === undefined ? {} : { trials }),
    ...(values.only === undefined ? {} : { only: values.only }),
    report: (name, findings) =>
      console.log(findings.length === 0 ? `ok   ${name}` : `FAIL ${name}: ${findings.join('; ')}`),
  });
  console.log(`\nseed ${seed}: ${report.trials} trials, ${report.findings.length} findings`);
  process.exitCode = report.findings.length === 0 && report.trials > 0 ? 0 : 1;
}

const IN_FLIGHT = 32;

async function crowd(seed: number, payments: number): Promise<void> {
  const { ends, faults, findings } = await runCrowd({
    seed,
    payments,
    inFlight: IN_FLIGHT,
    report: (done) => console.log(`${done} of ${payments}`),
  });
  for (const finding of findings) console.log(`FAIL ${finding}`);
  const counted = Object.entries(ends).map(([end, count]) => `${count} ${end}`);
  console.log(`\nseed ${seed}: ${counted.join(', ')}; ${faults} faults; ${findings.length} findings`);
  process.exitCode = findings.length === 0 && payments > 0 ? 0 : 1;
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`--${name} must be a whole number`);
  return number;
}

await main();
