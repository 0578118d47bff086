import { missingMandatoryTags, readApplicationData } from '../read.ts';
import { type CardTransaction, requireAccount, takeCardData } from './card-transaction.ts';
import { type Dialogue, Ending, relay } from './dialogue.ts';

/**
 * Reads the application's records and checks that nothing mandatory is missing. EMV Book 3 clauses 7.2 and 10.2.
 * @param mandatory kernel 2 wants fewer.
 * @throws Ending; EmvRefusal `apdu-malformed`.
 */
export function* readData(transaction: CardTransaction, mandatory?: readonly string[]): Dialogue<void> {
  yield* readRecords(transaction);
  if (missingMandatoryTags(transaction.card, mandatory).length > 0) throw new Ending('card-data-missing');
  requireAccount(transaction);
}

/**
 * Reads the records that the file locator names. EMV Book 3 clauses 10.2 and 10.3: a record that cannot be read, or one data object twice, ends
 * the transaction; a record that only authentication cannot use fails that alone.
 * @throws Ending; EmvRefusal `apdu-malformed`.
 */
export function* readRecords(transaction: CardTransaction): Dialogue<void> {
  const read = yield* relay(readApplicationData(transaction.card.get('94') ?? new Uint8Array(0)));
  if (read.outcome === 'read-record-failed') throw new Ending('card-error');
  if (read.outcome !== 'ok' && read.outcome !== 'oda-record-invalid') throw new Ending('card-data-malformed');
  takeCardData(transaction, read.values);
  transaction.odaRecords = read.outcome === 'ok' ? read.odaRecords : undefined;
}
