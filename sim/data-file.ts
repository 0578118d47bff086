import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A small JSON file of the simulators: read once, written whole, never left half-written. */
export class DataFile<Content> {
  readonly #path: string;
  readonly content: Content;

  /** Reads `path`, or makes it from `initial` at the first start. */
  constructor(path: string, initial: () => Content) {
    this.#path = path;
    const kept = readIfThere(path);
    this.content = kept === null ? initial() : (JSON.parse(kept) as Content);
    if (kept === null) this.save();
  }

  save(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    writeWhole(this.#path, `${JSON.stringify(this.content, null, 2)}\n`);
  }
}

/** Writes a file for its owner alone, whole or not at all. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}

/** Text of the file, or null when there is none. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
