import { toHex } from '@zhanggui/base';
import { encodeCommand, getDataCommand, parseResponse } from './apdu.ts';
import type { TagValues } from './dol.ts';
import { EmvRefusal } from './refusal.ts';
import { needed, type RiskResult } from './restrictions.ts';
import { soleTemplate } from './template.ts';

/** One earlier approved transaction in the terminal's log. */
export interface LoggedTransaction {
  /** Digits of the PAN. */
  readonly pan: string;
  /** In minor units of the transaction currency. */
  readonly amountMinor: number;
}

/** Settings and chance for the random selection. EMV Book 3 clause 10.6.2. */
export interface RandomSelection {
  /** Amounts below it are selected with the target percentage. In minor units. */
  readonly thresholdMinor: number;
  /** 0 to 99. */
  readonly targetPercent: number;
  /** At the floor limit; at least `targetPercent`, up to 99. */
  readonly maximumTargetPercent: number;
  /** A number from 1 to 99 drawn by the terminal. */
  readonly drawn: number;
}

/** What terminal risk management looks at. */
export interface RiskInput {
  /** 9F1B, the floor limit. */
  readonly terminal: TagValues;
  /** 81, or 9F02. */
  readonly transaction: TagValues;
  /** 5A for the log; 9F14 and 9F23 for velocity checking. */
  readonly card: TagValues;
  /** Oldest first. */
  readonly log: readonly LoggedTransaction[];
  /** Absent when the terminal makes no random selection (an offline-only terminal, or percentages of 0). */
  readonly random?: RandomSelection;
  /** What GET DATA gave for 9F36 and 9F13; absent when velocity checking does not take place. See `velocityWanted`. */
  readonly counters?: CardCounters;
}

/**
 * Terminal risk management: floor limit, random selection, velocity. EMV Book 3 clause 10.6.
 * @throws EmvRefusal `data-missing`, `amount-malformed`, `random-selection` for percentages that cannot be.
 */
export function terminalRiskManagement(input: RiskInput): RiskResult {
  const tvr = new Uint8Array(5);
  const amountMinor = amountAuthorised(input.transaction);
  const floorMinor = bigEndian(needed(input.terminal, '9F1B'));
  if (amountMinor + lastLogged(input) >= floorMinor) tvr[3] = (tvr[3] ?? 0) | 0x80;
  else if (input.random !== undefined && selected(input.random, amountMinor, floorMinor)) tvr[3] = (tvr[3] ?? 0) | 0x10;
  if (input.counters !== undefined && velocityWanted(input.card)) {
    const { limits, newCard } = velocity(input.card, input.counters);
    tvr[3] = (tvr[3] ?? 0) | limits;
    // Clause 7.5: a counter that GET DATA does not give is missing data of the card.
    if (input.counters.atc === undefined || input.counters.lastOnlineAtc === undefined) tvr[0] = (tvr[0] ?? 0) | 0x20;
    if (newCard) tvr[1] = (tvr[1] ?? 0) | 0x08;
  }
  return { tvr, tsi: Uint8Array.of(0x08, 0x00) };
}

/** Whether the card has both offline limits, so that the terminal must ask for 9F36 and 9F13. EMV Book 3 clause 10.6.3. */
export function velocityWanted(card: TagValues): boolean {
  return card.has('9F14') && card.has('9F23');
}

/** What the card's two counters say; undefined where GET DATA gave none. */
export interface CardCounters {
  /** 9F36, two bytes. */
  readonly atc: Uint8Array | undefined;
  /** 9F13, two bytes. */
  readonly lastOnlineAtc: Uint8Array | undefined;
}

/** Asks the card for both counters: yields GET DATA, takes the answers. EMV Book 3 clauses 6.5.7 and 10.6.3. */
export function* readCounters(): Generator<Uint8Array, CardCounters, Uint8Array> {
  const atc = dataOf('9F36', yield encodeCommand(getDataCommand('9F36')));
  return { atc, lastOnlineAtc: dataOf('9F13', yield encodeCommand(getDataCommand('9F13'))) };
}

/** Amount in minor units from tag 81 or, without it, 9F02. @throws EmvRefusal `data-missing`, `amount-malformed`. */
export function amountAuthorised(transaction: TagValues): number {
  const binary = transaction.get('81');
  if (binary !== undefined) return bigEndian(binary);
  const digits = toHex(needed(transaction, '9F02'));
  if (!/^\d{12}$/.test(digits))
    throw new EmvRefusal('amount-malformed', 'the amount is not twelve digits', { path: '9F02' });
  return Number(digits);
}

/** Clause 10.6.1: the latest entry of the log with the same PAN counts too, against split sales. */
function lastLogged({ card, log }: RiskInput): number {
  const account = card.get('5A');
  const pan = account === undefined ? undefined : toHex(account).replace(/F+$/, '');
  return log.findLast((entry) => entry.pan === pan)?.amountMinor ?? 0;
}

/** Clause 10.6.2: below the threshold the target percentage, above it growing with the amount up to the maximum at the floor limit. */
function selected(random: RandomSelection, amountMinor: number, floorMinor: number): boolean {
  const { thresholdMinor, targetPercent, maximumTargetPercent, drawn } = random;
  const percentages = [targetPercent, maximumTargetPercent];
  const sound = percentages.every((percent) => Number.isInteger(percent) && percent >= 0 && percent <= 99);
  if (
    !sound ||
    maximumTargetPercent < targetPercent ||
    thresholdMinor < 0 ||
    (thresholdMinor > 0 && thresholdMinor >= floorMinor)
  )
    throw new EmvRefusal('random-selection', 'percentages or threshold of the random selection are out of range');
  if (amountMinor < thresholdMinor) return drawn <= targetPercent;
  const share = (amountMinor - thresholdMinor) / (floorMinor - thresholdMinor);
  return drawn <= targetPercent + (maximumTargetPercent - targetPercent) * share;
}

/** Clause 10.6.3. */
function velocity(card: TagValues, counters: CardCounters): { limits: number; newCard: boolean } {
  const lastOnline = counterOf(counters.lastOnlineAtc);
  const atc = counterOf(counters.atc);
  const newCard = lastOnline === 0;
  if (atc === undefined || lastOnline === undefined || atc <= lastOnline) return { limits: 0x60, newCard };
  const [lower, upper] = [needed(card, '9F14')[0] ?? 0, needed(card, '9F23')[0] ?? 0];
  const offline = atc - lastOnline;
  return { limits: (offline > lower ? 0x40 : 0) | (offline > upper ? 0x20 : 0), newCard };
}

function dataOf(tag: string, answer: Uint8Array): Uint8Array | undefined {
  const { data, sw } = parseResponse(answer);
  const node = sw === 0x9000 ? soleTemplate(data) : undefined;
  return node?.tag === tag ? node.value : undefined;
}

function counterOf(value: Uint8Array | undefined): number | undefined {
  return value?.length === 2 ? bigEndian(value) : undefined;
}

function bigEndian(bytes: Uint8Array): number {
  if (bytes.length > 6) throw new EmvRefusal('amount-malformed', 'the binary value is too long');
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}
