import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { fromHex, toHex } from '@zhanggui/base';
import { cupsPos, iso87Mixed, type Message, pack, type Spec, unpack } from '@zhanggui/iso8583';

interface Peer {
  getRawMessage(): Buffer;
  getIsoJSON(message: Buffer, config: { readonly lenHeader: boolean }): Readonly<Record<string, string>>;
}
type PeerFields = Readonly<Record<string, string>>;

/** What is timed: `work` answers with something that depends on its result, so that it cannot be optimized away. */
interface Task {
  readonly name: string;
  readonly work: () => number;
}

const Iso8583 = createRequire(import.meta.url)('iso_8583') as new (message?: PeerFields) => Peer;

const WARM_UP_MS = 400;
const ROUND_MS = 300;
const ROUNDS = 5;
const CHIP_DATA =
  '9F260846FD62985CAAE7589F2701809F101307011703A00000010A0100000500001EF41C469F37049536C9B89F36020C66950500000000009A032208249C01009F02060000000011115F2A02015682027C009F1A0201569F03060000000000009F330360E9C89F34030000009F3501229F1E0831323334353637388408A0000003330101029F090200309F410400000001';

/** A sale in the dialect that both libraries speak: ASCII, binary bit maps, field 55 as the hexadecimal text that the peer carries. */
const sharedDialect = {
  ...iso87Mixed,
  fields: { ...iso87Mixed.fields, 55: { name: 'chip data in hexadecimal', type: 'ans', length: 999, prefix: 'LLL' } },
} as const satisfies Spec;

const SHARED_FIELDS = {
  2: '6200000000000005',
  3: '000000',
  4: '000000001111',
  7: '0824141554',
  11: '000079',
  12: '141554',
  13: '0824',
  14: '2903',
  18: '5411',
  22: '051',
  23: '000',
  25: '00',
  26: '12',
  32: '48523310',
  35: '6200000000000005D29032010000000000',
  37: '000000000079',
  41: '10016919',
  42: '84329004582000B',
  43: 'ZHANGGUI TEST STORE                     ',
  49: '156',
  55: CHIP_DATA,
  102: '6200000000000005',
} as const;

/** A real sale of a China UnionPay terminal, with TPDU and header taken off (published as a test message of iso8583-parser). */
const UNIONPAY_SALE = fromHex(
  `0200703C06C000C49A17166200000000000005000000000000001111000079141554082429030710000000123130303136393139383433323930303435383230303042006950493036343034303230323035313430303030323430323130363837303030303030313036303630303030363930373038443339303346333930383038` +
    `56302E302E332E30313536000000000000000024100000000000000145${CHIP_DATA}0013220007270006000024FF02213436307C30307C32383638387C34333232323834390021534D303136CDC489E91786D0BE01F543D813611BCD3833353932373435`,
);

/**
 * Packs and unpacks the same messages with this package and with `iso_8583` of npm, in turns, warm, on one core; the
 * figure of each is the median of its rounds.
 */
export async function run(): Promise<string> {
  const peerFields: PeerFields = { 0: '0200', ...SHARED_FIELDS };
  const message: Message<typeof sharedDialect> = { mti: '0200', fields: SHARED_FIELDS };
  const wire = pack(sharedDialect, message);
  const wireBuffer = Buffer.from(wire);
  const sale = unpack(cupsPos, UNIONPAY_SALE);
  requireAgreement(wire, peerFields);
  const [unpacked, peerUnpacked, packed, peerPacked, saleUnpacked, salePacked] = measure([
    { name: 'unpack', work: () => unpack(sharedDialect, wire).mti.length },
    { name: 'peer unpack', work: () => Object.keys(new Iso8583().getIsoJSON(wireBuffer, { lenHeader: false })).length },
    { name: 'pack', work: () => pack(sharedDialect, message).length },
    { name: 'peer pack', work: () => new Iso8583(peerFields).getRawMessage().length },
    { name: 'UnionPay unpack', work: () => unpack(cupsPos, UNIONPAY_SALE).mti.length },
    { name: 'UnionPay pack', work: () => pack(cupsPos, sale).length },
  ]);
  return [
    '| a 0200 with field 55 | this package, per second | iso_8583 2.6.7, per second | ratio |',
    '|---|---:|---:|---:|',
    row(`unpack, ${wire.length} bytes, ASCII`, unpacked, peerUnpacked),
    row(`pack, ${wire.length} bytes, ASCII`, packed, peerPacked),
    row(`unpack, ${UNIONPAY_SALE.length} bytes, UnionPay terminal`, saleUnpacked),
    row(`pack, ${UNIONPAY_SALE.length} bytes, UnionPay terminal`, salePacked),
    '',
    'Both read and write the same bytes, which is checked before the clock starts. The goals are 400,000 a second, and five times the peer.',
    'The peer does not speak packed digits, and carries field 55 as hexadecimal text.',
    'Reading is where it is nearest: the peer slices its buffer without looking at a character, a length or what is left over. Here a message whose fields are all plain text is decoded once and its values are cut out of it; what remains is holding each character to its type, and making the values and the object that takes them.',
  ].join('\n');
}

/** Both libraries must give the same bytes and read the same fields, or there is nothing to compare. */
function requireAgreement(wire: Uint8Array, peerFields: PeerFields): void {
  assert.equal(toHex(new Iso8583(peerFields).getRawMessage()), toHex(wire));
  assert.deepEqual(new Iso8583().getIsoJSON(Buffer.from(wire), { lenHeader: false }), peerFields);
  assert.deepEqual({ 0: '0200', ...unpack(sharedDialect, wire).fields }, peerFields);
  assert.equal(toHex(pack(cupsPos, unpack(cupsPos, UNIONPAY_SALE))), toHex(UNIONPAY_SALE));
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
