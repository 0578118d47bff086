import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { fromHex, toHex } from '@zhanggui/base';
import { encodeTlv, parseField55, parseTlv } from '@zhanggui/emv';

interface PeerNode {
  readonly tag: string;
  readonly value: string;
}

/** What is timed: `work` answers with something that depends on its result, so that it cannot be optimized away. */
interface Task {
  readonly name: string;
  readonly work: () => number;
}

const Peer = createRequire(import.meta.url)('node-tlv') as {
  parseList(data: Buffer): readonly PeerNode[];
};

const WARM_UP_MS = 400;
const ROUND_MS = 300;
const ROUNDS = 5;

/** Field 55 of a UnionPay sale (published as a test message of iso8583-parser). */
const FIELD_55 = fromHex(
  '9F260846FD62985CAAE7589F2701809F101307011703A00000010A0100000500001EF41C469F37049536C9B89F36020C66950500000000009A032208249C01009F02060000000011115F2A02015682027C009F1A0201569F03060000000000009F330360E9C89F34030000009F3501229F1E0831323334353637388408A0000003330101029F090200309F410400000001',
);

/**
 * Parses one field 55 with this package and with `node-tlv` of npm, in turns, warm, on one core; the figure of each is the
 * median of its rounds. The peer gives each value as hexadecimal text, so one row makes that text here too.
 */
export async function run(): Promise<string> {
  const buffer = Buffer.from(FIELD_55);
  requireAgreement(buffer);
  const items = parseTlv(FIELD_55).map(({ tag, value }) => ({ tag, value }));
  const [parsed, touched, asText, field, encoded, peer] = measure([
    { name: 'parse', work: () => keep(parseTlv(FIELD_55)).length },
    { name: 'parse and view', work: () => parseTlv(FIELD_55).reduce((sum, node) => sum + node.value.length, 0) },
    { name: 'parse to text', work: () => parseTlv(FIELD_55).reduce((sum, node) => sum + toHex(node.value).length, 0) },
    { name: 'field 55 by tag', work: () => parseField55(FIELD_55).values.size },
    { name: 'encode', work: () => encodeTlv(items).length },
    { name: 'peer', work: () => Peer.parseList(buffer).length },
  ]);
  return [
    `| a field 55 of ${items.length} data objects, ${FIELD_55.length} bytes | this package, per second | node-tlv 1.5.14, per second | ratio |`,
    '|---|---:|---:|---:|',
    row('parse', parsed, peer),
    row('parse, and a view of each value', touched, peer),
    row('parse, and each value as hexadecimal text', asText, peer),
    row('parse into a map by tag, duplicates refused', field, peer),
    row('encode', encoded),
    '',
    'Both find the same tags and values, which is checked before the clock starts. A node here keeps the place of its value and makes the view when it is asked; the peer makes hexadecimal text at once. The goal is 500,000 a second.',
  ].join('\n');
}

let kept: unknown;

/** Holds on to a result, so that the engine cannot leave out making it. */
function keep<Result>(result: Result): Result {
  kept = result;
  return result;
}

/** Both libraries must find the same data objects, or there is nothing to compare. */
function requireAgreement(buffer: Buffer): void {
  const ours = parseTlv(FIELD_55).map(({ tag, value }) => ({ tag, value: toHex(value) }));
  const theirs = Peer.parseList(buffer).map(({ tag, value }) => ({ tag, value: value.toUpperCase() }));
  assert.deepEqual(ours, theirs);
  assert.equal(toHex(encodeTlv(parseTlv(FIELD_55))), toHex(FIELD_55));
}

/** Calls a second of each task: all are warmed up first, and each round times all of them. */
function measure(tasks: readonly Task[]): number[] {
  for (const task of tasks) callsPerSecond(task, WARM_UP_MS);
  const rounds = Array.from({ length: ROUNDS }, () => tasks.map((task) => callsPerSecond(task, ROUND_MS)));
  return tasks.map((_, index) => median(rounds.map((round) => round[index] ?? 0)));
}

function callsPerSecond(task: Task, durationMs: number): number {
  const batch = 200;
  const start = performance.now();
  let calls = 0;
  let check = 0;
  let elapsedMs = 0;
  while (elapsedMs < durationMs) {
    for (let index = 0; index < batch; index += 1) check += task.work();
    calls += batch;
    elapsedMs = performance.now() - start;
  }
  assert.ok(check > 0, task.name);
  assert.notEqual(kept, null, task.name);
  return (calls / elapsedMs) * 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? 0;
}

function row(name: string, ours = 0, theirs?: number): string {
  const count = (value: number): string => Math.round(value).toLocaleString('en-US');
  if (theirs === undefined) return `| ${name} | ${count(ours)} | – | – |`;
  return `| ${name} | ${count(ours)} | ${count(theirs)} | ${(ours / theirs).toFixed(1)} |`;
}

if (import.meta.main) console.log(await run());
