import { missingMandatoryTags, readApplicationData } from '../read.ts';
import { type CardTransaction, requireAccount, takeCardData } from './card-transaction.ts';
import { type Dialogue, Ending, relay } from './dialogue.ts';

/**
 * Reads the application's records. EMV Book 3 clauses 7.2, 10.2 and 10.3: a record that cannot be read, one data object twice, or a mandatory
 * one missing ends the transaction; a record that only authentication cannot use fails that alone.
 * @throws Ending; EmvRefusal `apdu-malformed`.
 */
export function* readData(transaction: CardTransaction): Dialogue<void> {
  const read = yield* relay(readApplicationData(transaction.card.get('94') ?? new Uint8Array(0)));
  if (read.outcome === 'read-record-failed') throw new Ending('card-error');
  if (read.outcome !== 'ok' && read.outcome !== 'oda-record-invalid') throw new Ending('card-data-malformed');
  takeCardData(transaction, read.values);
  if (missingMandatoryTags(transaction.card).length > 0) throw new Ending('card-data-missing');
  requireAccount(transaction);
  transaction.odaRecords = read.outcome === 'ok' ? read.odaRecords : undefined;
}
