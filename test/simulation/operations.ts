import { randomUUID } from 'node:crypto';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import type { WalletId } from '../../sim/wallets/code-issuer.ts';
import type { Channel } from '../flows/auditor.ts';
import { until } from '../support/until.ts';
import { faultsOfShownCodes, KILLS } from './faults.ts';
import type { Operation, Scene } from './scene.ts';

const PIN = '123456';
const CONTACTLESS = 'credit-contactless';
const CHIP = 'debit-approves';
const OFFLINE = 'offline-approving';
/** Under what the card and the terminal approve by themselves. */
const OFFLINE_MINOR = 1_000;
const HOLD_MINOR = 20_000;

/** Everything that is tried under every fault: CUPS.md 3 for cards, both ways round for wallets. */
export const OPERATIONS: readonly Operation[] = [
  ...cardOperations(),
  ...walletOperations('wechat'),
  ...walletOperations('alipay'),
  ...walletOperations('unionpay-qr'),
  ...walletOperations('ecny'),
];

function cardOperations(): readonly Operation[] {
  return [
    operation('card', 'contactless sale', KILLS.payment, ['0200'], async (scene) => payBy(scene, CONTACTLESS)),
    operation('card', 'chip sale', KILLS.chip, ['0200'], async (scene) => payBy(scene, CHIP)),
    operation('card', 'offline sale', KILLS.chip, ['0200', '0220'], async (scene) =>
      payBy(scene, OFFLINE, OFFLINE_MINOR),
    ),
    operation('card', 'void', KILLS.refund, ['0200'], async (scene) => back(scene, await paid(scene, CHIP), 1)),
    operation('card', 'refund', KILLS.refund, ['0220'], async (scene) =>
      back(scene, await paid(scene, CONTACTLESS), 0.4),
    ),
    operation('card', 'pre-authorization', KILLS.chip, ['0100'], reserve),
    operation('card', 'void of a pre-authorization', KILLS.refund, ['0100'], async (scene) =>
      back(scene, await reserved(scene), 1),
    ),
    operation('card', 'completion', KILLS.payment, ['0200'], async (scene) =>
      complete(scene, await reserved(scene), false),
    ),
    operation('card', 'completion by advice', KILLS.payment, ['0220'], async (scene) =>
      complete(scene, await reserved(scene), true),
    ),
    operation('card', 'void of a completion', KILLS.refund, ['0200'], async (scene) =>
      back(scene, await completed(scene), 1),
    ),
    operation('card', 'batch close', KILLS.batch, ['0500', '0320'], settle),
  ];
}

function walletOperations(wallet: WalletId): readonly Operation[] {
  return [
    operation(wallet, 'payment code', KILLS.payment, ['pay'], async (scene) => payByCode(scene, wallet)),
    operation(wallet, 'partial refund', KILLS.refund, ['refund'], async (scene) =>
      back(scene, await paidByCode(scene, wallet), 0.4),
    ),
    operation(wallet, 'whole refund', KILLS.refund, ['refund'], async (scene) =>
      back(scene, await paidByCode(scene, wallet), 1),
    ),
    {
      ...operation(wallet, 'shown code', KILLS.payment, ['order'], async (scene: Scene) =>
        payByShownCode(scene, wallet),
      ),
      faults: faultsOfShownCodes(wallet),
    },
  ];
}

function operation(
  channel: Channel,
  id: string,
  kills: readonly string[],
  aims: readonly string[],
  prepare: (scene: Scene) => Promise<() => Promise<unknown>>,
): Operation {
  return { id, channel, aims, kills, prepare };
}

/** A card that is presented and, where it has a chip, left in until it has had the last word. */
async function payBy(scene: Scene, card: string, amountMinor = someAmount(scene)): Promise<() => Promise<PaymentView>> {
  const saleId = await scene.sale(amountMinor);
  const pin = card === CONTACTLESS ? undefined : PIN;
  return scene.pay(saleId, 'card', amountMinor, await scene.customer.presentCard(card, amountMinor, scene.tillId, pin));
}

async function payByCode(scene: Scene, wallet: WalletId): Promise<() => Promise<PaymentView>> {
  const amountMinor = someAmount(scene);
  return scene.pay(await scene.sale(amountMinor), wallet, amountMinor, {
    code: await scene.customer.paymentCode(wallet),
  });
}

/** The customer scans what the till shows, once there is something to scan. */
async function payByShownCode(scene: Scene, wallet: WalletId): Promise<() => Promise<unknown>> {
  const amountMinor = someAmount(scene);
  const ask = scene.pay(await scene.sale(amountMinor), wallet, amountMinor, { show: true });
  return async () => {
    const asked = await ask();
    const shown = await until(
      () => scene.client.payment(asked.id),
      ({ handover, result }) => handover !== null || result !== 'pending',
      SCAN_WITHIN_MS,
    );
    if (shown.handover?.kind === 'code')
      await scene.customer.onPhone(wallet, 'wangfang', 'scan', { qr: shown.handover.content, pay: true });
  };
}

const SCAN_WITHIN_MS = 1_500;

async function reserve(scene: Scene): Promise<() => Promise<PaymentView>> {
  const credential = await scene.customer.presentCard(CHIP, HOLD_MINOR, scene.tillId, PIN, {
    purpose: 'pre-authorization',
  });
  return scene.reserve(HOLD_MINOR, credential);
}

async function complete(scene: Scene, hold: PaymentView, advice: boolean): Promise<() => Promise<PaymentView>> {
  const amountMinor = scene.dice.between(1_000, Math.floor(hold.amountMinor * 1.15));
  const credential = { completes: hold.id, ...(advice ? { advice } : {}) };
  return scene.pay(await scene.sale(amountMinor), 'card', amountMinor, credential);
}

function back(scene: Scene, payment: PaymentView, part: number): () => Promise<unknown> {
  return scene.refund(payment.id, Math.ceil(payment.amountMinor * part));
}

/** Closes the batch, and waits until that has ended one way or the other. */
async function settle(scene: Scene): Promise<() => Promise<unknown>> {
  await paid(scene, CONTACTLESS);
  const key = randomUUID();
  return async () => {
    const begun = await scene.client.send<BatchView>('POST', `/tills/${scene.tillId}/batch-close`, undefined, key);
    if (begun.id !== null) scene.closes(begun.id);
  };
}

const paid = (scene: Scene, card: string): Promise<PaymentView> => surely(scene, () => payBy(scene, card));
const paidByCode = (scene: Scene, wallet: WalletId): Promise<PaymentView> =>
  surely(scene, () => payByCode(scene, wallet));
const reserved = (scene: Scene): Promise<PaymentView> => surely(scene, () => reserve(scene));
const completed = async (scene: Scene): Promise<PaymentView> => {
  const hold = await reserved(scene);
  return surely(scene, () => complete(scene, hold, false));
};

const TRIES = 5;

/** What comes before a trial has to succeed; where the line is still coming back it is tried again. */
async function surely(scene: Scene, prepare: () => Promise<() => Promise<PaymentView>>): Promise<PaymentView> {
  for (let left = TRIES; ; left -= 1) {
    const ask = await prepare();
    const payment = await scene.rest((await ask()).id);
    if (payment.state === 'succeeded') return payment;
    if (left === 1) throw new Error(`without a fault it ended as ${payment.state} ${payment.decline?.code ?? ''}`);
  }
}

/** Under every limit that asks for a PIN or a password. */
function someAmount({ dice }: Scene): number {
  return dice.between(101, 90_000);
}
