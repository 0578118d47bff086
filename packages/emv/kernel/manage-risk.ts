import { readCounters, terminalRiskManagement, velocityWanted } from '../risk.ts';
import {
  addFindings,
  applicationOf,
  type CardTransaction,
  cardSupports,
  panOf,
  panSequenceNumberOf,
  setTvr,
} from './card-transaction.ts';
import { type Dialogue, relay } from './dialogue.ts';

const PERCENT = 99;

/**
 * Terminal risk management: exception file and the attendant's wish always; floor limit, random selection and velocity when the card
 * asks for them. EMV Book 3 clause 10.6; Book 4 clauses 6.3.5 and 6.5.2.
 * @throws Ending; EmvRefusal `apdu-malformed`, `random-selection`.
 */
export function* manageRisk(transaction: CardTransaction): Dialogue<void> {
  const { terminal, input, values, card } = transaction;
  const { random } = applicationOf(transaction);
  checkExceptionFile(transaction);
  if (input.forcedOnline === true) setTvr(transaction, 4, 4);
  if (!cardSupports(transaction, 1, 4)) return;
  const counters = velocityWanted(card) ? yield* relay(readCounters()) : undefined;
  const findings = terminalRiskManagement({
    terminal: values,
    transaction: amountOnly(values),
    card,
    log: input.log ?? [],
    ...(random === undefined || !canGoOnline(terminal.values)
      ? {}
      : { random: { ...random, drawn: drawn(transaction) } }),
    ...(counters === undefined ? {} : { counters }),
  });
  addFindings(transaction, findings);
}

/** Notes an account that is on the terminal's exception file. EMV Book 4 clause 6.3.5. */
export function checkExceptionFile(transaction: CardTransaction): void {
  const listed =
    transaction.terminal.isOnExceptionFile?.(panOf(transaction), panSequenceNumberOf(transaction)) ?? false;
  if (listed) setTvr(transaction, 1, 5);
}

/** The amount in digits: its binary form holds four bytes only. */
function amountOnly(values: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  return new Map([...values].filter(([tag]) => tag === '9F02'));
}

/** EMV Book 4 Annex A1: the last digits 3 and 6 are terminals without a line. */
function canGoOnline(values: ReadonlyMap<string, Uint8Array>): boolean {
  return ((values.get('9F35')?.[0] ?? 0) & 0x0f) % 3 !== 0;
}

/** 1 to 99, from 32 random bits. EMV Book 3 clause 10.6.2. */
function drawn({ input }: CardTransaction): number {
  const bytes = input.rng.bytes(4);
  return (bytes.reduce((number, byte) => number * 256 + byte, 0) % PERCENT) + 1;
}
