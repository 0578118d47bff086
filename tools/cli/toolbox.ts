import { Refusal } from '@zhanggui/base';
import { readInvocation } from './call.ts';
import { type Command, helpOf, overview, UsageError } from './command.ts';
import { commands } from './commands.ts';
import type { Io } from './io.ts';

/** Runs the toolbox: 0 for an answer, 1 for a refusal or a negative check, 2 for arguments not understood. */
export async function toolbox(args: readonly string[], io: Io): Promise<0 | 1 | 2> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(overview(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((known) => known.name === name);
  if (command === undefined) {
    io.err(`zhanggui: there is no command "${name}"; npx zhanggui --help lists them.`);
    return 2;
  }
  try {
    return await runCommand(command, rest, io);
  } catch (error) {
    io.err(sentenceOf(command, error));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function runCommand(command: Command, args: readonly string[], io: Io): Promise<0 | 1> {
  const { call, json, help } = readInvocation(command, args, io);
  if (help) {
    io.out(helpOf(command));
    return 0;
  }
  if (call.unmask)
    call.remark('WARNING: card data and keys are shown in clear. Do not use real ones; clear this screen.');
  const answer = await command.run(call);
  io.out(json ? JSON.stringify(answer.data, null, 2) : answer.text);
  return answer.negative === true ? 1 : 0;
}

/** One clear sentence; anything but a refusal is a defect of ours and shows where it came from. */
function sentenceOf(command: Command, error: unknown): string {
  const prefix = `zhanggui ${command.name}:`;
  if (error instanceof UsageError) return `${prefix} ${error.message} (npx zhanggui ${command.name} --help)`;
  if (!(error instanceof Refusal)) return `${prefix} ${error instanceof Error ? error.stack : String(error)}`;
  const at = [
    error.path === '' ? '' : `at ${error.path}`,
    error.offset === undefined ? '' : `offset ${error.offset}`,
  ].filter((part) => part !== '');
  return `${prefix} refused: ${error.message}${at.length === 0 ? '' : ` (${at.join(', ')})`} [${error.code}]`;
}
