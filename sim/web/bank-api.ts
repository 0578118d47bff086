import type { Bilingual } from '@zhanggui/base';
import { FINANCIAL_KINDS } from '../hosts/dialects/message-kinds.ts';

/** What a bank does wrong, or slowly, with a message. */
export const FAULT_KINDS = [
  'silent',
  'deaf',
  'late',
  'slow',
  'stuck',
  'wrong-mac',
  'decline',
  'disconnect',
  'cut',
  'garbage',
  'duplicate',
  'day-change',
  'wrong-check-value',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** Which messages a fault can wait for: every request, or one kind. */
export const TARGETS = [
  'any',
  ...FINANCIAL_KINDS,
  'reversal',
  'script-result',
  'settlement',
  'batch-upload',
  'batch-end',
  'sign-on',
  'echo',
] as const;

export type Target = (typeof TARGETS)[number];

/** What a card can meet: working keys go out at a sign-on, which shows no card. */
export const CARD_FAULT_KINDS = FAULT_KINDS.filter((kind) => kind !== 'wrong-check-value');

/** The messages with which this can go wrong. */
export function targetsOf(kind: FaultKind): readonly [Target, ...Target[]] {
  return kind === 'wrong-check-value' ? ['sign-on'] : TARGETS;
}

export const STANDINGS = ['good', 'lost', 'stolen', 'restricted', 'pick-up', 'inactive'] as const;
export type Standing = (typeof STANDINGS)[number];

export const SCRIPTS = [
  'pin-unblock',
  'application-block',
  'application-unblock',
  'card-block',
  'counter-update',
] as const;
export type Script = (typeof SCRIPTS)[number];

/** What the header of an answer can ask of a terminal. */
export const PROCESSING = [
  'none',
  'sign-on',
  'upload-status',
  'download-terminal-parameters',
  'update-ca-keys',
  'download-ic-parameters',
  'download-bin-blacklist',
] as const;
export type Processing = (typeof PROCESSING)[number];

/** Why the bank declined. */
export type Why =
  | 'pin'
  | 'pin-missing'
  | 'pin-tries'
  | 'pin-block'
  | 'cvv'
  | 'icvv'
  | 'service-code'
  | 'fallback'
  | 'expired'
  | 'expiry-differs'
  | 'track-differs'
  | 'lost'
  | 'stolen'
  | 'restricted'
  | 'pick-up'
  | 'inactive'
  | 'no-such-card'
  | 'amount'
  | 'limit'
  | 'funds'
  | 'field-55'
  | 'field-55-missing'
  | 'no-chip-issued'
  | 'not-arqc'
  | 'not-tc'
  | 'arqc'
  | 'tc'
  | 'counter-replayed'
  | 'reversed-before'
  | 'as-planned'
  | 'payment-code';

/** An entry of the bank's book. */
export interface BookEntry {
  readonly sequence: number;
  readonly at: string;
  readonly kind: Exclude<Target, 'any'>;
  readonly terminalId: string;
  readonly stan: string;
  readonly rrn: string;
  readonly cardId: string | null;
  readonly maskedPan: string;
  readonly amountMinor: number;
  readonly requestedMinor?: number;
  readonly responseCode: string;
  readonly state: 'approved' | 'declined' | 'reversed' | 'voided' | 'completed';
  readonly refundedMinor: number;
  readonly why?: Why;
}

/** A card's account. */
export interface AccountView {
  readonly cardId: string;
  readonly title: Bilingual;
  readonly maskedPan: string;
  readonly balanceMinor: number;
  readonly heldMinor: number;
  readonly standing: Standing;
  readonly pinTriesLeft: number;
  readonly scripts: readonly Script[];
}

export interface TerminalView {
  readonly tillId: string;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly signedOn: boolean;
  readonly processing: Processing;
}

interface Totals {
  readonly debitMinor: number;
  readonly debitCount: number;
  readonly creditMinor: number;
  readonly creditCount: number;
}

export interface SettlementView {
  readonly at: string;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly terminal: { readonly domestic: Totals; readonly foreign: Totals };
  readonly host: { readonly domestic: Totals; readonly foreign: Totals };
  readonly balanced: boolean;
  readonly uploadedRecords: number;
  readonly differences: readonly unknown[];
  readonly state: 'open' | 'closed';
}

export interface PlannedView {
  readonly fault: { readonly kind: FaultKind };
  readonly messages: readonly string[];
  readonly remaining: number | null;
}

/** Everything that the page shows. */
export interface BankView {
  readonly book: {
    readonly authorizations: readonly BookEntry[];
    readonly settlements: readonly SettlementView[];
    readonly accounts: readonly AccountView[];
    readonly sums: { readonly takenMinor: number; readonly heldMinor: number };
  };
  readonly status: {
    readonly up: boolean;
    readonly port: number;
    readonly connections: number;
    /** MMDD. */
    readonly settlementOn: string;
    readonly changingDay: boolean;
    readonly terminals: readonly TerminalView[];
    readonly faults: {
      readonly next: readonly PlannedView[];
      readonly cards: Readonly<Record<string, { kind: FaultKind }>>;
    };
  };
}

/** What a planned fault needs beside its kind. */
export interface FaultPlan {
  readonly kind: FaultKind;
  readonly target: Target;
  readonly seconds: number;
  readonly code: string;
  /** Null until it is lifted. */
  readonly count: number | null;
}

const CARD_SECONDS = 40;
const CARD_CODE = '05';
const TIMED: readonly FaultKind[] = ['late', 'slow', 'stuck', 'day-change'];

export function isTimed(kind: FaultKind): boolean {
  return TIMED.includes(kind);
}

/** @throws Error when the simulator does not answer. */
export async function fetchBank(): Promise<BankView> {
  const [book, status] = await Promise.all([ask('GET', 'book?limit=100'), ask('GET', 'status')]);
  return { book, status } as BankView;
}

/** Plans a fault for the next messages of any card. */
export function planFault({ kind, target, seconds, code, count }: FaultPlan): Promise<unknown> {
  const messages = target === 'any' ? {} : { messages: [target] };
  return ask('POST', 'faults', { fault: faultOf(kind, seconds, code), count, ...messages });
}

/** What a card meets until it is lifted; null lifts it. */
export function planCardFault(kind: FaultKind | null, cardId: string): Promise<unknown> {
  return ask('POST', 'faults', { fault: kind === null ? null : faultOf(kind, CARD_SECONDS, CARD_CODE), cardId });
}

export function resetFaults(): Promise<unknown> {
  return ask('DELETE', 'faults');
}

export function setLine(up: boolean): Promise<unknown> {
  return ask('POST', 'line', { up });
}

export function restartHost(seconds: number): Promise<unknown> {
  return ask('POST', 'restart', { seconds });
}

export function changeDay(seconds: number): Promise<unknown> {
  return ask('POST', 'day-change', { seconds });
}

export function forgetKeys(): Promise<unknown> {
  return ask('POST', 'forget-keys', {});
}

export function changeCard(
  cardId: string,
  change: { readonly standing?: Standing; readonly pinTries?: 'reset'; readonly scripts?: readonly Script[] },
): Promise<unknown> {
  return ask('POST', `cards/${cardId}`, change);
}

export function askTerminal(terminalId: string, request: Processing): Promise<unknown> {
  return ask('POST', 'processing', { terminalId, request });
}

/** A payment code of the bank's app for this card. */
export async function fetchCode(cardId: string): Promise<string> {
  return ((await ask('POST', 'codes', { cardId })) as { code: string }).code;
}

function faultOf(kind: FaultKind, seconds: number, code: string): object {
  return { kind, ...(isTimed(kind) ? { seconds } : {}), ...(kind === 'decline' ? { code } : {}) };
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const json =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`/sim/bank/${path}`, { method, ...json });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
