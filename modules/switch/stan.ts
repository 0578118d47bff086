/** Highest system trace audit number (ISO 8583 field 11) before it starts again at 000001. */
export const LAST_STAN = 999_999;

/** Field 11 text of a trace number: six digits. */
export function stanText(stan: number): string {
  if (!Number.isInteger(stan) || stan < 1 || stan > LAST_STAN) throw new RangeError(`${stan} is not a trace number`);
  return String(stan).padStart(6, '0');
}
