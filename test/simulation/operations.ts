import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { Channel } from './channels.ts';
import type { Operation, Scene } from './scene.ts';

/** Everything that is tried under every fault. */
export const OPERATIONS: readonly Operation[] = [
  ...(['card', 'wechat', 'alipay'] as const).flatMap((channel) => [
    saleOf(channel),
    refundOf(channel, 'partial refund', 0.4),
    refundOf(channel, 'whole refund', 1),
  ]),
];

function saleOf(channel: Channel): Operation {
  return {
    id: 'sale',
    channel,
    aims: channel === 'card' ? ['0200'] : ['pay'],
    prepare: async (scene) => {
      const pay = await payment(scene, channel, someAmount(scene));
      return async () => void (await pay());
    },
  };
}

function refundOf(channel: Channel, id: string, part: number): Operation {
  return {
    id,
    channel,
    aims: channel === 'card' ? (part === 1 ? ['0200'] : ['0220']) : ['refund'],
    prepare: async (scene) => {
      const paid = await succeeded(scene, channel);
      const giveBack = scene.refund(paid.id, Math.ceil(paid.amountMinor * part));
      return async () => void (await giveBack());
    },
  };
}

async function succeeded(scene: Scene, channel: Channel): Promise<PaymentView> {
  const pay = await payment(scene, channel, someAmount(scene));
  const paid = await scene.rest((await pay()).id);
  if (paid.state !== 'succeeded') throw new Error(`a ${channel} payment without a fault ended as ${paid.state}`);
  return paid;
}

/** A payment of a new sale, ready to be sent. */
async function payment(scene: Scene, channel: Channel, amountMinor: number): Promise<() => Promise<PaymentView>> {
  const saleId = await scene.sale(amountMinor);
  const credential =
    channel === 'card'
      ? await scene.customer.presentCard('credit-contactless', amountMinor, scene.tillId)
      : { code: await scene.customer.paymentCode(channel) };
  return scene.command('POST', `/sales/${saleId}/payments`, { method: channel, amountMinor, credential });
}

/** Under every limit that asks for a PIN or a password. */
function someAmount({ dice }: Scene): number {
  return dice.between(101, 90_000);
}
