import type { Settlement } from '@zhanggui/iso8583';
import type { BankBook } from './bank-book.ts';
import { type Authorization, type SettlementDifference, TAKING } from './bank-entries.ts';
import type { BankTerminals } from './bank-terminals.ts';
import { type BatchTotals, reconciled, together } from './bank-totals.ts';
import { decide, decideAgain } from './decisions/decide.ts';
import { cardOf, type Desk, traceOf } from './decisions/desk.ts';
import type { HostAnswer, HostRequest } from './dialects/dialect.ts';
import { checkChip, isRefusal } from './issuer/check-chip.ts';

/** 0500: compares the terminal's totals with the host's. Asked again, it compares again until the batch is closed (CUPS.md 9). */
export function settle(
  book: BankBook,
  totals: BatchTotals,
  request: HostRequest,
  when: { readonly at: Date; readonly settlementOn: string },
): HostAnswer {
  const { settlement, terminalId, batchNumber } = request;
  if (settlement === null) return { responseCode: '30' };
  const known = book.settlementOf(terminalId, batchNumber);
  if (known?.state === 'closed') return { responseCode: '00', settlement: known.terminal };
  const answered = reconciled(totals, settlement);
  book.recordSettlement({
    at: when.at.toISOString(),
    terminalId,
    batchNumber,
    settlementOn: when.settlementOn,
    terminal: answered,
    host: {
      domestic: { ...totals.domestic, reconciliationCode: answered.domestic.reconciliationCode },
      foreign: { ...totals.foreign, reconciliationCode: answered.foreign.reconciliationCode },
    },
    balanced: isBalanced(answered),
    uploadedRecords: 0,
    differences: [],
    state: 'open',
  });
  return { responseCode: '00', settlement: answered };
}

/**
 * 0500 where nothing follows it: the totals are compared and the next batch begins. The same message again is answered as
 * the first time.
 */
export function reconcile(
  book: BankBook,
  terminals: BankTerminals,
  request: HostRequest,
  when: { readonly at: Date; readonly settlementOn: string },
): HostAnswer {
  const { terminalId, batchNumber, stan } = request;
  const known = book.settledBy(terminalId, stan);
  if (known !== undefined) return { responseCode: '00', settlement: known.terminal };
  const answer = settle(book, together(book.totalsOf(terminalId, batchNumber)), request, when);
  const result = book.settlementOf(terminalId, batchNumber);
  if (answer.settlement === undefined || result === undefined) return answer;
  book.recordSettlement({ ...result, stan, state: 'closed' });
  terminals.closeBatch(terminalId);
  return answer;
}

/** 0320 with records: stripe sales packed together, or one transaction with its details. */
export function upload(desk: Desk): HostAnswer {
  const { request, book } = desk;
  const { terminalId, batchNumber, stan, amountMinor } = request;
  if (request.upload?.form === 'packed') {
    const records = request.upload.records.map((record) => ({
      stan: record.traceNumber,
      amountMinor: record.amountMinor,
    }));
    book.recordUpload({ terminalId, batchNumber, records });
    return { responseCode: '00' };
  }
  // A chip that has declined shows its word, and has moved nothing that could be compared.
  if (request.chip !== null && isRefusal(request.chip)) return { responseCode: '00' };
  book.recordUpload({ terminalId, batchNumber, records: [{ stan, amountMinor: amountMinor ?? 0 }] });
  return uploadOne(desk);
}

/** 0320 at the end: the batch is closed and the next one begins. Asked again, it is answered alike. */
export function endBatch(book: BankBook, terminals: BankTerminals, request: HostRequest): HostAnswer {
  const { terminalId, batchNumber } = request;
  const result = book.settlementOf(terminalId, batchNumber);
  if (result === undefined) return { responseCode: '25' };
  if (result.state === 'closed') return { responseCode: '00' };
  const uploaded = book.uploadsOf(terminalId, batchNumber);
  const differences = result.balanced ? [] : compare(book.ofBatch(terminalId, batchNumber), uploaded);
  book.recordSettlement({ ...result, uploadedRecords: uploaded.size, differences, state: 'closed' });
  if (terminals.batchOf(terminalId) === batchNumber) terminals.closeBatch(terminalId);
  return { responseCode: '00' };
}

/** A refund or offline sale that the host has not met is booked now; of a chip transaction the certificate is checked. */
function uploadOne(desk: Desk): HostAnswer {
  const { request, book } = desk;
  const before = book.byTrace(traceOf(request));
  const kind = request.uploads;
  if (before === undefined) {
    const late = kind === 'refund' || kind === 'offline-sale' || kind === 'chip-offline-sale';
    return late ? (decideAgain(desk, kind) ?? decide(desk, kind)) : { responseCode: '25' };
  }
  const card = cardOf(desk);
  if (card !== undefined && request.chip !== null) {
    const words = checkChip(card, request.chip, 'tc', null);
    book.record({ ...before, certificate: 'use' in words ? 'holds' : 'does-not-hold' });
  }
  return { responseCode: '00', rrn: before.rrn };
}

/** Takings of both sides that do not agree, by trace number. What else was uploaded is not compared. */
function compare(host: readonly Authorization[], terminal: ReadonlyMap<string, number>): SettlementDifference[] {
  const differences: SettlementDifference[] = [];
  const met = new Map(host.map((entry) => [entry.stan, entry]));
  for (const [stan, terminalMinor] of terminal) {
    const entry = met.get(stan);
    if (entry === undefined || (TAKING.has(entry.kind) && !stands(entry)))
      differences.push({ stan, what: 'only-terminal', terminalMinor, hostMinor: null });
    else if (entry.amountMinor !== terminalMinor)
      differences.push({ stan, what: 'amount', terminalMinor, hostMinor: entry.amountMinor });
  }
  for (const entry of host)
    if (stands(entry) && !terminal.has(entry.stan))
      differences.push({ stan: entry.stan, what: 'only-host', terminalMinor: null, hostMinor: entry.amountMinor });
  return differences;
}

function stands({ kind, state }: Authorization): boolean {
  return TAKING.has(kind) && (state === 'approved' || state === 'voided');
}

function isBalanced({ domestic, foreign }: Settlement): boolean {
  return domestic.reconciliationCode === '1' && foreign.reconciliationCode === '1';
}
