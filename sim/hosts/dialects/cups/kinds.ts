import { type Field60, Iso8583Error, transactionKind } from '@zhanggui/iso8583';
import type { DownloadRequest } from '../dialect.ts';
import type { FinancialKind, MessageKind } from '../message-kinds.ts';

/** The marks by which a message says what it is: type, fields 3, 25, 22 and 60. */
export interface Marks {
  readonly mti: string;
  readonly processingCode: string | undefined;
  readonly conditionCode: string | undefined;
  readonly entryMode: string;
  readonly field60: Field60;
}

const SIGN_ONS = ['001', '003', '004', '005', '011'];
const BATCH_ENDS = ['202', '207'];
const REQUEST_TYPES = ['0100', '0200', '0220'];

/** By field 60.3. */
const DOWNLOADS: Readonly<Record<string, Pick<DownloadRequest, 'what' | 'step'>>> = {
  '360': { what: 'terminal-parameters', step: 'item' },
  '361': { what: 'terminal-parameters', step: 'end' },
  '370': { what: 'ca-keys', step: 'item' },
  '371': { what: 'ca-keys', step: 'end' },
  '372': { what: 'ca-keys', step: 'list' },
  '380': { what: 'ic-parameters', step: 'item' },
  '381': { what: 'ic-parameters', step: 'end' },
  '382': { what: 'ic-parameters', step: 'list' },
  '390': { what: 'bin-list', step: 'item' },
  '391': { what: 'bin-list', step: 'end' },
};

/** What a terminal's message is (CUPS.md 3; field 60.3 for management). */
export function kindOf(marks: Marks): MessageKind {
  const code = marks.field60.networkCode ?? '';
  switch (marks.mti) {
    case '0800':
    case '0820':
      return managementKind(code);
    case '0500':
      return 'settlement';
    case '0320':
      return BATCH_ENDS.includes(code) ? 'batch-end' : 'batch-upload';
    case '0400':
      return 'reversal';
    case '0620':
      return 'script-result';
    case '0920':
      return 'signature-upload';
    default:
      return financialKind(marks) ?? 'unknown';
  }
}

/** The request that a reversal or an upload record copies its marks from. */
export function copiedKind(marks: Marks): FinancialKind | null {
  for (const mti of REQUEST_TYPES) {
    const kind = financialKind({ ...marks, mti });
    if (kind !== null) return kind;
  }
  return null;
}

export function downloadOf(code: string | undefined): Pick<DownloadRequest, 'what' | 'step'> | null {
  return DOWNLOADS[code ?? ''] ?? null;
}

function managementKind(code: string): MessageKind {
  if (SIGN_ONS.includes(code)) return 'sign-on';
  if (code === '002') return 'sign-off';
  if (code === '301') return 'echo';
  if (code === '362') return 'status-upload';
  return DOWNLOADS[code] === undefined ? 'unknown' : 'download';
}

function financialKind({ mti, processingCode, conditionCode, entryMode, field60 }: Marks): FinancialKind | null {
  try {
    const { transactionType } = field60;
    const { id } = transactionKind({ mti, processingCode, conditionCode, transactionType });
    if (id === 'offline-tip') return 'offline-adjustment';
    if (id === 'sale' && entryMode.startsWith('03')) return 'qr-sale';
    return id as FinancialKind;
  } catch (error) {
    if (error instanceof Iso8583Error) return null;
    throw error;
  }
}
