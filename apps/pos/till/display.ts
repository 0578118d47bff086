import { kilograms } from '@zhanggui/ui/number-text.ts';
import { cartCount, lineAmount } from './cart.ts';
import type { DisplayState } from './contract.ts';
import { type Attempt, amountToTake, dueMinor, subtotalMinor, type TillState } from './state.ts';

/** What the customer's screen shows for a state of the till. `receiptUrl` belongs to a finished sale. */
export function displayOf(state: TillState, receiptUrl: string | undefined): DisplayState {
  const { phase } = state;
  const bill = {
    lines: displayLines(state),
    subtotalMinor: subtotalMinor(state),
    savingsMinor: 0,
    roundingMinor: state.sale?.roundingMinor ?? state.roundingMinor,
    totalMinor: subtotalMinor(state) - (state.sale?.roundingMinor ?? state.roundingMinor),
  };
  if (phase.name === 'waiting')
    return {
      ...bill,
      mode: 'paying',
      method: phase.attempt.method,
      paying: {
        amountMinor: phase.attempt.amountMinor,
        waitingFor: phase.attempt.payment?.waitingFor ?? 'channel',
      },
      ...codeOf(phase.attempt),
    };
  if (phase.name === 'outcome')
    return {
      ...bill,
      mode: 'done',
      method: phase.payment.method,
      paying: { amountMinor: phase.payment.amountMinor, waitingFor: 'nobody' },
      result: phase.payment.result,
      changeMinor: phase.payment.changeMinor ?? 0,
      ...(receiptUrl !== undefined && { receiptUrl }),
    };
  if (phase.name === 'tendering')
    return {
      ...bill,
      totalMinor: dueMinor(state),
      mode: 'paying',
      ...(phase.method !== null && { method: phase.method }),
      paying: { amountMinor: amountToTake(state), waitingFor: 'customer' },
    };
  return { ...bill, mode: cartCount(state.cart) === 0 ? 'idle' : 'selling' };
}

/** The code that the customer scans, as long as it is good. */
function codeOf({ payment }: Attempt): Pick<DisplayState, 'code'> {
  const handover = payment?.handover;
  if (handover?.kind !== 'code') return {};
  return { code: { content: handover.content, expiresAt: handover.expiresAt } };
}

function displayLines(state: TillState): DisplayState['lines'] {
  return state.cart.lines.map((line) => ({
    name: line.item.name,
    nameEn: line.item.nameEn,
    detail: line.grams === null ? `× ${line.quantity}` : `${kilograms(line.grams)} kg`,
    amountMinor: lineAmount(line),
  }));
}
