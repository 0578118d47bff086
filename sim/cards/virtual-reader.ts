import { randomBytes } from 'node:crypto';
import { type Bilingual, type Clock, makeId } from '@zhanggui/base';
import { MemoryTornLog } from '@zhanggui/emv';
import {
  CardRead,
  type IssuerAnswer,
  type KeyDevice,
  type NoPin,
  type PinQuestion,
  pinPadOf,
  type ReaderSettings,
  type ReadRequest,
  type ReadResult,
  type ShownCard,
} from '@zhanggui/terminal';
import { type CardBox, systemRng } from './card-box.ts';
import { stripeOf } from './cards.ts';
import type { Personalisation, Way } from './chip/personalisation.ts';
import { type PullOut, VirtualLink, VirtualSlot } from './virtual-slot.ts';

/** How a card is presented, and what happens by itself meanwhile. */
export interface Presentation {
  readonly card: Personalisation;
  readonly way: Way;
  /** Typed by itself each time a PIN is asked for; null leaves the pad to whoever stands at the page. */
  readonly pin: string | null;
  /** Place of the application that is chosen by itself. */
  readonly choice: number | null;
  /** When the card is pulled out too early. */
  readonly pullOutAt: PullOut | undefined;
  /** Another card in the same field. */
  readonly together: boolean;
  /** Whether the card is taken back by itself when nothing more is wanted of it. */
  readonly takenBack: boolean;
  /** Between two commands of the chip. */
  readonly pauseMs: number;
}

/** What the page of a reader shows. */
export interface ReaderView {
  readonly requestId: string | null;
  readonly request: ReadRequest | null;
  readonly result: ReadResult | null;
  /** What the pad asks for now. */
  readonly pin: { readonly prompt: Bilingual; readonly maskedPan: string; readonly triesLeft: number | null } | null;
  /** The card in the slot or the field. */
  readonly card: { readonly id: string; readonly way: Way } | null;
}

/** Why a card could not be presented, or nothing. */
export type PresentRefusal = 'no-request' | 'not-wanted' | 'no-stripe';

interface Presented {
  readonly presentation: Presentation;
  readonly link: VirtualLink | null;
}

interface PendingPin {
  readonly question: PinQuestion;
  readonly enter: (typed: string | NoPin) => void;
}

const BROKEN: Bilingual = { zh: '读卡没有成功，请重试', en: 'Reading failed, please try again' };
const KEPT_REQUESTS = 20;
const TORN_RECORDS = 3;
const TORN_LIFETIME_MS = 300_000;

/** The virtual card reader of one till: a terminal whose slot, pad and cards are at a page. */
export class VirtualReader {
  readonly #box: CardBox;
  readonly #keys: KeyDevice;
  readonly #clock: Clock;
  readonly #settings: ReaderSettings;
  readonly #slot = new VirtualSlot(() => this.#tell());
  readonly #torn: MemoryTornLog;
  readonly #reads = new Map<string, CardRead>();
  readonly #listeners = new Set<() => void>();
  #current: { readonly requestId: string; readonly request: ReadRequest; readonly read: CardRead } | undefined;
  #presented: Presented | undefined;
  #pin: PendingPin | undefined;
  #counter = 0;
  #isClosed = false;

  constructor(box: CardBox, keys: KeyDevice, clock: Clock, settings: ReaderSettings) {
    this.#box = box;
    this.#keys = keys;
    this.#clock = clock;
    this.#settings = settings;
    this.#torn = new MemoryTornLog(TORN_RECORDS, TORN_LIFETIME_MS, clock);
  }

  get view(): ReaderView {
    const { requestId = null, request = null, read } = this.#current ?? {};
    const presented = this.#presented?.presentation;
    const hasLeft = this.#presented?.link?.isGone ?? true;
    const { prompt, maskedPan, triesLeft = null } = this.#pin?.question ?? {};
    return {
      requestId,
      request,
      result: read?.result ?? null,
      pin: prompt === undefined || maskedPan === undefined ? null : { prompt, maskedPan, triesLeft },
      card: presented === undefined || hasLeft ? null : { id: presented.card.id, way: presented.way },
    };
  }

  /** Is told of each change; returns how to stop that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A till wants a card; what another request waited for is cancelled. */
  request(request: ReadRequest): string {
    this.#current?.read.cancel();
    // Who paid before has taken the card along.
    this.#presented?.link?.pullOut();
    this.#presented = undefined;
    const requestId = makeId('evt', this.#clock.now(), randomBytes(8));
    const ports = {
      slot: this.#slot,
      pad: pinPadOf((question, until) => this.#askPin(question, until), systemRng),
      keys: this.#keys,
      clock: this.#clock,
      rng: systemRng,
      torn: this.#torn,
      nextCounter: () => this.#nextCounter(),
    };
    const read = new CardRead(ports, this.#settings, request, () => this.#changed(read));
    this.#reads.set(requestId, read);
    for (const old of [...this.#reads.keys()].slice(0, -KEPT_REQUESTS)) this.#reads.delete(old);
    this.#current = { requestId, request, read };
    void read.run((error) => {
      process.emitWarning(`the virtual reader could not read: ${error instanceof Error ? error.message : error}`);
      return BROKEN;
    });
    this.#tell();
    return requestId;
  }

  /** The read of a request, of the last few. */
  readOf(requestId: string): CardRead | undefined {
    return this.#reads.get(requestId);
  }

  cancel(requestId: string): boolean {
    const read = this.#reads.get(requestId);
    read?.cancel();
    return read !== undefined;
  }

  answer(requestId: string, answer: IssuerAnswer): boolean {
    const read = this.#reads.get(requestId);
    const { presentation, link } = this.#presented ?? {};
    if (presentation?.pullOutAt === 'authorizing' && read?.result.state === 'presented') link?.pullOut();
    return read?.answer(answer) ?? false;
  }

  choose(requestId: string, id: string): boolean {
    return this.#reads.get(requestId)?.choose(id) ?? false;
  }

  /** Presents a card as a hand would. */
  present(presentation: Presentation): PresentRefusal | undefined {
    if (this.#slot.wanted.length === 0) return 'no-request';
    const shown = this.#shown(presentation);
    if (shown === undefined) return 'no-stripe';
    if (!this.#slot.show(shown.cards)) return 'not-wanted';
    this.#presented?.link?.pullOut();
    this.#presented = { presentation, link: shown.link };
    this.#tell();
    return undefined;
  }

  /** Takes the card out of the slot or the field, whatever it is doing. */
  pullOut(): void {
    this.#presented?.link?.pullOut();
    this.#box.save();
    this.#tell();
  }

  /** What is typed at the pad. @returns whether a PIN was asked for. */
  enterPin(typed: string | NoPin): boolean {
    const pin = this.#pin;
    pin?.enter(typed);
    return pin !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Nothing is wanted any more, and who waits is told. */
  close(): void {
    this.#isClosed = true;
    this.#current?.read.cancel();
    this.#tell();
  }

  /** Whether somebody, or time, is needed before anything goes on. */
  get isAtRest(): boolean {
    const result = this.#current?.read.result;
    if (result?.state !== 'waiting') return true;
    if (result.step === 'pin') return this.#pin !== undefined;
    if (result.step === 'application') return this.#presented?.presentation.choice === null;
    return result.step === 'card' && this.#slot.wanted.length > 0;
  }

  #shown({
    card,
    way,
    pullOutAt,
    together,
    pauseMs,
  }: Presentation): { readonly cards: readonly ShownCard[]; readonly link: VirtualLink | null } | undefined {
    if (way === 'swipe') {
      const track2 = stripeOf(card);
      return track2 === undefined ? undefined : { cards: [{ reader: 'stripe', track2 }], link: null };
    }
    if (way === 'insert' && card.chipFault === 'mute')
      return { cards: [{ reader: 'contact', chip: null }], link: null };
    const channel = way === 'insert' ? 'contact' : 'contactless';
    const link = new VirtualLink(this.#box.take(card, channel), pullOutAt, () => this.#clock.sleep(pauseMs));
    if (channel === 'contact') return { cards: [{ reader: 'contact', chip: link }], link };
    if (together) return { cards: [{ reader: 'contactless', cards: 2, chip: null }], link: null };
    return { cards: [{ reader: 'contactless', cards: 1, chip: link }], link };
  }

  #askPin(question: PinQuestion, until: Promise<unknown>): Promise<string | NoPin> {
    const presentation = this.#presented?.presentation;
    if (presentation?.pullOutAt === 'pin') {
      this.pullOut();
      return Promise.resolve('cancelled');
    }
    if (presentation !== undefined && presentation.pin !== null) return Promise.resolve(presentation.pin);
    return new Promise((resolve) => {
      const pin: PendingPin = {
        question,
        enter: (typed) => {
          if (this.#pin !== pin) return;
          this.#pin = undefined;
          resolve(typed);
          this.#tell();
        },
      };
      this.#pin = pin;
      void until.then(() => pin.enter('cancelled'));
      this.#tell();
    });
  }

  /** What a hand does by itself after a change, and what of it the page shows. */
  #changed(read: CardRead): void {
    if (this.#current?.read === read) this.#follow(read);
    this.#tell();
  }

  #follow(read: CardRead): void {
    const { result } = read;
    const { presentation, link = null } = this.#presented ?? {};
    if (presentation === undefined) return;
    const isReading = result.state === 'waiting' && result.step === 'reading';
    if (result.state === 'waiting' && result.step === 'application' && presentation.choice !== null)
      queueMicrotask(() => read.choose(String(presentation.choice)));
    const isDone = result.state !== 'presented' && (result.state !== 'waiting' || result.step === 'card');
    // A card in the field may leave when the kernel has ended.
    const leaves = presentation.way === 'insert' ? isDone && presentation.takenBack : !isReading;
    if (leaves) link?.pullOut();
    if (isDone && (link === null || link.isGone)) this.#presented = undefined;
    if (isDone) this.#box.save();
  }

  #nextCounter(): number {
    this.#counter = (this.#counter % MOST_TRANSACTIONS) + 1;
    return this.#counter;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** 9F41 has eight digits. */
const MOST_TRANSACTIONS = 99_999_999;
