import path from 'node:path';
import { type Import, importsOf, sourceFiles } from './imports.ts';
import { type Layer, layers } from './table.ts';

/** A rule that an import breaks, in a sentence with its place. */
export type Violation = string;

/** Where tests and measurements live: they may look at everything. */
const OUTSIDE = /^(test|bench)\/|\.test\.tsx?$/;
/** What a browser loads. */
const BROWSER = /^(apps\/(pos|console|pay)\/|sim\/web\/|packages\/ui\/)|\/web\//;
/** What only a server may load. */
const SERVER_ONLY = /(^|\/)(node\/|store\.ts$|[a-z-]*-store\.ts$|routes\.ts$|[a-z-]*-routes\.ts$)/;
/** What runs on a server by its place. */
const ON_SERVER = /^(apps\/(server|agent)\/|sim\/(?!web\/)|tools\/)|\/node\//;

/** Every violation in the project. @throws Error when the table itself is wrong or no file was looked at. */
export function checkLayers(root: string): readonly Violation[] {
  checkTable(layers);
  const files = sourceFiles(root).filter((file) => !OUTSIDE.test(file));
  if (files.length < 50) throw new Error(`only ${files.length} files were looked at`);
  const imports = importsOf(root, files);
  return [...imports.flatMap(againstTable), ...imports.flatMap(againstPlatform), ...serverCodeInBrowser(imports)];
}

/** The table is a table: unique names, and each line names only lines above it. */
export function checkTable(table: readonly Layer[]): void {
  const above = new Set<string>();
  for (const { name, may } of table) {
    if (above.has(name)) throw new Error(`the layer "${name}" stands twice in the table`);
    const below = may.find((other) => !above.has(other));
    if (below !== undefined) throw new Error(`the layer "${name}" names "${below}", which does not stand above it`);
    above.add(name);
  }
}

function againstTable({ from, to, line }: Import): readonly Violation[] {
  if (!to.includes('/') || to.startsWith('node:') || !isOurs(to)) return [];
  const source = layerOf(from);
  const target = layerOf(to);
  if (source === undefined) return [`${from}: belongs to no layer of tools/layers/table.ts`];
  if (target === undefined) return [`${from}:${line}: imports ${to}, which belongs to no layer`];
  if (source.name === target.name && source.part === target.part) return [];
  if (source.name !== target.name && source.may.includes(target.name)) return [];
  const whom = source.name === target.name ? `another of the ${source.name}` : target.name;
  return [`${from}:${line}: ${source.name} may not import ${whom} (${to})`];
}

function againstPlatform({ from, to, line, typeOnly }: Import): readonly Violation[] {
  if (typeOnly || !to.startsWith('node:') || ON_SERVER.test(from)) return [];
  return [
    `${from}:${line}: imports ${to}; only files under node/, apps/server, apps/agent, sim and tools may use Node`,
  ];
}

/** Follows what browsers load, import by import, to the server's files that must not be there. */
function serverCodeInBrowser(imports: readonly Import[]): readonly Violation[] {
  const running = imports.filter(({ typeOnly, to }) => !typeOnly && isOurs(to));
  const byFile = Map.groupBy(running, ({ from }) => from);
  const cameFrom = new Map<string, string>();
  const queue = [...byFile.keys()].filter((file) => BROWSER.test(file));
  for (const file of queue) {
    for (const { to } of byFile.get(file) ?? []) {
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, file);
      queue.push(to);
    }
  }
  return [...cameFrom]
    .filter(([file]) => SERVER_ONLY.test(file) && !BROWSER.test(file) && !isConditionalEngine(file))
    .map(([file, by]) => `${by}: a browser would load ${file}`);
}

/** A package may choose another entry for browsers by its `exports`; its Node entry is never loaded there. */
function isConditionalEngine(file: string): boolean {
  return file.startsWith('packages/paycrypto/node/');
}

function isOurs(target: string): boolean {
  return /^(packages|modules|plugins|sim|apps|tools|test|bench)\//.test(target);
}

function layerOf(file: string): (Layer & { part: string }) | undefined {
  const fitting = layers
    .map((layer) => ({ ...layer, part: fittingPart(layer.place, file) }))
    .filter((layer): layer is Layer & { part: string } => layer.part !== undefined);
  return fitting.sort((left, right) => right.part.length - left.part.length)[0];
}

/** The part of the file's path that the place names, or undefined. */
function fittingPart(place: string, file: string): string | undefined {
  if (!place.endsWith('/')) return place === file ? place : undefined;
  const pattern = new RegExp(
    `^${place
      .split('*')
      .map((piece) => piece.replaceAll('/', '\\/'))
      .join('[^/]+')}`,
  );
  return pattern.exec(file)?.[0];
}

if (import.meta.main) {
  const violations = checkLayers(path.resolve(import.meta.dirname, '../..'));
  for (const violation of violations) console.error(violation);
  console.log(`layers: ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
