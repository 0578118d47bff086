import type { RequestKind } from '@zhanggui/modules/switch/api.ts';

/** Every kind that has a message of its own; the reversal copies the one that it undoes. */
export type OwnKind = Exclude<RequestKind, 'reversal' | 'qr-sale' | 'signature-upload'>;

/** How a request says what it is (ISO 8583:1987: type, processing code, point of service condition code). */
interface Marks {
  readonly mti: string;
  readonly processingCode: string;
  readonly conditionCode: string;
  /** Type of the message that field 90 names; null where nothing earlier is named. */
  readonly originalType: string | null;
}

const NORMAL = '00';
const PREAUTHORIZED = '06';
const GOODS = '000000';
const ADJUSTMENT = '020000';
const RETURN = '200000';
const BALANCE = '310000';

export const MARKS: Readonly<Record<OwnKind, Marks>> = {
  sale: marks('0200', GOODS, NORMAL),
  void: marks('0200', ADJUSTMENT, NORMAL, '0200'),
  refund: marks('0220', RETURN, NORMAL, '0200'),
  'pre-authorization': marks('0100', GOODS, PREAUTHORIZED),
  'pre-authorization-void': marks('0100', ADJUSTMENT, PREAUTHORIZED, '0100'),
  completion: marks('0200', GOODS, PREAUTHORIZED, '0100'),
  'completion-advice': marks('0220', GOODS, PREAUTHORIZED, '0100'),
  'completion-void': marks('0200', ADJUSTMENT, PREAUTHORIZED, '0200'),
  'balance-inquiry': marks('0200', BALANCE, NORMAL),
  'offline-sale': marks('0220', GOODS, NORMAL),
  'offline-adjustment': marks('0220', ADJUSTMENT, NORMAL, '0220'),
  'script-result': marks('0620', GOODS, NORMAL, '0200'),
};

/** Every request that the dialect has a message for. */
export const KINDS: readonly RequestKind[] = [...(Object.keys(MARKS) as OwnKind[]), 'reversal'];

/** Requests whose answer may fail to come, so that they are undone; advices are repeated in their place. */
export const REVERSIBLE: readonly OwnKind[] = [
  'sale',
  'void',
  'pre-authorization',
  'pre-authorization-void',
  'completion',
  'completion-void',
];

/** Whether the dialect has a message of its own for a kind. */
export function isOwnKind(kind: RequestKind): kind is OwnKind {
  return kind in MARKS;
}

function marks(mti: string, processingCode: string, conditionCode: string, originalType: string | null = null): Marks {
  return { mti, processingCode, conditionCode, originalType };
}
