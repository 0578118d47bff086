import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { concatBytes } from '@zhanggui/base';
import { Deframer, encodeLength, iso87Terminal, pack, parseKeyElements, unpack } from '@zhanggui/iso8583';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('alone it prints line, terminals and test keys, and a client of another dialect signs on', async () => {
  const [ready, certificates, first, , third] = await start(
    ['--plain', '--dialect', 'iso87-ascii', '--terminals', '3'],
    5,
  );
  expect(ready).toMatchObject({ ready: true, dialect: 'iso87-ascii', host: '127.0.0.1' });
  expect(certificates).toEqual({ caPem: '', client: null });
  expect(third).toMatchObject({ terminal: { tillId: 'till_3', tmk: expect.stringMatching(/^[0-9A-F]{32}$/) } });
  const { terminalId, acceptorId } = Object(first?.terminal) as { terminalId: string; acceptorId: string };
  const framing = { length: 'binary', lengthBytes: 2, tpdu: false, headerBytes: 0 } as const;
  const payload = pack(iso87Terminal, {
    mti: '0800',
    fields: { 11: '000001', 41: terminalId, 42: acceptorId, 70: '001' },
  });
  const answer = await new Promise<Uint8Array>((resolve, reject) => {
    const deframer = new Deframer(framing);
    const socket = connect(Number(ready?.port), '127.0.0.1');
    socket.on('error', reject);
    socket.on('data', (chunk: Uint8Array) => {
      const [whole] = deframer.push(chunk);
      if (whole === undefined) return;
      socket.destroy();
      resolve(whole);
    });
    socket.write(concatBytes(encodeLength(framing, payload.length), payload));
  });
  const { fields } = unpack(iso87Terminal, answer);
  expect(fields[39]).toBe('00');
  expect(parseKeyElements(fields[48] ?? '').mac.cryptogram).toHaveLength(16);
  const book = await fetch(`${ready?.url}/book`);
  expect(await book.json()).toMatchObject({ authorizations: [] });
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
