import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { TillEvent } from './events.ts';
import { paymentTold, stepPayment } from './payment-steps.ts';
import { dueMinor, type Effect, NEW_TILL, type Notice, roundingMayChange, type TillState } from './state.ts';
import { stepTicket } from './ticket-steps.ts';

export interface Step {
  readonly state: TillState;
  readonly effects: readonly Effect[];
}

/**
 * The till as a state machine: what follows from an event, and what is to be asked of the world. An event that does not fit
 * the present phase changes nothing, so that a double press or a late answer does no harm.
 */
export function stepTill(state: TillState, event: TillEvent): Step {
  switch (event.kind) {
    case 'pay-pressed':
      return dueMinor(state) > 0 && (state.phase.name === 'selling' || state.phase.name === 'outcome')
        ? only({ ...state, notice: null, phase: { name: 'tendering', method: null, partMinor: null } })
        : only(state);
    case 'method-chosen':
      return state.phase.name === 'tendering' ? only(chooseMethod(state, event.method)) : only(state);
    case 'part-chosen':
      return state.phase.name === 'tendering'
        ? only({ ...state, phase: { ...state.phase, partMinor: event.partMinor } })
        : only(state);
    case 'rounding-chosen':
      return roundingMayChange(state) && event.roundingMinor >= 0 && event.roundingMinor < 100
        ? only({ ...state, roundingMinor: event.roundingMinor })
        : only(state);
    case 'back':
      return goBack(state);
    case 'next-sale':
      return mayStartNext(state) ? only(startNext(state)) : only(state);
    case 'next-served':
      return serveNext(state);
    case 'unresolved-loaded':
      return only({ ...state, parked: mergeUnresolved(state, event.payments) });
    case 'parked-dismissed':
      return only({
        ...state,
        parked: state.parked.filter((one) => one.payment.id !== event.paymentId || !one.settled),
      });
    case 'sale-resumed':
      return only(resume(state, event));
    case 'wait-resumed':
      return only(waitAgain(state, event));
    case 'noticed':
      return { state: { ...state, notice: event.notice }, effects: event.notice ? [cueOf(event.notice)] : [] };
    case 'payment-told':
      return paymentTold(state, event);
    case 'charged':
    case 'sale-opened':
    case 'sale-loaded':
    case 'charge-refused':
    case 'charge-unanswered':
    case 'ask-pressed':
    case 'given-up':
    case 'cancel-pressed':
    case 'cancel-refused':
      return stepPayment(state, event);
    default:
      return stepTicket(state, event);
  }
}

function cueOf(notice: Notice): Effect {
  return { kind: 'cue', cue: notice.kind === 'not-found' ? 'not-found' : 'attention' };
}

/** A step that asks nothing of the world. */
export function only(state: TillState): Step {
  return { state, effects: [] };
}

/** 抹零 belongs to cash: another method starts from the full amount again. */
function chooseMethod(state: TillState, method: string | null): TillState {
  if (state.phase.name !== 'tendering') return state;
  const roundingMinor = roundingMayChange(state) ? 0 : state.roundingMinor;
  return { ...state, roundingMinor, phase: { ...state.phase, method } };
}

/** From a failure to the choice of methods, from there to the ticket. A sale that money was paid on stays where it is. */
function goBack(state: TillState): Step {
  const { phase, sale } = state;
  if (phase.name === 'outcome' && phase.payment.result === 'failed')
    return only({ ...state, phase: { name: 'tendering', method: null, partMinor: null } });
  if (phase.name !== 'tendering') return only(state);
  if (sale === null) return only({ ...state, roundingMinor: 0, phase: { name: 'selling' } });
  if (!roundingMayChange(state)) return only(state);
  return {
    state: { ...state, sale: null, roundingMinor: 0, phase: { name: 'selling' } },
    effects: [{ kind: 'abandon', saleId: sale.id }],
  };
}

function mayStartNext({ phase, sale }: TillState): boolean {
  return phase.name === 'outcome' && phase.payment.result === 'succeeded' && sale !== null && sale.dueMinor === 0;
}

/** An empty till that keeps what outlives a sale: held tickets and parked payments. */
function startNext(state: TillState): TillState {
  return { ...NEW_TILL, held: state.held, parked: state.parked, turn: state.turn };
}

/** Parks the payment that is being waited for; its outcome will come by itself. */
function serveNext(state: TillState): Step {
  if (state.phase.name !== 'waiting' || state.phase.attempt.payment === null) return only(state);
  const { payment } = state.phase.attempt;
  const parked = [{ payment, settled: false }, ...state.parked.filter((one) => one.payment.id !== payment.id)];
  return only({ ...startNext(state), parked });
}

/** What the server says is unresolved, and what was settled here but not yet put away. */
function mergeUnresolved(state: TillState, payments: readonly PaymentView[]): TillState['parked'] {
  const current = state.phase.name === 'waiting' ? state.phase.attempt.payment?.id : undefined;
  const unresolved = payments
    .filter((payment) => payment.id !== current && payment.saleId !== state.sale?.id)
    .map((payment) => ({ payment, settled: false }));
  const known = new Set(unresolved.map((one) => one.payment.id));
  return [...unresolved, ...state.parked.filter((one) => !known.has(one.payment.id))];
}

/** Takes up a sale whose parked payment failed; the ticket that is being filled is held meanwhile. */
function resume(state: TillState, event: Extract<TillEvent, { kind: 'sale-resumed' }>): TillState {
  if (state.phase.name !== 'selling' || event.sale.state !== 'open') return state;
  const held =
    state.cart.lines.length === 0 ? state.held : [{ id: event.id, heldAt: event.at, cart: state.cart }, ...state.held];
  return {
    ...startNext(state),
    held,
    parked: state.parked.filter((one) => one.payment.saleId !== event.sale.id || !one.settled),
    cart: event.cart,
    sale: event.sale,
    roundingMinor: event.sale.roundingMinor,
    phase: { name: 'tendering', method: null, partMinor: null },
  };
}

/** Waits for a payment again. On a till that has begun another sale meanwhile the payment stays parked. */
function waitAgain(state: TillState, event: Extract<TillEvent, { kind: 'wait-resumed' }>): TillState {
  const { sale, cart, payment, at } = event;
  if (state.phase.name !== 'selling' || state.cart.lines.length > 0) return state;
  const { id, method, amountMinor, createdAt } = payment;
  const timeline = [{ at, what: payment.waitingFor ?? 'channel' }] as const;
  return {
    ...startNext(state),
    parked: state.parked.filter((one) => one.payment.id !== id),
    cart,
    sale,
    roundingMinor: sale.roundingMinor,
    phase: { name: 'waiting', attempt: { id, method, amountMinor, startedAt: createdAt, payment, timeline } },
  };
}
