import { parseArgs } from 'node:util';
import { type Call, COMMON_OPTIONS, type Command, type OptionDoc, UsageError } from './command.ts';
import type { Io } from './io.ts';

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Everything that came with one invocation. */
export interface Invocation {
  readonly call: Call;
  readonly json: boolean;
  readonly help: boolean;
}

/**
 * Reads the arguments of a command.
 * @throws UsageError on an unknown option, a missing value, or a secret given as a plain argument.
 */
export function readInvocation(command: Command, args: readonly string[], io: Io): Invocation {
  const { values, positionals } = parse(command, args);
  const language = values.lang ?? 'en';
  if (language !== 'zh' && language !== 'en') throw new UsageError('--lang is zh or en.');
  const stdin = new StandardInput(io);
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const call: Call = {
    positionals,
    language,
    unmask: values.unmask === true,
    flag: (name) => values[name] === true,
    option: text,
    choice: (name, choices) => {
      const value = text(name) ?? choices[0];
      const found = choices.find((choice) => choice === value);
      if (found === undefined) throw new UsageError(`--${name} is one of ${choices.join(', ')}.`);
      return found;
    },
    whole: (name) => {
      const value = text(name);
      if (value !== undefined && !/^\d{1,9}$/.test(value)) throw new UsageError(`--${name} is a whole number.`);
      return value === undefined ? undefined : Number(value);
    },
    hasSecret: (name) => text(`${name}-file`) !== undefined,
    secret: async (name) => {
      const file = text(`${name}-file`);
      if (file === '-') return stdin.line();
      if (file !== undefined) return io.readFile(file).trim();
      return io.ask(command.secrets?.[name] ?? name, `${name}-file`);
    },
    data: async (index, what) => {
      const file = text('file');
      if (file !== undefined) return (file === '-' ? stdin.rest() : io.readFile(file)).trim();
      const given = positionals[index];
      if (given === undefined) throw new UsageError(`${what} is missing: give it, or - to read it from stdin.`);
      return (given === '-' ? stdin.rest() : given).trim();
    },
    file: (name) => io.readFile(name),
    remark: (sentence) => io.err(sentence),
  };
  return { call, json: values.json === true, help: values.help === true };
}

function parse(command: Command, args: readonly string[]): { values: Values; positionals: string[] } {
  refuseSecretArguments(command, args);
  const docs: Record<string, OptionDoc> = { ...command.options, ...COMMON_OPTIONS };
  for (const name of Object.keys(command.secrets ?? {})) docs[`${name}-file`] = { type: 'string', help: '' };
  const options = Object.fromEntries(Object.entries(docs).map(([name, { type }]) => [name, { type }]));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true }) as { values: Values; positionals: string[] };
  } catch (error) {
    const sentence = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw new UsageError(`${sentence.replace(/\.$/, '')}.`);
  }
}

function refuseSecretArguments(command: Command, args: readonly string[]): void {
  const given = Object.keys(command.secrets ?? {}).find((name) =>
    args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)),
  );
  if (given === undefined) return;
  throw new UsageError(
    `--${given} is not taken from the command line, where it would stay in the shell's history and be seen in the list of ` +
      `processes: use --${given}-file FILE (- for stdin), or leave it out to be asked.`,
  );
}

/** Standard input, read once, given out by lines or whole. */
class StandardInput {
  readonly #io: Io;
  #lines: string[] | undefined;

  constructor(io: Io) {
    this.#io = io;
  }

  line(): string {
    const line = this.#read().shift();
    if (line === undefined) throw new UsageError('Standard input has no further line.');
    return line.trim();
  }

  rest(): string {
    return this.#read().splice(0).join('\n');
  }

  #read(): string[] {
    this.#lines ??= this.#io.readStdin().replace(/\n$/, '').split('\n');
    return this.#lines;
  }
}
