import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { readIfThere } from '../data-file.ts';
import type { Order, RefundEntry } from './orders.ts';

/** One line of the journal: an order or refund as it stood after a change. The last line of a number counts. */
export interface JournalLine {
  readonly order?: Order;
  readonly refund?: RefundEntry;
}

/** A file of lines, one JSON text each, so that a wallet that is restarted remembers what it was paid and whom it told. */
export class Journal<Line = JournalLine> {
  readonly #path: string;

  constructor(file: string) {
    this.#path = file;
    mkdirSync(path.dirname(file), { recursive: true });
  }

  /** All whole lines; a last one that a crash cut off is left out. */
  read(): readonly Line[] {
    const text = readIfThere(this.#path) ?? '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  }

  append(line: Line): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }
}
