import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { type ApiClient, ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import { type LinkState, openEventStream } from '@zhanggui/ui/event-stream.ts';
import { playCue } from '@zhanggui/ui/sound.ts';
import { EMPTY_CART } from '../till/cart.ts';
import type { CatalogIndex } from '../till/catalog-index.ts';
import type { Method } from '../till/contract.ts';
import type { TillEvent } from '../till/events.ts';
import { NEW_TILL, type TillState } from '../till/state.ts';
import { stepTill } from '../till/till.ts';
import { announce } from './announce.ts';
import { startDisplayFeed } from './display-feed.ts';
import { runEffect, type TillWorld } from './run-effects.ts';
import { restoredTickets, settleKept } from './settle-kept.ts';
import { loadTickets, saveTickets } from './ticket-storage.ts';

/** One till at work: the machine with its memory, its effects and its ears. */
export interface TillController {
  readonly tillId: string;
  state(): TillState;
  link(): LinkState;
  /** Registers a listener for changes of the state and the link; returns how to take it away. */
  subscribe(listener: () => void): () => void;
  send(event: TillEvent): void;
  /** Starts to listen to the server and to feed the customer's screen; returns how to stop. */
  start(): () => void;
}

interface ControllerOptions {
  readonly api: ApiClient;
  readonly tillId: string;
  readonly scenario: string;
  readonly methods: readonly Method[];
  /** The catalogue as it is now; it may be loaded again meanwhile. */
  readonly index: () => CatalogIndex;
  /** Does what a payment's change asks of the till's devices; resolves with the payment where that has changed it. */
  readonly onPayment: (payment: PaymentView) => Promise<PaymentView | undefined>;
}

/** Makes the till of `tillId`; its open tickets are those that this browser kept. */
export function createTillController(options: ControllerOptions): TillController {
  const { api, tillId, scenario, methods, index, onPayment } = options;
  const kept = loadTickets(tillId, index());
  let state = stepTill(NEW_TILL, restoredTickets(kept.saleId === null ? kept.cart : EMPTY_CART, kept.held)).state;
  let unsettledSaleId = kept.saleId;
  let link: LinkState = 'connecting';
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  const world: TillWorld = {
    api,
    tillId,
    scenario,
    send,
    cue: playCue,
    announce: (money) => announce(money, methods),
    isAwaited: (attemptId) => state.phase.name === 'waiting' && state.phase.attempt.id === attemptId,
    nowIso: () => new Date().toISOString(),
    sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  };

  function send(event: TillEvent): void {
    const before = state;
    const step = stepTill(state, event);
    state = step.state;
    const changed = state.cart !== before.cart || state.held !== before.held || state.sale?.id !== before.sale?.id;
    if (changed && unsettledSaleId === null) saveTickets(tillId, state);
    if (state !== before) notify();
    for (const effect of step.effects) void runEffect(world, effect);
    for (const payment of paymentsIn(event)) void onPayment(payment).then(told);
  }

  function told(payment: PaymentView | undefined): void {
    if (payment) send({ kind: 'payment-told', payment, at: world.nowIso() });
  }

  function start(): () => void {
    const closeStream = openEventStream({
      url: `/api/v1/tills/${encodeURIComponent(tillId)}/events`,
      on: {
        payment: (payment) => told(payment as PaymentView),
      },
      onState: (next) => {
        link = next;
        notify();
      },
      onOpen: () => void catchUp(world, () => state),
    });
    if (unsettledSaleId !== null)
      void settleKept(world, unsettledSaleId, kept.cart).then((event) => {
        unsettledSaleId = null;
        saveTickets(tillId, state);
        if (event) send(event);
      });
    const stopFeed = startDisplayFeed(api, tillId, { state: () => state, subscribe });
    return () => {
      closeStream();
      stopFeed();
    };
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return { tillId, state: () => state, link: () => link, subscribe, send, start };
}

/** Payments that an event tells of. */
function paymentsIn(event: TillEvent): readonly PaymentView[] {
  if (event.kind === 'payment-told') return [event.payment];
  return event.kind === 'unresolved-loaded' ? event.payments : [];
}

/** Learns what happened while the till was not listening: new unresolved payments, and the outcome of those it knew. */
async function catchUp(world: TillWorld, state: () => TillState): Promise<void> {
  try {
    const path = `/tills/${encodeURIComponent(world.tillId)}/unresolved`;
    const { payments } = await world.api.get<{ payments: PaymentView[] }>(path);
    world.send({ kind: 'unresolved-loaded', payments });
    const listed = new Set(payments.map(({ id }) => id));
    const { phase, parked } = state();
    const open = parked.filter(({ settled }) => !settled).map(({ payment }) => payment.id);
    if (phase.name === 'waiting' && phase.attempt.payment) open.push(phase.attempt.payment.id);
    for (const id of open.filter((one) => !listed.has(one)))
      world.send({
        kind: 'payment-told',
        payment: await world.api.get<PaymentView>(`/payments/${id}/status`),
        at: world.nowIso(),
      });
  } catch (error) {
    // The stream opens again after a loss of the network, and then this runs again.
    if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
  }
}
