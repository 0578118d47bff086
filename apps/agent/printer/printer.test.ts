import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openPrinter, type Printer } from './printer.ts';

const GOOD = 0x12;

/** A printer in the network as ESC/POS has it: it answers DLE EOT at once, and GS r when it has printed what came before. */
class ScriptedPrinter {
  cause = GOOD;
  paper = GOOD;
  /** Whether it answers questions at all, and whether it knows GS r. */
  tells = true;
  knowsEnd = true;
  /** The paper ends before this many bytes of a job are printed. */
  paperFor = Number.POSITIVE_INFINITY;
  printed: number[] = [];
  readonly #server: Server = createServer((socket) => socket.on('data', (bytes) => this.#take(socket, bytes)));

  async start(): Promise<Printer> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return openPrinter({ kind: 'tcp', host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port }, 58);
  }

  stop(): void {
    this.#server.close();
  }

  #take(socket: Socket, bytes: Buffer): void {
    for (let offset = 0; offset < bytes.length; ) {
      const [first, second, third] = bytes.subarray(offset);
      if (first === 0x10 && second === 0x04) {
        if (this.tells) socket.write(Uint8Array.of(third === 2 ? this.cause : this.paper));
        offset += 3;
      } else if (first === 0x1d && second === 0x72) {
        if (this.tells && this.knowsEnd && this.cause === GOOD) socket.write(Uint8Array.of(0));
        offset += 3;
      } else {
        this.#print(bytes[offset] ?? 0);
        offset += 1;
      }
    }
  }

  #print(byte: number): void {
    if (this.printed.length < this.paperFor) this.printed.push(byte);
    else [this.cause, this.paper] = [0x32, 0x72];
  }
}

let scripted = new ScriptedPrinter();
afterEach(() => {
  scripted.stop();
  scripted = new ScriptedPrinter();
});

const SLIP = [{ kind: 'text', text: 'ABCDEFGH' }, { kind: 'cut' }] as const;

it('a printer that tells its state prints the whole job', async () => {
  const printer = await scripted.start();
  await printer.print(SLIP);
  await printer.print(SLIP);
  expect(String.fromCharCode(...scripted.printed).match(/ABCDEFGH/g)).toHaveLength(2);
});

it.each([
  ['has no paper', { paper: 0x72 }, 'paper-out'],
  ['stopped for want of paper', { cause: 0x32 }, 'paper-out'],
  ['has its cover open', { cause: 0x16 }, 'cover-open'],
  ['has a jam', { cause: 0x52 }, 'printer-fault'],
])('a printer that %s is given nothing to print', async (_, state, trouble) => {
  const printer = await scripted.start();
  Object.assign(scripted, state);
  await expect(printer.print(SLIP)).rejects.toMatchObject({ name: 'PrinterError', trouble });
  expect(scripted.printed).toEqual([]);
});

it('paper that is nearly at its end is paper', async () => {
  const printer = await scripted.start();
  scripted.paper = 0x1e;
  await expect(printer.print(SLIP)).resolves.toBeUndefined();
});

it('paper that ends in the middle of a slip is told, and the next slip is printed when there is paper again', async () => {
  const printer = await scripted.start();
  scripted.paperFor = 12;
  await expect(printer.print(SLIP)).rejects.toMatchObject({ trouble: 'paper-out' });
  Object.assign(scripted, { cause: GOOD, paper: GOOD, paperFor: Number.POSITIVE_INFINITY });
  await expect(printer.print(SLIP)).resolves.toBeUndefined();
});

it('a printer that cannot tell the end of a job has printed it when nothing is wrong after a while', async () => {
  const printer = await scripted.start();
  scripted.knowsEnd = false;
  await expect(printer.print(SLIP)).resolves.toBeUndefined();
});

it('a printer that answers no question is given the job as it stands', async () => {
  const printer = await scripted.start();
  scripted.tells = false;
  await printer.print(SLIP);
  await expect.poll(() => String.fromCharCode(...scripted.printed)).toContain('ABCDEFGH');
});

it('a drawer opens without paper, and without a question', async () => {
  const printer = await scripted.start();
  scripted.paper = 0x72;
  await printer.openDrawer();
  await expect.poll(() => scripted.printed).toEqual([0x1b, 0x70, 0, 25, 250]);
});

it('a device takes the job as a file, and one that is not there is silent', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'printer-'));
  const device = path.join(folder, 'lp0');
  writeFileSync(device, '');
  await openPrinter({ kind: 'device', path: device }, 58).print(SLIP);
  expect(readFileSync(device, 'latin1')).toContain('ABCDEFGH');
  const nowhere = openPrinter({ kind: 'device', path: path.join(folder, 'lp1') }, 58);
  await expect(nowhere.print(SLIP)).rejects.toMatchObject({ trouble: 'printer-silent' });
  // A device that is always full is what the kernel makes of a printer without paper.
  const full = openPrinter({ kind: 'device', path: '/dev/full' }, 58);
  await expect(full.print(SLIP)).rejects.toMatchObject({ trouble: 'paper-out' });
});
