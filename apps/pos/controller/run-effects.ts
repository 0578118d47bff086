import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { type ApiClient, ApiProblem, ApiSilence, newIdempotencyKey } from '@zhanggui/ui/api-client.ts';
import { cartTotal } from '../till/cart.ts';
import type { Sale } from '../till/contract.ts';
import type { TillEvent } from '../till/events.ts';
import type { Effect } from '../till/state.ts';

/** What effects need of the world; in the browser: the API, the loudspeaker, the clock. */
export interface TillWorld {
  readonly api: ApiClient;
  readonly tillId: string;
  /** The kind of shop, as the server's scenario registry names it. */
  readonly scenario: string;
  send(event: TillEvent): void;
  cue(cue: Extract<Effect, { kind: 'cue' }>['cue']): void;
  announce(money: Extract<Effect, { kind: 'announce' }>): void;
  /** Whether the cashier still waits for this attempt. */
  isAwaited(attemptId: string): boolean;
  nowIso(): string;
  sleep(durationMs: number): Promise<void>;
}

const REPEAT_AFTER_MS = 2000;

/** Carries out what the machine asks for. What comes back comes as events. */
export async function runEffect(world: TillWorld, effect: Effect): Promise<void> {
  switch (effect.kind) {
    case 'charge':
      return charge(world, effect);
    case 'inquire':
      return tellOrKeepWaiting(world, () => world.api.send('POST', `/payments/${effect.paymentId}/inquire`));
    case 'cancel':
      return cancel(world, effect.paymentId);
    case 'load-sale':
      return loadSale(world, effect.saleId);
    case 'abandon':
      return abandon(world, effect.saleId);
    case 'cue':
      world.cue(effect.cue);
      break;
    case 'announce':
      world.announce(effect);
  }
}

type Charge = Extract<Effect, { kind: 'charge' }>;

/**
 * Opens the sale where there is none, grants the rounding, and asks for the money. Each request keeps its key for as long as
 * it has no answer, so that sending it again cannot charge twice.
 */
async function charge(world: TillWorld, effect: Charge): Promise<void> {
  try {
    const sale = await openSale(world, effect);
    if (!world.isAwaited(effect.attemptId)) return abandon(world, sale.id);
    world.send({ kind: 'sale-opened', attemptId: effect.attemptId, sale });
    const { method, amountMinor, credential } = effect;
    const key = newIdempotencyKey();
    const payment = await untilAnswered(world, effect, () =>
      world.api.send<PaymentView>(
        'POST',
        `/sales/${sale.id}/payments`,
        { method, amountMinor, credential },
        { idempotencyKey: key },
      ),
    );
    world.send({ kind: 'payment-told', payment, at: world.nowIso() });
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const detail = error.fields[0]?.message ?? error.detail;
    world.send({ kind: 'charge-refused', attemptId: effect.attemptId, title: error.title, detail });
  }
}

async function openSale(world: TillWorld, effect: Charge): Promise<Sale> {
  const key = newIdempotencyKey();
  const sale =
    effect.sale ??
    (await untilAnswered(world, effect, () =>
      world.api.send<Sale>('POST', '/sales', newSale(world, effect), { idempotencyKey: key }),
    ));
  if (sale.roundingMinor === effect.roundingMinor) return sale;
  return untilAnswered(world, effect, () =>
    world.api.send<Sale>('PUT', `/sales/${sale.id}/rounding`, { roundingMinor: effect.roundingMinor }),
  );
}

/** The server prices the lines itself; our total lets it refuse when this till's prices are out of date. */
function newSale({ tillId, scenario }: TillWorld, { cart }: Charge): object {
  return {
    tillId,
    scenario,
    totalMinor: cartTotal(cart),
    lines: cart.lines.map((line) =>
      line.grams === null
        ? { itemId: line.item.id, kind: 'piece', quantity: line.quantity }
        : { itemId: line.item.id, kind: 'weighed', grams: line.grams },
    ),
  };
}

/** Sends the same request until it is answered; a refusal that says so is sent again as well. */
async function untilAnswered<Answer>(
  world: TillWorld,
  { attemptId }: Charge,
  request: () => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      const again = error instanceof ApiSilence || (error instanceof ApiProblem && error.status >= 500);
      if (!again) throw error;
    }
    world.send({ kind: 'charge-unanswered', attemptId, at: world.nowIso() });
    await world.sleep(REPEAT_AFTER_MS);
  }
}

/** A question that gets no answer changes nothing: the server goes on asking by itself. */
async function tellOrKeepWaiting(world: TillWorld, ask: () => Promise<PaymentView>): Promise<void> {
  try {
    world.send({ kind: 'payment-told', payment: await ask(), at: world.nowIso() });
  } catch (error) {
    if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
  }
}

async function cancel(world: TillWorld, paymentId: string): Promise<void> {
  try {
    const payment = await world.api.send<PaymentView>('POST', `/payments/${paymentId}/cancel`, undefined, {
      idempotencyKey: newIdempotencyKey(),
    });
    world.send({ kind: 'payment-told', payment, at: world.nowIso() });
  } catch (error) {
    if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
    world.send({ kind: 'cancel-refused', at: world.nowIso() });
  }
}

/** The receipt's link hangs on this answer, so it is asked for until it comes. */
async function loadSale(world: TillWorld, saleId: string): Promise<void> {
  for (;;) {
    try {
      world.send({ kind: 'sale-loaded', sale: await world.api.get<Sale>(`/sales/${saleId}`) });
      return;
    } catch (error) {
      if (error instanceof ApiProblem && error.status < 500) {
        world.send(problem(error));
        return;
      }
      if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
    }
    await world.sleep(REPEAT_AFTER_MS);
  }
}

async function abandon(world: TillWorld, saleId: string): Promise<void> {
  try {
    await world.api.send('POST', `/sales/${saleId}/abandon`);
  } catch (error) {
    if (error instanceof ApiProblem) world.send(problem(error));
    else if (!(error instanceof ApiSilence)) throw error;
  }
}

function problem(error: ApiProblem): TillEvent {
  return { kind: 'noticed', notice: { kind: 'problem', title: error.title, detail: error.detail } };
}
