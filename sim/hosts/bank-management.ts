import type { BankBook } from './bank-book.ts';
import { downloadAnswer } from './bank-downloads.ts';
import { endBatch, reconcile, settle, upload } from './bank-settlement.ts';
import { type BankTerminals, type WorkingKeySet, withWrongCheckValue } from './bank-terminals.ts';
import type { Desk } from './decisions/desk.ts';
import type { DownloadRequest, HostAnswer, HostDialect, HostRequest } from './dialects/dialect.ts';

/** What everything that moves no money is answered with. */
export interface Office {
  readonly book: BankBook;
  readonly terminals: BankTerminals;
  readonly dialect: HostDialect;
  readonly at: Date;
  /** MMDD. */
  readonly settlementOn: string;
  readonly isChangingDay: boolean;
  /** Working keys go out with a check value that is not theirs. */
  readonly wrongCheckValue: boolean;
  /** For records of an upload, which may be booked. */
  readonly deskOf: (request: HostRequest, keys: WorkingKeySet) => Desk;
}

/** What the host stops asking for in its headers when this has been downloaded. */
const ASKED = {
  'ca-keys': 'update-ca-keys',
  'ic-parameters': 'download-ic-parameters',
  'bin-list': 'download-bin-blacklist',
  'terminal-parameters': 'download-terminal-parameters',
} as const;

/** Sign-on and sign-off, line test, status, downloads, settlement. */
export function manage(office: Office, request: HostRequest): HostAnswer {
  const { kind, lacks, terminalId, download } = request;
  if (lacks !== null) return { responseCode: '30' };
  switch (kind) {
    case 'sign-on':
      return signOn(office, request);
    case 'sign-off':
      office.terminals.signOff(terminalId);
      return { responseCode: '00' };
    case 'echo':
      return { responseCode: '00' };
    case 'status-upload':
      office.terminals.fulfilled(terminalId, 'upload-status');
      return { responseCode: '00' };
    case 'download':
      return download === null ? { responseCode: '30' } : handOut(office, terminalId, download);
    case 'settlement':
    case 'batch-upload':
    case 'batch-end':
      return closeBatch(office, request);
    default:
      return { responseCode: '40' };
  }
}

function signOn({ terminals, wrongCheckValue }: Office, { terminalId, keyLayout }: HostRequest): HostAnswer {
  const workingKeys = terminals.signOn(terminalId, keyLayout);
  if (workingKeys === undefined) return { responseCode: '97' };
  return {
    responseCode: '00',
    batchNumber: terminals.batchOf(terminalId),
    workingKeys: wrongCheckValue ? withWrongCheckValue(workingKeys) : workingKeys,
  };
}

function handOut({ terminals }: Office, terminalId: string, download: DownloadRequest): HostAnswer {
  const whole = download.what === 'terminal-parameters' || download.step === 'end';
  if (whole) terminals.fulfilled(terminalId, ASKED[download.what]);
  const data = downloadAnswer(download, terminals.parameters);
  return data === undefined ? { responseCode: '00' } : { responseCode: '00', data };
}

function closeBatch(office: Office, request: HostRequest): HostAnswer {
  const { book, terminals, dialect, isChangingDay } = office;
  const { kind, batchNumber, terminalId } = request;
  if (isChangingDay) return { responseCode: '90' };
  const settled = book.settlementOf(terminalId, batchNumber) !== undefined;
  if (!settled && batchNumber !== terminals.batchOf(terminalId)) return { responseCode: '77' };
  if (kind === 'batch-end') return endBatch(book, terminals, request);
  if (kind === 'batch-upload') {
    const keys = terminals.keysOf(terminalId);
    return keys === undefined ? { responseCode: 'A0' } : upload(office.deskOf(request, keys));
  }
  return dialect.batches
    ? settle(book, book.totalsOf(terminalId, batchNumber), request, office)
    : reconcile(book, terminals, request, office);
}
