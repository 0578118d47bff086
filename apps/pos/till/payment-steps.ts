import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { TillEvent } from './events.ts';
import { type Attempt, dueMinor, type Effect, type TillState, type TimelineMark } from './state.ts';

interface PaymentStep {
  readonly state: TillState;
  readonly effects: readonly Effect[];
}

type PaymentEvent = Extract<
  TillEvent,
  {
    kind:
      | 'charged'
      | 'sale-opened'
      | 'sale-loaded'
      | 'charge-refused'
      | 'charge-unanswered'
      | 'ask-pressed'
      | 'given-up'
      | 'cancel-pressed'
      | 'cancel-refused';
  }
>;

/** What happens between the moment when money is asked for and its outcome. */
export function stepPayment(state: TillState, event: PaymentEvent): PaymentStep {
  const { phase } = state;
  if (event.kind === 'charged') return charge(state, event);
  if (event.kind === 'sale-loaded')
    return still(state.sale?.id === event.sale.id ? { ...state, sale: event.sale } : state);
  if (phase.name !== 'waiting') return still(state);
  const { attempt } = phase;
  switch (event.kind) {
    case 'sale-opened':
      return still(attempt.id === event.attemptId ? { ...state, sale: event.sale } : state);
    case 'charge-refused':
      return attempt.id === event.attemptId ? refused(state, attempt, event) : still(state);
    case 'charge-unanswered':
      return still(attempt.id === event.attemptId ? marked(state, attempt, event.at, 'link-silent') : state);
    case 'ask-pressed':
      if (attempt.payment === null) return still(state);
      return {
        state: marked(state, attempt, event.at, 'asked'),
        effects: [{ kind: 'inquire', paymentId: attempt.payment.id }],
      };
    case 'given-up':
      if (state.sale !== null) return still(state);
      return still({ ...state, phase: { name: 'tendering', method: attempt.method, partMinor: null } });
    case 'cancel-pressed':
      if (attempt.payment === null || attempt.payment.cancellableAt === null) return still(state);
      return { state, effects: [{ kind: 'cancel', paymentId: attempt.payment.id }] };
    case 'cancel-refused':
      return still(marked(state, attempt, event.at, 'cancel-refused'));
  }
}

function still(state: TillState): PaymentStep {
  return { state, effects: [] };
}

/** Asks for money: from the ticket (a payment code was scanned), from the choice of methods, or after a failure. */
function charge(state: TillState, event: Extract<PaymentEvent, { kind: 'charged' }>): PaymentStep {
  const { phase } = state;
  const ready =
    phase.name === 'selling' ||
    phase.name === 'tendering' ||
    (phase.name === 'outcome' && (phase.payment.result === 'failed' || (state.sale?.dueMinor ?? 0) > 0));
  if (!ready || event.amountMinor <= 0 || event.amountMinor > dueMinor(state)) return still(state);
  const attempt: Attempt = {
    id: event.attemptId,
    method: event.method,
    amountMinor: event.amountMinor,
    startedAt: event.at,
    payment: null,
    timeline: [{ at: event.at, what: 'sent' }],
  };
  return {
    state: { ...state, removed: null, notice: null, phase: { name: 'waiting', attempt } },
    effects: [
      {
        kind: 'charge',
        attemptId: event.attemptId,
        sale: state.sale,
        cart: state.cart,
        roundingMinor: state.roundingMinor,
        method: event.method,
        amountMinor: event.amountMinor,
        credential: event.credential,
      },
    ],
  };
}

/** The server took no payment: nothing was charged, and the words say why. */
function refused(
  state: TillState,
  attempt: Attempt,
  event: Extract<PaymentEvent, { kind: 'charge-refused' }>,
): PaymentStep {
  return {
    state: {
      ...state,
      notice: { kind: 'problem', title: event.title, detail: event.detail },
      phase: { name: 'tendering', method: attempt.method, partMinor: null },
    },
    effects: [{ kind: 'cue', cue: 'bad' }],
  };
}

/** The server told how a payment stands; the same telling may come twice, and older ones after newer ones. */
export function paymentTold(state: TillState, event: Extract<TillEvent, { kind: 'payment-told' }>): PaymentStep {
  const { payment } = event;
  const { phase } = state;
  if (phase.name === 'waiting' && belongsTo(payment, phase.attempt, state)) return current(state, phase.attempt, event);
  if (phase.name === 'outcome' && phase.payment.id === payment.id) {
    if (payment.version <= phase.payment.version) return still(state);
    const turned = payment.result !== phase.payment.result;
    return {
      state: { ...state, phase: { ...phase, payment } },
      effects: turned
        ? [
            { kind: 'cue', cue: 'attention' },
            { kind: 'load-sale', saleId: payment.saleId },
          ]
        : [],
    };
  }
  return parkedTold(state, payment);
}

/** Whether a payment is the one being waited for; before its number is known, a new one of the sale and the method is it. */
function belongsTo(payment: PaymentView, attempt: Attempt, state: TillState): boolean {
  if (attempt.payment !== null) return attempt.payment.id === payment.id;
  return (
    payment.saleId === state.sale?.id &&
    payment.method === attempt.method &&
    payment.amountMinor === attempt.amountMinor &&
    !state.sale.payments.some(({ id }) => id === payment.id)
  );
}

function current(
  state: TillState,
  attempt: Attempt,
  { payment, at }: { readonly payment: PaymentView; readonly at: string },
): PaymentStep {
  if (attempt.payment !== null && payment.version < attempt.payment.version) return still(state);
  if (payment.result === 'pending') return still(waited(state, attempt, payment, at));
  const { sale } = state;
  const succeeded = payment.result === 'succeeded';
  const known = sale?.payments.filter(({ id }) => id !== payment.id) ?? [];
  const paid = succeeded && sale ? { paidMinor: sale.paidMinor + payment.amountMinor } : {};
  const next = sale && { ...sale, ...paid, payments: [...known, payment] };
  return {
    state: {
      ...state,
      sale: next && {
        ...next,
        roundingMinor: succeeded ? state.roundingMinor : next.roundingMinor,
        dueMinor: left(state, payment),
      },
      phase: { name: 'outcome', attempt: { ...attempt, payment }, payment },
    },
    effects: [
      { kind: 'cue', cue: succeeded ? 'paid' : 'bad' },
      ...(succeeded ? [announcement(payment)] : []),
      { kind: 'load-sale', saleId: payment.saleId },
    ],
  };
}

function left(state: TillState, payment: PaymentView): number {
  const due = dueMinor(state);
  return payment.result === 'succeeded' ? Math.max(0, due - payment.amountMinor) : due;
}

function announcement(payment: PaymentView): Effect {
  return {
    kind: 'announce',
    method: payment.method,
    amountMinor: payment.amountMinor,
    changeMinor: payment.changeMinor ?? 0,
  };
}

function waited(state: TillState, attempt: Attempt, payment: PaymentView, at: string): TillState {
  const what = markOf(payment);
  const told = { ...attempt, payment };
  const last = attempt.timeline.at(-1)?.what;
  const repeated = payment.version === attempt.payment?.version && last !== 'asked';
  if (what === null || repeated)
    return last === 'link-silent'
      ? marked(state, told, at, 'link-heard')
      : { ...state, phase: { name: 'waiting', attempt: told } };
  const seen = attempt.timeline.some((mark) => mark.what === what);
  return marked(state, told, at, seen ? 'still-waiting' : what);
}

function markOf(payment: PaymentView): TimelineMark['what'] | null {
  if (payment.state === 'cancelling') return 'cancelling';
  if (payment.state === 'unknown') return 'unknown';
  return payment.state === 'pending' ? (payment.waitingFor ?? 'channel') : null;
}

function marked(state: TillState, attempt: Attempt, at: string, what: TimelineMark['what']): TillState {
  const timeline = [...attempt.timeline, { at, what }];
  return { ...state, phase: { name: 'waiting', attempt: { ...attempt, timeline } } };
}

/**
 * A payment that was parked, or that a customer has made alone at this till's printed code: its outcome is told with sound
 * and stays in the list until it is put away.
 */
function parkedTold(state: TillState, payment: PaymentView): PaymentStep {
  const before = state.parked.find((one) => one.payment.id === payment.id);
  if (before === undefined && payment.result === 'succeeded' && paidAlone(payment)) {
    if (state.paidAlone.includes(payment.id)) return still(state);
    return {
      state: {
        ...state,
        paidAlone: [...state.paidAlone, payment.id],
        parked: [...state.parked, { payment, settled: true }],
      },
      effects: [{ kind: 'cue', cue: 'paid' }, announcement(payment)],
    };
  }
  if (before === undefined || before.settled || payment.version < before.payment.version) return still(state);
  const settled = payment.result !== 'pending';
  const parked = state.parked.map((one) => (one === before ? { payment, settled } : one));
  if (!settled) return still({ ...state, parked });
  // Money that is only reserved has not come.
  const hasCome = payment.result === 'succeeded' && payment.purpose === 'sale';
  return {
    state: { ...state, parked },
    effects: hasCome ? [{ kind: 'cue', cue: 'paid' }, announcement(payment)] : [{ kind: 'cue', cue: 'attention' }],
  };
}

/** No cashier asked for it, so that nobody at the till waits to hear of it. */
function paidAlone({ label }: PaymentView): boolean {
  return label !== null && /^(link|code):/.test(label);
}
