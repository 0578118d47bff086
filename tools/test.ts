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
  for (const check of filters.length > 0 ? [] : checks) {
    const ok = await check.run();
    count[ok ? 'passed' : 'failed'] += 1;
  }
  const withoutSoftHsm = prepareSoftHsm();
  const withoutPcscd = await preparePcscd();
  const prepared = [...(withoutSoftHsm === null ? ['softhsm'] : []), ...(withoutPcscd === null ? ['agent'] : [])];
  for (const project of ['unit', ...prepared, 'flows', 'e2e']) {
    const { passed, failed } = await runTests(project, filters);
    count.passed += passed;
    count.failed += failed;
  }
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
}

/** Runs one project of tests; a suite that could not even be loaded, and a test that did not run, count as failed. */
async function runTests(project: string, filters: readonly string[]): Promise<{ passed: number; failed: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'zhanggui-tests-'));
  const file = path.join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const code = await run(process.execPath, [
    vitest,
    'run',
    '--project',
    project,
    '--passWithNoTests',
    ...reporters,
    ...filters,
  ]);
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const failed =
      report.numFailedTests + report.numPendingTests + (report.numFailedTests === 0 ? report.numFailedTestSuites : 0);
    return { passed: report.numPassedTests, failed: code === 0 ? failed : Math.max(1, failed) };
  } catch (error) {
    console.error(`The ${project} tests left no report: ${(error as Error).message}`);
    return { passed: 0, failed: code === 0 ? 0 : 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

await main();
