import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { UsageError } from './command.ts';
import { commands } from './commands.ts';
import { toolbox } from './toolbox.ts';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type Files = Readonly<Record<string, string>>;

/** Runs the toolbox in this process, with what it would find outside. */
async function run(args: readonly string[], outside: { stdin?: string; files?: Files } = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await toolbox(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    readStdin: () => outside.stdin ?? '',
    readFile: (name) => {
      const content = outside.files?.[name];
      if (content === undefined) throw new UsageError(`The file ${name}: there is no such file.`);
      return content;
    },
    ask: () => Promise.reject(new UsageError('nobody to ask')),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** The words of an example as a shell would split them. */
function words(args: string): readonly string[] {
  return [...args.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const examples = commands.flatMap((command) => command.examples.map((example) => ({ command, ...example })));

test.each(examples)('the example "$command.name $args" answers', async ({ command, args, files = {} }) => {
  const plain = await run([command.name, ...words(args)], { files });
  expect(plain).toMatchObject({ code: 0 });
  expect(plain.out).not.toBe('');
  const json = await run([command.name, ...words(args), '--json'], { files });
  expect(() => JSON.parse(json.out)).not.toThrow();
});

test.each(commands.map(({ name }) => name))('%s --help shows an example', async (name) => {
  const { code, out } = await run([name, '--help']);
  expect(code).toBe(0);
  expect(out).toContain(`npx zhanggui ${name} `);
  expect(out).toContain('--json');
});

test('the overview names every command', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  for (const { name } of commands) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

test('secrets as plain arguments are refused with the reason', async () => {
  for (const command of commands)
    for (const secret of Object.keys(command.secrets ?? {})) {
      const { code, err } = await run([command.name, `--${secret}`, '1234567890']);
      expect({ code, name: command.name }).toEqual({ code: 2, name: command.name });
      expect(err).toContain("stay in the shell's history");
      expect(err).not.toContain('1234567890');
    }
});

test('what is not understood ends with 2, what is refused with 1, each in one sentence', async () => {
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['nonsense'], 2, /there is no command "nonsense"/],
    [['tlv', '--nonsense'], 2, /Unknown option '--nonsense'/],
    [['tlv', 'XYZ'], 2, /not hexadecimal/],
    [['tlv', '--file', 'absent.txt'], 2, /there is no such file/],
    [['tlv', '9F0206'], 1, /refused: .*\(at 9F02, offset 3\) \[value-truncated\]/],
    [['qr', 'decode', '000201'], 1, /ID 63 \(CRC\) is missing/],
    [['tlv', 'tag', 'DF99'], 1, /^$/],
    [['id', 'gtin', '6901028075832'], 1, /check digit is wrong/],
  ];
  for (const [args, wanted, sentence] of cases) {
    const { code, err } = await run(args);
    expect({ args, code }).toEqual({ args, code: wanted });
    expect(err).toMatch(sentence);
    expect(err.split('\n')).toHaveLength(1);
  }
});

test('card data is masked unless the person asks for it, which is said loudly', async () => {
  const hex = '5A0862284800000000185F24033012319F02060000000001005F20044D52204C';
  const hidden = await run(['tlv', '-'], { stdin: hex });
  expect(hidden.out).not.toContain('6228480000000018');
  expect(hidden.out).not.toContain('4D52204C');
  expect(hidden.out).toContain('000000000100');
  expect(hidden.err).toBe('');
  const shown = await run(['tlv', '-', '--unmask'], { stdin: hex });
  expect(shown.out).toContain('6228480000000018');
  expect(shown.err).toContain('WARNING');
  const argument = await run(['tlv', hex]);
  expect(argument.err).toContain('not as an argument');
  const encoded = await run(['tlv', 'encode', '5A=6228480000000018']);
  expect(encoded).toMatchObject({ code: 2, out: '' });
  expect(encoded.err).not.toContain('6228480000000018');
});

test('secrets come by the line from stdin', async () => {
  const { code, out } = await run(['card', 'check', '--pan-file', '-'], { stdin: '6228481234567890128\n' });
  expect(code).toBe(0);
  expect(out).toContain('622848•••••••••0128');
  expect((await run(['card', 'check', '--pan-file', '-'], { stdin: '6228481234567890129\n' })).code).toBe(1);
});

test('as a program it reads files beside the caller, stdin, and tells what it cannot ask', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'zhanggui-cli-'));
  try {
    writeFileSync(path.join(folder, 'pan.txt'), '6228481234567890128\n');
    const [file, stdin, nobody, absent] = await Promise.all([
      program(folder, ['card', 'check', '--pan-file', 'pan.txt']),
      program(folder, ['tlv', '-', '--json'], '9A03261122'),
      program(folder, ['card', 'check']),
      program(folder, ['card', 'check', '--pan-file', 'absent.txt']),
    ]);
    expect(file).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(stdin.out)).toMatchObject([{ tag: '9A', value: '261122' }]);
    expect(nobody).toMatchObject({ code: 2, out: '' });
    expect(nobody.err).toMatch(/no terminal to ask on, so give --pan-file/);
    expect(absent.err).toMatch(/there is no such file/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Runs the toolbox as its users do. */
function program(folder: string, args: readonly string[], stdin = ''): Promise<Ran> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', main, ...args], {
    env: { ...process.env, ZHANGGUI_CALLED_FROM: folder },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.end(stdin);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out: out.trim(), err: err.trim() })));
}
