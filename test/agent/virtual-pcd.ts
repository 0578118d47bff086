import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fromHex } from '@zhanggui/base';
import { PcscClient } from '../../apps/agent/pcsc/pcsc-client.ts';
import type { ReaderState } from '../../apps/agent/pcsc/protocol.ts';
import { until } from '../support/until.ts';

/** A card that can be put into the virtual reader. */
export interface PluggedCard {
  readonly atr: Uint8Array;
  /** The card gets power: it is as new. */
  reset(): void;
  transmit(command: Uint8Array): Uint8Array;
}

/** Answers to reset that EMV Book 1 clause 8.3 allows, one for each protocol. */
export const ATR = { t0: fromHex('3B600000'), t1: fromHex('3BE000008131204535') } as const;

/** Control bytes of the virtual reader's protocol. */
const POWER_OFF = 0;
const POWER_ON = 1;
const RESET = 2;
const GET_ATR = 4;

/** Where the driver waits for its card. */
const CARD_PORT = 35_963;

/** Carries bytes between its own standard streams and the driver. */
const RELAY = `const s = require('node:net').connect(${CARD_PORT}, '127.0.0.1');
process.stdin.pipe(s); s.pipe(process.stdout); s.on('close', () => process.exit(0)); s.on('error', () => process.exit(1));`;

/**
 * The real pcscd with the virtual reader of vsmartcard, in a network of their own: the driver listens on every address that there is, so
 * there is only the loopback one, which nobody else reaches. A card in the reader is a process in that network that carries bytes to us.
 */
export class VirtualPcd {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'zhanggui-pcsc-'));
  readonly #service: ChildProcessByStdio<null, Readable, Readable>;
  #log = '';
  #relay: ChildProcessByStdio<Writable, Readable, null> | undefined;

  private constructor() {
    const port = `0x${CARD_PORT.toString(16)}`;
    const configuration = [
      'FRIENDLYNAME "Virtual PCD"',
      `DEVICENAME /dev/null:${port}`,
      'LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so',
      `CHANNELID ${port}`,
    ];
    writeFileSync(path.join(this.#folder, 'virtual'), `${configuration.join('\n')}\n`);
    const command = 'ip link set lo up && exec /usr/sbin/pcscd --foreground --info --config "$0"';
    this.#service = spawn('unshare', ['--net', '--', 'sh', '-c', command, this.#folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#service.stdout, this.#service.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString();
      });
  }

  /** @throws Error with what pcscd said when it does not start. */
  static async start(): Promise<VirtualPcd> {
    const pcd = new VirtualPcd();
    const isReady = await until(
      () => pcd.#isReady(),
      (ready) => ready,
    );
    if (isReady) return pcd;
    await pcd.stop();
    throw new Error(`pcscd is not ready: ${pcd.#log.slice(-2000)}`);
  }

  /** Puts a card in, and waits until pcscd has noticed. */
  async insert(card: PluggedCard): Promise<void> {
    await this.remove();
    const relay = spawn('nsenter', ['--target', String(this.#service.pid), '--net', process.execPath, '-e', RELAY], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#relay = relay;
    // Who is pulled out does not hear what was still said to it.
    relay.stdin.on('error', () => undefined);
    serve(relay.stdout, (frame) => relay.stdin.write(frame), card);
    await this.#waitFor(({ present, atr }) => present && atr.length > 0);
  }

  /** Pulls the card out once nobody speaks to it any more, and waits until pcscd has noticed. */
  async remove(): Promise<void> {
    if (this.#relay === undefined) return;
    await this.#waitFor(({ inUse }) => !inUse);
    this.pullOut();
    await this.#waitFor(({ present }) => !present);
  }

  /** Pulls the card out in the middle of whatever it is doing. */
  pullOut(): void {
    this.#relay?.kill('SIGKILL');
    this.#relay = undefined;
  }

  async stop(): Promise<void> {
    this.pullOut();
    if (this.#service.exitCode === null && this.#service.signalCode === null) {
      const ended = new Promise((resolve) => this.#service.once('exit', resolve));
      this.#service.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #waitFor(wanted: (reader: ReaderState) => boolean): Promise<void> {
    const client = await PcscClient.open();
    await until(
      () => client.readers(),
      ([reader]) => reader !== undefined && wanted(reader),
    );
    client.close();
  }

  async #isReady(): Promise<boolean> {
    const code = this.#service.exitCode ?? this.#service.signalCode;
    if (code !== null) throw new Error(`pcscd stopped (${code}): ${this.#log.slice(-2000)}`);
    try {
      const client = await PcscClient.open();
      const readers = await client.readers();
      client.close();
      return readers.length > 0;
    } catch {
      return false;
    }
  }
}

/** Frames are two bytes of length and content; one byte of content is a control byte, more is a command. */
function serve(from: Readable, send: (frame: Buffer) => void, card: PluggedCard): void {
  let received = Buffer.alloc(0);
  from.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const answer = answerTo(Uint8Array.from(received.subarray(2, end)), card);
      received = received.subarray(end);
      if (answer !== undefined) send(framed(answer));
    }
  });
}

/** Only "what is your answer to reset?" and commands are answered. */
function answerTo(content: Uint8Array, card: PluggedCard): Uint8Array | undefined {
  if (content.length !== 1) return card.transmit(content);
  switch (content[0]) {
    case GET_ATR:
      return card.atr;
    case POWER_ON:
    case RESET:
      card.reset();
      return undefined;
    case POWER_OFF:
      return undefined;
    default:
      throw new Error('a control byte that the protocol does not know');
  }
}

function framed(bytes: Uint8Array): Buffer {
  const frame = Buffer.alloc(2 + bytes.length);
  frame.writeUInt16BE(bytes.length, 0);
  frame.set(bytes, 2);
  return frame;
}
