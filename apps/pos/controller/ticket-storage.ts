import type { Cart, CartLine } from '../till/cart.ts';
import type { CatalogIndex } from '../till/catalog-index.ts';
import type { HeldTicket, TillState } from '../till/state.ts';

/** What this browser keeps of tickets, so that a reload loses none: items and quantities, nothing of people or payments. */
interface StoredTickets {
  readonly version: 1;
  readonly current: readonly StoredLine[];
  /** The server's sale of the ticket in work, once money was asked for. */
  readonly saleId: string | null;
  readonly held: readonly { readonly id: string; readonly heldAt: string; readonly lines: readonly StoredLine[] }[];
}

interface StoredLine {
  readonly itemId: string;
  readonly quantity: number;
  readonly grams: number | null;
}

/** Keeps the ticket in work and those put aside. */
export function saveTickets(tillId: string, state: TillState): void {
  const stored: StoredTickets = {
    version: 1,
    current: state.cart.lines.map(storedLine),
    saleId: state.sale?.id ?? null,
    held: state.held.map(({ id, heldAt, cart }) => ({ id, heldAt, lines: cart.lines.map(storedLine) })),
  };
  localStorage.setItem(keyOf(tillId), JSON.stringify(stored));
}

/** Tickets as they were kept. */
export interface KeptTickets {
  readonly cart: Cart;
  readonly held: readonly HeldTicket[];
  readonly saleId: string | null;
}

/** Tickets that were kept, at the prices of today; items that are no longer sold are left out. */
export function loadTickets(tillId: string, index: CatalogIndex): KeptTickets {
  const stored = read(tillId);
  return {
    cart: cartOf(stored.current, index),
    saleId: stored.saleId,
    held: stored.held
      .map(({ id, heldAt, lines }) => ({ id, heldAt, cart: cartOf(lines, index) }))
      .filter(({ cart }) => cart.lines.length > 0),
  };
}

/** A ticket of lines that name their items, numbered anew. */
export function cartOf(lines: readonly StoredLine[], index: CatalogIndex): Cart {
  const known: CartLine[] = [];
  for (const { itemId, quantity, grams } of lines) {
    const item = index.byId.get(itemId);
    const lineId = String(known.length + 1);
    if (item) known.push({ lineId, item, quantity, grams, unitPriceMinor: item.unitPriceMinor });
  }
  return { lines: known, nextLine: known.length + 1 };
}

/** An identifier for a held ticket of this browser. */
export function newTicketId(): string {
  return crypto.getRandomValues(new Uint32Array(2)).join('-');
}

function storedLine({ item, quantity, grams }: CartLine): StoredLine {
  return { itemId: item.id, quantity, grams };
}

function keyOf(tillId: string): string {
  return `zg.tickets.${tillId}`;
}

const NOTHING: StoredTickets = { version: 1, current: [], saleId: null, held: [] };

function read(tillId: string): StoredTickets {
  const text = localStorage.getItem(keyOf(tillId));
  if (text === null) return NOTHING;
  const stored = JSON.parse(text) as StoredTickets;
  return stored.version === 1 ? stored : NOTHING;
}
