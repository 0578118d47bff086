import { refuse } from '../error.ts';
import { responseMti } from '../mti.ts';

/** The fields by which a China UnionPay terminal request says what it is. */
export interface TransactionMarks {
  readonly mti: string;
  /** Field 3. */
  readonly processingCode?: string | undefined;
  /** Field 25. */
  readonly conditionCode?: string | undefined;
  /** Field 60.1. */
  readonly transactionType?: string | undefined;
}

/** A kind of terminal request. */
export interface TransactionKind {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly responseMti: string;
  /** Whether the terminal reverses the request when no answer comes. */
  readonly reversedOnTimeout: boolean;
}

interface Row {
  readonly id: string;
  readonly en: string;
  readonly zh: string;
  readonly mti: string;
  readonly processingCode?: string;
  readonly conditionCode?: string;
  readonly transactionType?: string;
  readonly reversedOnTimeout: boolean;
}

/** Request, field 3, field 25, field 60.1; the first row whose marks all agree decides. */
const ROWS: readonly Row[] = [
  card('balance-inquiry', 'balance inquiry', '查询', '0200', '310000', '00', '01', false),
  card('pre-authorization', 'pre-authorisation', '预授权', '0100', '030000', '06', '10', true),
  card('pre-authorization-void', 'pre-authorisation cancel', '预授权撤销', '0100', '200000', '06', '11', true),
  card('completion', 'pre-authorisation completion', '预授权完成', '0200', '000000', '06', '20', true),
  card('completion-void', 'pre-authorisation completion cancel', '预授权完成撤销', '0200', '200000', '06', '21', true),
  card(
    'completion-advice',
    'pre-authorisation completion advice',
    '预授权完成通知',
    '0220',
    '000000',
    '06',
    '24',
    false,
  ),
  card('sale', 'sale', '消费', '0200', '000000', '00', '22', true),
  card('void', 'sale cancel', '消费撤销', '0200', '200000', '00', '23', true),
  card('refund', 'refund', '退货', '0220', '200000', '00', '25', false),
  card('offline-sale', 'offline sale', '离线结算', '0220', '000000', '00', '30', false),
  card('offline-adjustment', 'offline adjustment', '结算调整', '0220', '000000', '00', '32', false),
  card('offline-tip', 'offline adjustment with tip', '结算调整(追加小费)', '0220', '000000', '00', '34', false),
  card('chip-offline-sale', 'offline chip sale', '脱机消费', '0200', '000000', '00', '36', false),
  plain('reversal', 'reversal', '冲正', '0400', false),
  plain('settlement', 'settlement', '批结算', '0500', false),
  plain('batch-upload', 'batch upload', '批上送', '0320', false),
  plain('script-result', 'issuer script result', '脚本处理结果通知', '0620', false),
  plain('sign-in', 'sign-in', '签到', '0800', false),
  plain('sign-off', 'sign-off', '签退', '0820', false),
];

/**
 * Which transaction a terminal request is, by its MTI, fields 3 and 25 and sub-field 60.1. Reversals, settlement,
 * batch upload and network management are known by their MTI alone.
 * @throws Iso8583Error `unknown-transaction` when no kind has these marks.
 */
export function transactionKind(marks: TransactionMarks): TransactionKind {
  const row =
    ROWS.find(
      (candidate) =>
        candidate.mti === marks.mti &&
        agrees(candidate.processingCode, marks.processingCode) &&
        agrees(candidate.conditionCode, marks.conditionCode) &&
        agrees(candidate.transactionType, marks.transactionType),
    ) ?? refuse('unknown-transaction', 'no kind of transaction has these marks', '60.1');
  const { id, en, zh, mti, reversedOnTimeout } = row;
  return { id, name: { zh, en }, responseMti: responseMti(mti), reversedOnTimeout };
}

function agrees(expected: string | undefined, found: string | undefined): boolean {
  return expected === undefined || expected === found;
}

function plain(id: string, en: string, zh: string, mti: string, reversedOnTimeout: boolean): Row {
  return { id, en, zh, mti, reversedOnTimeout };
}

function card(
  id: string,
  en: string,
  zh: string,
  mti: string,
  processingCode: string,
  conditionCode: string,
  transactionType: string,
  reversedOnTimeout: boolean,
): Row {
  return { id, en, zh, mti, processingCode, conditionCode, transactionType, reversedOnTimeout };
}
