import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A fenced block of TypeScript in a page, meant to run as it stands. */
export interface Example {
  /** Path of the page from the root of the project. */
  readonly page: string;
  /** Line of the block's first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = 'docs/packages';

/** Every ```ts block of the packages' pages, in order. */
export function findExamples(): readonly Example[] {
  return readdirSync(path.join(ROOT, FOLDER))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .flatMap((name) => {
      const page = `${FOLDER}/${name}`;
      return examplesOf(page, readFileSync(path.join(ROOT, page), 'utf8'));
    });
}

/**
 * The ```ts blocks of one page's text.
 * @throws Error when a block is not closed.
 */
export function examplesOf(page: string, text: string): readonly Example[] {
  const examples: Example[] = [];
  let open: { line: number; ts: boolean; code: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(\w*)\s*$/.exec(line);
    if (open === undefined) {
      if (fence !== null) open = { line: index + 2, ts: fence[1] === 'ts', code: [] };
    } else if (fence === null) {
      open.code.push(line);
    } else {
      if (open.ts) examples.push({ page, line: open.line, code: open.code.join('\n') });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${page}:${open.line}: a block of code is not closed`);
  return examples;
}
