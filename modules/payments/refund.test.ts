import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPayment, aPlugin, MADE_AT } from '../../test/support/a-payment.ts';
import { paymentsOn } from '../../test/support/payments-on.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openAccounts, trialBalance } from '../ledger/store.ts';
import type { Payments, RunningMethod } from './context.ts';
import { recordLateAnswer } from './late-answer.ts';
import type { Outcome } from './method.ts';
import type { Payment } from './payment.ts';
import { accountsFor } from './postings.ts';
import { recordOutcome } from './record.ts';
import { carryOut, recordRefund, refund } from './refund.ts';
import { refundById, refundsOfPayments } from './refund-store.ts';
import { paymentById } from './store.ts';

const NOW = MADE_AT + 8_000;
const plugin = aPlugin();
const declined: Outcome = {
  kind: 'declined',
  decline: { code: 'X', message: { zh: '拒绝', en: 'No' }, advice: 'call-support' },
};
const unknown: Outcome = { kind: 'unknown', cause: 'no answer' };
const approved: Outcome = { kind: 'approved', channelReference: 'REF' };

let database: TestDatabase;
let payments: Payments;
/** What the channel says to a refund, and to a question about the payment. */
let words: { refund: Outcome; inquire: Outcome };
let running: RunningMethod;

beforeAll(async () => {
  database = await openTestDatabase();
  const method = { refund: async () => words.refund, inquire: async () => words.inquire };
  running = { plugin, method: method as unknown as RunningMethod['method'] };
  payments = paymentsOn(database.db, {
    now: () => NOW,
    methods: [running],
    rateOf: async () => ({ ratePpm: 0, capMinor: null }),
  });
  await openAccounts(database.db, accountsFor('mer_1', 'CNY', [plugin]));
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);

async function stored(id: string, changed: Partial<Payment> = {}): Promise<Payment> {
  const payment = aPayment({ id, saleId: `sale_${id}`, commandKey: id, ...changed });
  await payments.commit({ intent: { payment, dueMinor: 10_000 }, events: [], transfers: [] });
  return payment;
}

async function owed(): Promise<number> {
  const { accounts } = await trialBalance(database.db);
  return accounts.find(({ id }) => id === 'merchant:mer_1:customers:to-be-returned')?.balanceMinor ?? 0;
}

describe('a late approval whose refund the channel refuses', () => {
  const rows: readonly (readonly [says: Outcome, state: string, stillOwed: number])[] = [
    // A cancellation that reached the channel twice has given the money back.
    [declined, 'succeeded', 0],
    [approved, 'failed', 2_599],
    [unknown, 'unknown', 2_599],
  ];

  test.each(rows)('and of which it says %j: the refund is %s', async (inquire, state, stillOwed) => {
    const before = await owed();
    const payment = await stored(`pay_${inquire.kind}`, { state: 'cancelled' });
    await recordOutcome(payments, running, payment, approved);
    const [intent] = await refundsOfPayments(database.db, [payment.id]);
    words = { refund: declined, inquire };
    expect(intent && (await carryOut(payments, intent))).toMatchObject({ cause: 'late-approval', state });
    expect((await owed()) - before).toBe(stillOwed);
  });
});

describe('a void of a completion that was done after it had been given up', () => {
  test.each(['unknown', 'failed'] as const)('and is %s: the pre-authorization stands again', async (was) => {
    const hold = await stored(`pay_hold_${was}`, {
      purpose: 'pre-authorization',
      state: 'succeeded',
    });
    const completion = await stored(`pay_completion_${was}`, { state: 'succeeded', completes: hold.id });
    expect(await paymentById(database.db, hold.id)).toMatchObject({ refundClaimedMinor: 2_599 });
    words = { refund: unknown, inquire: unknown };
    const asked = await refund(payments, {
      ...{ commandKey: `void-${was}`, contentHash: 'hash', merchantId: 'mer_1', paymentId: completion.id },
      ...{ tillId: 'till_1', staffId: 'stf_1', amountMinor: 2_599, reason: 'test', label: null },
      businessOn: '2026-11-22',
    });
    if (was === 'failed') await recordRefund(payments, running, asked, declined);
    const evidence = [] as const;
    const answer = { reference: asked.id, rrn: '1', authorizationCode: null, reversed: false, evidence };
    await recordLateAnswer(payments, { ...answer, restoresHold: true });
    expect(await refundById(database.db, asked.id)).toMatchObject({ state: 'succeeded' });
    expect(await paymentById(database.db, hold.id)).toMatchObject({ refundClaimedMinor: 0 });
  });
});
