import { type Bilingual, beijingTime, MINOR_DIGITS, NUMERIC_CODE } from '@zhanggui/base';
import { type ChipHistory, type DisplayMessage, MESSAGES, type TransactionInput } from '@zhanggui/emv';
import type { DukptTransaction } from '@zhanggui/paycrypto';
import { maskPan } from './card-facts.ts';
import type { PinQuestion, ReaderKind, TerminalPorts } from './ports.ts';
import type { Choice, IssuerAnswer, ReaderSettings, ReadPurpose, ReadRequest, ReadState } from './read.ts';

/** What the steps of one read share. */
export interface Session {
  readonly ports: TerminalPorts;
  readonly settings: ReaderSettings;
  readonly request: ReadRequest;
  /** What the chips shown so far have come to. */
  readonly history: { -readonly [Name in keyof ChipHistory]: ChipHistory[Name] };
  /** Settles when the till no longer wants a card. */
  readonly cancelled: Promise<unknown>;
  tell(state: ReadState): void;
  /** Id of the choice; undefined when `until` settles first. */
  choose(choices: readonly Choice[], prompt: Bilingual, until: Promise<unknown>): Promise<string | undefined>;
  /** What the till brings from the issuer; undefined when `until` settles first. */
  issuerAnswer(until: Promise<unknown>): Promise<IssuerAnswer | undefined>;
}

/** What comes after a card's turn: the end, or another card with these words. */
export type AfterTurn = 'over' | { readonly readers: readonly ReaderKind[]; readonly prompt: Bilingual };

/** 9C: the first two digits of UnionPay's processing codes. */
const TYPES: Readonly<Record<ReadPurpose, number>> = {
  sale: 0x00,
  'pre-authorization': 0x03,
  refund: 0x20,
  void: 0x20,
  balance: 0x31,
};

/** What the kernel is told of the transaction, at the terminal's own time (Beijing). */
export function transactionInput({ ports, request }: Session): TransactionInput {
  const { year, month, day, hour, minute, second } = beijingTime(ports.clock.now());
  return {
    amountMinor: request.amountMinor,
    currency: NUMERIC_CODE[request.currency],
    currencyExponent: MINOR_DIGITS[request.currency],
    type: TYPES[request.purpose],
    date: year.slice(2) + month + day,
    time: hour + minute + second,
    counter: ports.nextCounter(),
    // What a card approves by itself is a sale and nothing else: a reservation, an inquiry or a refund is the issuer's to decide.
    issuerMustDecide: request.purpose !== 'sale',
    rng: ports.rng,
  };
}

/** What is said at the end: of an inquiry only that the card may go, since nothing was approved or declined. */
export function lastPrompt({ request }: Session, message: DisplayMessage): Bilingual {
  return request.purpose === 'balance' ? MESSAGES.removeCard.text : message.text;
}

/** What the pad shows; the kernel tells no account where the card itself checks the PIN. */
export function pinQuestion(
  { request }: Session,
  prompt: Bilingual,
  pan: string,
  triesLeft: number | undefined,
): PinQuestion {
  const { amountMinor, currency } = request;
  return { prompt, amountMinor, currency, maskedPan: pan === '' ? '' : maskPan(pan), triesLeft };
}

/** The keys of one card's turn: PIN block and sealed card are made under the same KSN, and it is drawn when the first of them needs it. */
export class TurnKeys {
  readonly #session: Session;
  #drawn: Promise<DukptTransaction> | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  keys(): Promise<DukptTransaction> {
    this.#drawn ??= this.#session.ports.keys.next();
    return this.#drawn;
  }
}
