import { refuse } from '../error.ts';

const LAST = 999_999;

/**
 * The trace number (field 11) behind `traceNumber`: 999999 is followed by 000001.
 * @throws Iso8583Error `bad-number` when it is not six digits.
 */
export function nextTraceNumber(traceNumber: string): string {
  return nextOf(traceNumber, '11');
}

/**
 * The batch number (field 60.2) behind `batchNumber`: 999999 is followed by 000001.
 * @throws Iso8583Error `bad-number` when it is not six digits.
 */
export function nextBatchNumber(batchNumber: string): string {
  return nextOf(batchNumber, '60.2');
}

function nextOf(text: string, path: string): string {
  if (!/^\d{6}$/.test(text)) refuse('bad-number', 'the number is six digits', path);
  const number = Number(text);
  return String(number >= LAST ? 1 : number + 1).padStart(6, '0');
}
