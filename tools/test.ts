import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checks } from './check.ts';
import { preparePcscd } from './pcscd/install.ts';
import { prepareSoftHsm } from './pkcs11/prepare.ts';

const root = path.resolve(import.meta.dirname, '..');

/** `npm test [-- filters]`: every check, then every test; the last line counts them. */
async function main(): Promise<void> {
  const filters = process.argv.slice(2);
  const count = { passed: 0, failed: 0 };
  const failures: string[] = [];
  const triedAgain: string[] = [];
  for (const check of filters.length > 0 ? [] : checks) {
    const ok = await check.run();
    count[ok ? 'passed' : 'failed'] += 1;
    if (!ok) failures.push(`check: ${check.name}`);
  }
  const withoutSoftHsm = prepareSoftHsm();
  const withoutPcscd = await preparePcscd();
  const prepared = [...(withoutSoftHsm === null ? ['softhsm'] : []), ...(withoutPcscd === null ? ['agent'] : [])];
  for (const project of ['unit', ...prepared, 'flows', 'e2e']) {
    const result = await runTests(project, filters);
    count.passed += result.passed;
    count.failed += result.failed;
    failures.push(...result.failures);
    triedAgain.push(...result.triedAgain);
  }
  // Said again at the end, because a log is often cut at its beginning.
  for (const said of triedAgain) console.log(`\nPassed only when it was tried again: ${said}`);
  for (const said of failures) console.log(`\nFailed: ${said}`);
  if (withoutSoftHsm !== null) console.log(`\nNot run: the tests of the PKCS#11 vault. ${withoutSoftHsm}.`);
  if (withoutPcscd !== null) console.log(`\nNot run: the tests of the card reader on the real pcscd. ${withoutPcscd}.`);
  console.log(`\n${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

interface Result {
  readonly passed: number;
  readonly failed: number;
  /** Each failed test by its name, with what it said. */
  readonly failures: readonly string[];
  /** Each test that failed first, with what it said then. */
  readonly triedAgain: readonly string[];
}

/** Runs one project of tests; a suite that could not even be loaded, and a test that did not run, count as failed. */
async function runTests(project: string, filters: readonly string[]): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zhanggui-tests-'));
  const file = path.join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const projects = ['--project', project, '--passWithNoTests'];
  const code = await run(process.execPath, [vitest, 'run', ...projects, ...reporters, ...filters]);
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const failed =
      report.numFailedTests + report.numPendingTests + (report.numFailedTests === 0 ? report.numFailedTestSuites : 0);
    const failures = saidBy(report, (status) => status !== 'passed');
    const triedAgain = saidBy(report, (status, messages) => status === 'passed' && messages.length > 0);
    if (code !== 0 && failures.length === 0) failures.push(`${project}: the run ended with code ${code}`);
    return { passed: report.numPassedTests, failed: code === 0 ? failed : Math.max(1, failed), failures, triedAgain };
  } catch (error) {
    const said = `the ${project} tests left no report: ${(error as Error).message}`;
    return { passed: 0, failed: 1, failures: [said], triedAgain: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the chosen tests said, and the files that could not even be loaded. */
function saidBy(report: Report, chosen: (status: string, messages: readonly string[]) => boolean): string[] {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const place = path.relative(root, name);
    if (assertionResults.length === 0) return chosen(status, []) ? [`${place}\n${message}`] : [];
    return assertionResults
      .map((test) => ({ ...test, messages: test.failureMessages ?? [] }))
      .filter((test) => chosen(test.status, test.messages))
      .map((test) => `${place} > ${test.fullName} (${test.status})\n${withoutLibraries(test.messages)}`);
  });
}

function withoutLibraries(messages: readonly string[]): string {
  const lines = messages.join('\n').split('\n');
  return lines.filter((line) => !line.includes('/node_modules/')).join('\n');
}

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

await main();
