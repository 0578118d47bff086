import { beijingTime } from '@zhanggui/base';
import { parseField60, parseField61 } from '@zhanggui/iso8583';
import { CryptoRefusal, decipherPinBlock, type SecretKey } from '@zhanggui/paycrypto';
import { cardByPan, type TestCard } from '../cards/cards.ts';
import type { Authorization, BankBook, TraceKey } from './bank-book.ts';
import type { BankFields } from './bank-messages.ts';

/** What the bank answers. */
export interface Decision {
  readonly responseCode: string;
  readonly rrn: string | null;
  readonly authorizationCode: string | null;
}

/** One request for a decision. */
export interface Asked {
  readonly fields: BankFields;
  readonly pik: SecretKey;
  readonly now: Date;
}

const NOT_FOUND: Decision = { responseCode: '25', rrn: null, authorizationCode: null };

/** Approves or declines a sale and books it; a repeated one is answered as before. */
export function decideSale(book: BankBook, asked: Asked): Decision {
  const key = traceOf(asked.fields);
  const before = book.byTrace('sale', key);
  if (before !== undefined) return before.state === 'reversed' ? refuse('94') : before;
  const card = cardOf(asked.fields);
  const amountMinor = Number(asked.fields[4]);
  const responseCode = card === undefined ? '14' : judgeSale(book, card, amountMinor, asked);
  return enter(book, asked, { kind: 'sale', card, amountMinor, responseCode, originalRrn: null });
}

/** Undoes a sale of the same batch, named by field 61. */
export function decideVoid(book: BankBook, asked: Asked): Decision {
  const before = book.byTrace('void', traceOf(asked.fields));
  if (before !== undefined) return before;
  const sale = originalOf(book, asked.fields);
  const amountMinor = Number(asked.fields[4]);
  const responseCode = judgeVoid(sale, amountMinor, asked.fields);
  if (sale !== undefined && responseCode === '00') book.record({ ...sale, state: 'voided' });
  const card = cardOf(asked.fields);
  return enter(book, asked, { kind: 'void', card, amountMinor, responseCode, originalRrn: sale?.rrn ?? null });
}

/** Returns money of a sale of this or an earlier batch, never more than it took. */
export function decideRefund(book: BankBook, asked: Asked): Decision {
  const before = book.byTrace('refund', traceOf(asked.fields));
  if (before !== undefined) return before;
  const sale = originalOf(book, asked.fields);
  const amountMinor = Number(asked.fields[4]);
  const responseCode = judgeRefund(sale, amountMinor);
  if (sale !== undefined && responseCode === '00')
    book.record({ ...sale, refundedMinor: sale.refundedMinor + amountMinor });
  const card = cardOf(asked.fields);
  return enter(book, asked, { kind: 'refund', card, amountMinor, responseCode, originalRrn: sale?.rrn ?? null });
}

/** Undoes a sale by its own trace number, whatever its terminal heard of it. A repeated reversal is answered alike. */
export function decideReversal(book: BankBook, { fields }: Asked): Decision {
  const sale = book.byTrace('sale', traceOf(fields));
  if (sale === undefined || sale.state === 'declined') return NOT_FOUND;
  if (sale.state === 'voided' || sale.refundedMinor > 0) return refuse('12');
  if (sale.state === 'approved') book.record({ ...sale, state: 'reversed' });
  return { responseCode: '00', rrn: sale.rrn, authorizationCode: sale.authorizationCode };
}

/** The card that a request is about, by field 2 or the track in field 35. */
export function cardOf(fields: BankFields): TestCard | undefined {
  const number = fields[2] ?? fields[35]?.split(/[D=]/)[0];
  return number === undefined ? undefined : cardByPan(number);
}

function judgeSale(book: BankBook, card: TestCard, amountMinor: number, { fields, pik, now }: Asked): string {
  const { year, month } = beijingTime(now.getTime());
  const shown = fields[14] ?? fields[35]?.split(/[D=]/)[1]?.slice(0, 4) ?? card.expiry;
  if (shown !== card.expiry) return '14';
  if (card.expiry < year.slice(2) + month) return '54';
  if (amountMinor <= 0) return '13';
  const pinMatters = amountMinor > card.pinAboveMinor;
  if (fields[52] !== undefined ? !isPinRight(pik, fields[52], card) : pinMatters) return '55';
  return amountMinor > book.balanceOf(card) ? '51' : '00';
}

function judgeVoid(sale: Authorization | undefined, amountMinor: number, fields: BankFields): string {
  if (sale === undefined) return '25';
  if (sale.state !== 'approved' || sale.refundedMinor > 0) return '12';
  if (sale.batchNumber !== traceOf(fields).batchNumber) return '12';
  return sale.amountMinor === amountMinor ? '00' : '64';
}

function judgeRefund(sale: Authorization | undefined, amountMinor: number): string {
  if (sale === undefined) return '25';
  if (sale.state !== 'approved') return '12';
  return sale.refundedMinor + amountMinor <= sale.amountMinor ? '00' : '64';
}

function isPinRight(pik: SecretKey, block: Uint8Array, card: TestCard): boolean {
  try {
    return decipherPinBlock(pik, block, { format: 0, pan: card.pan }) === card.pin;
  } catch (error) {
    if (error instanceof CryptoRefusal) return false;
    throw error;
  }
}

/** The sale that field 61 names; a refund may come from a later batch, a void only from the same terminal. */
function originalOf(book: BankBook, fields: BankFields): Authorization | undefined {
  const { batchNumber, traceNumber } = parseField61(fields[61] ?? '');
  const sale = book.byTrace('sale', { terminalId: fields[41] ?? '', batchNumber, stan: traceNumber });
  const sameCard = sale !== undefined && sale.cardId === (cardOf(fields)?.id ?? null);
  return sameCard ? sale : undefined;
}

/** Terminal, batch and trace number of a request. */
export function traceOf(fields: BankFields): TraceKey {
  const { batchNumber } = parseField60(fields[60] ?? '');
  return { terminalId: fields[41] ?? '', batchNumber, stan: fields[11] ?? '' };
}

function enter(
  book: BankBook,
  { fields, now }: Asked,
  entry: Pick<Authorization, 'kind' | 'amountMinor' | 'responseCode' | 'originalRrn'> & { card: TestCard | undefined },
): Decision {
  const { card, ...decided } = entry;
  const sequence = book.nextSequence;
  const approved = decided.responseCode === '00';
  const authorization: Authorization = {
    sequence,
    at: now.toISOString(),
    ...traceOf(fields),
    ...decided,
    rrn: String(sequence).padStart(12, '0'),
    authorizationCode: approved ? String(sequence % 1_000_000).padStart(6, '0') : null,
    cardId: card?.id ?? null,
    maskedPan: card === undefined ? '••••' : `•••• ${card.pan.slice(-4)}`,
    state: approved ? 'approved' : 'declined',
    refundedMinor: 0,
  };
  book.record(authorization);
  return authorization;
}

function refuse(responseCode: string): Decision {
  return { responseCode, rrn: null, authorizationCode: null };
}
