import type { WalletId } from './code-issuer.ts';
import { befalls, FAULT_KINDS, type Fault, WALLET_OPERATIONS } from './faults.ts';

const DEFAULT_DELAY_MS = 2_000;
/** Farther from the right time than anybody accepts. */
const SKEW_MS = 600_000;
const LONGEST_MS = 86_400_000;

/** The fault that a body asks of a wallet, checked; undefined for one that this wallet cannot have, for it would never happen. */
export function readFault(wallet: WalletId, given: unknown, timeScale: number): Fault | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { count = 1, delayMs, ...names } = given as Readonly<Record<string, unknown>>;
  const kind = FAULT_KINDS.find((known) => known === names.kind);
  if (kind === undefined) return undefined;
  const possible = befalls(wallet, kind);
  const operation = WALLET_OPERATIONS.find((known) => known === names.operation);
  const isNamed = names.operation === undefined || (operation !== undefined && possible.includes(operation));
  if (possible.length === 0 || !isNamed || !isCount(count)) return undefined;
  const usualMs = kind === 'clock-skew' ? SKEW_MS : DEFAULT_DELAY_MS * timeScale;
  const ms = delayMs ?? usualMs;
  // Only a clock can be behind.
  const least = kind === 'clock-skew' ? -LONGEST_MS : 0;
  if (typeof ms !== 'number' || !(ms >= least && ms <= LONGEST_MS)) return undefined;
  return { kind, count, operation, delayMs: ms };
}

/** What a wallet can be told to do wrong, and with what. */
export function possibleFaults(wallet: WalletId): Readonly<Record<string, readonly string[]>> {
  const all = FAULT_KINDS.map((kind) => [kind, befalls(wallet, kind)] as const);
  return Object.fromEntries(all.filter(([, operations]) => operations.length > 0));
}

function isCount(count: unknown): count is number | null {
  return count === null || (Number.isSafeInteger(count) && Number(count) > 0);
}
