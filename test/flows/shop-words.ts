import { randomUUID } from 'node:crypto';
import { formatDecimal } from '@zhanggui/base';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import type { SaleView, ShiftView } from '@zhanggui/modules/sales/api.ts';
import { cardById } from '../../sim/cards/cards.ts';
import { WALLET_IDS } from '../../sim/wallets/code-issuer.ts';
import type { CardHandling } from '../support/customer.ts';
import { UNFINISHED, until } from '../support/until.ts';
import { restOfBatch } from './card-words.ts';
import type { Step } from './parse-flows.ts';
import { attempt, hold, minor, named, option, type Play, type Stage, tillOf } from './stage.ts';

const PAY_OPTIONS: readonly string[] = ['of', 'pin', 'code', 'out'];

/** What is done at the till: shifts, sales, payments, refunds. */
export const shopWords: Readonly<Record<string, Play>> = {
  /** `shift T1 500.00` */
  shift: (stage, step) =>
    attempt(step, async () => {
      const [till = '', float] = step.args;
      const { id } = await stage.client.openShift(tillOf(till), minor(float));
      stage.shifts.set(till, id);
      return ['open'];
    }),

  /** `close T1 525.00 -> difference -0.99` */
  close: (stage, step) =>
    attempt(step, async () => {
      const [till, counted] = step.args;
      const path = `/shifts/${named(stage.shifts, till)}/close`;
      const closed = await stage.client.send<ShiftView>('POST', path, { countedMinor: minor(counted) });
      return ['difference', formatDecimal(closed.differenceMinor ?? Number.NaN)];
    }),

  /** `sale S1 25.99 at T2` */
  sale: (stage, step) =>
    attempt(step, async () => {
      const [name = '', amount] = step.args;
      const sale = await stage.client.saleOf(minor(amount), tillOf(option(step, 'at') ?? 'T1'));
      stage.sales.set(name, sale.id);
      return wordsOfSale(sale);
    }),

  /** `round S1 0.09` */
  round: (stage, step) =>
    attempt(step, async () => {
      const [name, amount] = step.args;
      const path = `/sales/${named(stage.sales, name)}/rounding`;
      return wordsOfSale(await stage.client.send<SaleView>('PUT', path, { roundingMinor: minor(amount) }));
    }),

  /** `abandon S1 -> abandoned` */
  abandon: (stage, step) =>
    attempt(step, async () =>
      wordsOfSale(await stage.client.send<SaleView>('POST', `/sales/${named(stage.sales, step.args[0])}/abandon`)),
    ),

  /** `see S1 -> open paid 10.00 pending 0.00 due 15.99` */
  see: async (stage, step) => {
    hold(step, wordsOfSale(await stage.client.sale(named(stage.sales, step.args[0]))));
  },

  /** `return S9 12.50`: goods back without a receipt. */
  return: (stage, step) =>
    attempt(step, async () => {
      const [name = '', amount] = step.args;
      const item = await stage.client.item('1001');
      const line = { itemId: item.id, kind: 'piece', quantity: 1, unitPriceMinor: minor(amount), priceReason: 'flow' };
      const tillId = tillOf(option(step, 'at') ?? 'T1');
      const body = { tillId, scenario: 'retail', lines: [line], reason: 'flow' };
      const sale = await stage.client.send<SaleView>('POST', '/sales/returns', body);
      stage.sales.set(name, sale.id);
      return [sale.kind, ...wordsOfSale(sale)];
    }),

  /** `pay P1 S1 card debit-approves pin 123456 of 10.00 out completion -> succeeded`, `pay P2 S2 wechat liqiang`, `pay P3 S3 cash 50.00` */
  pay: (stage, step) =>
    attempt(step, async () => {
      const [name = '', saleName, method = '', fourth] = step.args;
      const instrument = fourth === undefined || PAY_OPTIONS.includes(fourth) ? undefined : fourth;
      const sale = await stage.client.sale(named(stage.sales, saleName));
      const of = option(step, 'of');
      const amountMinor = of === undefined ? sale.dueMinor : minor(of);
      const credential = await credentialOf(stage, step, method, instrument, amountMinor, sale.tillId);
      const command = { saleId: sale.id, method, amountMinor, credential, key: randomUUID() };
      const payment = await stage.client.pay(sale.id, method, amountMinor, credential, command.key);
      stage.payments.set(name, { ...command, id: payment.id });
      return wordsOfPayment(payment);
    }),

  /** `again P1 -> succeeded`: the same command once more is the same payment. */
  again: (stage, step) =>
    attempt(step, async () => {
      const { id, saleId, method, amountMinor, credential, key } = named(stage.payments, step.args[0]);
      const payment = await stage.client.pay(saleId, method, amountMinor, credential, key);
      return payment.id === id ? wordsOfPayment(payment) : ['another payment'];
    }),

  /** `ask P1 -> pending` */
  ask: (stage, step) =>
    attempt(step, async () => {
      const path = `/payments/${named(stage.payments, step.args[0]).id}/inquire`;
      return wordsOfPayment(await stage.client.send<PaymentView>('POST', path));
    }),

  /** `cancel P1 -> refused cancel-too-early` */
  cancel: (stage, step) =>
    attempt(step, async () => {
      const path = `/payments/${named(stage.payments, step.args[0]).id}/cancel`;
      return wordsOfPayment(await stage.client.send<PaymentView>('POST', path));
    }),

  /** `refund R1 P1 10.00 -> succeeded` */
  refund: (stage, step) =>
    attempt(step, async () => {
      const [name = '', payment, amount] = step.args;
      const paymentId = named(stage.payments, payment).id;
      const body = { amountMinor: minor(amount), reason: 'flow' };
      const refund = await stage.client.send<RefundView>('POST', `/payments/${paymentId}/refunds`, body);
      stage.refunds.set(name, { id: refund.id, paymentId });
      return wordsOfRefund(refund);
    }),

  /** `resolve P1 -> cancelled`, `resolve R1 -> succeeded`: once the platform has found out by itself. */
  resolve: async (stage, step) => {
    const [name = ''] = step.args;
    if (stage.batches.has(name)) return hold(step, await restOfBatch(stage, name));
    const refund = stage.refunds.get(name);
    hold(step, await (refund === undefined ? restOfPayment(stage, name) : restOfRefund(stage, refund)));
  },
};

async function restOfPayment({ client, payments }: Stage, name: string): Promise<readonly string[]> {
  const { id } = named(payments, name);
  const rest = await until(
    () => client.payment(id),
    ({ state }) => !UNFINISHED.includes(state),
  );
  return wordsOfPayment(rest);
}

async function restOfRefund(
  { client }: Stage,
  { id, paymentId }: { readonly id: string; readonly paymentId: string },
): Promise<readonly string[]> {
  const find = async () => (await client.payment(paymentId)).refunds.find((refund) => refund.id === id);
  const rest = await until(find, (refund) => refund?.result !== 'pending');
  return rest === undefined ? ['gone'] : wordsOfRefund(rest);
}

export async function credentialOf(
  { customer }: Stage,
  step: Step,
  method: string,
  instrument: string | undefined,
  amountMinor: number,
  tillId: string,
  purpose: 'sale' | 'pre-authorization' = 'sale',
): Promise<unknown> {
  if (method === 'cash') return { tenderedMinor: minor(instrument) };
  if (instrument === 'shown') return { show: true };
  if (instrument === 'fixed') return { show: true, fixedCode: true };
  const wallet = WALLET_IDS.find((id) => id === method);
  if (wallet !== undefined) return { code: option(step, 'code') ?? (await customer.paymentCode(wallet, instrument)) };
  const card = cardById(instrument ?? '');
  if (card === undefined) throw new Error(`there is no card ${instrument}`);
  const offered = amountMinor > card.pinAboveMinor ? card.offeredPin : undefined;
  const pullOutAt = option(step, 'out') as CardHandling['pullOutAt'];
  const how: CardHandling = { purpose, ...(pullOutAt === undefined ? {} : { pullOutAt }) };
  return customer.presentCard(card.id, amountMinor, tillId, option(step, 'pin') ?? offered, how);
}

/** An outcome that is not certain is `pending`, as people are told, with whom it waits for. */
export function wordsOfPayment({ state, waitingFor, decline, changeMinor }: PaymentView): readonly string[] {
  if (UNFINISHED.includes(state)) return ['pending', waitingFor ?? ''];
  if (state === 'failed') return [state, decline?.code ?? '', decline?.advice ?? ''];
  return changeMinor === null ? [state] : [state, 'change', formatDecimal(changeMinor)];
}

export function wordsOfRefund({ result, decline }: RefundView): readonly string[] {
  return decline === null ? [result] : [result, decline.code];
}

function wordsOfSale({ state, paidMinor, pendingMinor, dueMinor }: SaleView): readonly string[] {
  const amounts = { paid: paidMinor, pending: pendingMinor, due: dueMinor };
  return [state, ...Object.entries(amounts).flatMap(([name, amount]) => [name, formatDecimal(amount)])];
}
