import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { WALLET_IDS, type WalletId } from '../../sim/wallets/code-issuer.ts';
import type { WalletOperation } from '../../sim/wallets/faults.ts';
import { ApiProblem } from '../support/api-client.ts';
import { until } from '../support/until.ts';
import { giveBack, type Payment, someAmount, surely } from './acts.ts';
import { killedAfterSend, killedAt, killedBeforeCommit } from './deaths.ts';
import { type Act, ASKED_TWICE, type FaultCase, newsFaults, requestFaults, slowCustomers } from './faults.ts';
import type { Operation, Scene } from './scene.ts';
import { trapAtWallet } from './traps.ts';

/** WeChat Pay tells nothing of a payment by code: it is asked. */
const TELLS_OF_CODES: readonly WalletId[] = ['alipay', 'unionpay-qr', 'ecny'];

/** Everything that a shop does with a wallet, both ways round. */
export const WALLET_OPERATIONS: readonly Operation[] = WALLET_IDS.flatMap(operationsOf);

function operationsOf(wallet: WalletId): readonly Operation[] {
  const operation = (
    id: string,
    aim: WalletOperation,
    more: readonly FaultCase[],
    prepare: (scene: Scene, wallet: WalletId) => Promise<Act>,
  ): Operation => {
    const requests = requestFaults(wallet, aim);
    const slow = requests.filter((fault) => fault.id === 'late answer').map(killedAfterSend);
    return { id, channel: wallet, faults: [...requests, ...slow, ...more], prepare: (scene) => prepare(scene, wallet) };
  };
  const byCode = [
    ...payment(),
    ...slowCustomers(wallet),
    ...(TELLS_OF_CODES.includes(wallet) ? newsFaults(wallet, 'pay', 'query') : []),
  ];
  const shown = [...payment(), ...slowCustomers(wallet), ...newsFaults(wallet, 'order', 'query')];
  const refund = [...back(), ...newsFaults(wallet, 'refund', 'refund-query')];
  return [
    operation('payment code', 'pay', byCode, payByCode),
    operation('shown code', 'order', shown, payByShownCode),
    operation('partial refund', 'refund', refund, async (scene) => giveBack(scene, await paid(scene, wallet), 0.4)),
    operation('whole refund', 'refund', refund, async (scene) => giveBack(scene, await paid(scene, wallet), 1)),
    operation('question about a payment', 'query', [], payUnheard),
    operation('question about a refund', 'refund-query', [], giveBackUnheard),
    operation('cancellation of a payment code', 'cancel', undoing(), cancelCode),
    operation('cancellation of a shown code', 'cancel', undoing(), cancelShownCode),
  ];
}

function payment(): readonly FaultCase[] {
  return [
    ASKED_TWICE,
    killedAt('killed before send', 'intent-written'),
    killedAt('killed after answer', 'answer-arrived'),
    killedBeforeCommit('payments.payment'),
    killedAt('killed after commit', 'outcome-written'),
  ];
}

function back(): readonly FaultCase[] {
  return [
    ASKED_TWICE,
    killedAt('killed before send', 'refund-intent-written'),
    killedAt('killed after answer', 'refund-answered'),
    killedBeforeCommit('payments.refund'),
  ];
}

function undoing(): readonly FaultCase[] {
  return [
    ASKED_TWICE,
    killedAt('killed before send', 'cancellation-decided'),
    killedBeforeCommit('payments.payment'),
    killedAt('killed after commit', 'cancellation-answered'),
  ];
}

async function payByCode(scene: Scene, wallet: WalletId): Promise<Payment> {
  const amountMinor = someAmount(scene);
  const code = await scene.customer.paymentCode(wallet);
  return scene.pay(await scene.sale(amountMinor), wallet, amountMinor, { code });
}

/** The customer scans what the till shows, once there is something to scan. */
async function payByShownCode(scene: Scene, wallet: WalletId): Promise<Act> {
  const ask = await showCode(scene, wallet);
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

async function showCode(scene: Scene, wallet: WalletId): Promise<Payment> {
  const amountMinor = someAmount(scene);
  return scene.pay(await scene.sale(amountMinor), wallet, amountMinor, { show: true });
}

/** The answer is lost, so that the payment has to be asked after. */
async function payUnheard(scene: Scene, wallet: WalletId): Promise<Act> {
  const pay = await payByCode(scene, wallet);
  return once(() => loseAnswer(scene, wallet, 'pay'), pay);
}

/** The refund's answer is lost, so that it has to be asked after. */
async function giveBackUnheard(scene: Scene, wallet: WalletId): Promise<Act> {
  const refund = giveBack(scene, await paid(scene, wallet), 0.4);
  return once(() => loseAnswer(scene, wallet, 'refund'), refund);
}

function loseAnswer({ outside }: Scene, wallet: WalletId, operation: WalletOperation): void {
  trapAtWallet(outside, wallet, { kind: 'lost-answer', operation });
  trapAtWallet(outside, wallet, { kind: 'silence', operation: 'notify', count: 40 });
}

/** The act, before which something is done the first time. */
function once(first: () => void, act: Act): Act {
  let isDone = false;
  return () => {
    if (!isDone) first();
    isDone = true;
    return act();
  };
}

/** The customer does not enter the password, and the cashier gives up. */
async function cancelCode(scene: Scene, wallet: WalletId): Promise<Act> {
  trapAtWallet(scene.outside, wallet, { kind: 'userpaying-forever' });
  return giveUp(scene, await payByCode(scene, wallet));
}

/** The customer goes away without scanning. */
async function cancelShownCode(scene: Scene, wallet: WalletId): Promise<Act> {
  return giveUp(scene, await showCode(scene, wallet));
}

async function giveUp(scene: Scene, ask: Payment): Promise<Act> {
  const { id, cancellableAt } = await ask();
  const from = Date.parse(cancellableAt ?? '');
  await until(
    async () => Date.now(),
    (now) => !(now < from),
  );
  return () =>
    scene.client.send<PaymentView>('POST', `/payments/${id}/cancel`).catch((error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error;
    });
}

const paid = (scene: Scene, wallet: WalletId): Promise<PaymentView> => surely(scene, () => payByCode(scene, wallet));
