import { concatBytes, toHex } from '@zhanggui/base';
import { type OnlineCapability, onlineCapability } from '../action.ts';
import { buildDol, type TagValues } from '../dol.ts';
import { buildField55 } from '../field55.ts';
import type { OdaKey } from '../oda/verify.ts';
import { EmvRefusal } from '../refusal.ts';
import type { RiskResult } from '../restrictions.ts';
import type { CardApplication } from '../select.ts';
import { tagInfos } from '../tags.ts';
import { type Dialogue, Ending } from './dialogue.ts';
import { type DisplayMessage, MESSAGES } from './messages.ts';
import type { EndReason, KernelOutcome, TransactionResult, Verification } from './outcome.ts';
import {
  type ApplicationSettings,
  binary,
  type TerminalSettings,
  type TransactionInput,
  transactionValues,
} from './settings.ts';

/** A transaction under way: what the steps of a kernel share and write into. */
export interface CardTransaction {
  readonly interface: TransactionResult['interface'];
  readonly terminal: TerminalSettings;
  readonly input: TransactionInput;
  /** Data objects of terminal and transaction, 95, 9B and 9F34 among them. */
  readonly values: Map<string, Uint8Array>;
  /** Data objects of the card; the terminal's own are never taken from here. */
  readonly card: Map<string, Uint8Array>;
  readonly tvr: Uint8Array;
  readonly tsi: Uint8Array;
  application: ApplicationSettings | undefined;
  candidate: CardApplication | undefined;
  /** Data sent for the PDOL and CDOL1, which combined authentication covers. */
  pdolData: Uint8Array;
  cdol1Data: Uint8Array;
  /** Entropies and times of the relay resistance protocol, which combined authentication covers. */
  relayData: Uint8Array | undefined;
  /** Records for offline authentication; undefined when one of them is not what it must be. */
  odaRecords: Uint8Array | undefined;
  /** The card's key, where the cryptogram is to be asked for with a signature. */
  cdaKey: OdaKey | undefined;
  verification: Verification;
  pinCaptured: boolean;
  scriptResults: Uint8Array;
  /** The issuer has approved and has not yet been told otherwise. */
  issuerApproved: boolean;
}

/** A transaction before its first step. @throws EmvRefusal `settings`. */
export function startTransaction(
  channel: TransactionResult['interface'],
  terminal: TerminalSettings,
  input: TransactionInput,
): CardTransaction {
  const [tvr, tsi] = [new Uint8Array(5), new Uint8Array(2)];
  return {
    interface: channel,
    terminal,
    input,
    values: transactionValues(terminal, input).set('95', tvr).set('9B', tsi),
    card: new Map(),
    tvr,
    tsi,
    application: undefined,
    candidate: undefined,
    pdolData: new Uint8Array(0),
    cdol1Data: new Uint8Array(0),
    relayData: undefined,
    odaRecords: undefined,
    cdaKey: undefined,
    verification: 'none',
    pinCaptured: false,
    scriptResults: new Uint8Array(0),
    issuerApproved: false,
  };
}

/** Puts the chosen application into the transaction: its version, name and floor limit are data objects too. EMV Book 3 Annex A. */
export function enterApplication(
  transaction: CardTransaction,
  application: ApplicationSettings,
  aid: Uint8Array,
): void {
  transaction.application = application;
  transaction.card.clear();
  transaction.card.set('84', aid);
  // A reader may have narrowed its abilities for the application before.
  transaction.values.set('9F33', transaction.terminal.values.get('9F33') ?? new Uint8Array(3));
  transaction.values.set('9F06', aid).set('9F09', application.version).set('9F1B', binary(application.floorLimitMinor));
}

/** The application's settings, which every step after selection has. */
export function applicationOf(transaction: CardTransaction): ApplicationSettings {
  if (transaction.application === undefined) throw new Ending('no-application');
  return transaction.application;
}

/** Sets one bit of the TVR: byte from 1, bit from 8, as EMV Book 3 Annex C5 counts. */
export function setTvr(transaction: CardTransaction, byte: number, bit: number): void {
  transaction.tvr[byte - 1] = (transaction.tvr[byte - 1] ?? 0) | (1 << (bit - 1));
}

/** Sets one bit of the first byte of the TSI. EMV Book 3 Annex C6. */
export function setTsi(transaction: CardTransaction, bit: number): void {
  transaction.tsi[0] = (transaction.tsi[0] ?? 0) | (1 << (bit - 1));
}

/** Adds what a check found. */
export function addFindings(transaction: CardTransaction, { tvr, tsi }: RiskResult): void {
  for (const [index, byte] of tvr.entries()) transaction.tvr[index] = (transaction.tvr[index] ?? 0) | byte;
  for (const [index, byte] of tsi.entries()) transaction.tsi[index] = (transaction.tsi[index] ?? 0) | byte;
}

/** Whether a bit of the application interchange profile (82) is set. EMV Book 3 Annex C1. */
export function cardSupports({ card }: CardTransaction, byte: number, bit: number): boolean {
  return ((card.get('82')?.[byte - 1] ?? 0) & (1 << (bit - 1))) !== 0;
}

/** Whether a bit of the terminal capabilities (9F33) is set. EMV Book 4 Annex A2. */
export function terminalSupports({ values }: CardTransaction, byte: number, bit: number): boolean {
  return ((values.get('9F33')?.[byte - 1] ?? 0) & (1 << (bit - 1))) !== 0;
}

/** How this transaction reaches its issuer (9F35): one that only the issuer can decide goes as on an online-only terminal. EMV Book 4 Annex A1. */
export function capabilityOf({ values, input }: CardTransaction): OnlineCapability {
  const capability = onlineCapability(values.get('9F35')?.[0] ?? 0);
  return input.issuerMustDecide === true && capability !== 'offline-only' ? 'online-only' : capability;
}

/** Data for a list of the card: the terminal's own values first, so that no card can put others in their place. EMV Book 3 clause 5.4. */
export function dolData(transaction: CardTransaction, dol: Uint8Array): Uint8Array {
  return buildDol(dol, transaction.values, transaction.card);
}

/**
 * Takes data objects of the card over. The first value of a tag stays, and what only terminal or issuer can know is passed
 * over, so that no record can put another profile, name or result in the place of the real one. EMV Book 3 Annex A.
 */
export function takeCardData({ card }: CardTransaction, values: TagValues): void {
  for (const [tag, value] of values) if (!card.has(tag) && isOfCard(tag)) card.set(tag, value);
}

/** Takes the answer to GENERATE AC over: its five data objects replace those of an earlier one. EMV Book 3 clause 6.5.5.4. */
export function takeCryptogramData(transaction: CardTransaction, values: TagValues): void {
  for (const tag of ['9F27', '9F36', '9F26', '9F10', '9F4B']) {
    const value = values.get(tag);
    if (value !== undefined) transaction.card.set(tag, value);
  }
  takeCardData(transaction, values);
}

function isOfCard(tag: string): boolean {
  const source = tagInfos(tag).find(({ book }) => book === 'Books 1-4')?.source;
  return source === undefined || source === 'card';
}

/** Digits of the account number: 5A, or what 57 has before its separator. EMV Book 3 Annex A. */
export function panOf({ card }: CardTransaction): string {
  const account = card.get('5A');
  const text = account === undefined ? toHex(card.get('57') ?? new Uint8Array(0)) : toHex(account);
  return /^\d*/.exec(text)?.[0] ?? '';
}

/** Checks that the account number is one: 8 to 19 digits, with nothing but filler behind them in 5A. EMV Book 3 clause 7.5. @throws Ending `card-data-malformed`. */
export function requireAccount({ card }: CardTransaction): void {
  const account = card.get('5A');
  const sound =
    account === undefined
      ? /^\d{8,19}D/.test(toHex(card.get('57') ?? new Uint8Array(0)))
      : /^\d{8,19}F*$/.test(toHex(account));
  if (!sound) throw new Ending('card-data-malformed');
}

/** Two digits of 5F34, when the card has them. */
export function panSequenceNumberOf({ card }: CardTransaction): string | undefined {
  const value = card.get('5F34');
  return value?.length === 1 ? toHex(value) : undefined;
}

/** What the transaction has come to so far. */
export function resultOf(transaction: CardTransaction): TransactionResult {
  const values = new Map([...transaction.card, ...transaction.values])
    .set('95', transaction.tvr.slice())
    .set('9B', transaction.tsi.slice());
  return {
    interface: transaction.interface,
    aid: values.get('84') ?? new Uint8Array(0),
    label: transaction.candidate?.label,
    pan: panOf(transaction),
    panSequenceNumber: panSequenceNumberOf(transaction),
    paymentAccountReference: transaction.card.get('9F24'),
    values,
    field55: buildField55(values),
    tvr: transaction.tvr.slice(),
    tsi: transaction.tsi.slice(),
    cvmResults: transaction.values.get('9F34'),
    verification: transaction.verification,
    signature: transaction.verification === 'signature' || transaction.verification === 'offline-pin-and-signature',
    scriptResults: transaction.scriptResults,
  };
}

/** Adds one script's five bytes of result. EMV Book 4 Annex A5. */
export function addScriptResult(transaction: CardTransaction, result: Uint8Array): void {
  transaction.scriptResults = concatBytes(transaction.scriptResults, result);
}

/** An end without a decision. */
export function ended(transaction: CardTransaction, reason: EndReason, detail?: string): KernelOutcome {
  const reversal = transaction.issuerApproved;
  return { outcome: 'end-application', reason, detail, reversal, message: END_MESSAGES[reason] };
}

/**
 * Runs a kernel and makes an outcome of whatever ends it: an `Ending`, or data of the card that breaks a rule. Refusals of
 * the caller's settings and answers pass.
 */
export function* concluding(transaction: CardTransaction, flow: Dialogue<KernelOutcome>): Dialogue<KernelOutcome> {
  try {
    return yield* flow;
  } catch (error) {
    if (error instanceof Ending) return endedBy(transaction, error.reason);
    if (error instanceof EmvRefusal && !CALLERS_MISTAKES.has(error.code))
      return ended(transaction, error.code === 'apdu-malformed' ? 'card-error' : 'card-data-malformed', error.code);
    throw error;
  }
}

/** A card that leaves the field is asked for again; one that is pulled out is not. EMV Book A clause 6. */
function endedBy(transaction: CardTransaction, reason: EndReason): KernelOutcome {
  if (transaction.interface === 'contactless' && reason === 'card-removed')
    return { outcome: 'try-again', reason, message: MESSAGES.presentAgain };
  return ended(transaction, reason);
}

const CALLERS_MISTAKES: ReadonlySet<string> = new Set([
  'settings',
  'kernel-answer',
  'random-selection',
  'terminal-type',
]);

const END_MESSAGES: Readonly<Record<EndReason, DisplayMessage>> = {
  cancelled: MESSAGES.cancelled,
  'card-removed': MESSAGES.cardRemoved,
  'card-blocked': MESSAGES.notAccepted,
  'application-blocked': MESSAGES.notAccepted,
  'no-application': MESSAGES.notAccepted,
  'card-data-missing': MESSAGES.cardError,
  'card-data-malformed': MESSAGES.cardError,
  'card-error': MESSAGES.cardError,
  'host-data-malformed': MESSAGES.processingError,
  'not-allowed': MESSAGES.notAccepted,
  'limit-exceeded': MESSAGES.insertOrSwipe,
};
