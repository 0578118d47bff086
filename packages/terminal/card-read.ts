import type { Bilingual } from '@zhanggui/base';
import { admit, MESSAGES, type Presented } from '@zhanggui/emv';
import { parseTrack2 } from './card-facts.ts';
import type { ReaderKind, ShownCard, TerminalPorts } from './ports.ts';
import type { Choice, IssuerAnswer, ReaderSettings, ReadRequest, ReadResult, ReadState } from './read.ts';
import { readContact } from './read-contact.ts';
import { readContactless } from './read-contactless.ts';
import { readStripe } from './read-stripe.ts';
import type { AfterTurn, Session } from './session.ts';

interface Offer {
  readonly choices: readonly Choice[];
  readonly taken: PromiseWithResolvers<string>;
}

/**
 * One card read, from "show me a card" to the sealed credential and, for a chip by contact, to its sealed last word. `run` goes on by itself;
 * every change is told to `onChange`, and the other methods bring what comes from outside.
 */
export class CardRead {
  readonly #session: Session;
  readonly #onChange: (result: ReadResult) => void;
  readonly #cancelled = Promise.withResolvers<void>();
  readonly #answered = Promise.withResolvers<IssuerAnswer>();
  #isCancelled = false;
  #offer: Offer | undefined;
  #result: ReadResult;

  constructor(
    ports: TerminalPorts,
    settings: ReaderSettings,
    request: ReadRequest,
    onChange: (result: ReadResult) => void = () => undefined,
  ) {
    this.#onChange = onChange;
    const { readers } = settings;
    this.#result = { version: 1, state: 'waiting', step: 'card', readers, prompt: MESSAGES.presentCard.text };
    this.#session = {
      ports,
      settings,
      request,
      history: { chipFailures: 0, sentToStripe: false, chipDecided: false },
      cancelled: this.#cancelled.promise,
      tell: (state) => this.#tell(state),
      choose: (choices, prompt, until) => this.#choose(choices, prompt, until),
      issuerAnswer: (until) => Promise.race([this.#answered.promise, until.then(() => undefined)]),
    };
  }

  /** What the read has come to so far. */
  get result(): ReadResult {
    return this.#result;
  }

  /** Reads until a card has come to something. What a port throws ends the read too, and is told in the words of `wordsOf`. */
  async run(wordsOf: (error: unknown) => Bilingual): Promise<void> {
    let after: AfterTurn = { readers: this.#session.settings.readers, prompt: MESSAGES.presentCard.text };
    try {
      while (after !== 'over') after = await this.#turn(after.readers, after.prompt);
    } catch (error) {
      this.#tell({ state: 'failed', again: true, prompt: wordsOf(error) });
    }
  }

  /** The cardholder's choice. @returns whether there was such a choice to make. */
  choose(id: string): boolean {
    if (this.#offer?.choices.some((choice) => choice.id === id) !== true) return false;
    this.#offer.taken.resolve(id);
    return true;
  }

  /** What the issuer said. Only the first answer counts. @returns whether a card has been presented that it could be for. */
  answer(answer: IssuerAnswer): boolean {
    const { state } = this.#result;
    if (state !== 'presented' && state !== 'concluded') return false;
    this.#answered.resolve(answer);
    return true;
  }

  /** The till wants no card any more. A chip that waits for its issuer is given up as if it had been pulled out. */
  cancel(): void {
    this.#isCancelled = true;
    this.#cancelled.resolve();
  }

  async #turn(readers: readonly ReaderKind[], prompt: Bilingual): Promise<AfterTurn> {
    this.#tell({ state: 'waiting', step: 'card', readers, prompt });
    const { ports, settings, history, cancelled } = this.#session;
    const shown = await ports.slot.next(readers, cancelled);
    if (this.#isCancelled || shown.length === 0) {
      this.#tell({ state: 'cancelled' });
      return 'over';
    }
    const admission = admit(shown.map(presented), history, settings.stripe);
    if (admission.admit === 'none') return { readers, prompt: promptOf(shown, admission.message.text) };
    const card = shown.find(({ reader }) => reader === admission.admit);
    if (card?.reader === 'contact') return readContact(this.#session, card.chip);
    if (card?.reader === 'contactless' && card.chip !== null) return readContactless(this.#session, card.chip);
    const track = card?.reader === 'stripe' ? parseTrack2(card.track2) : undefined;
    if (track === undefined || admission.admit !== 'stripe') return { readers, prompt: MESSAGES.tryAgain.text };
    return readStripe(this.#session, track, admission.fallback);
  }

  async #choose(choices: readonly Choice[], prompt: Bilingual, until: Promise<unknown>): Promise<string | undefined> {
    const taken = Promise.withResolvers<string>();
    this.#offer = { choices, taken };
    this.#tell({ state: 'waiting', step: 'application', readers: [], prompt, choices });
    const id = await Promise.race([taken.promise, until.then(() => undefined)]);
    this.#offer = undefined;
    return id;
  }

  #tell(state: ReadState): void {
    this.#result = { version: this.#result.version + 1, ...state };
    this.#onChange(this.#result);
  }
}

function presented(card: ShownCard): Presented {
  if (card.reader !== 'stripe') return card;
  return { reader: 'stripe', serviceCode: parseTrack2(card.track2)?.serviceCode ?? '' };
}

/** A stripe that could not be read is swiped again; it is not a card that is not accepted. */
function promptOf(shown: readonly ShownCard[], message: Bilingual): Bilingual {
  const unreadable = shown.every((card) => card.reader === 'stripe' && parseTrack2(card.track2) === undefined);
  return unreadable ? MESSAGES.tryAgain.text : message;
}
