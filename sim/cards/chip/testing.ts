import { fromHex, type Rng, toHex } from '@zhanggui/base';
import {
  type ApplicationSettings,
  type CaKey,
  type ContactlessSettings,
  contactlessTransaction,
  contactTransaction,
  DEFAULT_RELAY_RESISTANCE,
  type KernelAnswer,
  type OnlineRequest,
  parseField55,
  type TerminalSettings,
  type TransactionInput,
  type TransactionResult,
} from '@zhanggui/emv';
import { caKeyOf } from '../reader-settings.ts';
import { cryptogramHolds, type IssuedApplication, issuerAnswer, type ScriptOrder } from './card-issuer.ts';
import { ChipCard } from './chip-card.ts';
import { converse, type Held, type People } from './conversation.ts';
import { loadCertificates, loadPersonalisations, type Personalisation } from './personalisation.ts';

export const certificates = loadCertificates();
export const cards = new Map(loadPersonalisations().map((card) => [card.id, card]));

/** The same numbers in every run, others for each seed. */
export function rng(seed = 1): Rng {
  let state = seed;
  return {
    bytes: (count) =>
      Uint8Array.from({ length: count }, () => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return (state >> 16) & 0xff;
      }),
  };
}

/** The test authorities’ keys, RSA and SM2. */
export const caKeys: readonly CaKey[] = certificates.authorities.map(caKeyOf);

const none = new Uint8Array(5);
const application = (
  aid: string,
  kernel: 2 | 3 | 7,
  contactless: Partial<ContactlessSettings> = {},
): ApplicationSettings => ({
  aid: fromHex(aid),
  match: 'partial',
  version: fromHex('0020'),
  actionCodes: { denial: none, online: none, default: none },
  floorLimitMinor: 20_000,
  contactless: {
    kernel,
    transactionLimitMinor: 1_000_000,
    cvmLimitMinor: 100_000,
    floorLimitMinor: 5_000,
    ttq: fromHex('26004080'),
    onDeviceCvm: true,
    ...contactless,
  },
});

/** An attended terminal with a line, every kind of PIN and every way to authenticate a card; without SM2. */
export const settings = (changes: Partial<TerminalSettings> = {}): TerminalSettings => ({
  values: new Map(
    Object.entries({ '9F1A': '0156', '9F33': 'E0F8C8', '9F35': '22', '9F40': '6000F0A001' }).map(([tag, value]) => [
      tag,
      fromHex(value),
    ]),
  ),
  applications: [application('A000000333', 7), application('A000000003', 3), application('A000000004', 2)],
  caKeys,
  cardholderSelection: true,
  stripeWhenNoApplication: false,
  ...changes,
});

/** The same terminal with a reader that measures how long a Mastercard takes, and knows extended selection. */
export const measuring = (): Partial<TerminalSettings> => ({
  applications: [
    application('A000000003', 3, { extendedSelection: true }),
    application('A000000004', 2, { relayResistance: DEFAULT_RELAY_RESISTANCE }),
  ],
});

/** A purchase on 22 November 2026. */
export const input = (amountMinor: number): TransactionInput => ({
  amountMinor,
  currency: '156',
  currencyExponent: 2,
  type: 0x00,
  date: '261122',
  time: '101500',
  counter: 7,
  rng: rng(7),
});

/** A card of the purse. @throws Error when there is none. */
export function cardOf(id: string): Personalisation {
  const card = cards.get(id);
  if (card === undefined) throw new Error(`no card ${id}`);
  return card;
}

/** A card of the purse as it leaves the factory. */
export const chipOf = (id: string): ChipCard => new ChipCard(cardOf(id), certificates, rng(3));

/** What differs from an ordinary purchase of 123.45. */
export interface Try {
  readonly amountMinor?: number;
  readonly people?: People;
  readonly terminal?: Partial<TerminalSettings>;
}

/** A card by contact. */
export function insert(chip: ChipCard, { amountMinor = 12_345, people, terminal }: Try = {}): Held {
  chip.reset('contact');
  return converse(contactTransaction(settings(terminal), input(amountMinor)), chip, rng(9), people);
}

/** A card without contact. */
export function tap(chip: ChipCard, { amountMinor = 12_345, terminal }: Try = {}): Held {
  chip.reset('contactless');
  return converse(contactlessTransaction(settings(terminal), input(amountMinor)), chip, rng(9));
}

function issuedOf(chip: ChipCard, request: TransactionResult): IssuedApplication {
  const found = chip.card.applications.find(({ pan }) => pan === request.pan);
  if (found === undefined) throw new Error('the account number is not one of the card');
  return found;
}

/** A bank that approves what carries a true cryptogram over field 55. */
export const bank =
  (chip: ChipCard, responseCode = '00', scripts: readonly ScriptOrder[] = []) =>
  (request: OnlineRequest): Extract<KernelAnswer, { answer: 'issuer' }> => {
    const { values } = parseField55(request.field55);
    const issued = issuedOf(chip, request);
    if (!cryptogramHolds(issued, values)) throw new Error('the cryptogram is not the card’s');
    const decision = responseCode === '00' ? 'approve' : 'decline';
    return { answer: 'issuer', decision, responseCode, data: issuerAnswer(issued, values, responseCode, scripts) };
  };

/** What a conversation came to. @throws Error when it has no result. */
export function resultOf({ outcome }: Held): TransactionResult {
  if ('result' in outcome) return outcome.result;
  if ('request' in outcome) return outcome.request;
  throw new Error(`no result: ${JSON.stringify(outcome)}`);
}

/** Outcome, TVR, TSI, CVM results and verification in a row. */
export const words = (held: Held): string => {
  const { tvr, tsi, cvmResults, verification } = resultOf(held);
  return [
    held.outcome.outcome,
    toHex(tvr),
    toHex(tsi),
    cvmResults === undefined ? '-' : toHex(cvmResults),
    verification,
  ].join(' ');
};
