import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './command.ts';
import { askSecret } from './secret.ts';

/** How the toolbox reaches the outside; a test gives its own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** All of standard input. */
  readStdin(): string;
  /** @throws UsageError when the file cannot be read. */
  readFile(file: string): string;
  /** @throws UsageError when there is nobody to ask; `option` is what to give instead. */
  ask(question: string, option: string): Promise<string>;
}

/** Terminal and files; file names are relative to the folder that the toolbox was called from. */
export const processIo: Io = {
  out: (text) => console.log(text),
  err: (text) => console.error(text),
  readStdin: () => readFileSync(0, 'utf8'),
  readFile: (file) => {
    try {
      return readFileSync(path.resolve(process.env.ZHANGGUI_CALLED_FROM ?? process.cwd(), file), 'utf8');
    } catch (error) {
      const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw new UsageError(`The file ${file}: ${absent ? 'there is no such file' : 'it cannot be read'}.`);
    }
  },
  ask: askSecret,
};
