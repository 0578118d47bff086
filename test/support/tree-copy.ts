import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const FOLDERS = ['apps', 'bench', 'modules', 'packages', 'plugins', 'sim', 'test', 'tools'];

/** The project's sources in another folder, where a test may change them; what is installed is shared. */
export interface TreeCopy {
  readonly root: string;
  /** Replaces a piece of a file, which must stand there exactly once. */
  change(file: string, piece: string, by: string): void;
  remove(): void;
}

export function copyTree(): TreeCopy {
  const copy = mkdtempSync(path.join(tmpdir(), 'zhanggui-tree-'));
  for (const file of readdirSync(root).filter((name) => /^(tsconfig.*|package)\.json$|^\w+\.config\.ts$/.test(name)))
    cpSync(path.join(root, file), path.join(copy, file));
  for (const folder of FOLDERS) copyFolder(folder, copy);
  linkInstalled(copy);
  return {
    root: copy,
    change: (file, piece, by) => {
      const place = path.join(copy, file);
      const parts = readFileSync(place, 'utf8').split(piece);
      if (parts.length !== 2) throw new Error(`"${piece}" stands ${parts.length - 1} times in ${file}`);
      writeFileSync(place, parts.join(by));
    },
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}

function copyFolder(folder: string, copy: string): void {
  cpSync(path.join(root, folder), path.join(copy, folder), {
    recursive: true,
    filter: (from, to) => {
      if (path.basename(from) !== 'node_modules') return true;
      symlinkSync(from, to);
      return false;
    },
  });
}

/** Libraries are links to the installed ones; the project's own workspaces are links into the copy. */
function linkInstalled(copy: string): void {
  const installed = path.join(root, 'node_modules');
  const own = path.join(copy, 'node_modules/@zhanggui');
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(installed))
    if (name !== '@zhanggui') symlinkSync(path.join(installed, name), path.join(copy, 'node_modules', name));
  for (const parent of ['packages', 'apps'])
    for (const name of readdirSync(path.join(root, parent)))
      symlinkSync(path.join(copy, parent, name), path.join(own, name));
  for (const name of ['modules', 'plugins', 'sim']) symlinkSync(path.join(copy, name), path.join(own, name));
}
