import { UsageError } from './command.ts';

const CONTROL_C = '\u0003';
const CONTROL_D = '\u0004';
const ERASE = new Set(['\u007f', '\b']);

/**
 * Asks for a secret on the terminal without showing what is typed.
 * @throws UsageError when there is no terminal, or the person breaks off.
 */
export async function askSecret(question: string, option: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY)
    throw new UsageError(
      `${question} is needed: there is no terminal to ask on, so give --${option} FILE (or - for stdin).`,
    );
  stderr.write(`${question}: `);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  try {
    return await typedLine(stdin);
  } finally {
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}

function typedLine(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const onData = (chunk: string) => {
      for (const [index, character] of [...chunk].entries()) {
        if (character === CONTROL_C) return finish(() => reject(new UsageError('Broken off.')));
        if (character === '\r' || character === '\n' || character === CONTROL_D)
          // What was pasted behind the line end belongs to the next question.
          return finish(() => resolve(typed), [...chunk].slice(index + 1).join(''));
        typed = ERASE.has(character) ? typed.slice(0, -1) : typed + character;
      }
    };
    const finish = (settle: () => void, rest = '') => {
      stdin.off('data', onData);
      stdin.pause();
      if (rest !== '') stdin.unshift(rest, 'utf8');
      settle();
    };
    stdin.on('data', onData);
  });
}
