import { concatBytes, utf8Encode } from '@zhanggui/base';

/** A point of the drawing pad. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a finger drew between touching the pad and leaving it. */
export type Stroke = readonly Point[];

/** A drawn signature: the pad's size and the strokes on it, in its own units. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly strokes: readonly Stroke[];
}

/** Largest size of a packed drawing, in bytes. */
export const LARGEST_SIGNATURE = 8_192;
const FORMAT = 1;
const LARGEST_SIDE = 4_096;
const MOST_STROKES = 256;
const MOST_POINTS = 8_192;

/**
 * Packs a drawing: a format byte (1), then as unsigned LEB128 numbers width, height, the count of strokes, and for each
 * stroke the count of its points and each point's distance from the one before (the first one's from the pad's corner, a
 * later stroke's from the end of the stroke before) in x and y, zigzag coded.
 * @throws RangeError for a drawing that is empty, leaves its pad or is larger than 8 KB when packed.
 */
export function packDrawing(drawing: Drawing): Uint8Array {
  const numbers = [drawing.width, drawing.height, drawing.strokes.length];
  let last: Point = { x: 0, y: 0 };
  for (const stroke of drawing.strokes) {
    numbers.push(stroke.length);
    for (const point of stroke) {
      numbers.push(zigzag(point.x - last.x), zigzag(point.y - last.y));
      last = point;
    }
  }
  const packed = Uint8Array.from([FORMAT, ...numbers.flatMap(leb128)]);
  unpackDrawing(packed);
  return packed;
}

/** The drawing in `packed`. @throws RangeError for bytes that `packDrawing` does not write. */
export function unpackDrawing(packed: Uint8Array): Drawing {
  if (packed.length > LARGEST_SIGNATURE) throw new RangeError(`a signature of ${packed.length} bytes is too large`);
  const read = reader(packed);
  const width = within(read(), 1, LARGEST_SIDE, 'width');
  const height = within(read(), 1, LARGEST_SIDE, 'height');
  const count = within(read(), 1, MOST_STROKES, 'count of strokes');
  let last: Point = { x: 0, y: 0 };
  let points = 0;
  const strokes = Array.from({ length: count }, () => {
    const length = within(read(), 1, MOST_POINTS, 'count of points');
    points = within(points + length, 1, MOST_POINTS, 'count of points');
    return Array.from({ length }, () => {
      const x = within(last.x + unzigzag(read()), 0, width, 'place of a point');
      const y = within(last.y + unzigzag(read()), 0, height, 'place of a point');
      last = { x, y };
      return last;
    });
  });
  if (read.position() !== packed.length) throw new RangeError('something follows the last stroke');
  return { width, height, strokes };
}

/** What the digest of a signature covers: it belongs to one payment of one amount under one trace number, and to no other. */
export function signatureInput(
  payment: { readonly id: string; readonly amountMinor: number; readonly channelReference: string | null },
  strokes: Uint8Array,
): Uint8Array {
  const { id, amountMinor, channelReference } = payment;
  return concatBytes(utf8Encode(`${id}\n${amountMinor}\n${channelReference ?? ''}\n`), strokes);
}

/** Data of an SVG path, for whoever shows the drawing. */
export function pathOf({ strokes }: Drawing): string {
  return strokes
    .map((stroke) => stroke.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join(''))
    .join('');
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function leb128(value: number): number[] {
  if (!Number.isInteger(value) || value < 0) throw new RangeError('a drawing is made of whole numbers');
  return value < 128 ? [value] : [(value % 128) + 128, ...leb128(Math.floor(value / 128))];
}

function reader(packed: Uint8Array): { (): number; position(): number } {
  if (packed[0] !== FORMAT) throw new RangeError('not a signature of this format');
  let position = 1;
  const read = (): number => {
    let value = 0;
    for (let scale = 1; scale <= 128 * 128; scale *= 128) {
      const byte = packed[position];
      if (byte === undefined) throw new RangeError('the signature ends too early');
      position += 1;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of the signature is too large');
  };
  return Object.assign(read, { position: () => position });
}

function within(value: number, least: number, most: number, what: string): number {
  if (!(value >= least && value <= most)) throw new RangeError(`the ${what} of a signature is out of range`);
  return value;
}
