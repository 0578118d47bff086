import type { Bilingual } from '@zhanggui/base';
import type { BankFault } from './bank-fault.ts';
import { stripeTrack2, type TrackValues, trackValues } from './card-values.ts';
import type { IssuedApplication } from './chip/card-issuer.ts';
import { loadPersonalisations, type Personalisation } from './chip/personalisation.ts';

export type { BankFault };

/** A test card: what stands on its face, what its bank knows, and how it is read. All of it is invented. */
export interface TestCard {
  readonly id: string;
  readonly title: Bilingual;
  readonly issuer: Bilingual;
  readonly scheme: Personalisation['scheme'];
  readonly kind: Personalisation['kind'];
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string;
  /** How it is read in its natural way. */
  readonly entryMode: 'swipe' | 'chip' | 'contactless';
  /** The PIN that the bank knows. */
  readonly pin: string;
  /** The PIN that the pad offers; another one on the card that shows a wrong PIN. */
  readonly offeredPin: string;
  /** In its natural way its bank wants a PIN above this amount; 0 always. */
  readonly pinAboveMinor: number;
  readonly balanceMinor: number;
  /** What the bank does with this card from the start. */
  readonly fault: BankFault | null;
  /** What trying it shows. */
  readonly note: Bilingual;
  /** Which of the drawn faces it wears. */
  readonly face: string;
}

/** What the bank of a card number must know to judge its requests. */
export interface IssuerData extends TrackValues {
  readonly cardId: string;
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string;
  /** Two digits; null for a card without a chip. */
  readonly panSequenceNumber: string | null;
  readonly pin: string;
  /** Of stripe and chip. */
  readonly serviceCode: string;
  /** For `cryptogramHolds` and `issuerAnswer` of `chip/card-issuer.ts`, which derive the card's keys; null for a card without a chip. */
  readonly application: IssuedApplication | null;
  /** A phone, whose number stands for a card's: no PIN belongs to it. */
  readonly isDevice: boolean;
  readonly balanceMinor: number;
  readonly perPaymentMinor: number;
}

const SMALL_AMOUNT_MINOR = 100_000;
const ENTRY_MODES = { insert: 'chip', tap: 'contactless', hold: 'contactless', swipe: 'swipe' } as const;

/** Every card and phone, in the order of the purse. */
export const virtualCards: readonly Personalisation[] = loadPersonalisations();

/**
 * The cards as their banks see them, one for each number: a card with two applications has two, the second under an id of its own. Numbers of
 * UnionPay cards begin with 620000; none belongs to a bank, all have a valid check digit.
 */
export const testCards: readonly TestCard[] = virtualCards.flatMap((card) =>
  accountsOf(card).map(({ pan, expiry }, index) => testCard(card, pan, expiry, index)),
);

/** What the bank must know of a card number; undefined when no bank here has issued it. */
export function issuerDataOf(pan: string): IssuerData | undefined {
  const found = issued.get(pan);
  if (found === undefined) return undefined;
  const { card, id, expiry, application } = found;
  const serviceCode = card.stripe?.serviceCode ?? DEFAULT_SERVICE_CODE;
  return {
    cardId: id,
    pan,
    expiry,
    panSequenceNumber: application?.panSequenceNumber ?? null,
    pin: card.pin,
    serviceCode,
    ...trackValues({ pan, expiry }, serviceCode, card.pin),
    application,
    isDevice: card.form === 'phone',
    balanceMinor: card.bank.balanceMinor,
    perPaymentMinor: card.bank.perPaymentMinor,
  };
}

/** The test card with this number, as a bank finds it. */
export function cardByPan(number: string): TestCard | undefined {
  return testCards.find((card) => card.pan === number);
}

export function cardById(id: string): TestCard | undefined {
  return testCards.find((card) => card.id === id);
}

/** The piece of plastic, or the phone, with this id. */
export function virtualCardById(id: string): Personalisation | undefined {
  return virtualCards.find((card) => card.id === id);
}

/** `•••• 4821`. */
export function maskedPan(card: Pick<TestCard, 'pan'>): string {
  return `•••• ${card.pan.slice(-4)}`;
}

/** Track 2 of the stripe: PAN, separator, expiry, service code, discretionary data. Undefined where a card has none. */
export function stripeOf(card: Personalisation): string | undefined {
  const [account] = accountsOf(card);
  if (card.stripe === undefined || account === undefined) return undefined;
  return stripeTrack2(account, card.stripe.serviceCode, card.pin);
}

/** Numbers of a card: those of its applications, or that of a card without a chip. */
function accountsOf(card: Personalisation): readonly { readonly pan: string; readonly expiry: string }[] {
  const { pan, expiry, applications } = card;
  return pan === undefined || expiry === undefined ? applications : [{ pan, expiry }];
}

function testCard(card: Personalisation, pan: string, expiry: string, index: number): TestCard {
  const { title, issuer, scheme, kind, pin, offeredPin = pin, note, face } = card;
  const entryMode = ENTRY_MODES[card.ways[0] ?? 'insert'];
  return {
    ...{ id: accountId(card, index), title, issuer, scheme, kind, pan, expiry, entryMode, pin, offeredPin, note, face },
    pinAboveMinor:
      card.form === 'phone' ? Number.MAX_SAFE_INTEGER : entryMode === 'contactless' ? SMALL_AMOUNT_MINOR : 0,
    balanceMinor: card.bank.balanceMinor,
    fault: card.bank.fault,
  };
}

function accountId({ id }: Personalisation, index: number): string {
  return index === 0 ? id : `${id}-${index + 1}`;
}

const DEFAULT_SERVICE_CODE = '220';

const issued = new Map(
  virtualCards.flatMap((card) =>
    accountsOf(card).map(({ pan, expiry }, index) => {
      const application = card.applications.find((each) => each.pan === pan) ?? null;
      return [pan, { card, id: accountId(card, index), expiry, application }] as const;
    }),
  ),
);
