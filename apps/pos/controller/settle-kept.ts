import { ApiProblem, ApiSilence } from '@zhanggui/ui/api-client.ts';
import type { Cart } from '../till/cart.ts';
import type { Sale } from '../till/contract.ts';
import type { TillEvent } from '../till/events.ts';
import type { HeldTicket } from '../till/state.ts';
import type { TillWorld } from './run-effects.ts';
import { newTicketId } from './ticket-storage.ts';

const ASK_AGAIN_MS = 2000;

/** Puts kept tickets back on the till. */
export function restoredTickets(cart: Cart, held: readonly HeldTicket[]): TillEvent {
  return { kind: 'restored', cart, held, id: newTicketId(), at: new Date().toISOString() };
}

/**
 * Decides what becomes of a ticket for which money had been asked when the page was left. Paid: it is gone. Paid in part:
 * it goes on where it was. A code of ours that the customer may still scan: it is shown again. Otherwise being paid: it waits
 * with the unresolved payments. Unpaid: it is a ticket again.
 */
export async function settleKept(world: TillWorld, saleId: string, cart: Cart): Promise<TillEvent | undefined> {
  for (;;) {
    try {
      const sale = await world.api.get<Sale>(`/sales/${saleId}`);
      if (sale.state !== 'open') return undefined;
      const shown = sale.payments.find(({ result, handover }) => result === 'pending' && handover?.kind === 'code');
      if (shown) return { kind: 'wait-resumed', sale, cart, payment: shown, at: world.nowIso() };
      if (sale.pendingMinor > 0) return undefined;
      if (sale.paidMinor > 0) return { kind: 'sale-resumed', sale, cart, id: newTicketId(), at: world.nowIso() };
      return restoredTickets(cart, []);
    } catch (error) {
      if (error instanceof ApiProblem && error.status < 500) return restoredTickets(cart, []);
      if (!(error instanceof ApiProblem || error instanceof ApiSilence)) throw error;
    }
    await world.sleep(ASK_AGAIN_MS);
  }
}
