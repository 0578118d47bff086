import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { concatBytes } from '@zhanggui/base';
import { cupsFraming, Deframer, encodeLength } from '@zhanggui/iso8583';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bank, type BankOptions, openBank } from './bank.ts';
import { makeCertificates } from './certificates.ts';
import { TestTerminal } from './testing.ts';

let folder: string;
let bank: Bank;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zhanggui-line-'));
});
afterEach(async () => {
  await bank.close();
  rmSync(folder, { recursive: true });
});

async function open(options: Partial<BankOptions> = {}): Promise<void> {
  bank = await openBank({ port: 0, dataFolder: folder, timeScale: 0.001, ...options });
}

interface Shown {
  readonly certificatePem: string;
  readonly keyPem: string;
}

function dial(client: Shown | null = null, version?: 'TLSv1.2' | 'TLSv1.3' | 'TLSv1.1'): Socket {
  const { port, caPem } = bank.credentials();
  if (bank.line.transport.kind === 'plain') return connectPlain(port, '127.0.0.1');
  return connectTls({
    host: '127.0.0.1',
    port,
    ca: caPem,
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(client === null ? {} : { cert: client.certificatePem, key: client.keyPem }),
  });
}

/** What comes back on a connection for one line test: the payload, or how many bytes of it before the line ended. */
function echo(socket: Socket, chunks = 1): Promise<Uint8Array | number> {
  const terminal = new TestTerminal(bank.host);
  const payload = terminal.payload('0820', { 11: '000001', 60: '00000001301' }, false);
  const frame = concatBytes(encodeLength(cupsFraming, payload.length), payload);
  return new Promise((resolve) => {
    const deframer = new Deframer(cupsFraming);
    let bytes = 0;
    socket.on('error', () => resolve(-1));
    socket.on('close', () => resolve(bytes));
    socket.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      const [answer] = deframer.push(chunk);
      if (answer === undefined) return;
      socket.destroy();
      resolve(answer);
    });
    const size = Math.ceil(frame.length / chunks);
    for (let at = 0; at < frame.length; at += size) socket.write(frame.subarray(at, at + size));
  });
}

test('TLS 1.2 and 1.3 carry messages, with a certificate of the client and without; older ones do not', async () => {
  await open();
  const { client } = bank.credentials();
  expect(await echo(dial(null, 'TLSv1.2'))).toBeInstanceOf(Uint8Array);
  expect(await echo(dial(null, 'TLSv1.3'), 7)).toBeInstanceOf(Uint8Array);
  expect(await echo(dial(client))).toBeInstanceOf(Uint8Array);
  expect(await echo(dial(null, 'TLSv1.1'))).toBe(-1);
});

test('a certificate of another authority is refused, and a required one must be there', async () => {
  await open();
  const { clientCertificatePem, clientKeyPem } = makeCertificates(new Date());
  const stranger = { certificatePem: clientCertificatePem, keyPem: clientKeyPem };
  expect(await echo(dial(stranger))).not.toBeInstanceOf(Uint8Array);
  await bank.close();
  await open({ transport: 'tls-client-required' });
  expect(await echo(dial())).not.toBeInstanceOf(Uint8Array);
  expect(await echo(dial(stranger))).not.toBeInstanceOf(Uint8Array);
  expect(await echo(dial(bank.credentials().client))).toBeInstanceOf(Uint8Array);
});

test('a plain line needs no certificate and tells of none', async () => {
  await open({ transport: 'plain' });
  expect(bank.credentials()).toMatchObject({ caPem: '', client: null, dialect: 'cups' });
  expect(await echo(dial())).toBeInstanceOf(Uint8Array);
});

test('a line that is cut in the middle leaves half of the frame, one that is cut before it nothing', async () => {
  await open();
  bank.host.faults.addNext({ kind: 'cut' }, ['echo']);
  const half = await echo(dial());
  expect(half).toBeGreaterThan(0);
  bank.host.faults.addNext({ kind: 'disconnect' }, ['0820']);
  expect(await echo(dial())).toBe(0);
});

test('bytes that are no message are not answered, and a broken length ends the connection', async () => {
  await open({ transport: 'plain' });
  const socket = dial();
  socket.write(concatBytes(encodeLength(cupsFraming, 30), new Uint8Array(30).fill(0x99)));
  expect(await echo(socket)).toBeInstanceOf(Uint8Array);
  const broken = dial();
  broken.write(Uint8Array.of(0xff, 0xff));
  broken.write(new Uint8Array(9_000));
  expect(await echo(broken)).toBe(0);
});

test('a host that restarts comes back on its port with its book, terminals and certificates', async () => {
  await open();
  const before = bank.credentials();
  await bank.restart(0);
  expect(bank.credentials()).toEqual(before);
  expect(await echo(dial())).toBeInstanceOf(Uint8Array);
});

test('a thousand terminals sign on', async () => {
  await open({ terminals: 1_000 });
  expect(bank.credentials().terminals).toHaveLength(1_000);
  const codes = new Set<string | undefined>();
  for (let index = 0; index < 1_000; index += 1)
    codes.add((await new TestTerminal(bank.host, index).signOn()).fields[39]);
  expect([...codes]).toEqual(['00']);
  expect(bank.host.terminals.status().every(({ signedOn }) => signedOn)).toBe(true);
});
