import { setTimeout as delay } from 'node:timers/promises';
import { atrFaults, EmvRefusal, parseAtr } from '@zhanggui/emv';
import type { CardSlot, ChipLink, ReaderKind, ShownCard, TimedAnswer } from '@zhanggui/terminal';
import type { PcscCard, PcscService } from './pcsc-client.ts';
import { PcscError } from './pcsc-client.ts';
import { PROTOCOL_T0, type ReaderState } from './protocol.ts';
import { transmitT0 } from './t0.ts';

const LOOK_EVERY_MS = 150;

/** A terminal's readers as PC/SC knows them. Cards are looked for only while somebody wants one or speaks to one. */
export class PcscSlot implements CardSlot {
  readonly #open: () => Promise<PcscService>;
  #client: Promise<PcscService> | undefined;
  /** Count of events at which the card in a reader was told. */
  readonly #told = new Map<string, number>();
  readonly #links = new Set<OpenLink>();

  /** @param open makes a context with the service; called again after the service has gone. */
  constructor(open: () => Promise<PcscService>) {
    this.#open = open;
  }

  /** Kinds of readers that are there. @throws PcscError when the service is not there. */
  async kinds(): Promise<readonly ReaderKind[]> {
    const readers = await this.#look();
    const contactless = readers.filter(({ name }) => isContactlessName(name));
    const kinds: ReaderKind[] = readers.length > contactless.length ? ['contact'] : [];
    return contactless.length > 0 ? [...kinds, 'contactless'] : kinds;
  }

  async next(readers: readonly ReaderKind[], until: Promise<unknown>): Promise<readonly ShownCard[]> {
    const stopped = settled(until);
    while (!stopped.yes) {
      const shown = await this.#newCards(readers);
      if (shown.length > 0) return shown;
      await Promise.race([delay(LOOK_EVERY_MS), until]);
    }
    return [];
  }

  /** Lets every card go, after a read has ended. */
  async release(): Promise<void> {
    const links = [...this.#links];
    this.#links.clear();
    for (const link of links) await link.close();
  }

  async close(): Promise<void> {
    await this.release();
    const client = await this.#client?.catch(() => undefined);
    client?.close();
  }

  /** @throws PcscError when there is no reader any more. */
  async #newCards(readers: readonly ReaderKind[]): Promise<ShownCard[]> {
    const there = await this.#look();
    if (there.length === 0) throw new PcscError('every reader has been unplugged');
    // A card that is still getting its power, or that another program uses, is waited for.
    const present = there.filter(({ present, inUse, atr, mute }) => present && !inUse && (atr.length > 0 || mute));
    const fresh = present.filter(({ name, events }) => this.#told.get(name) !== events);
    const shown: ShownCard[] = [];
    for (const reader of fresh) {
      const kind = kindOf(reader);
      if (!readers.includes(kind)) continue;
      this.#told.set(reader.name, reader.events);
      shown.push(await this.#show(reader, kind));
    }
    return shown;
  }

  async #show(reader: ReaderState, kind: 'contact' | 'contactless'): Promise<ShownCard> {
    const chip = await this.#power(reader, kind);
    return kind === 'contact' ? { reader: kind, chip } : { reader: kind, cards: 1, chip };
  }

  /** The card with power on, or null when it does not answer to its reset as EMV Book 1 clause 8 wants it. */
  async #power(reader: ReaderState, kind: 'contact' | 'contactless'): Promise<ChipLink | null> {
    if (kind === 'contact' && !isEmvAtr(reader.atr)) return null;
    let card: PcscCard;
    try {
      card = await (await this.#service()).connect(reader.name);
    } catch (error) {
      if (error instanceof PcscError) return null;
      throw error;
    }
    const link = new OpenLink(card);
    this.#links.add(link);
    void this.#watch(reader, link);
    return link;
  }

  /** Notices that the card has left, also while nothing is said to it. */
  async #watch({ name, events }: ReaderState, link: OpenLink): Promise<void> {
    while (this.#links.has(link)) {
      await delay(LOOK_EVERY_MS);
      const reader = await this.#look().then(
        (readers) => readers.find((one) => one.name === name),
        () => undefined,
      );
      if (reader?.present === true && reader.events === events) continue;
      this.#links.delete(link);
      await link.close();
    }
  }

  /** The readers for cards of customers: a slot for a security module is none. @throws PcscError */
  async #look(): Promise<ReaderState[]> {
    const service = this.#service();
    try {
      return (await (await service).readers()).filter(({ name }) => !/\bSAM\b/i.test(name));
    } catch (error) {
      if (this.#client === service) this.#client = undefined;
      // A service that begins anew counts its events anew: a card that was told before would never be told again.
      this.#told.clear();
      throw error;
    }
  }

  #service(): Promise<PcscService> {
    this.#client ??= this.#open();
    return this.#client;
  }
}

/**
 * A card that is spoken to until it leaves or is let go. It is let go once and never spoken to afterwards: pcscd takes a handle that it
 * has been given back for a forged one and drops the whole context.
 */
class OpenLink implements ChipLink {
  readonly #card: PcscCard;
  #closing: Promise<void> | undefined;
  readonly #gone = Promise.withResolvers<void>();
  readonly gone: Promise<unknown> = this.#gone.promise;

  constructor(card: PcscCard) {
    this.#card = card;
  }

  async transmit(command: Uint8Array): Promise<Uint8Array | null> {
    const send = async (bytes: Uint8Array): Promise<Uint8Array> => {
      if (this.#closing !== undefined) throw new PcscError('the card has been let go');
      return this.#card.transmit(bytes);
    };
    try {
      return await (this.#card.protocol === PROTOCOL_T0 ? transmitT0(send, command) : send(command));
    } catch (error) {
      if (!(error instanceof PcscError)) throw error;
      this.leave();
      return null;
    }
  }

  /** The time holds the driver's and the cable's part too, which the terminal's own times (DF8134, DF8135) must allow for. */
  async transmitTimed(command: Uint8Array): Promise<TimedAnswer | null> {
    const startedAt = performance.now();
    const response = await this.transmit(command);
    const tookMicroseconds = Math.round((performance.now() - startedAt) * 1000);
    return response === null ? null : { response, tookMicroseconds };
  }

  leave(): void {
    this.#gone.resolve();
  }

  close(): Promise<void> {
    this.leave();
    this.#closing ??= this.#letGo();
    return this.#closing;
  }

  /** A card that has left meanwhile cannot be let go, and need not be. */
  async #letGo(): Promise<void> {
    await this.#card.disconnect().catch((error: unknown) => {
      if (!(error instanceof PcscError)) throw error;
    });
  }
}

/** By the answer to reset that PC/SC makes for contactless cards (Part 3 clause 3.1.3.2.3), or by the reader's name. */
function kindOf({ name, atr }: ReaderState): 'contact' | 'contactless' {
  const [ts, t0 = 0, td1, td2] = atr;
  const made = ts === 0x3b && (t0 & 0xf0) === 0x80 && td1 === 0x80 && td2 === 0x01;
  return made || isContactlessName(name) ? 'contactless' : 'contact';
}

function isContactlessName(name: string): boolean {
  return /contactless|picc|nfc/i.test(name);
}

function isEmvAtr(atr: Uint8Array): boolean {
  try {
    return atrFaults(parseAtr(atr)).length === 0;
  } catch (error) {
    if (error instanceof EmvRefusal) return false;
    throw error;
  }
}

function settled(promise: Promise<unknown>): { readonly yes: boolean } {
  const state = { yes: false };
  const mark = (): void => {
    state.yes = true;
  };
  promise.then(mark, mark);
  return state;
}
