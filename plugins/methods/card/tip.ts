import { Fault } from '@zhanggui/base';
import type { Confirmation, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import type { Exchange } from '@zhanggui/modules/switch/api.ts';
import { askedFor, type CardData, cardDataOf, originalOf, stored } from './data.ts';
import { declineOf } from './declines.ts';

type Tip = NonNullable<CardData['tip']>;

/**
 * What is kept of a tip: its amount, and the number of the adjustment (CUPS.md 3). Only a customer who signs has seen the
 * amount after the card was read, and only until the batch is closed can it still be changed.
 * @throws Fault `tip-not-allowed`, `tip-too-large`, `tip-too-late`.
 */
export async function prepareTip(
  exchange: Exchange,
  payment: PaymentFacts,
  tipMinor: number,
  mostPercent: number,
): Promise<ReturnType<typeof stored>> {
  const { trace: first, verification, told, hold } = cardDataOf(payment);
  const signed = verification === 'signature' || told === 'offline-sale';
  const taken = mostPercent > 0 && exchange.supports(first.acquirerId, 'offline-adjustment');
  if (!signed || hold !== undefined || !taken) throw new Fault('tip-not-allowed');
  if (tipMinor * 100 > payment.amountMinor * mostPercent)
    throw new Fault('tip-too-large', { params: { percent: String(mostPercent) } });
  const { trace } = await exchange.nextTrace(first, `${payment.id}:tip`);
  if (trace.batchNumber !== first.batchNumber) throw new Fault('tip-too-late');
  return stored({ tip: { minor: tipMinor, trace } });
}

/** Tells the acquirer of a tip, once, and asks what became of it. */
export async function confirmTip(exchange: Exchange, payment: PaymentFacts, tip: Tip): Promise<Confirmation> {
  const { trace, vaulted } = cardDataOf(payment);
  const known = await exchange.adviceStatus(payment.id);
  const status = known.find(({ kind }) => kind === 'offline-adjustment');
  if (status === undefined) {
    await exchange.enqueue({
      ...askedFor(payment),
      kind: 'offline-adjustment',
      trace: tip.trace,
      amountMinor: payment.amountMinor + tip.minor,
      tipMinor: tip.minor,
      card: { vaulted },
      original: originalOf(payment),
    });
    return { kind: 'waiting' };
  }
  if (status.state === 'waiting') return { kind: 'waiting' };
  if (status.state === 'done') return { kind: 'accepted' };
  const code = status.responseCode ?? '';
  const decline = declineOf(exchange.meaningOf(trace.acquirerId, code), code);
  return { kind: 'tip-refused', decline, channelData: { tip: null } };
}
