import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Refusal } from '@zhanggui/base';
import { Facts, HexText, type Inputs, type Kinds, Leading, type TopicContext } from './kind.ts';
import { topics } from './topics.ts';

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly inputs: Inputs;
  readonly expected: unknown;
}

interface VectorFile {
  readonly topic: string;
  readonly conventions?: TopicContext['conventions'];
  readonly vectors: readonly Vector[];
}

/** The judgement of one vector; `came` is what our code answered, or the refusal it gave. */
interface Verdict {
  readonly id: string;
  readonly kind: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  readonly expected?: unknown;
  readonly came?: unknown;
}

function wantsRefusal(expected: unknown): boolean {
  return typeof expected === 'object' && expected !== null && (expected as { error?: unknown }).error === true;
}

/** Whether what came is what the vector states. */
function agrees(came: unknown, expected: unknown): boolean {
  if (came instanceof Leading)
    return typeof expected === 'string' && expected.length >= came.minimum && came.whole.startsWith(expected);
  if (came instanceof HexText) return typeof expected === 'string' && expected.toUpperCase() === came.hex.toUpperCase();
  if (!(came instanceof Facts)) return isDeepStrictEqual(came, expected);
  if (typeof expected !== 'object' || expected === null) return false;
  const stated = Object.entries(expected);
  return (
    stated.length > 0 && stated.every(([name, value]) => Object.hasOwn(came.all, name) && agrees(came.all[name], value))
  );
}

/** Where a vector says at which tag and offset the input breaks, the refusal must say the same. */
function namesSamePlace(refusal: Refusal, expected: unknown): boolean {
  const { tag, offset } = expected as { readonly tag?: string; readonly offset?: number };
  const sameTag = tag === undefined || refusal.path.split('.').at(-1) === tag;
  return sameTag && (offset === undefined || refusal.offset === offset);
}

/** Runs one vector. Only a typed refusal counts as one; any other error is a failure that shows itself. */
export function judge(vector: Vector, kinds: Kinds | undefined, context: TopicContext): Verdict {
  const { id, kind, expected } = vector;
  const run = kinds !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (run === undefined) {
    if (kind === 'policy') return { id, kind, verdict: 'skipped' };
    return { id, kind, verdict: 'failed', expected, came: `unknown kind "${kind}"` };
  }
  try {
    const came = run(vector.inputs, context);
    const same = !wantsRefusal(expected) && agrees(came, expected);
    return same ? { id, kind, verdict: 'passed' } : { id, kind, verdict: 'failed', expected, came };
  } catch (error) {
    if (error instanceof Refusal && wantsRefusal(expected) && namesSamePlace(error, expected))
      return { id, kind, verdict: 'passed' };
    return { id, kind, verdict: 'failed', expected, came: cameFrom(error) };
  }
}

function cameFrom(error: unknown): string {
  return error instanceof Refusal ? `${error.code} at "${error.path}", offset ${error.offset}` : String(error);
}

function judgeFile(file: string): readonly Verdict[] {
  const content = JSON.parse(readFileSync(file, 'utf8')) as VectorFile;
  const kinds: Kinds | undefined = Object.hasOwn(topics, content.topic) ? topics[content.topic] : undefined;
  return content.vectors.map((vector) => judge(vector, kinds, { conventions: content.conventions ?? {} }));
}

function main(): void {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
  if (positionals.length === 0) {
    console.error('Usage: npm run vectors -- FILE… [--json FILE]');
    process.exitCode = 2;
    return;
  }
  const from = process.env.ZHANGGUI_CALLED_FROM ?? process.cwd();
  const verdicts = positionals.flatMap((file) => judgeFile(path.resolve(from, file)));
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const { id, verdict, expected, came } of verdicts) {
    count[verdict] += 1;
    if (verdict === 'failed') console.log(`${id}: expected ${JSON.stringify(expected)}, came ${JSON.stringify(came)}`);
  }
  if (values.json !== undefined)
    writeFileSync(path.resolve(from, values.json), `${JSON.stringify(verdicts, null, 2)}\n`);
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = count.failed + count.skipped > 0 ? 1 : 0;
}

if (import.meta.main) main();
