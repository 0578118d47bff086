import { addToCart, type Cart, EMPTY_CART, removeLine, restoreLine, setQuantity } from './cart.ts';
import type { TillEvent } from './events.ts';
import { type Effect, NEW_TILL, type TillState } from './state.ts';

interface TicketStep {
  readonly state: TillState;
  readonly effects: readonly Effect[];
}

type TicketEvent = Extract<
  TillEvent,
  {
    kind:
      | 'item-added'
      | 'line-selected'
      | 'selection-moved'
      | 'quantity-set'
      | 'line-removed'
      | 'removal-undone'
      | 'undo-expired'
      | 'held'
      | 'recalled'
      | 'restored';
  }
>;

/** What happens to the ticket, the held tickets and the undo bar. */
export function stepTicket(state: TillState, event: TicketEvent): TicketStep {
  if (event.kind === 'item-added') return addItem(state, event);
  if (event.kind === 'undo-expired')
    return still(state.removed?.turn === event.turn ? { ...state, removed: null } : state);
  if (state.phase.name !== 'selling') return still(state);
  switch (event.kind) {
    case 'line-selected':
      return still({ ...state, selected: event.lineId });
    case 'selection-moved':
      return still(moveSelection(state, event.by));
    case 'quantity-set':
      return still({ ...state, selected: event.lineId, cart: setQuantity(state.cart, event.lineId, event.quantity) });
    case 'line-removed':
      return still(remove(state, event.lineId));
    case 'removal-undone':
      return still(undo(state));
    case 'held':
      return still(hold(state, event.id, event.at));
    case 'recalled':
      return still(recall(state, event));
    case 'restored':
      return still(restore(state, event));
  }
}

function still(state: TillState): TicketStep {
  return { state, effects: [] };
}

/** A thing scanned on the screen of a finished sale begins the next one; while money is being taken it is not accepted. */
function addItem(state: TillState, event: Extract<TicketEvent, { kind: 'item-added' }>): TicketStep {
  const { phase, sale } = state;
  const finished = phase.name === 'outcome' && phase.payment.result === 'succeeded' && sale?.dueMinor === 0;
  const untouched = phase.name === 'tendering' && sale === null;
  if (phase.name !== 'selling' && !finished && !untouched)
    return { state: { ...state, notice: { kind: 'wait-for-payment' } }, effects: [{ kind: 'cue', cue: 'attention' }] };
  const from: TillState = finished
    ? { ...NEW_TILL, held: state.held, parked: state.parked, turn: state.turn }
    : { ...state, roundingMinor: 0, phase: { name: 'selling' } };
  const { cart, lineId } = addToCart(from.cart, event.item, event.measure);
  const line = cart.lines.find((one) => one.lineId === lineId);
  const turn = from.turn + 1;
  return {
    state: { ...from, cart, selected: lineId, notice: null, turn, lastAdded: line ? { line, turn } : null },
    effects: [{ kind: 'cue', cue: 'good' }],
  };
}

function moveSelection(state: TillState, by: 1 | -1): TillState {
  const { lines } = state.cart;
  const at = lines.findIndex((line) => line.lineId === state.selected);
  const next = lines[Math.max(0, Math.min(lines.length - 1, at + by))];
  return next ? { ...state, selected: next.lineId } : state;
}

function remove(state: TillState, lineId: string): TillState {
  const taken = removeLine(state.cart, lineId);
  if (taken === undefined) return state;
  const neighbour = taken.cart.lines[taken.index] ?? taken.cart.lines.at(-1);
  const turn = state.turn + 1;
  return {
    ...state,
    cart: taken.cart,
    selected: neighbour?.lineId ?? null,
    removed: { line: taken.line, index: taken.index, turn },
    turn,
  };
}

function undo(state: TillState): TillState {
  if (state.removed === null) return state;
  const { line, index } = state.removed;
  return { ...state, cart: restoreLine(state.cart, line, index), selected: line.lineId, removed: null };
}

function hold(state: TillState, id: string, heldAt: string): TillState {
  if (state.cart.lines.length === 0) return state;
  const held = [{ id, heldAt, cart: state.cart }, ...state.held];
  return { ...state, cart: EMPTY_CART, selected: null, removed: null, lastAdded: null, held };
}

/** Takes a held ticket up; the one being filled is held in its place. */
function recall(state: TillState, event: Extract<TicketEvent, { kind: 'recalled' }>): TillState {
  const ticket = state.held.find(({ id }) => id === event.id);
  if (ticket === undefined) return state;
  const rest = state.held.filter((one) => one !== ticket);
  const held =
    state.cart.lines.length === 0 ? rest : [{ id: event.newId, heldAt: event.at, cart: state.cart }, ...rest];
  return { ...state, cart: ticket.cart, selected: lastLine(ticket.cart), removed: null, lastAdded: null, held };
}

/** Tickets from before a restart; the one in work then is held when another was begun meanwhile. */
function restore(state: TillState, event: Extract<TicketEvent, { kind: 'restored' }>): TillState {
  const held = [...state.held, ...event.held];
  if (event.cart.lines.length === 0) return { ...state, held };
  if (state.cart.lines.length > 0)
    return { ...state, held: [{ id: event.id, heldAt: event.at, cart: event.cart }, ...held] };
  return { ...state, cart: event.cart, held, selected: lastLine(event.cart) };
}

function lastLine(cart: Cart): string | null {
  return cart.lines.at(-1)?.lineId ?? null;
}
