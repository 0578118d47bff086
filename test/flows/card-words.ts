import { randomUUID } from 'node:crypto';
import { formatDecimal } from '@zhanggui/base';
import type { PaymentView, RefundView } from '@zhanggui/modules/payments/api.ts';
import type { PreAuthorizationView } from '@zhanggui/modules/payments/hold.ts';
import { packDrawing } from '@zhanggui/modules/payments/signature.ts';
import type { BatchView } from '@zhanggui/modules/settlement/api.ts';
import { expect } from 'vitest';
import { until } from '../support/until.ts';
import { lastWordOf } from '../support/waiting-chips.ts';
import { credentialOf, wordsOfPayment, wordsOfRefund } from './shop-words.ts';
import { attempt, hold, minor, named, option, type Play, type Stage, tillOf } from './stage.ts';

/** What only cards have: holds, completions, a chip that is left waiting, signatures, batches. */
export const cardWords: Readonly<Record<string, Play>> = {
  /** `reserve H1 50.00 debit-approves at T2 -> succeeded`: a pre-authorization. */
  reserve: (stage, step) =>
    attempt(step, async () => {
      const [name = '', amount, card] = step.args;
      const amountMinor = minor(amount);
      const tillId = tillOf(option(step, 'at') ?? 'T1');
      const credential = await credentialOf(stage, step, 'card', card, amountMinor, tillId, 'pre-authorization');
      const key = randomUUID();
      const body = { tillId, method: 'card', amountMinor, credential };
      const begun = await stage.client.send<PaymentView>('POST', '/pre-authorizations', body, key);
      const payment = await concluded(stage, begun, credential);
      stage.payments.set(name, {
        id: payment.id,
        saleId: payment.saleId,
        method: 'card',
        amountMinor,
        credential,
        key,
      });
      return wordsOfPayment(payment);
    }),

  /** `complete P1 S1 H1 of 57.50 advice -> succeeded`: takes the money of a hold for a sale. */
  complete: (stage, step) =>
    attempt(step, async () => {
      const [name = '', saleName, holdName] = step.args;
      const saleId = named(stage.sales, saleName);
      const of = option(step, 'of');
      const amountMinor = of === undefined ? (await stage.client.sale(saleId)).dueMinor : minor(of);
      const credential = {
        completes: named(stage.payments, holdName).id,
        ...(step.args.includes('advice') ? { advice: true } : {}),
      };
      const key = randomUUID();
      const body = { method: 'card', amountMinor, credential };
      const payment = await stage.client.send<PaymentView>('POST', `/sales/${saleId}/payments`, body, key);
      stage.payments.set(name, { id: payment.id, saleId, method: 'card', amountMinor, credential, key });
      return wordsOfPayment(payment);
    }),

  /** `void V1 H1 -> succeeded`: takes a payment or a hold back whole. */
  void: (stage, step) =>
    attempt(step, async () => {
      const [name = '', payment] = step.args;
      const { id, amountMinor } = named(stage.payments, payment);
      const body = { amountMinor, reason: 'flow' };
      const refund = await stage.client.send<RefundView>('POST', `/payments/${id}/refunds`, body);
      stage.refunds.set(name, { id: refund.id, paymentId: id });
      return wordsOfRefund(refund);
    }),

  /** `standing H1 -> open` */
  standing: async (stage, step) => {
    const { id } = named(stage.payments, step.args[0]);
    const [wanted] = step.expected ?? [];
    const found = await until(
      () => holdOf(stage, id),
      (view) => view.standing === wanted,
    );
    hold(step, [found.standing]);
  },

  /** `reserved 50.00`: kept aside by the bank's own book, counted from the beginning of the table. */
  reserved: async ({ auditor }, { args: [amount] }) => {
    const { reserved } = await auditor.movedUntil((books) => books.reserved.outside === minor(amount));
    expect(formatDecimal(reserved.outside)).toBe(amount);
  },

  /** `begin P1 S1 debit-approves -> pending card`: the till asks and then leaves the chip waiting for its answer. */
  begin: (stage, step) =>
    attempt(step, async () => {
      const [name = '', saleName, card] = step.args;
      const { id: saleId, dueMinor, tillId } = await stage.client.sale(named(stage.sales, saleName));
      const credential = await credentialOf(stage, step, 'card', card, dueMinor, tillId);
      const key = randomUUID();
      const body = { method: 'card', amountMinor: dueMinor, credential };
      const payment = await stage.client.send<PaymentView>('POST', `/sales/${saleId}/payments`, body, key);
      stage.payments.set(name, { id: payment.id, saleId, method: 'card', amountMinor: dueMinor, credential, key });
      return wordsOfPayment(payment);
    }),

  /** `conclude P1 -> succeeded`: the chip that was left waiting gets its answer after all. */
  conclude: (stage, step) =>
    attempt(step, async () => {
      const { id, credential } = named(stage.payments, step.args[0]);
      const payment = await stage.client.send<PaymentView>('GET', `/payments/${id}/status`);
      return wordsOfPayment(await concluded(stage, payment, credential));
    }),

  /** `accepted P1`: the bank has what it was told of an approval without it. */
  accepted: async ({ client, payments }, { args: [name] }) => {
    const { id } = named(payments, name);
    const { provisional, lostMinor } = await until(
      () => client.payment(id),
      (payment) => !payment.provisional,
    );
    expect({ provisional, lostMinor }).toEqual({ provisional: false, lostMinor: 0 });
  },

  /** `sign P1 -> given` */
  sign: (stage, step) =>
    attempt(step, async () => {
      const { id } = named(stage.payments, step.args[0]);
      const drawing = { width: 600, height: 200, strokes: [[5, 40, 90].map((x) => ({ x, y: 200 - x }))] };
      const strokes = Buffer.from(packDrawing(drawing)).toString('base64');
      const signed = await stage.client.send<PaymentView>('POST', `/payments/${id}/signature`, { strokes });
      return [signed.signature ?? 'none'];
    }),

  /** `settle B1 T1 -> closed balanced balanced`: closes the batch of a till. */
  settle: (stage, step) =>
    attempt(step, async () => {
      const [name = '', till = ''] = step.args;
      const batch = await stage.client.send<BatchView>('POST', `/tills/${tillOf(till)}/batch-close`);
      stage.batches.set(name, batch.id ?? '');
      return wordsOfBatch(batch);
    }),

  /** `counted B1 debit 2 35.99 credit 1 10.00`: domestic and foreign cards together. */
  counted: async ({ client, batches }, { args: [name, , debits, debit, , credits, credit] }) => {
    const { totals } = await client.send<BatchView>('GET', `/batches/${named(batches, name)}`);
    const parts = totals === null ? [] : [totals.domestic, totals.foreign];
    const sum = (of: (part: (typeof parts)[number]) => number): number =>
      parts.reduce((all, part) => all + of(part), 0);
    expect([
      String(sum((part) => part.debitCount)),
      formatDecimal(sum((part) => part.debitMinor)),
      String(sum((part) => part.creditCount)),
      formatDecimal(sum((part) => part.creditMinor)),
    ]).toEqual([debits, debit, credits, credit]);
  },

  /** `settled B1 balanced`, `settled B1 differs uploaded 3`: by the bank's own book. */
  settled: async ({ client, customer, batches }, { args: [name, verdict, , uploaded] }) => {
    const { terminalId, batchNumber } = await client.send<BatchView>('GET', `/batches/${named(batches, name)}`);
    const found = (await customer.settlements()).find(
      (each) => each.terminalId === terminalId && each.batchNumber === batchNumber,
    );
    expect(found).toMatchObject({
      state: 'closed',
      balanced: verdict === 'balanced',
      ...(uploaded === undefined ? {} : { uploadedRecords: Number(uploaded) }),
    });
  },
};

/** How a batch ended, in words. */
export async function restOfBatch({ client, batches }: Stage, name: string): Promise<readonly string[]> {
  const id = named(batches, name);
  const rest = await until(
    () => client.send<BatchView>('GET', `/batches/${id}`),
    ({ state }) => state !== 'closing',
  );
  return wordsOfBatch(rest);
}

function wordsOfBatch({ state, verdict, step, cause }: BatchView): readonly string[] {
  return state === 'closed' ? [state, verdict.domestic ?? '', verdict.foreign ?? ''] : [state, step ?? '', cause ?? ''];
}

async function holdOf({ client }: Stage, id: string): Promise<PreAuthorizationView> {
  const { preAuthorizations } = await client.send<{ preAuthorizations: PreAuthorizationView[] }>(
    'GET',
    '/pre-authorizations',
  );
  const found = preAuthorizations.find((each) => each.id === id);
  if (found === undefined) throw new Error(`${id} is not listed`);
  return found;
}

async function concluded({ client }: Stage, payment: PaymentView, credential: unknown): Promise<PaymentView> {
  const input = await lastWordOf(payment, credential);
  return input === undefined ? payment : client.send('POST', `/payments/${payment.id}/advance`, { input });
}
