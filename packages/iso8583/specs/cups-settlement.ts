import { refuse } from '../error.ts';
import { decodeSubFields, totalLength } from '../sub-fields.ts';
import { cupsPos } from './cups-pos.ts';

/** Totals of one group of cards in field 48 of a 0500 or 0510; amounts in minor units. */
export interface SettlementTotals {
  readonly debitMinor: number;
  readonly debitCount: number;
  readonly creditMinor: number;
  readonly creditCount: number;
  /** 0 in the request; 1 balanced, 2 not balanced, 3 error in the answer. */
  readonly reconciliationCode: string;
}

/** Field 48 of a settlement: cards issued in China and all others. */
export interface Settlement {
  readonly domestic: SettlementTotals;
  readonly foreign: SettlementTotals;
}

/** One magnetic-stripe sale in field 48 of a batch upload. */
export interface UploadRecord {
  readonly foreign: boolean;
  /** Six digits. */
  readonly traceNumber: string;
  readonly pan: string;
  readonly amountMinor: number;
}

/** The most stripe records that one batch upload holds. */
export const UPLOAD_RECORDS = 8;

const RECORD_LENGTH = 40;

/**
 * The totals in field 48 of a 0500 or 0510, 62 digits.
 * @throws Iso8583Error `bad-length` or `not-digits`.
 */
export function parseSettlement(text: string): Settlement {
  const layout = cupsPos.fields[48].sub;
  if (text.length !== totalLength(layout)) refuse('bad-length', 'settlement totals are 62 digits', '48');
  if (!/^\d+$/.test(text)) refuse('not-digits', 'settlement totals are digits', '48');
  const values = decodeSubFields(layout, text, '48').map(({ value }) => String(value));
  const totals = (first: number): SettlementTotals => ({
    debitMinor: Number(values[first]),
    debitCount: Number(values[first + 1]),
    creditMinor: Number(values[first + 2]),
    creditCount: Number(values[first + 3]),
    reconciliationCode: values[first + 4] ?? '',
  });
  return { domestic: totals(0), foreign: totals(5) };
}

/**
 * Field 48 of a settlement request or answer, 62 digits.
 * @throws Iso8583Error `bad-amount` when a total does not fit its digits.
 */
export function formatSettlement(settlement: Settlement): string {
  return [settlement.domestic, settlement.foreign]
    .map((totals) => {
      if (!/^\d$/.test(totals.reconciliationCode)) refuse('not-digits', 'a reconciliation code is one digit', '48');
      const debit = digits(totals.debitMinor, 12) + digits(totals.debitCount, 3);
      return debit + digits(totals.creditMinor, 12) + digits(totals.creditCount, 3) + totals.reconciliationCode;
    })
    .join('');
}

/**
 * The magnetic-stripe records in field 48 of a batch upload (0320).
 * @throws Iso8583Error `bad-length` when the count and the length disagree.
 */
export function parseBatchUpload(text: string): UploadRecord[] {
  if (!/^\d{2,}$/.test(text)) refuse('not-digits', 'a batch upload is digits', '48');
  const count = Number(text.slice(0, 2));
  if (text.length !== 2 + count * RECORD_LENGTH) refuse('bad-length', 'the count does not agree with the length', '48');
  return Array.from({ length: count }, (_, index) => {
    const at = 2 + index * RECORD_LENGTH;
    const cardType = text.slice(at, at + 2);
    if (cardType !== '00' && cardType !== '01') refuse('bad-card-type', 'a card type is 00 or 01', '48', at);
    return {
      foreign: cardType === '01',
      traceNumber: text.slice(at + 2, at + 8),
      pan: text.slice(at + 8, at + 28).replace(/^0+/, ''),
      amountMinor: Number(text.slice(at + 28, at + RECORD_LENGTH)),
    };
  });
}

/**
 * Field 48 of a batch upload of up to 8 records.
 * @throws Iso8583Error when a record does not fit.
 */
export function formatBatchUpload(records: readonly UploadRecord[]): string {
  if (records.length > UPLOAD_RECORDS)
    refuse('too-long', `a batch upload holds at most ${UPLOAD_RECORDS} records`, '48');
  const bodies = records.map(({ foreign, traceNumber, pan, amountMinor }) => {
    if (!/^\d{6}$/.test(traceNumber)) refuse('not-digits', 'a trace number is six digits', '48');
    if (!/^[1-9]\d{0,19}$/.test(pan)) refuse('not-digits', 'an account number is up to 20 digits', '48');
    return (foreign ? '01' : '00') + traceNumber + pan.padStart(20, '0') + digits(amountMinor, 12);
  });
  return digits(records.length, 2) + bodies.join('');
}

/**
 * Field 48 of the message that ends a batch upload: how many records went up, in four digits.
 * @throws Iso8583Error `bad-amount` beyond 9999.
 */
export function formatUploadCount(count: number): string {
  return digits(count, 4);
}

/**
 * Reads the count at the end of a batch upload.
 * @throws Iso8583Error `bad-length`.
 */
export function parseUploadCount(text: string): number {
  return /^\d{4}$/.test(text) ? Number(text) : refuse('bad-length', 'the count of records is four digits', '48');
}

function digits(value: number, length: number): string {
  const text = String(value);
  if (!Number.isSafeInteger(value) || value < 0 || text.length > length)
    refuse('bad-amount', `a whole number of up to ${length} digits is needed`, '48');
  return text.padStart(length, '0');
}
