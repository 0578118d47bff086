import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { CardHandling } from '../support/customer.ts';
import type { Scene } from './scene.ts';

/** The PIN of every virtual card. */
export const PIN = '123456';

/** A payment that may be asked for again. */
export type Payment = () => Promise<PaymentView>;

/** Under every limit that asks for a PIN or a password. */
export function someAmount({ dice }: Scene): number {
  return dice.between(101, 90_000);
}

/** A card that is presented and, where it has a chip, left in until it has had the last word. */
export async function payBy(
  scene: Scene,
  card: string,
  { amountMinor = someAmount(scene), pin, ...how }: CardHandling & { amountMinor?: number; pin?: string } = {},
): Promise<Payment> {
  const saleId = await scene.sale(amountMinor);
  const credential = await scene.customer.presentCard(card, amountMinor, scene.tillId, pin, how);
  return scene.pay(saleId, 'card', amountMinor, credential);
}

/** Gives back a part of a payment; a refund that may be sent again. */
export function giveBack(scene: Scene, payment: PaymentView, part: number): () => Promise<unknown> {
  return scene.refund(payment.id, Math.ceil(payment.amountMinor * part));
}

const TRIES = 5;

/** What comes before a trial has to succeed; where the line is still coming back it is tried again. */
export async function surely(scene: Scene, prepare: () => Promise<Payment>): Promise<PaymentView> {
  for (let left = TRIES; ; left -= 1) {
    const ask = await prepare();
    const payment = await scene.rest((await ask()).id);
    if (payment.state === 'succeeded') return payment;
    if (left === 1) throw new Error(`without a fault it ended as ${payment.state} ${payment.decline?.code ?? ''}`);
  }
}
