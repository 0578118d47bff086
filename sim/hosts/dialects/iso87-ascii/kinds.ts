import type { FinancialKind, MessageKind } from '../message-kinds.ts';

/** The marks by which a message says what it is: type, fields 3, 25 and 70, and the type that field 90 names. */
export interface Marks {
  readonly mti: string;
  readonly processingCode: string;
  readonly conditionCode: string;
  readonly networkCode: string | undefined;
  readonly originalType: string | null;
}

const PREAUTHORIZED = '06';
const MANAGEMENT: Readonly<Record<string, MessageKind>> = {
  '001': 'sign-on',
  '101': 'sign-on',
  '002': 'sign-off',
  '301': 'echo',
};
/** By type, first two digits of the processing code, and whether the condition is that of a pre-authorization. */
const FINANCIAL: Readonly<Record<string, FinancialKind>> = {
  '0100/00/held': 'pre-authorization',
  '0100/02/held': 'pre-authorization-void',
  '0200/00/held': 'completion',
  '0200/02/held': 'completion-void',
  '0220/00/held': 'completion-advice',
  '0200/00/plain': 'sale',
  '0200/02/plain': 'void',
  '0200/31/plain': 'balance-inquiry',
  '0220/00/plain': 'offline-sale',
  '0220/02/plain': 'offline-adjustment',
  '0220/20/plain': 'refund',
};

/** What a message is (ISO 8583:1987, type, processing code, point of service condition code). */
export function kindOf(marks: Marks): MessageKind {
  const type = firstSent(marks.mti);
  if (type === '0800') return MANAGEMENT[marks.networkCode ?? ''] ?? 'unknown';
  if (type === '0500') return 'settlement';
  if (type === '0400' || type === '0420') return 'reversal';
  if (type === '0620') return 'script-result';
  return financialKind(type, marks) ?? 'unknown';
}

/** The request that a reversal undoes: its own marks, with the type that field 90 names. */
export function reversedKind(marks: Marks): FinancialKind | null {
  return marks.originalType === null ? null : financialKind(firstSent(marks.originalType), marks);
}

function financialKind(type: string, { processingCode, conditionCode }: Marks): FinancialKind | null {
  const condition = conditionCode === PREAUTHORIZED ? 'held' : 'plain';
  return FINANCIAL[`${type}/${processingCode.slice(0, 2)}/${condition}`] ?? null;
}

/** The type of a message when it was sent first: a repeated one has an odd last digit. */
function firstSent(mti: string): string {
  const origin = Number(mti[3]);
  return mti.slice(0, 3) + String(origin - (origin % 2));
}
