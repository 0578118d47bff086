import { fromHex, type Rng } from '@zhanggui/base';
import type { ActionCodes } from '../action.ts';
import type { CaKey } from '../ca-key.ts';
import type { TagValues } from '../dol.ts';
import { EmvRefusal } from '../refusal.ts';
import type { LoggedTransaction, RandomSelection } from '../risk.ts';
import type { TerminalApplication } from '../select.ts';

/** What a terminal is and knows, the same for every transaction. EMV Book 4 clause 10 and Annex A. */
export interface TerminalSettings {
  /** 9F1A, 9F33, 9F35 and 9F40 must be there; 9F15, 9F16, 9F1C, 9F1E, 9F4E as far as the terminal has them. */
  readonly values: TagValues;
  readonly applications: readonly ApplicationSettings[];
  readonly caKeys: readonly CaKey[];
  readonly revokedCertificates?: readonly RevokedCertificate[];
  /** Whether the account is on the exception file. EMV Book 4 clause 6.3.5. */
  readonly isOnExceptionFile?: (pan: string, panSequenceNumber: string | undefined) => boolean;
  /** Whether the cardholder can choose or confirm an application. EMV Book 1 clause 12.4. */
  readonly cardholderSelection: boolean;
  /** Whether a chip without a common application may be read by its stripe. */
  readonly stripeWhenNoApplication: boolean;
}

/** An issuer certificate that its authority has withdrawn. EMV Book 2 clause 5.1.2. */
export interface RevokedCertificate {
  readonly rid: Uint8Array;
  /** Index of the authority's key. */
  readonly index: number;
  /** Six hexadecimal digits. */
  readonly serial: string;
}

/** What a terminal knows of one application. EMV Book 4 clause 10.2. */
export interface ApplicationSettings extends TerminalApplication {
  /** 9F09, two bytes. */
  readonly version: Uint8Array;
  /** The acquirer's action codes. */
  readonly actionCodes: ActionCodes;
  readonly floorLimitMinor: number;
  /** Absent when no transaction is selected at random. */
  readonly random?: Omit<RandomSelection, 'drawn'>;
  readonly defaultDdol?: Uint8Array;
  readonly defaultTdol?: Uint8Array;
  /** Absent when the application is accepted by contact only. */
  readonly contactless?: ContactlessSettings;
}

/** Limits and abilities of a contactless reader for one application. EMV Book A clause 5; Books C-2, C-3 and C-7. */
export interface ContactlessSettings {
  /** Book C-2 Mastercard, C-3 Visa (qVSDC), C-7 UnionPay (qPBOC). */
  readonly kernel: 2 | 3 | 7;
  /** At this amount and above contactless is not accepted. */
  readonly transactionLimitMinor: number;
  /** The same for devices that verify their holder themselves (kernel 2); as the other limit when absent. */
  readonly onDeviceTransactionLimitMinor?: number;
  /** At this amount and above the cardholder must be verified (kernel 2: above it). */
  readonly cvmLimitMinor: number;
  /** Above this amount the issuer is asked. */
  readonly floorLimitMinor: number;
  /** Kernels 3 and 7: 9F66 as the reader is configured, four bytes. */
  readonly ttq: Uint8Array;
  /** Kernel 7: below the CVM limit no PIN is asked even where the card wants one (UnionPay small amounts; ¥1,000 itself is still free, so the limit is 100,001). */
  readonly smallAmountsFree?: boolean;
  /** Kernel 2: byte 2 of 9F33 above the CVM limit, and up to it (DF8118, DF8119). */
  readonly cvmCapabilities?: { readonly required: number; readonly notRequired: number };
  /** Kernel 2: whether verification by the device counts (DF811B bit 6). */
  readonly onDeviceCvm?: boolean;
  /** Kernel 2: present when the reader measures how long a device takes (DF811B bit 5). */
  readonly relayResistance?: RelayResistanceSettings;
  /** Whether what a directory entry has in 9F29 is added to the name that is selected. Book B, Extended Selection Support flag. */
  readonly extendedSelection?: boolean;
}

/** What a reader knows of its own times, in hundreds of microseconds. Book C-2 Annex A, DF8132 to DF8137. */
export interface RelayResistanceSettings {
  /** DF8132: how much sooner than its least time a device may answer. */
  readonly minimumGrace: number;
  /** DF8133: how much later than its most time. */
  readonly maximumGrace: number;
  /** DF8134: how long the command is on its way. */
  readonly commandTransmission: number;
  /** DF8135: how long the answer is on its way. */
  readonly answerTransmission: number;
  /** DF8136: how far above the device's least time a measure may be. */
  readonly accuracyThreshold: number;
  /** DF8137: least percentage that one side's time for the answer must be of the other's. */
  readonly mismatchPercent: number;
}

/** The times of Book C-2's own configuration; a terminal's acquirer gives those of its reader. */
export const DEFAULT_RELAY_RESISTANCE: RelayResistanceSettings = {
  minimumGrace: 20,
  maximumGrace: 50,
  commandTransmission: 18,
  answerTransmission: 24,
  accuracyThreshold: 300,
  mismatchPercent: 50,
};

/** What is to be paid, when, and what the terminal draws lots with. Amounts are in minor units. */
export interface TransactionInput {
  readonly amountMinor: number;
  /** Cashback. */
  readonly otherAmountMinor?: number;
  /** ISO 4217 number, three digits. */
  readonly currency: string;
  readonly currencyExponent: number;
  /** 9C: first two digits of the processing code. */
  readonly type: number;
  /** YYMMDD. */
  readonly date: string;
  /** HHMMSS. */
  readonly time: string;
  /** 9F41. */
  readonly counter: number;
  /** The attendant wants the issuer to be asked. EMV Book 4 clause 6.5.2. */
  readonly forcedOnline?: boolean;
  /** A pre-authorization, an inquiry: no card or terminal can decide it without the issuer. */
  readonly issuerMustDecide?: boolean;
  /** The terminal's earlier transactions, oldest first. EMV Book 3 clause 10.6.1. */
  readonly log?: readonly LoggedTransaction[];
  readonly rng: Rng;
}

const MOST_MINOR = 999_999_999_999;

/**
 * Data objects of the terminal and the transaction, as lists of the card may ask for them. EMV Book 3 Annex A.
 * @throws EmvRefusal `settings` when a value is missing, or no number, date or time it could be; `path` names it.
 */
export function transactionValues(terminal: TerminalSettings, input: TransactionInput): Map<string, Uint8Array> {
  for (const [tag, length] of [['9F1A', 2] as const, ['9F33', 3] as const, ['9F35', 1] as const, ['9F40', 5] as const])
    requireThat(terminal.values.get(tag)?.length === length, tag);
  const { amountMinor, otherAmountMinor = 0, currency, date, time } = input;
  for (const amount of [amountMinor, otherAmountMinor])
    requireThat(Number.isSafeInteger(amount) && amount >= 0 && amount <= MOST_MINOR, 'amountMinor');
  requireThat(/^\d{3}$/.test(currency), 'currency');
  requireThat(/^\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(date), 'date');
  requireThat(/^\d{6}$/.test(time), 'time');
  const whole = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;
  requireThat(whole(input.currencyExponent, 9), 'currencyExponent');
  requireThat(whole(input.type, 0x99), 'type');
  requireThat(whole(input.counter, 99_999_999), 'counter');
  return new Map([
    ...terminal.values,
    ['9F02', decimal(amountMinor, 6)],
    ['9F03', decimal(otherAmountMinor, 6)],
    ['81', binary(amountMinor)],
    ['9F04', binary(otherAmountMinor)],
    ['5F2A', fromHex(`0${currency}`)],
    ['5F36', Uint8Array.of(input.currencyExponent)],
    ['9A', fromHex(date)],
    ['9F21', fromHex(time)],
    ['9C', Uint8Array.of(input.type)],
    ['9F41', decimal(input.counter, 4)],
    ['9F37', input.rng.bytes(4)],
  ]);
}

/** Whole number in packed digits. EMV Book 3 clause 4.3, format n. */
function decimal(value: number, bytes: number): Uint8Array {
  return fromHex(String(value).padStart(bytes * 2, '0'));
}

/** Four bytes, format b; what does not fit keeps its low bytes, as 9F02 is there for it. EMV Book 3 Annex A, tag 81. */
export function binary(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value % 0x1_0000_0000);
  return bytes;
}

function requireThat(holds: boolean, path: string): void {
  if (!holds) throw new EmvRefusal('settings', 'a setting of the terminal or the transaction cannot be so', { path });
}
