import { minorUnits, mulDivHalfUp, priceByWeight, sumMinor } from '@zhanggui/base';
import type { Item } from './contract.ts';

/** A line of the ticket. Pieces carry `quantity` and no grams, weighed goods `grams` and a quantity of one. */
export interface CartLine {
  readonly lineId: string;
  readonly item: Item;
  readonly quantity: number;
  readonly grams: number | null;
  readonly unitPriceMinor: number;
}

/** The ticket being filled; `nextLine` numbers lines so that none is ever used twice. */
export interface Cart {
  readonly lines: readonly CartLine[];
  readonly nextLine: number;
}

/** What is put on the ticket: a number of pieces, or grams of a weighed item. */
export interface Measure {
  readonly quantity: number;
  readonly grams: number | null;
}

export const EMPTY_CART: Cart = { lines: [], nextLine: 1 };
export const ONE_PIECE: Measure = { quantity: 1, grams: null };
export const MOST_PIECES = 9999;

/** Price of a line, half-up to the minor unit for weighed goods. */
export function lineAmount(line: CartLine): number {
  return line.grams === null
    ? mulDivHalfUp(line.unitPriceMinor, line.quantity, 1)
    : priceByWeight(line.unitPriceMinor, line.grams);
}

/** Sum of the ticket. */
export function cartTotal(cart: Cart): number {
  return sumMinor(cart.lines.map(lineAmount));
}

/** How many things are on the ticket: pieces, and each weighing as one. */
export function cartCount(cart: Cart): number {
  return cart.lines.reduce((count, line) => count + line.quantity, 0);
}

/** Adds an item. Pieces of one item and price share a line, each weighing has its own. */
export function addToCart(cart: Cart, item: Item, measure: Measure): { cart: Cart; lineId: string } {
  minorUnits(measure.quantity);
  const same =
    measure.grams === null
      ? cart.lines.find(
          (line) => line.item.id === item.id && line.grams === null && line.unitPriceMinor === item.unitPriceMinor,
        )
      : undefined;
  if (same) return { cart: setQuantity(cart, same.lineId, same.quantity + measure.quantity), lineId: same.lineId };
  const lineId = String(cart.nextLine);
  const line: CartLine = { lineId, item, ...measure, unitPriceMinor: item.unitPriceMinor };
  return { cart: { lines: [...cart.lines, line], nextLine: cart.nextLine + 1 }, lineId };
}

/** Sets the pieces of a line, kept between 1 and the most that a line takes; weighed lines stay as weighed. */
export function setQuantity(cart: Cart, lineId: string, quantity: number): Cart {
  const bounded = Math.max(1, Math.min(MOST_PIECES, minorUnits(quantity)));
  return {
    ...cart,
    lines: cart.lines.map((line) =>
      line.lineId === lineId && line.grams === null ? { ...line, quantity: bounded } : line,
    ),
  };
}

/** Takes a line away; `index` is where it stood, for undoing. */
export function removeLine(cart: Cart, lineId: string): { cart: Cart; line: CartLine; index: number } | undefined {
  const index = cart.lines.findIndex((line) => line.lineId === lineId);
  const line = cart.lines[index];
  if (line === undefined) return undefined;
  return { cart: { ...cart, lines: cart.lines.filter((other) => other !== line) }, line, index };
}

/** Puts a removed line back where it stood. */
export function restoreLine(cart: Cart, line: CartLine, index: number): Cart {
  return { ...cart, lines: cart.lines.toSpliced(Math.min(index, cart.lines.length), 0, line) };
}
