import type { Settlement, UploadRecord } from '@zhanggui/iso8583';
import type { BankBook } from './bank-book.ts';
import { type Authorization, type SettlementDifference, TAKING } from './bank-entries.ts';
import type { BankTerminals } from './bank-terminals.ts';
import { type BatchTotals, reconciled } from './bank-totals.ts';
import { decide, decideAgain } from './decisions/decide.ts';
import { cardOf, type Desk, traceOf } from './decisions/desk.ts';
import type { HostAnswer, HostRequest } from './dialects/dialect.ts';
import { checkChip } from './issuer/check-chip.ts';

/** What a terminal has sent up of a batch since its totals differed. */
interface Uploading {
  readonly records: Map<string, UploadRecord>;
  count: number;
}

/** Totals compared, batches uploaded and closed (CUPS.md 9). */
export class BankSettlement {
  readonly #uploads = new Map<string, Uploading>();

  /** 0500: compares the terminal's totals with the host's. Asked again, it compares again until the batch is closed. */
  settle(
    book: BankBook,
    totals: BatchTotals,
    request: HostRequest,
    when: { at: Date; settlementOn: string },
  ): HostAnswer {
    const { settlement, terminalId, batchNumber } = request;
    if (settlement === null) return { responseCode: '30' };
    const known = book.settlementOf(terminalId, batchNumber);
    if (known?.state === 'closed') return { responseCode: '00', settlement: known.terminal };
    const answered = reconciled(totals, settlement);
    this.#uploads.delete(nameOf(request));
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

  /** 0320 with records: stripe sales packed together, or one transaction with its details. */
  upload(desk: Desk): HostAnswer {
    const { request } = desk;
    const uploading = this.#uploading(request);
    if (request.upload?.form === 'packed') {
      const { records } = request.upload;
      for (const record of records) uploading.records.set(record.traceNumber, record);
      uploading.count += records.length;
      return { responseCode: '00' };
    }
    uploading.count += 1;
    return uploadOne(desk);
  }

  /** 0320 at the end: the batch is closed and the next one begins. Asked again, it is answered alike. */
  end(book: BankBook, terminals: BankTerminals, request: HostRequest): HostAnswer {
    const { terminalId, batchNumber } = request;
    const result = book.settlementOf(terminalId, batchNumber);
    if (result === undefined) return { responseCode: '25' };
    if (result.state === 'closed') return { responseCode: '00' };
    const { records, count } = this.#uploading(request);
    const differences = result.balanced ? [] : compare(book.ofBatch(terminalId, batchNumber), records);
    book.recordSettlement({ ...result, uploadedRecords: count, differences, state: 'closed' });
    this.#uploads.delete(nameOf(request));
    if (terminals.batchOf(terminalId) === batchNumber) terminals.closeBatch(terminalId);
    return { responseCode: '00' };
  }

  #uploading(request: HostRequest): Uploading {
    const name = nameOf(request);
    const uploading = this.#uploads.get(name) ?? { records: new Map<string, UploadRecord>(), count: 0 };
    this.#uploads.set(name, uploading);
    return uploading;
  }
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
    const words = checkChip(card, request.chip, 'tc');
    book.record({ ...before, certificate: 'use' in words ? 'holds' : 'does-not-hold' });
  }
  return { responseCode: '00', rrn: before.rrn };
}

/** Sales of both sides that do not agree, by trace number. What was uploaded one by one has been met already. */
function compare(host: readonly Authorization[], terminal: ReadonlyMap<string, UploadRecord>): SettlementDifference[] {
  const differences: SettlementDifference[] = [];
  const standing = host.filter(({ kind, state }) => TAKING.has(kind) && (state === 'approved' || state === 'voided'));
  const known = new Map(standing.map((entry) => [entry.stan, entry]));
  for (const [stan, { amountMinor }] of terminal) {
    const entry = known.get(stan);
    if (entry === undefined)
      differences.push({ stan, what: 'only-terminal', terminalMinor: amountMinor, hostMinor: null });
    else if (entry.amountMinor !== amountMinor)
      differences.push({ stan, what: 'amount', terminalMinor: amountMinor, hostMinor: entry.amountMinor });
  }
  for (const { stan, amountMinor, kind, certificate } of standing)
    if (!terminal.has(stan) && certificate === undefined && kind !== 'offline-sale' && kind !== 'chip-offline-sale')
      differences.push({ stan, what: 'only-host', terminalMinor: null, hostMinor: amountMinor });
  return differences;
}

function isBalanced({ domestic, foreign }: Settlement): boolean {
  return domestic.reconciliationCode === '1' && foreign.reconciliationCode === '1';
}

function nameOf({ terminalId, batchNumber }: HostRequest): string {
  return `${terminalId}/${batchNumber}`;
}
