import { fromHex, type Rng, toHex, utf8Decode, utf8Encode } from '@zhanggui/base';
import { MemoryTornLog } from '@zhanggui/emv';
import {
  AesDukptTerminal,
  aesDukptHostKey,
  aesDukptInitialKey,
  cmac,
  decipherPinBlock,
  decryptCbc,
  importKey,
} from '@zhanggui/paycrypto';
import { CardRead } from './card-read.ts';
import { pinPadOf } from './pin-pad.ts';
import type { ChipLink, NoPin, PinQuestion, ReaderKind, ShownCard, TerminalPorts, TimedAnswer } from './ports.ts';
import type { ReaderSettings, ReadRequest, ReadResult, SealedCard, SealedCompletion } from './read.ts';

const BDK = importKey('FEDCBA9876543210F1F1F1F1F1F1F1F1', { algorithm: 'AES', usage: 'bdk' });
const KEY_ID = fromHex('1234567890123456');

/** A scripted card: answers by the command's hexadecimal text or its longest beginning; `removed` takes it away for good. */
export type CardScript = Readonly<Record<string, string>>;

/** A terminal that a test stands before: what it shows, types and answers is written down beforehand. */
export class ScriptedTerminal {
  /** States in the order in which the till would hear of them. */
  readonly states: ReadResult[] = [];
  /** What the pad asked. */
  readonly questions: PinQuestion[] = [];
  readonly read: CardRead;
  readonly running: Promise<void>;
  #waiting:
    | { readonly readers: readonly ReaderKind[]; readonly take: (shown: readonly ShownCard[]) => void }
    | undefined;
  #wake: () => void = () => undefined;

  /** @param pins typed in turn; the last counts for further times. */
  constructor(settings: ReaderSettings, request: ReadRequest, pins: readonly (string | NoPin)[] = []) {
    const device = new AesDukptTerminal(aesDukptInitialKey(BDK, KEY_ID), KEY_ID);
    let counter = 0;
    const ports: TerminalPorts = {
      slot: { next: (readers, until) => this.#next(readers, until) },
      pad: pinPadOf(async (question) => {
        this.questions.push(question);
        return pins[Math.min(this.questions.length, pins.length) - 1] ?? 'missing';
      }, countingRng),
      keys: { readerId: 'reader-7', next: async () => device.next() },
      clock: { now: () => Date.UTC(2026, 10, 23, 2, 15) },
      rng: countingRng,
      torn: new MemoryTornLog(1),
      nextCounter: () => {
        counter += 1;
        return counter;
      },
    };
    this.read = new CardRead(ports, settings, request, (result) => {
      this.states.push(result);
      this.#wake();
    });
    this.running = this.read.run((error) => ({ zh: String(error), en: String(error) }));
  }

  /** Readers at which a card is wanted now. */
  get wanted(): readonly ReaderKind[] {
    return this.#waiting?.readers ?? [];
  }

  /** Shows cards, and waits until the next state that is not about reading. */
  async show(...shown: readonly ShownCard[]): Promise<ReadResult> {
    this.#waiting?.take(shown);
    this.#waiting = undefined;
    return this.until((state) => state.state !== 'waiting' || state.step === 'application' || this.wanted.length > 0);
  }

  /** The state now, or the next one, for which this holds. */
  async until(holds: (state: ReadResult) => boolean): Promise<ReadResult> {
    while (!holds(this.read.result)) {
      const woken = Promise.withResolvers<void>();
      this.#wake = () => woken.resolve();
      await woken.promise;
    }
    return this.read.result;
  }

  #next(readers: readonly ReaderKind[], until: Promise<unknown>): Promise<readonly ShownCard[]> {
    const taken = Promise.withResolvers<readonly ShownCard[]>();
    this.#waiting = { readers, take: taken.resolve };
    void until.then(() => taken.resolve([]));
    this.#wake();
    return taken.promise;
  }
}

/** A chip that answers from a script, and what it was asked. */
export class ScriptedChip implements ChipLink {
  readonly commands: string[] = [];
  readonly gone: Promise<void>;
  readonly #script: CardScript;
  #leave: () => void = () => undefined;
  #isGone = false;

  constructor(script: CardScript) {
    this.#script = script;
    this.gone = new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  async transmit(command: Uint8Array): Promise<Uint8Array | null> {
    const text = toHex(command);
    this.commands.push(text);
    const key = Object.keys(this.#script)
      .filter((begin) => text.startsWith(begin))
      .toSorted((left, right) => right.length - left.length)[0];
    const answer = key === undefined ? '6D00' : (this.#script[key] ?? '6D00');
    if (answer === 'removed') this.pullOut();
    return this.#isGone ? null : fromHex(answer);
  }

  /** Every timed answer takes 10 ms. */
  async transmitTimed(command: Uint8Array): Promise<TimedAnswer | null> {
    const response = await this.transmit(command);
    return response === null ? null : { response, tookMicroseconds: 10_000 };
  }

  pullOut(): void {
    this.#isGone = true;
    this.#leave();
  }
}

/** The host's side: the record that a reader sealed. @throws Error when the MAC is not the reader's. */
export function openSealed<Record>(sealed: SealedCard | SealedCompletion): Record {
  const ksn = fromHex(sealed.ksn);
  const pinBlock = 'pinBlock' in sealed ? (sealed.pinBlock ?? '') : '';
  const lines = [sealed.readerId, sealed.ksn, sealed.entryMode, sealed.sealed, pinBlock].join('\n');
  const mac = cmac(aesDukptHostKey(BDK, ksn, 'mac-generate'), utf8Encode(lines));
  if (toHex(mac) !== sealed.mac) throw new Error('the MAC is not that of the reader');
  const padded = decryptCbc(aesDukptHostKey(BDK, ksn, 'data-encrypt'), fromHex(sealed.sealed));
  return JSON.parse(utf8Decode(padded.subarray(0, padded.lastIndexOf(0x80))));
}

/** The PIN in a sealed card's block. */
export function openPin({ ksn, pinBlock = '' }: SealedCard, pan: string, format: 0 | 4): string {
  const key = aesDukptHostKey(BDK, fromHex(ksn), 'pin', format === 4 ? 'AES128' : '2TDEA');
  return decipherPinBlock(key, fromHex(pinBlock), { format, pan });
}

/** The same bytes in every run. */
const countingRng: Rng = { bytes: (count) => Uint8Array.from({ length: count }, (_, index) => index + 1) };
