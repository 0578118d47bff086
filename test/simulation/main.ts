import { parseArgs } from 'node:util';
import { numberOf, wantedOf } from '../../sim/alone.ts';
import { runCrowd } from './crowd.ts';
import { matrix, runTown } from './town.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const USAGE = `npm run sim [-- options]

  --seed N       the order of the trials and all that is left to chance; told at the end where none is named
  --minutes M    again and again, in another order, for as long
  --trials K     no more than so many
  --only TEXT    only trials whose name holds this text
  --towns T      so many shops side by side, each with an outside of its own; two unless told
  --payments N   instead: so many wallet payments side by side, with faults among them
  --help`;

const OPTIONS = {
  seed: { type: 'string' },
  minutes: { type: 'string' },
  trials: { type: 'string' },
  only: { type: 'string', default: '' },
  towns: { type: 'string', default: '2' },
  payments: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** `npm run sim`: the fault matrix once, or as long as is asked; or a crowd of wallet payments. */
async function main(): Promise<void> {
  const wanted = wantedOf('sim', USAGE, readArguments);
  if (wanted === null) return;
  if (wanted.payments !== undefined) return crowd(wanted.seed, wanted.payments);
  const report = await runTown({
    ...wanted,
    report: (name, findings) =>
      console.log(findings.length === 0 ? `ok   ${name}` : `FAIL ${name}: ${findings.join('; ')}`),
  });
  console.log(`\nseed ${wanted.seed}: ${report.trials} trials, ${report.findings.length} findings`);
  process.exitCode = report.findings.length === 0 && report.trials > 0 ? 0 : 1;
}

/** @returns null when help is asked for. @throws Error with a sentence for what cannot be. */
function readArguments(args: readonly string[]) {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return null;
  const { only } = values;
  const minutes = optional('--minutes', values.minutes);
  // The whole matrix once, unless a time or a number is named.
  const trials = optional('--trials', values.trials) ?? (minutes === undefined ? matrix(only).length : undefined);
  return {
    seed: optional('--seed', values.seed) ?? Date.now() % 1_000_000,
    towns: numberOf('--towns', values.towns, 1, 64),
    longestMs: minutes === undefined ? DAY_MS : minutes * MINUTE_MS,
    only,
    payments: optional('--payments', values.payments),
    ...(trials === undefined ? {} : { trials }),
  };
}

function optional(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : numberOf(name, text, 1, 1_000_000_000);
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

await main();
