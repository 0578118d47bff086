import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Example, examplesOf, findExamples, ROOT } from './examples.ts';

// The files stand inside the project, so that the packages' names resolve; outside node_modules, where Node strips no types.
const cache = path.join(ROOT, '.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(path.join(cache, 'docs-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const examples = findExamples();

test.concurrent.each(examples.map((example) => [`${example.page}:${example.line}`, example] as const))(
  'the example at %s runs',
  async (place, example) => {
    const { status, output } = await run(example);
    if (status !== 0) expect.fail(`${place} failed:\n${output}`);
  },
  30_000,
);

test('there are examples, and each imports a package of the project', () => {
  expect(examples.length).toBeGreaterThan(0);
  for (const { page, line, code } of examples) expect(code, `${page}:${line}`).toContain("from '@zhanggui/");
});

test('an example that throws is told with its page and line', async () => {
  const [good, bad] = examplesOf(
    'page.md',
    'x\n\n```ts\nconst a = 1;\n```\n\n```sh\nls\n```\n```ts\nthrow new Error("no");\n```\n',
  );
  expect(good).toEqual({ page: 'page.md', line: 4, code: 'const a = 1;' });
  expect(bad?.line).toBe(11);
  expect(await run(bad ?? { page: '', line: 0, code: '' })).toMatchObject({ status: 1 });
  expect(() => examplesOf('page.md', '```ts\n1')).toThrow('page.md:2');
});

async function run(example: Example): Promise<{ status: number | null; output: string }> {
  const file = path.join(folder, `${path.basename(example.page, '.md')}-${example.line}.ts`);
  writeFileSync(file, example.code);
  const child = spawn(process.execPath, ['--no-warnings', file], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}
