import { randomUUID } from 'node:crypto';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { packDrawing } from '@zhanggui/modules/payments/signature.ts';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { ApiProblem } from '../support/api-client.ts';
import { giveBack, type Payment, PIN, payBy, someAmount, surely } from './acts.ts';
import { killedAfterSend, killedAt, killedBeforeCommit } from './deaths.ts';
import { type Act, ASKED_TWICE, bankFaults, type FaultCase, type OutsideFault } from './faults.ts';
import type { Operation, Scene } from './scene.ts';

const CONTACTLESS = 'credit-contactless';
const CHIP = 'debit-approves';
const STRIPE = 'debit-swipe';
/** Its issuer wants a signature. */
const SIGNED = 'visa';
const SIGNED_MINOR = 5_000;
const OFFLINE = 'offline-approving';
/** Under what the card and the terminal approve by themselves. */
const OFFLINE_MINOR = 1_000;
/** Over it. */
const ONLINE_MINOR = 80_000;
const HOLD_MINOR = 20_000;

/** Every type of transaction of CUPS.md 3, as a till and its server make them. */
export const CARD_OPERATIONS: readonly Operation[] = [
  operation('contactless sale', ['sale'], payment(['sale']), (scene) => payBy(scene, CONTACTLESS)),
  operation('stripe sale', ['sale'], payment(['sale']), (scene) => payBy(scene, STRIPE, { pin: PIN })),
  operation('chip sale', ['sale'], [...payment(['sale']), ...lastWord()], (scene) => payBy(scene, CHIP, { pin: PIN })),
  operation('QR sale', ['qr-sale'], payment(['qr-sale']), payByCode),
  operation('offline sale', ['chip-offline-sale'], told(), payOffline),
  operation('tip', ['0220'], [], tip),
  operation('void', ['void'], back(), async (scene) => giveBack(scene, await paid(scene, CHIP), 1)),
  operation('refund', ['refund'], back(), async (scene) => giveBack(scene, await paid(scene, CONTACTLESS), 0.4)),
  operation('pre-authorization', ['0100'], [...payment(['0100']), ...lastWord()], reserve),
  operation('void of a pre-authorization', ['pre-authorization-void'], back(), async (scene) =>
    giveBack(scene, await reserved(scene), 1),
  ),
  operation('completion', ['completion'], payment(['completion']), async (scene) =>
    complete(scene, await reserved(scene), false),
  ),
  operation('completion by advice', ['completion-advice'], told(), async (scene) =>
    complete(scene, await reserved(scene), true),
  ),
  operation('void of a completion', ['completion-void'], back(), async (scene) =>
    giveBack(scene, await completed(scene), 1),
  ),
  operation('balance inquiry', ['balance-inquiry'], [], askBalance),
  operation('reversal', ['0400'], undoing(), pullOut),
  { ...operation('script result', ['script-result'], [], payUnderScript), check: scriptWasTold },
  {
    ...operation(
      'signature upload',
      ['signature-upload'],
      [killedAt('killed after commit', 'signature-kept')],
      payAndSign,
    ),
    check: signatureWasTold,
  },
  operation('batch close', ['0500'], closing(), settle),
  operation('batch upload', ['0320'], closing(), settle),
];

/** An operation whose messages to the bank are these; `deaths` are the ends that the server may meet on its way. */
function operation(
  id: string,
  messages: readonly string[],
  deaths: readonly FaultCase[],
  prepare: (scene: Scene) => Promise<Act>,
): Operation {
  const faults = bankFaults(messages);
  return {
    id,
    channel: 'card',
    faults: [...faults, killedAfterSend(named(faults, 'late answer')), ...deaths],
    prepare,
  };
}

function named(faults: readonly OutsideFault[], wanted: string): OutsideFault {
  const found = faults.find(({ id }) => id === wanted);
  if (found === undefined) throw new Error(`no fault is called ${wanted}`);
  return found;
}

function payment(messages: readonly string[]): readonly FaultCase[] {
  const silent = named(bankFaults(messages), 'answer lost');
  return [
    ...told(),
    killedAt('killed once it is to be undone', 'cancellation-decided', silent),
    killedAt('killed once it is undone', 'cancellation-answered', silent),
  ];
}

/** Of a payment that the bank is only told of. */
function told(): readonly FaultCase[] {
  return [
    ASKED_TWICE,
    killedAt('killed before send', 'intent-written'),
    killedAt('killed after answer', 'answer-arrived'),
    killedBeforeCommit('payments.payment'),
    killedAt('killed after commit', 'outcome-written'),
  ];
}

function lastWord(): readonly FaultCase[] {
  return [
    killedAt('killed before the chip’s last word is taken', 'advance-received'),
    killedAt('killed after the chip’s last word', 'advance-answered'),
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
    killedAt('killed before send', 'advance-answered'),
    killedBeforeCommit('payments.payment'),
    killedAt('killed after commit', 'cancellation-answered'),
  ];
}

function closing(): readonly FaultCase[] {
  return [
    killedAt('killed once the batch takes no more', 'batch-frozen'),
    killedAt('killed before send', 'batch-begun'),
    killedAt('killed once it is counted', 'batch-counted'),
    killedAt('killed after answer', 'batch-answered'),
    killedBeforeCommit('settlement.batch'),
    killedAt('killed after commit', 'batch-ended'),
  ];
}

async function payByCode(scene: Scene): Promise<Payment> {
  const amountMinor = someAmount(scene);
  return scene.pay(await scene.sale(amountMinor), 'card', amountMinor, { code: await scene.customer.cardCode(CHIP) });
}

/** A card approves by itself only so often until its issuer has spoken again, which a large amount makes it do. */
async function payOffline(scene: Scene): Promise<Payment> {
  await surely(scene, () => payBy(scene, OFFLINE, { pin: PIN, amountMinor: ONLINE_MINOR }));
  return payBy(scene, OFFLINE, { pin: PIN, amountMinor: OFFLINE_MINOR });
}

async function reserve(scene: Scene): Promise<Payment> {
  const how = { purpose: 'pre-authorization' } as const;
  return scene.reserve(HOLD_MINOR, await scene.customer.presentCard(CHIP, HOLD_MINOR, scene.tillId, PIN, how));
}

async function complete(scene: Scene, hold: PaymentView, advice: boolean): Promise<Payment> {
  const amountMinor = scene.dice.between(1_000, Math.floor(hold.amountMinor * 1.15));
  const credential = { completes: hold.id, ...(advice ? { advice } : {}) };
  return scene.pay(await scene.sale(amountMinor), 'card', amountMinor, credential);
}

/** The customer writes a tip on the slip that is signed. */
async function tip(scene: Scene): Promise<Act> {
  const { id, amountMinor } = await surely(scene, () => payBy(scene, CONTACTLESS, { way: 'insert' }));
  const tipMinor = Math.ceil(amountMinor / 10);
  return () => scene.client.send('POST', `/payments/${id}/tip`, { tipMinor });
}

/** Nothing hangs on it: where the bank does not say what the card holds, the cashier is told so. */
async function askBalance(scene: Scene): Promise<Act> {
  const credential = await scene.customer.presentCard(CHIP, 0, scene.tillId, PIN, { purpose: 'balance' });
  return () =>
    scene.client.send('POST', `/tills/${scene.tillId}/card-balance`, { credential }).catch((error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error;
    });
}

/** The card is pulled out when its issuer has approved: what was approved is undone. */
function pullOut(scene: Scene): Promise<Act> {
  return payBy(scene, CHIP, { pin: PIN, way: 'insert', pullOutAt: 'completion' });
}

async function payUnderScript(scene: Scene): Promise<Act> {
  await scene.customer.issueScripts(CHIP, ['pin-unblock']);
  return payBy(scene, CHIP, { pin: PIN });
}

async function scriptWasTold(scene: Scene): Promise<readonly string[]> {
  return scene.toldOf(({ scriptResult }) => scriptResult !== undefined, 'what the card made of the script');
}

async function payAndSign(scene: Scene): Promise<Act> {
  const { id } = await surely(scene, () => payBy(scene, SIGNED, { way: 'insert', amountMinor: SIGNED_MINOR }));
  const drawing = { width: 600, height: 200, strokes: [[5, 40, 90].map((x) => ({ x, y: 200 - x }))] };
  const strokes = Buffer.from(packDrawing(drawing)).toString('base64');
  return () => scene.client.send('POST', `/payments/${id}/signature`, { strokes });
}

async function signatureWasTold(scene: Scene): Promise<readonly string[]> {
  return scene.toldOf(({ signatureBytes }) => signatureBytes !== undefined, 'the signature');
}

/** Closes the batch, and waits until that has ended one way or the other. */
async function settle(scene: Scene): Promise<Act> {
  await paid(scene, CHIP);
  const key = randomUUID();
  return async () => {
    const begun = await scene.client.send<BatchView>('POST', `/tills/${scene.tillId}/batch-close`, undefined, key);
    if (begun.id !== null) scene.closes(begun.id);
  };
}

const paid = (scene: Scene, card: string): Promise<PaymentView> =>
  surely(scene, () => payBy(scene, card, { pin: PIN }));
const reserved = (scene: Scene): Promise<PaymentView> => surely(scene, () => reserve(scene));
const completed = async (scene: Scene): Promise<PaymentView> => {
  const hold = await reserved(scene);
  return surely(scene, () => complete(scene, hold, false));
};
