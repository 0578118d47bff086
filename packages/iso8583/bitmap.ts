import { refuse } from './error.ts';

/** Bytes of one bit map. */
export const BITMAP_BYTES = 8;

/** Whether bit `number` (from 1) is set. */
export function hasBit(bitmap: Uint8Array, number: number): boolean {
  return ((bitmap[(number - 1) >> 3] ?? 0) & (0x80 >> ((number - 1) & 7))) !== 0;
}

/**
 * Field numbers of one, two or three bit maps in a row (ISO 8583-1:2003 clause 5.3). Bit 1 announces the second bit map and
 * is not a field; bit 65 announces the third when there are three.
 * @throws Iso8583Error `bad-bitmap` when the length is not 8, 16 or 24 bytes.
 */
export function decodeBitmap(bitmap: Uint8Array): { fields: number[]; secondaryPresent: boolean } {
  if (bitmap.length !== 8 && bitmap.length !== 16 && bitmap.length !== 24)
    refuse('bad-bitmap', 'a bit map has 8, 16 or 24 bytes', 'bitmap', 0);
  const fields: number[] = [];
  for (let number = 2; number <= bitmap.length * 8; number += 1) {
    if (number === 65 && bitmap.length === 24) continue;
    if (hasBit(bitmap, number)) fields.push(number);
  }
  return { fields, secondaryPresent: hasBit(bitmap, 1) };
}

/**
 * The bit maps that announce these fields, as short as they allow.
 * @throws Iso8583Error `bad-field` for a number that is not a field's: 1, or outside 2–192, or 65 beside a third map.
 */
export function encodeBitmap(fields: readonly number[]): Uint8Array {
  const highest = fields.reduce((most, number) => Math.max(most, number), 0);
  const maps = highest <= 64 ? 1 : highest <= 128 ? 2 : 3;
  const bitmap = new Uint8Array(maps * BITMAP_BYTES);
  for (const number of fields) {
    const usable = Number.isInteger(number) && number >= 2 && number <= 192 && !(maps === 3 && number === 65);
    if (!usable) refuse('bad-field', `${number} cannot be announced as a field`, 'bitmap');
    setBit(bitmap, number);
  }
  if (maps > 1) setBit(bitmap, 1);
  if (maps > 2) setBit(bitmap, 65);
  return bitmap;
}

/** Sets bit `number` (from 1). */
export function setBit(bitmap: Uint8Array, number: number): void {
  const index = (number - 1) >> 3;
  bitmap[index] = (bitmap[index] ?? 0) | (0x80 >> ((number - 1) & 7));
}
