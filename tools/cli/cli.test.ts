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
    [['iso8583', 'encode', '{"mti":"0200","fields":{}}'], 2, /not taken from the command line/],
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

const IMK = '0123456789ABCDEFFEDCBA9876543210';
const SM2_KEY = '3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8';
const SM2_POINT =
  '0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13';

test('what it computes is what the standards print', async () => {
  const cases: readonly (readonly [args: string, stdin: string, path: readonly string[], answer: unknown])[] = [
    ['kcv --key-file -', IMK, ['checkValue'], '08D7B4'],
    [
      'dukpt tdes FFFF9876543210E00008 --key-file - --unmask',
      IMK,
      ['working', 'key'],
      '27F66D5244FF621EAA6F6120EDEB427F',
    ],
    ['dukpt next FFFF9876543210E00FFC', '', ['ksn'], 'FFFF9876543210E01000'],
    ['sm sm3 abc --text', '', ['digest'], '66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0'],
    [`sm sm4-encrypt ${IMK} --padding none --key-file -`, IMK, ['ciphertext'], '681EDF34D206965E86B3E94F536E4246'],
    ['sm sm2-key --key-file -', SM2_KEY, ['publicKey'], SM2_POINT],
    [
      'mac cmac 6BC1BEE22E409F96E93D7E117393172A --cipher AES --key-file -',
      '2B7E151628AED2A6ABF7158809CF4F3C',
      ['mac'],
      '070A16B46B4D4144F79BDD9DD04A287C',
    ],
    [
      'pinblock encode --clear --unmask --pin-file - --pan-file -',
      '1234\n43219876543210987',
      ['block'],
      '0412AC89ABCDEF67',
    ],
    ['cvv pvv --unmask --key-file - --pan-file - --pin-file -', `${IMK}\n1122334455667788\n4524`, ['value'], '8523'],
    ['qr crc 123456789', '', ['crc'], '29B1'],
  ];
  for (const [args, stdin, path, answer] of cases) {
    const { code, out } = await run([...words(args), '--json'], { stdin });
    expect({ args, code }).toEqual({ args, code: 0 });
    expect(path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], JSON.parse(out))).toBe(answer);
  }
});

test('what one command makes, its counterpart takes', async () => {
  const signed = await run(words('sm sm2-sign hello --text --key-file -'), { stdin: SM2_KEY });
  const verify = (text: string) =>
    run(words(`sm sm2-verify ${text} --text --public ${SM2_POINT} --signature ${signed.out}`));
  expect((await verify('hello')).code).toBe(0);
  expect(await verify('hullo')).toMatchObject({ code: 1, out: 'wrong' });

  const kbpk = '88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6';
  const wrapped = await run(words('tr31 wrap --kbpk-file - --key-file -'), { stdin: `${kbpk}\n${IMK}` });
  const unwrapped = await run(words(`tr31 unwrap ${wrapped.out} --kbpk-file -`), { stdin: kbpk });
  expect(unwrapped.out).toContain('08D7B4');
  expect(unwrapped.out).not.toContain(IMK);

  const secrets = `${IMK}\n6228480000000000018`;
  const options = '--atc 0001 --key-file - --pan-file -';
  const made = await run(words(`arqc compute 0102030405 ${options} --json`), { stdin: secrets });
  const { cryptogram } = JSON.parse(made.out) as { cryptogram: string };
  expect((await run(words(`arqc verify 0102030405 --arqc ${cryptogram} ${options}`), { stdin: secrets })).code).toBe(0);
  expect((await run(words(`arqc verify 0102030406 --arqc ${cryptogram} ${options}`), { stdin: secrets })).code).toBe(1);

  const packed = await run(words('iso8583 encode --frame --file message.json'), {
    files: { 'message.json': '{"mti": "0200", "fields": {"2": "6228480000000000018", "11": "000001"}}' },
  });
  const decoded = await run(words(`iso8583 decode ${packed.out} --frame --json`));
  expect(JSON.parse(decoded.out)).toMatchObject({
    mti: '0200',
    fields: { 2: { value: '622848*********0018' }, 11: { value: '000001' } },
  });
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
