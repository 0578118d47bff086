import { type ChildProcess, spawn } from 'node:child_process';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { concatBytes } from '@zhanggui/base';
import { Deframer, encodeLength, iso87Terminal, pack, parseKeyElements, unpack } from '@zhanggui/iso8583';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cardById } from '../cards/cards.ts';
import { readArguments } from './arguments.ts';

let folder: string;
const started: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zhanggui-alone-'));
});
afterAll(async () => {
  for (const child of started.splice(0)) {
    child.kill();
    await new Promise((resolve) => child.once('exit', resolve));
  }
  rmSync(folder, { recursive: true });
});

/** Starts the bank by itself and reads so many lines of what it prints. */
async function start(args: readonly string[], lines: number): Promise<Record<string, unknown>[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--data', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const printed: Record<string, unknown>[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(JSON.parse(line) as Record<string, unknown>);
    if (printed.length === lines) break;
  }
  return printed;
}

const FRAMING = { length: 'binary', lengthBytes: 2, tpdu: false, headerBytes: 0 } as const;

async function connected(port: number): Promise<Socket> {
  const line = connect(port, '127.0.0.1');
  await once(line, 'connect');
  return line;
}

/** Payload of the answer to a message with its length. */
function asked(line: Socket, framed: Uint8Array): Promise<Uint8Array> {
  const deframer = new Deframer(FRAMING);
  return new Promise((resolve, reject) => {
    line.once('error', reject);
    line.on('data', function read(chunk: Uint8Array) {
      const [whole] = deframer.push(chunk);
      if (whole === undefined) return;
      line.off('data', read);
      resolve(whole);
    });
    line.write(framed);
  });
}

test('alone it prints line, terminals and test keys, and a client of another dialect signs on', async () => {
  const [ready, certificates, first, , third] = await start(
    ['--plain', '--dialect', 'iso87-ascii', '--terminals', '3'],
    5,
  );
  expect(ready).toMatchObject({ ready: true, dialect: 'iso87-ascii', host: '127.0.0.1' });
  expect(certificates).toEqual({ caPem: '', client: null });
  expect(third).toMatchObject({ terminal: { tillId: 'till_3', tmk: expect.stringMatching(/^[0-9A-F]{32}$/) } });
  const { terminalId, acceptorId } = Object(first?.terminal) as { terminalId: string; acceptorId: string };
  const payload = pack(iso87Terminal, {
    mti: '0800',
    fields: { 11: '000001', 41: terminalId, 42: acceptorId, 70: '001' },
  });
  const line = await connected(Number(ready?.port));
  const answer = await asked(line, concatBytes(encodeLength(FRAMING, payload.length), payload));
  line.destroy();
  const { fields } = unpack(iso87Terminal, answer);
  expect(fields[39]).toBe('00');
  expect(parseKeyElements(fields[48] ?? '').mac.cryptogram).toHaveLength(16);
  const book = await fetch(`${ready?.url}/book`);
  expect(await book.json()).toMatchObject({ authorizations: [] });
}, 60_000);

/** A client that shares no line of code with the host: the codec of another author, and the cipher of OpenSSL. */
interface Peer {
  getBufferMessage(): Buffer;
  getIsoJSON(message: Buffer, config: { readonly lenHeader: boolean }): Readonly<Record<string, string>>;
}
const PeerMessage = createRequire(import.meta.url)('iso_8583') as new (
  message: Readonly<Record<string, string>>,
  formats: object,
) => Peer;
/** The peer carries bytes as two characters each; here they are one each, as Latin 1. */
const FORMATS = { 128: { ContentType: 'ans', Label: 'MAC', LenType: 'fixed', MaxLen: 8 } };

/** ANSI X9.19 with a key of sixteen bytes: CBC under its first half, the last block under both. */
function retailMacOf(key: Buffer, covered: Buffer): Buffer {
  const padded = Buffer.concat([covered, Buffer.alloc((8 - (covered.length % 8)) % 8)]);
  const [left, right] = [key.subarray(0, 8), key.subarray(8)];
  const single = createCipheriv('des-ede3-cbc', Buffer.concat([left, left, left]), Buffer.alloc(8)).setAutoPadding(
    false,
  );
  const chained = single.update(padded).subarray(-16);
  const before = padded.length > 8 ? chained.subarray(0, 8) : Buffer.alloc(8);
  const last = padded.subarray(-8).map((byte, index) => byte ^ (before[index] ?? 0));
  return createCipheriv('des-ede3-ecb', Buffer.concat([left, right, left]), null)
    .setAutoPadding(false)
    .update(last);
}

test('a client with the codec of another author signs on and sells, under MACs that OpenSSL makes and checks', async () => {
  const data = ['--data', join(folder, 'peer')];
  const [ready, , first] = await start(['--plain', '--dialect', 'iso87-mixed', ...data], 3);
  const { terminalId, acceptorId, tmk } = Object(first?.terminal) as Record<
    'terminalId' | 'acceptorId' | 'tmk',
    string
  >;
  const line = await connected(Number(ready?.port));
  const terminal = { 7: '1123101010', 41: terminalId, 42: acceptorId };
  const read = (answer: Uint8Array) =>
    new PeerMessage({}, FORMATS).getIsoJSON(Buffer.from(answer), { lenHeader: false });
  const signOn = new PeerMessage({ 0: '0800', 11: '000001', 70: '001', ...terminal }, FORMATS).getBufferMessage();
  const keys = read(await asked(line, signOn));
  expect(keys[39]).toBe('00');
  const { mac } = parseKeyElements(keys[48] ?? '');
  const master = Buffer.from(tmk, 'hex');
  const opening = createDecipheriv('des-ede3-ecb', Buffer.concat([master, master.subarray(0, 8)]), null);
  const mak = opening.setAutoPadding(false).update(mac.cryptogram);

  const card = cardById('visa');
  const sale = { 0: '0200', 2: card?.pan ?? '', 3: '000000', 4: '000000001250', 11: '000002', 14: card?.expiry ?? '' };
  const message = { ...sale, 22: '011', 25: '00', 49: '344', 128: 'MACMACMA', ...terminal };
  const framed = new PeerMessage(message, FORMATS).getBufferMessage();
  const right = retailMacOf(mak, framed.subarray(2, -8));
  const refused = await asked(line, Buffer.concat([framed.subarray(0, -8), Buffer.alloc(8, 1)]));
  expect(read(refused)[39]).toBe('63');
  const answer = Buffer.from(await asked(line, Buffer.concat([framed.subarray(0, -8), right])));
  expect(read(answer)).toMatchObject({
    0: '0210',
    4: '000000001250',
    11: '000002',
    38: expect.stringMatching(/^\d{6}$/),
    39: '00',
  });
  expect(answer.subarray(-8)).toEqual(retailMacOf(mak, answer.subarray(0, -8)));
  line.destroy();
  const book = await (await fetch(`${ready?.url}/book`)).json();
  expect(book).toMatchObject({ sums: { takenMinor: 1_250 } });
}, 60_000);

test.each([
  [['--dialect', 'morse'], 'there is no dialect "morse"'],
  [['--plain', '--tls'], '--plain and TLS exclude each other'],
  [['--port', 'x'], '--port is a number from 0 to 65535'],
  [['--terminals', '0'], '--terminals is a number from 1 to 100000'],
  [['--unheard'], 'Unknown option'],
])('what it cannot do is said in a sentence: %s', (args, sentence) => {
  expect(() => readArguments(args)).toThrow(sentence);
});

test('it speaks to UnionPay terminals over TLS unless it is told otherwise', () => {
  expect(readArguments(['--help'])).toBeNull();
  expect(readArguments([])).toMatchObject({ transport: 'tls', terminals: 2, port: 0, dialect: { id: 'cups' } });
  expect(readArguments(['--require-client-certificate'])).toMatchObject({ transport: 'tls-client-required' });
  expect(readArguments(['--plain', '--port', '5000'])).toMatchObject({ transport: 'plain', port: 5000 });
});
