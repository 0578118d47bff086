import type { RequestKind } from '@zhanggui/modules/switch/api.ts';
import type { CardDetails } from '@zhanggui/modules/switch/dialect.ts';

/** Every kind but the reversal, which copies the one that it undoes. */
export type OwnKind = Exclude<RequestKind, 'reversal'>;

/** How a request says what it is: type, fields 3 and 25, and 60.1 (CUPS.md 3). */
export interface Marks {
  readonly mti: string;
  readonly processingCode: string;
  readonly conditionCode: string;
  readonly transactionType: string;
}

/** What else a kind carries (CUPS.md 4). */
export interface Contents {
  /** The first message about a card: its PIN, track and chip come fresh from the reader. */
  readonly fresh: boolean;
  /** Field 61: batch and trace of the earlier transaction, with or without its date. */
  readonly original: 'none' | 'undated' | 'dated';
  /** Field 37 of the earlier transaction. */
  readonly rrn: boolean;
  /** Field 38 of the earlier transaction, where it had one. */
  readonly approval: boolean;
  /** Field 63.1. */
  readonly organisation: boolean;
}

const SALE = '00';
const PRE_AUTHORIZATION = '06';

export const MARKS: Readonly<Record<OwnKind, Marks>> = {
  sale: marks('0200', '000000', SALE, '22'),
  'qr-sale': marks('0200', '000000', SALE, '22'),
  void: marks('0200', '200000', SALE, '23'),
  refund: marks('0220', '200000', SALE, '25'),
  'pre-authorization': marks('0100', '030000', PRE_AUTHORIZATION, '10'),
  'pre-authorization-void': marks('0100', '200000', PRE_AUTHORIZATION, '11'),
  completion: marks('0200', '000000', PRE_AUTHORIZATION, '20'),
  'completion-advice': marks('0220', '000000', PRE_AUTHORIZATION, '24'),
  'completion-void': marks('0200', '200000', PRE_AUTHORIZATION, '21'),
  'balance-inquiry': marks('0200', '310000', SALE, '01'),
  'offline-sale': marks('0220', '000000', SALE, '30'),
  'offline-adjustment': marks('0220', '000000', SALE, '32'),
  'script-result': marks('0620', '000000', SALE, '00'),
  'signature-upload': marks('0920', '000000', SALE, '07'),
};
/** A sale that the chip approved by itself. */
const CHIP_OFFLINE_SALE = marks('0200', '000000', SALE, '36');
/** An adjustment that adds a tip. */
export const TIP_ADJUSTMENT = marks('0220', '000000', SALE, '34');

const FRESH: Contents = { fresh: true, original: 'none', rrn: false, approval: false, organisation: false };
const LATER: Contents = { fresh: false, original: 'dated', rrn: false, approval: true, organisation: false };
export const CONTENTS: Readonly<Record<OwnKind, Contents>> = {
  sale: FRESH,
  'qr-sale': FRESH,
  'pre-authorization': FRESH,
  'balance-inquiry': FRESH,
  'offline-sale': { ...FRESH, approval: true, organisation: true },
  void: { ...LATER, original: 'undated', rrn: true },
  refund: { ...LATER, rrn: true, approval: false, organisation: true },
  'pre-authorization-void': LATER,
  completion: LATER,
  'completion-advice': LATER,
  'completion-void': { ...LATER, rrn: true },
  'offline-adjustment': { ...LATER, organisation: true },
  'script-result': { ...LATER, rrn: true },
  'signature-upload': { ...LATER, original: 'none', rrn: true, approval: false },
};

/** Every request that the dialect has a message for. */
export const KINDS: readonly RequestKind[] = [...(Object.keys(MARKS) as OwnKind[]), 'reversal'];

/** What may be undone (CUPS.md 3); field 61 of the reversal where it has one (CUPS.md 8). */
export const REVERSIBLE: Partial<Readonly<Record<RequestKind, 'none' | 'undated' | 'dated' | 'zero-date'>>> = {
  sale: 'none',
  'qr-sale': 'none',
  void: 'undated',
  'pre-authorization': 'zero-date',
  'pre-authorization-void': 'dated',
  completion: 'dated',
  'completion-void': 'dated',
};

/** Kinds whose first message asks for a PIN, which their reversal goes on telling in field 22. */
const WITH_PIN: readonly RequestKind[] = ['sale', 'pre-authorization', 'balance-inquiry'];

/** Marks of a transaction, for the messages that repeat them; a reversal has none of its own. */
export function marksOf(kind: RequestKind, card: CardDetails | null): Marks {
  if (kind === 'offline-sale' && card !== null && card.chip !== null) return CHIP_OFFLINE_SALE;
  return MARKS[kind === 'reversal' ? 'sale' : kind];
}

/** Whether field 22 tells of a PIN in everything that repeats this request. */
export function isWithPin(kind: RequestKind, card: CardDetails | null): boolean {
  return WITH_PIN.includes(kind) && card?.pinEntered === true;
}

function marks(mti: string, processingCode: string, conditionCode: string, transactionType: string): Marks {
  return { mti, processingCode, conditionCode, transactionType };
}
