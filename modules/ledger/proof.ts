import { concatBytes, equalBytes, type Queryable, toHex, utf8Encode } from '@zhanggui/base';
import { type TransferRow, transfersAfter, trialBalance } from './store.ts';

/** What an audit of the whole book found. */
export interface AuditReport {
  readonly transfers: number;
  /** Sequence of the first row whose hash does not follow from the row before it, or null. */
  readonly firstBrokenSequence: number | null;
  /** The head that the chain's row claims equals the hash of the last transfer, and so does its length. */
  readonly headMatches: boolean;
  /** Accounts whose stored totals differ from the sum of their transfers. */
  readonly accountsOff: readonly string[];
  /** Debits minus credits over all accounts. */
  readonly differenceMinor: number;
}

const PAGE = 5000;

/**
 * Recomputes the hash chain and every account's totals from the transfers themselves, independently of the database's
 * own functions.
 * @param sha256 digest of a byte string.
 */
export async function audit(db: Queryable, sha256: (bytes: Uint8Array) => Uint8Array): Promise<AuditReport> {
  const totals = new Map<string, { debit: number; credit: number }>();
  let head: Uint8Array = new Uint8Array(32);
  let length = 0;
  let firstBrokenSequence: number | null = null;
  for (;;) {
    const rows = await transfersAfter(db, length, PAGE);
    for (const row of rows) {
      const expected = sha256(concatBytes(head, canonical(row)));
      const follows = row.sequence === length + 1 && equalBytes(expected, new Uint8Array(row.hash));
      if (!follows) firstBrokenSequence ??= row.sequence;
      head = new Uint8Array(row.hash);
      length = row.sequence;
      addTotals(totals, row);
    }
    if (rows.length < PAGE) break;
  }
  const balance = await trialBalance(db);
  const claimedHead = toHex(head).toLowerCase();
  const accountsOff = balance.accounts
    .filter(({ id, debitMinor, creditMinor }) => {
      const total = totals.get(id) ?? { debit: 0, credit: 0 };
      return total.debit !== debitMinor || total.credit !== creditMinor;
    })
    .map(({ id }) => id);
  return {
    transfers: length,
    firstBrokenSequence,
    headMatches: balance.chain.length === length && balance.chain.headHash === claimedHead,
    accountsOff,
    differenceMinor: balance.differenceMinor,
  };
}

/** The bytes that a transfer's hash covers: the same lines as the database's `ledger.canonical`. */
function canonical(row: TransferRow): Uint8Array {
  const lines = [
    row.sequence,
    row.id,
    row.debit_account,
    row.credit_account,
    row.currency,
    row.amount_minor,
    row.reason,
    row.payment_id ?? '',
    row.label ?? '',
    row.business_on,
    row.posted_at.toISOString(),
  ];
  return utf8Encode(lines.join('\n'));
}

function addTotals(totals: Map<string, { debit: number; credit: number }>, row: TransferRow): void {
  const debit = totals.get(row.debit_account) ?? { debit: 0, credit: 0 };
  debit.debit += row.amount_minor;
  totals.set(row.debit_account, debit);
  const credit = totals.get(row.credit_account) ?? { debit: 0, credit: 0 };
  credit.credit += row.amount_minor;
  totals.set(row.credit_account, credit);
}
