import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** One check of the whole tree; `run` prints what it finds and says whether all is well. */
export interface Check {
  readonly name: string;
  run(): Promise<boolean>;
}

/** Everything that is checked before a test runs, cheapest first. */
export const checks: readonly Check[] = [
  command('format and lint', 'node_modules/@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '.']),
  command('types without Node and DOM', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.pure.json']),
  command('types with Node', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.node.json']),
  command('types with the DOM', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.dom.json']),
  command('layers', 'tools/layers/check-layers.ts', []),
  command('tidiness', 'tools/tidy/check-tidy.ts', []),
  command('lockfile', 'tools/lockfile/check-lockfile.ts', []),
  command('generated references and links', 'tools/docs/main.ts', ['--check']),
  command('dead code', 'node_modules/knip/bin/knip.js', ['--no-progress']),
];

function command(name: string, file: string, args: readonly string[]): Check {
  return {
    name,
    run: async () => {
      const from = performance.now();
      const { code, output } = await run(path.join(root, file), args);
      const seconds = ((performance.now() - from) / 1000).toFixed(1);
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output);
      return code === 0;
    },
  };
}

function run(file: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}

if (import.meta.main) {
  let failed = 0;
  for (const check of checks) if (!(await check.run())) failed += 1;
  process.exitCode = failed === 0 ? 0 : 1;
}
