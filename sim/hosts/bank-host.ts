import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { equalBytes } from '@zhanggui/base';
import { Iso8583Error, trackCipherBlock, withTrackCipherBlock } from '@zhanggui/iso8583';
import { decryptEcb } from '@zhanggui/paycrypto';
import { BankBook } from './bank-book.ts';
import { BusinessDay } from './bank-day.ts';
import { BankFaults, type HostFault } from './bank-faults.ts';
import { manage } from './bank-management.ts';
import { BankTerminals, type WorkingKeySet } from './bank-terminals.ts';
import { decide, decideAgain, isFinancial } from './decisions/decide.ts';
import { cardOf, type Desk, enter } from './decisions/desk.ts';
import { decideReversal, decideScriptResult, keepSignature } from './decisions/reversal.ts';
import { cupsDialect } from './dialects/cups/dialect.ts';
import type { HeardMessage, HostAnswer, HostDialect, HostRequest } from './dialects/dialect.ts';
import { CardRegister } from './issuer/card-register.ts';
import { CardStates } from './issuer/card-states.ts';
import type { IssuedCard } from './issuer/issued-card.ts';
import { issuedCards } from './issuer/issued-cards.ts';
import { PaymentCodes } from './issuer/payment-codes.ts';

/** What the host puts on the line for one request, in order; `disconnect` cuts it, a `cut` one after half of the frame. */
export type Reaction = Uint8Array | 'disconnect' | { readonly cut: Uint8Array };

/** What a host is made of. */
export interface HostOptions {
  readonly dataFolder: string;
  /** Multiplies the seconds of its faults; 1 when absent. */
  readonly timeScale?: number;
  readonly dialect?: HostDialect;
  /** At least so many terminals. */
  readonly terminals?: number;
  readonly cards?: readonly IssuedCard[];
  readonly now?: () => Date;
}

/** How a fault changes the taking of one message. */
interface Mood {
  readonly forgetful?: boolean;
  readonly declineWith?: string;
  readonly withoutMac?: boolean;
  readonly wrongCheckValue?: boolean;
}

/** These need a MAC; the others carry one or not, and it is verified when they do. */
const SEALED_TYPES = /^0[12469]/;

/** A bank's host without its socket: messages in, messages out, a book in between. */
export class BankHost {
  readonly dialect: HostDialect;
  readonly cards: CardRegister;
  readonly faults = new BankFaults();
  readonly codes = new PaymentCodes();
  readonly #options: HostOptions;
  readonly #now: () => Date;
  /** Counts restarts: what was in hand before one is lost. */
  #life = 0;
  #book: BankBook;
  #terminals: BankTerminals;
  #states: CardStates;
  #day: BusinessDay;

  constructor(options: HostOptions) {
    const { dialect = cupsDialect, cards = issuedCards(), now = () => new Date() } = options;
    this.#options = options;
    this.dialect = dialect;
    this.cards = new CardRegister(cards);
    this.#now = now;
    ({ book: this.#book, terminals: this.#terminals, states: this.#states, day: this.#day } = load(options));
  }

  get book(): BankBook {
    return this.#book;
  }

  get terminals(): BankTerminals {
    return this.#terminals;
  }

  get states(): CardStates {
    return this.#states;
  }

  /** MMDD of the business day. */
  get settlementOn(): string {
    return this.#day.settlementOn(this.#now());
  }

  get isChangingDay(): boolean {
    return this.#day.isChanging(this.#now());
  }

  now(): Date {
    return this.#now();
  }

  /** Loses everything that is not in its files, and what it had in hand. Planned faults stay: they are the outside's wish. */
  restart(): void {
    this.#life += 1;
    this.#shut();
    ({ book: this.#book, terminals: this.#terminals, states: this.#states, day: this.#day } = load(this.#options));
  }

  /**
   * The next business day begins; the host answers 90 meanwhile. PIN tries are counted anew, and so are trace numbers where
   * no batches are.
   */
  changeDay(seconds: number): void {
    this.#day.change(this.#now(), seconds * this.#scale * 1_000);
    this.#states.resetTries();
    if (this.dialect.batches) return;
    for (const { terminalId } of this.#terminals.grants()) this.#terminals.closeBatch(terminalId);
  }

  close(): void {
    this.#life += 1;
    this.#shut();
  }

  #shut(): void {
    this.#book.close();
    this.#terminals.close();
  }

  /**
   * Answers one payload of the line.
   * @throws Iso8583Error when it is no message of the dialect.
   */
  async receive(payload: Uint8Array): Promise<Reaction[]> {
    const life = this.#life;
    const heard = this.dialect.read(payload);
    const fault = this.faults.take(heard.request, this.#cardIdOf(heard.request));
    const reactions = fault === null ? [this.#answer(heard)] : await this.#misbehave(heard, fault, life);
    return life === this.#life ? reactions : [];
  }

  async #misbehave(heard: HeardMessage, fault: HostFault, life: number): Promise<Reaction[]> {
    switch (fault.kind) {
      case 'deaf':
        return [];
      case 'silent':
        this.#answer(heard);
        return [];
      case 'late': {
        const answer = this.#answer(heard);
        await this.#linger(fault.seconds);
        return [answer];
      }
      case 'stuck':
      case 'slow':
        await this.#linger(fault.seconds);
        return life === this.#life ? [this.#answer(heard, { forgetful: fault.kind === 'stuck' })] : [];
      case 'wrong-mac':
        return [withWrongMac(this.#answer(heard))];
      case 'decline':
        return [this.#answer(heard, { declineWith: fault.code, withoutMac: fault.withoutMac === true })];
      case 'disconnect':
        this.#answer(heard);
        return ['disconnect'];
      case 'cut':
        return [{ cut: this.#answer(heard) }];
      case 'garbage':
        this.#answer(heard);
        return [Uint8Array.from(randomBytes(64))];
      case 'duplicate': {
        const answer = this.#answer(heard);
        return [answer, answer];
      }
      case 'day-change':
        this.changeDay(fault.seconds);
        return [this.#answer(heard)];
      case 'wrong-check-value':
        return [this.#answer(heard, { wrongCheckValue: true })];
    }
  }

  get #scale(): number {
    return this.#options.timeScale ?? 1;
  }

  #linger(seconds: number): Promise<void> {
    return delay(seconds * this.#scale * 1_000, undefined, { ref: false });
  }

  #answer(heard: HeardMessage, mood: Mood = {}): Uint8Array {
    const { request, sealed } = heard;
    const keys = this.#terminals.keysOf(request.terminalId);
    const answer = this.#judge(heard, keys, mood);
    const at = this.#now();
    const frame = {
      at,
      settlementOn: this.#day.settlementOn(at),
      processing: this.#terminals.processingFor(request.terminalId),
    };
    const mayBeSealed = answer.responseCode !== 'A0' && answer.responseCode !== '97' && mood.withoutMac !== true;
    const trusted = keys !== undefined && mayBeSealed;
    const seal = trusted && sealed !== null ? (covered: Uint8Array) => this.dialect.mac(keys, covered) : null;
    return heard.answer(answer, frame, seal);
  }

  /** Terminal, MAC, day and batch before anything else. */
  #judge(heard: HeardMessage, keys: WorkingKeySet | undefined, mood: Mood): HostAnswer {
    const { request, sealed } = heard;
    const { terminalId, acceptorId, kind, mti } = request;
    if (!this.#terminals.isKnown(terminalId, acceptorId)) return { responseCode: '97' };
    if (mood.declineWith !== undefined && !isFinancial(kind)) return { responseCode: mood.declineWith };
    if (sealed === null && !SEALED_TYPES.test(mti)) return this.#manage(request, mood);
    if (keys === undefined || sealed === null || !equalBytes(this.dialect.mac(keys, sealed.covered), sealed.mac))
      return { responseCode: 'A0' };
    if (!SEALED_TYPES.test(mti)) return this.#manage(request, mood);
    if (this.#day.isChanging(this.#now())) return { responseCode: '90' };
    return this.#trade(this.#desk(request, keys, mood.forgetful ?? false), mood.declineWith);
  }

  /** Everything that moves money, or takes it back. */
  #trade(desk: Desk, declineWith: string | undefined): HostAnswer {
    const { kind, lacks, batchNumber, terminalId, amountMinor } = desk.request;
    if (kind === 'unknown') return { responseCode: '40' };
    if (lacks !== null) return { responseCode: '30' };
    if (kind === 'reversal') return decideReversal(desk);
    if (kind === 'script-result') return decideScriptResult(desk);
    if (kind === 'signature-upload') return keepSignature(desk);
    if (!isFinancial(kind)) return { responseCode: '40' };
    const before = decideAgain(desk, kind);
    if (before !== null) return before;
    if (batchNumber !== this.#terminals.batchOf(terminalId)) return { responseCode: '77' };
    if (declineWith === undefined) return decide(desk, kind);
    const card = cardOf(desk);
    const { rrn } = enter(desk, {
      kind,
      card,
      amountMinor: amountMinor ?? 0,
      responseCode: declineWith,
      why: 'as-planned',
    });
    return { responseCode: declineWith, rrn };
  }

  #manage(request: HostRequest, { wrongCheckValue = false }: Mood): HostAnswer {
    const at = this.#now();
    const office = {
      book: this.#book,
      terminals: this.#terminals,
      dialect: this.dialect,
      at,
      settlementOn: this.#day.settlementOn(at),
      isChangingDay: this.#day.isChanging(at),
      wrongCheckValue,
      deskOf: (record: HostRequest, keys: WorkingKeySet) => this.#desk(record, keys, false),
    };
    return manage(office, this.#inBatch(request));
  }

  /** Where the dialect has no batches, the terminal's present one counts. */
  #inBatch(request: HostRequest): HostRequest {
    return this.dialect.batches ? request : { ...request, batchNumber: this.#terminals.batchOf(request.terminalId) };
  }

  #desk(request: HostRequest, keys: WorkingKeySet, forgetful: boolean): Desk {
    const now = this.#now();
    return {
      request: { ...this.#inBatch(request), card: clearCard(request.card, keys) },
      keys,
      book: this.#book,
      cards: this.cards,
      states: this.#states,
      codes: this.codes,
      now,
      settlementOn: this.#day.settlementOn(now),
      takesCurrency: this.dialect.currency === null || this.dialect.currency === request.currency,
      forgetful,
    };
  }

  #cardIdOf(request: HostRequest): string | null {
    const keys = this.#terminals.keysOf(request.terminalId);
    const card = keys === undefined ? request.card : clearCard(request.card, keys);
    return cardOf({ request: { ...request, card }, cards: this.cards })?.id ?? null;
  }
}

/** The card with its track in clear, and its number from there when it stands nowhere else. */
function clearCard(card: HostRequest['card'], { tdk }: WorkingKeySet): HostRequest['card'] {
  if (card.track2 === null) return card;
  try {
    const enciphered = card.trackEnciphered && tdk !== null;
    const track2 = enciphered
      ? withTrackCipherBlock(card.track2, decryptEcb(tdk, trackCipherBlock(card.track2)))
      : card.track2;
    return { ...card, track2, trackEnciphered: false, pan: card.pan ?? track2.split('D')[0] ?? null };
  } catch (error) {
    if (error instanceof Iso8583Error) return card;
    throw error;
  }
}

/** The same answer with one character of its MAC changed; it still looks like a MAC. */
function withWrongMac(payload: Uint8Array): Uint8Array {
  const spoiled = payload.slice();
  const last = spoiled.length - 1;
  spoiled[last] = spoiled[last] === 0x30 ? 0x31 : 0x30;
  return spoiled;
}

function load({ dataFolder, terminals }: HostOptions) {
  return {
    book: new BankBook(join(dataFolder, 'bank-book.jsonl')),
    terminals: new BankTerminals(join(dataFolder, 'bank-terminals.json'), terminals),
    states: new CardStates(join(dataFolder, 'bank-cards.json')),
    day: new BusinessDay(join(dataFolder, 'bank-day.json')),
  };
}
