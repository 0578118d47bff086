import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One import statement of a source file. */
export interface Import {
  readonly from: string;
  /** The imported file inside the project, or the name of a library or `node:` module. */
  readonly to: string;
  readonly line: number;
  /** Only types are imported, so nothing of the file is there when the program runs. */
  readonly typeOnly: boolean;
}

const SOURCES = '{apps,packages,plugins,modules,sim,tools,bench,test}/**/*.{ts,tsx}';
const STATEMENT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** Every source file of the project, relative to `root`, without what is installed or built. */
export function sourceFiles(root: string): readonly string[] {
  const found = globSync(SOURCES, { cwd: root, exclude: (name) => /(^|\/)(node_modules|dist)(\/|$)/.test(name) });
  return found.map((file) => file.replaceAll(path.sep, '/')).sort();
}

/** All imports of the given files, resolved to files of the project where they lead to one. */
export function importsOf(root: string, files: readonly string[]): readonly Import[] {
  return files.flatMap((from) => {
    const text = readFileSync(path.join(root, from), 'utf8');
    return [...text.matchAll(STATEMENT)].map((match) => ({
      from,
      to: resolve(root, from, match[2] ?? match[3] ?? ''),
      line: text.slice(0, match.index).split('\n').length + (match[0].startsWith('\n') ? 1 : 0),
      typeOnly: match[1] !== undefined || allNamesAreTypes(match[0]),
    }));
  });
}

function allNamesAreTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1];
  if (names === undefined || /^\s*import\s+\w/.test(statement)) return false;
  const parts = names
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => part.startsWith('type '));
}

function resolve(root: string, from: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
  const own = /^@zhanggui\/([^/]+)(?:\/(.+))?$/.exec(specifier);
  if (own === null) return specifier;
  const [, name = '', rest] = own;
  const folder = ['packages', 'apps', '.']
    .map((parent) => path.posix.join(parent, name))
    .find((place) => existsSync(path.join(root, place)));
  return path.posix.join(folder ?? name, rest ?? 'index.ts');
}
