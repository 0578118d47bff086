import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Enough blameless files for a check that refuses to look at next to nothing. */
const FILLERS = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`packages/base/filler-${index}.ts`, 'export const filler = 1;\n']),
);

/** Hands a folder with these files, and some blameless ones, to `look`, and takes it away afterwards. */
export function withSourceTree<Result>(
  files: Readonly<Record<string, string>>,
  look: (root: string) => Result,
): Result {
  const root = mkdtempSync(path.join(tmpdir(), 'zhanggui-tree-'));
  try {
    for (const [file, text] of Object.entries({ ...FILLERS, ...files })) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    return look(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
