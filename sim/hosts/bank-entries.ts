import type { Settlement } from '@zhanggui/iso8583';
import type { FinancialKind } from './dialects/message-kinds.ts';

/** One request that the bank decided on, as its own record for an auditor. Holds no card number. */
export interface Authorization {
  /** Counts the bank's decisions from 1; the last digits of the RRN. */
  readonly sequence: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly kind: FinancialKind;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly rrn: string;
  readonly authorizationCode: string | null;
  readonly cardId: string | null;
  readonly maskedPan: string;
  /** What was approved, or asked for and declined; of an adjusted sale the new amount. */
  readonly amountMinor: number;
  readonly responseCode: string;
  /** What became of it. `completed` is a pre-authorization whose money has been taken. */
  readonly state: 'approved' | 'declined' | 'reversed' | 'voided' | 'completed';
  /** RRN of what a void, refund, completion or adjustment goes back to. */
  readonly originalRrn: string | null;
  /** Returned of it by refunds so far. */
  readonly refundedMinor: number;
  /** MMDD, field 15. */
  readonly settlementOn?: string;
  /** Asked for, where only a part was approved; before the adjustment, where it was adjusted. */
  readonly requestedMinor?: number;
  /** Why it was declined, for an engineer. */
  readonly why?: string;
  /** Counted among the cards issued abroad. */
  readonly foreign?: true;
  /** `<application PAN's last digits>/<counter>` of the chip's cryptogram, so that no second request may use it. */
  readonly chipUse?: string;
  /** Reason of its reversal, field 39. */
  readonly reversalReason?: string;
  /** Tag DF31 of the script result, hexadecimal. */
  readonly scriptResult?: string;
  /** How long the uploaded signature is. */
  readonly signatureBytes?: number;
  /** What the batch upload showed of the chip's last word. */
  readonly certificate?: 'holds' | 'does-not-hold';
}

/** A reversal as it came, whether or not there was something to undo. */
export interface Reversal {
  readonly at: string;
  readonly kind: FinancialKind;
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly stan: string;
  readonly amountMinor: number;
  readonly reason: string | null;
  readonly responseCode: string;
  /** RRN of what was undone. */
  readonly rrn: string | null;
}

/** A difference between the terminal's batch and the host's. */
export interface SettlementDifference {
  readonly stan: string;
  readonly what: 'only-terminal' | 'only-host' | 'amount';
  readonly terminalMinor: number | null;
  readonly hostMinor: number | null;
}

/** How a batch was settled. */
export interface SettlementResult {
  readonly at: string;
  readonly terminalId: string;
  readonly batchNumber: string;
  /** Number of the message with the totals, where it alone closes the batch. */
  readonly stan?: string;
  readonly settlementOn: string;
  readonly terminal: Settlement;
  readonly host: Settlement;
  readonly balanced: boolean;
  /** Records that came up afterwards; the differences are known when the last has. */
  readonly uploadedRecords: number;
  readonly differences: readonly SettlementDifference[];
  readonly state: 'open' | 'closed';
}

/** What a terminal has sent up of a batch with one message. */
export interface BatchUpload {
  readonly terminalId: string;
  readonly batchNumber: string;
  readonly records: readonly { readonly stan: string; readonly amountMinor: number }[];
}

/** Where a message finds an earlier one. */
export type TraceKey = Pick<Authorization, 'terminalId' | 'batchNumber' | 'stan'>;

/** Kinds by which money leaves the account for the merchant. */
export const TAKING: ReadonlySet<FinancialKind> = new Set<FinancialKind>([
  'sale',
  'qr-sale',
  'completion',
  'completion-advice',
  'offline-sale',
  'chip-offline-sale',
]);

/** How much of the account's balance an entry has taken. A void undoes through the state of what it voids. */
export function movedBy({ kind, state, amountMinor }: Authorization): number {
  if (state !== 'approved') return 0;
  if (TAKING.has(kind)) return amountMinor;
  return kind === 'refund' ? -amountMinor : 0;
}

/** How much of the account's balance an entry keeps aside. */
export function heldBy({ kind, state, amountMinor }: Authorization): number {
  return kind === 'pre-authorization' && state === 'approved' ? amountMinor : 0;
}
