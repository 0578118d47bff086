import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { sourceFiles } from '../layers/imports.ts';

/** A broken rule of style, in a sentence with its place. */
export type Untidiness = string;

const LONGEST_FUNCTION = 70;
const LONGEST_FILE = 420;
/** Tables of facts, whose length says nothing of their difficulty. */
const TABLES =
  /(^|\/)(tags|specs|texts[a-z-]*|codes|demo|cards|capk|words)(\/|\.ts|-[a-z]+\.ts)|(^|\/)(kernels|books|names|parameters)\.ts$/;

/** Every untidiness in the project. @throws Error when no file was looked at. */
export function checkTidy(root: string): readonly Untidiness[] {
  const files = sourceFiles(root);
  if (files.length < 50) throw new Error(`only ${files.length} files were looked at`);
  return files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return [
      ...names(file),
      ...lengths(file, text),
      ...functionLengths(file, text),
      ...leftovers(file, text),
      ...foreignSchemas(file, text),
    ];
  });
}

function names(file: string): readonly Untidiness[] {
  const wrong = file.split('/').some((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|web|d))?(\.tsx?)?$/.test(part));
  return wrong ? [`${file}: names are kebab-case`] : [];
}

function lengths(file: string, text: string): readonly Untidiness[] {
  const lines = text.split('\n').length;
  return lines > LONGEST_FILE && !TABLES.test(file) && !file.includes('.test.')
    ? [`${file}: ${lines} lines; files aim at 300`]
    : [];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

function functionLengths(file: string, text: string): readonly Untidiness[] {
  if (file.includes('.test.')) return [];
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) return [`${file}: ${errors[0]?.message}`];
  const found: Untidiness[] = [];
  walk(program as unknown as Node, (node) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return;
    const lines = text.slice(node.start, node.end).split('\n').length;
    if (lines <= LONGEST_FUNCTION) return;
    const line = text.slice(0, node.start).split('\n').length;
    found.push(`${file}:${line}: a function of ${lines} lines; the most is ${LONGEST_FUNCTION}`);
  });
  return found;
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of Object.values(node)) {
    for (const candidate of Array.isArray(child) ? child : [child]) {
      if (typeof candidate === 'object' && candidate !== null && 'type' in candidate) walk(candidate as Node, visit);
    }
  }
}

const LEFTOVERS = [
  [/\b(TODO|FIXME|XXX)\b/, 'unfinished work'],
  [/@ts-(ignore|nocheck|expect-error)/, 'a silenced type check'],
  [/\b(test|it|describe)\.(only|skip|todo)\b/, 'a test that does not run'],
  [/biome-ignore(?!.*: \S)/, 'a silenced lint rule without its reason'],
] as const;

function leftovers(file: string, text: string): readonly Untidiness[] {
  if (file.startsWith('tools/tidy/')) return [];
  return text
    .split('\n')
    .flatMap((line, index) =>
      LEFTOVERS.filter(([pattern]) => pattern.test(line)).map(([, what]) => `${file}:${index + 1}: ${what}`),
    );
}

const SCHEMAS = [
  'access',
  'catalog',
  'insight',
  'keys',
  'ledger',
  'merchants',
  'notify',
  'payments',
  'sales',
  'switch',
];

/** SQL in a module names only that module's schema. */
function foreignSchemas(file: string, text: string): readonly Untidiness[] {
  const own = /^modules\/([a-z]+)\//.exec(file)?.[1];
  if (own === undefined || file.includes('.test.')) return [];
  const named = text.matchAll(/\b(?:from|join|into|update|truncate|table)\s+([a-z]+)\.[a-z_]+/gi);
  return [...named]
    .map((match) => match[1] ?? '')
    .filter((schema) => SCHEMAS.includes(schema) && schema !== own)
    .map((schema) => `${file}: its SQL names the schema "${schema}"`);
}

if (import.meta.main) {
  const found = checkTidy(path.resolve(import.meta.dirname, '../..'));
  for (const untidiness of found) console.error(untidiness);
  console.log(`tidy: ${found.length} findings`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
