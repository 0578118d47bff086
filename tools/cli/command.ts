/** The arguments were not understood: exit code 2, with the way to the help. */
export class UsageError extends Error {}

/** What a command says in the end. */
export interface Answer {
  /** For people. */
  readonly text: string;
  /** For programs (`--json`). */
  readonly data: unknown;
  /** Whether a check came out negative: exit code 1. */
  readonly negative?: boolean;
}

export interface OptionDoc {
  readonly type: 'string' | 'boolean';
  readonly help: string;
  /** How the value is called in the help. */
  readonly value?: string;
}

/** A runnable line of the help; `files` are what it reads, by name. */
export interface Example {
  readonly args: string;
  readonly says: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** One command of the toolbox. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Synopsis, a line for each form, without the program's name. */
  readonly forms: readonly string[];
  readonly options?: Readonly<Record<string, OptionDoc>>;
  /** Secrets by name, with the words in which they are asked; each has a `--NAME-file` option. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly examples: readonly Example[];
  run(call: Call): Promise<Answer>;
}

/** What a command is called with. */
export interface Call {
  readonly positionals: readonly string[];
  /** Whether card data and keys are shown in clear. */
  readonly unmask: boolean;
  readonly language: 'zh' | 'en';
  flag(name: string): boolean;
  option(name: string): string | undefined;
  /** The option's value, which must be one of `choices`; the first when it was not given. */
  choice<Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice;
  /** The option's value as a whole number. */
  whole(name: string): number | undefined;
  /** A secret: from `--NAME-file` (`-` is a line of stdin), else asked without echo. */
  secret(name: string): Promise<string>;
  /** Whether the secret was given by file or stdin. */
  hasSecret(name: string): boolean;
  /** Data: the positional at `index` (`-` is all of stdin), or the file of `--file`. */
  data(index: number, what: string): Promise<string>;
  /** The text of a file that an argument names. */
  file(name: string): string;
  /** A remark to the person, on stderr. */
  remark(sentence: string): void;
}

/** Options that every command has. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionDoc>> = {
  json: { type: 'boolean', help: 'print JSON' },
  unmask: { type: 'boolean', help: 'show card data and keys in clear, with a warning' },
  lang: { type: 'string', value: 'zh|en', help: 'language of names (default: en)' },
  file: { type: 'string', value: 'FILE', help: 'read the data from a file' },
  help: { type: 'boolean', help: 'show this help' },
};

/** The help of one command. */
export function helpOf(command: Command): string {
  const own = Object.entries(command.options ?? {});
  const secrets = Object.entries(command.secrets ?? {}).map(([name, asked]): [string, OptionDoc] => [
    `${name}-file`,
    { type: 'string', value: 'FILE', help: `${asked}, from a file (- for a line of stdin); asked for when left out` },
  ]);
  const lines = [...own, ...secrets, ...Object.entries(COMMON_OPTIONS)].map(([name, doc]) => {
    const left = `--${name}${doc.value === undefined ? '' : ` ${doc.value}`}`;
    return `  ${left.padEnd(26)} ${doc.help}`;
  });
  return [
    command.summary,
    '',
    ...command.forms.map((form, index) =>
      `${index === 0 ? 'Usage:' : '      '} zhanggui ${command.name} ${form}`.trimEnd(),
    ),
    '',
    'Options:',
    ...lines,
    '',
    command.examples.length === 1 ? 'Example:' : 'Examples:',
    ...command.examples.flatMap(({ args, says }) => [`  npx zhanggui ${command.name} ${args}`, `      ${says}`]),
  ].join('\n');
}

/** The help of the whole toolbox. */
export function overview(commands: readonly Command[]): string {
  const widest = Math.max(...commands.map(({ name }) => name.length));
  return [
    'The toolbox of payment formats and ciphers.',
    '',
    'Usage: npx zhanggui COMMAND …',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(widest)}  ${summary}`),
    '',
    'npx zhanggui COMMAND --help tells more, with an example.',
    'Card data and keys are masked unless --unmask is given; secrets are asked for or read from files, never taken as arguments.',
  ].join('\n');
}
