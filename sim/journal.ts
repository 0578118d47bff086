import { closeSync, mkdirSync, openSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { readIfThere, writeWhole } from './data-file.ts';

/**
 * A file of lines, one JSON text each, so that a simulator that is started again remembers. Lines are only ever added. Half
 * a line that a crash left behind is taken off, so that what is added next begins a line of its own.
 */
export class Journal<Line> {
  /** What an earlier run wrote, oldest first. */
  readonly kept: readonly Line[];
  readonly #file: number;

  /** @param nameOf where given, the last line of a name counts: those before it are dropped now. */
  constructor(path: string, nameOf?: (line: Line) => string) {
    mkdirSync(dirname(path), { recursive: true });
    const text = readIfThere(path) ?? '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const lines = whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
    if (nameOf !== undefined) {
      this.kept = [...new Map(lines.map((line) => [nameOf(line), line])).values()];
      writeWhole(path, this.kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    } else {
      this.kept = lines;
      if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
    }
    this.#file = openSync(path, 'a', 0o600);
  }

  append(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
