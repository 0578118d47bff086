import { equalBytes } from '@zhanggui/base';
import { decodeBitmap } from './bitmap.ts';

type Fields = Record<number, string | Uint8Array>;

/**
 * Makes the objects that take the fields of a message. Making room for keys that are numbers costs an engine more than
 * reading the fields; a message with the same fields as the one before gets a copy of an object that has the room.
 */
export class FieldRoom {
  readonly #isKnown: (number: number) => boolean;
  #bitmap: Uint8Array = new Uint8Array(0);
  #blank: Fields | undefined;

  /** `isKnown` says whether the dialect has a field of this number. */
  constructor(isKnown: (number: number) => boolean) {
    this.#isKnown = isKnown;
  }

  /** A new object; whatever it already holds stands for a field that the bit maps announce, and must be set. */
  for(bitmap: Uint8Array): Fields {
    if (equalBytes(this.#bitmap, bitmap)) {
      this.#blank ??= this.#blankFields(bitmap);
      return { ...this.#blank };
    }
    this.#bitmap = bitmap;
    this.#blank = undefined;
    const fields: Fields = {};
    const highest = highestBit(bitmap);
    // Holding the place of the last field first makes the engine reserve room once.
    if (this.#isKnown(highest)) fields[highest] = '';
    return fields;
  }

  #blankFields(bitmap: Uint8Array): Fields {
    const numbers = decodeBitmap(bitmap).fields.filter((number) => this.#isKnown(number));
    return Object.fromEntries(numbers.map((number) => [number, '']));
  }
}

/** The number of the last bit that is set, or 0. */
function highestBit(bitmap: Uint8Array): number {
  let index = bitmap.length - 1;
  while (index >= 0 && bitmap[index] === 0) index -= 1;
  const byte = bitmap[index] ?? 0;
  const zerosBehind = 31 - Math.clz32(byte & -byte);
  return byte === 0 ? 0 : index * 8 + 8 - zerosBehind;
}
