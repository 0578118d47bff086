import { Fault } from '@zhanggui/base';
import { enterBatches } from './batch-gate.ts';
import { announcePayment, existing, methodOf, type Payments } from './context.ts';
import { type Payment, unchanged } from './payment.ts';
import { feeOn, movesMoney, postingsOfTip } from './postings.ts';
import { lockPayment } from './refund-store.ts';
import { resolve } from './resolve.ts';
import { type PaymentWrite, paymentById, writePayments } from './store.ts';

/**
 * Adds the tip that a customer wrote when signing to a payment of the open batch: books it, and tells the channel, which may
 * refuse it; it is then taken off again. Until the channel has it the payment is provisional. The same tip again changes
 * nothing.
 * @throws Fault `tip-not-allowed`, `tip-too-large`, `tip-too-late`, `tip-already-added`, `payment-provisional`,
 *   `batch-closing`.
 */
export async function addTip(payments: Payments, read: Payment, tipMinor: number): Promise<Payment> {
  if (read.tipMinor > 0) return sameTip(read, tipMinor);
  const { method, plugin } = methodOf(payments, read.method);
  if (method.prepareTip === undefined || read.state !== 'succeeded' || !movesMoney(read))
    throw new Fault('tip-not-allowed');
  if (read.provisional) throw new Fault('payment-provisional', { retryable: true });
  const prepared = await method.prepareTip(read, tipMinor);
  const rate = await payments.rateOf(read.merchantId, plugin.id);
  const now = payments.clock.now();
  const feeMinor = feeOn(read.amountMinor + tipMinor, rate);
  const write: PaymentWrite = {
    step: {
      paymentId: read.id,
      fromVersion: read.version,
      change: {
        ...unchanged(read),
        channelData: { ...read.channelData, ...prepared },
        provisional: true,
        nextAttemptAt: now,
      },
      feeMinor,
      tipMinor,
      releases: false,
      at: now,
    },
    events: [{ at: now, kind: 'state', title: 'tip-added', detail: { tipMinor } }],
    transfers: postingsOfTip(read, plugin, tipMinor, feeMinor - (read.feeMinor ?? 0), now),
  };
  await payments.db.transaction(async (tx) => {
    await enterBatches(tx, read.batchTerminal === null ? [] : [read.batchTerminal]);
    await lockPayment(tx, read.id);
    const { refundClaimedMinor } = existing(await paymentById(tx, read.id), read.id);
    if (refundClaimedMinor > 0) throw new Fault('tip-not-allowed');
    await writePayments(tx, [write]);
  });
  const after = existing(await paymentById(payments.db, read.id), read.id);
  announcePayment(payments, after);
  return after.provisional ? resolve(payments, after) : sameTip(after, tipMinor);
}

/** The payment, where its tip is the one that is asked for. */
function sameTip(payment: Payment, tipMinor: number): Payment {
  if (payment.tipMinor !== tipMinor) throw new Fault('tip-already-added');
  return payment;
}
