import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPayment, aPlugin, MADE_AT } from '../../test/support/a-payment.ts';
import { paymentsOn } from '../../test/support/payments-on.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openAccounts, transfersOfPayment, trialBalance } from '../ledger/store.ts';
import type { PaymentState } from './api.ts';
import { closeGate, openGate } from './batch-gate.ts';
import type { Payments, RunningMethod } from './context.ts';
import { recordLateAnswer } from './late-answer.ts';
import type { CancelOutcome, Evidence, Outcome } from './method.ts';
import { type Payment, startCancelling } from './payment.ts';
import { accountsFor } from './postings.ts';
import { recordCancel, recordCancelling, recordConfirmation, recordConfirmed, recordOutcome } from './record.ts';
import { refundsOfPayments } from './refund-store.ts';
import { eventsOf, type PaymentWrite, paymentById, setDue, writePayments } from './store.ts';

const NOW = MADE_AT + 8_000;
const plugin = aPlugin();
const running: RunningMethod = { plugin, method: plugin as unknown as RunningMethod['method'] };
const evidence: readonly Evidence[] = [{ direction: 'answer', at: NOW, title: 'POST /pay', text: 'masked' }];

let database: TestDatabase;
let payments: Payments;

beforeAll(async () => {
  database = await openTestDatabase();
  payments = paymentsOn(database.db, {
    now: () => NOW,
    methods: [running],
    rateOf: async () => ({ ratePpm: 3_800, capMinor: null }),
  });
  await openAccounts(database.db, accountsFor('mer_1', 'CNY', [plugin]));
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);

let counter = 0;

/** Stores a payment of a sale of its own in this state. */
async function stored(state: PaymentState, changed: Partial<Payment> = {}): Promise<Payment> {
  counter += 1;
  const name = `${counter}`;
  const payment = aPayment({ id: `pay_${name}`, saleId: `sale_${name}`, commandKey: `key-${name}`, state, ...changed });
  const write: PaymentWrite = { intent: { payment, dueMinor: 10_000 }, events: [], transfers: [] };
  expect(await payments.commit(write)).toBe('written');
  return payment;
}

async function now(id: string): Promise<Payment> {
  const found = await paymentById(database.db, id);
  if (found === undefined) throw new Error(`${id} is not stored`);
  return found;
}

async function booked(id: string): Promise<readonly string[]> {
  return (await transfersOfPayment(database.db, id)).map(({ reason }) => reason);
}

const outcomes: Readonly<Record<Outcome['kind'], Outcome>> = {
  approved: { kind: 'approved', channelReference: 'REF', evidence },
  declined: {
    kind: 'declined',
    decline: { code: 'X', message: { zh: '拒绝', en: 'No' }, advice: 'other-method' },
    evidence,
  },
  pending: { kind: 'pending', waitingFor: 'customer-password', evidence },
  unknown: { kind: 'unknown', cause: 'no answer', evidence },
};

describe('what the outside says of a payment', () => {
  /** State before, what is said, state after, transfers. A late approval leaves the state and owes the money back. */
  const rows: readonly (readonly [PaymentState, Outcome['kind'], PaymentState, string])[] = [
    ['created', 'approved', 'succeeded', 'payment fee'],
    ['created', 'declined', 'failed', ''],
    ['created', 'pending', 'pending', ''],
    ['created', 'unknown', 'unknown', ''],
    ['pending', 'approved', 'succeeded', 'payment fee'],
    ['pending', 'declined', 'failed', ''],
    ['pending', 'pending', 'pending', ''],
    ['pending', 'unknown', 'unknown', ''],
    ['unknown', 'approved', 'succeeded', 'payment fee'],
    ['unknown', 'declined', 'failed', ''],
    ['unknown', 'pending', 'pending', ''],
    ['unknown', 'unknown', 'unknown', ''],
    ['cancelling', 'approved', 'cancelling', ''],
    ['cancelling', 'declined', 'failed', ''],
    ['cancelling', 'pending', 'cancelling', ''],
    ['cancelling', 'unknown', 'cancelling', ''],
    ['succeeded', 'approved', 'succeeded', ''],
    ['succeeded', 'declined', 'succeeded', ''],
    ['succeeded', 'pending', 'succeeded', ''],
    ['succeeded', 'unknown', 'succeeded', ''],
    ['failed', 'approved', 'failed', 'late-approval'],
    ['failed', 'declined', 'failed', ''],
    ['failed', 'pending', 'failed', ''],
    ['failed', 'unknown', 'failed', ''],
    ['cancelled', 'approved', 'cancelled', 'late-approval'],
    ['cancelled', 'declined', 'cancelled', ''],
    ['cancelled', 'pending', 'cancelled', ''],
    ['cancelled', 'unknown', 'cancelled', ''],
  ];

  test.each(rows)('%s, then %s: %s, books "%s"', async (state, kind, after, transfers) => {
    const payment = await stored(state);
    const told = await recordOutcome(payments, running, payment, outcomes[kind]);
    const kept = await now(payment.id);
    expect(told).toEqual(kept);
    expect(kept.state).toBe(after);
    expect((await booked(payment.id)).join(' ')).toBe(transfers);
    const refunds = await refundsOfPayments(database.db, [payment.id]);
    expect(refunds.map(({ cause, amountMinor }) => [cause, amountMinor])).toEqual(
      transfers === 'late-approval' ? [['late-approval', 2_599]] : [],
    );
  });

  test('the same approval a second time, from whatever was read, counts once', async () => {
    for (const state of ['pending', 'cancelled'] as const) {
      const payment = await stored(state);
      await recordOutcome(payments, running, payment, outcomes.approved);
      await recordOutcome(payments, running, payment, outcomes.approved);
      await recordOutcome(payments, running, await now(payment.id), outcomes.approved);
      const transfers = await booked(payment.id);
      expect(transfers).toEqual(state === 'pending' ? ['payment', 'fee'] : ['late-approval']);
    }
  });

  test('a late approval that races the answer to an earlier question is owed back all the same', async () => {
    const payment = await stored('cancelled');
    await recordConfirmed(payments, running, payment, outcomes.declined);
    await recordOutcome(payments, running, payment, outcomes.approved);
    expect(await booked(payment.id)).toEqual(['late-approval']);
    expect(await refundsOfPayments(database.db, [payment.id])).toHaveLength(1);
  });

  test('an approval that finds the payment given up meanwhile is owed back', async () => {
    const payment = await stored('pending');
    const decided = await recordCancelling(payments, running, payment, 'test');
    await recordCancel(payments, running, decided ?? payment, { kind: 'cancelled', moneyHadMoved: false });
    expect(await recordOutcome(payments, running, payment, outcomes.approved)).toMatchObject({ state: 'cancelled' });
    expect(await booked(payment.id)).toEqual(['late-approval']);
  });

  test('a decline frees the claim on the sale, an approval keeps it', async () => {
    for (const [kind, again] of [
      ['declined', 'written'],
      ['approved', 'refused'],
    ] as const) {
      const payment = await stored('pending', { amountMinor: 10_000 });
      await recordOutcome(payments, running, payment, outcomes[kind]);
      const next = aPayment({ id: `${payment.id}b`, commandKey: `${payment.id}b`, saleId: payment.saleId });
      const write: PaymentWrite = { intent: { payment: next, dueMinor: 10_000 }, events: [], transfers: [] };
      const came = await payments.commit(write).catch(() => 'refused');
      expect(came, kind).toBe(again);
    }
  });
});

describe('a cancellation', () => {
  const answers: Readonly<Record<CancelOutcome['kind'], CancelOutcome>> = {
    cancelled: { kind: 'cancelled', moneyHadMoved: true, evidence },
    approved: { kind: 'approved', channelReference: 'REF', evidence },
    declined: {
      kind: 'declined',
      decline: { code: 'X', message: { zh: '拒绝', en: 'No' }, advice: 'other-method' },
      evidence,
    },
    unknown: { kind: 'unknown', cause: 'no answer', evidence },
  };

  test.each([
    ['cancelled', 'cancelled', ''],
    ['declined', 'failed', ''],
    ['approved', 'succeeded', 'payment fee'],
    ['unknown', 'cancelling', ''],
  ] as const)('that is %s leaves it %s, books "%s"', async (kind, after, transfers) => {
    const payment = await stored('cancelling');
    expect(await recordCancel(payments, running, payment, answers[kind])).toMatchObject({ state: after });
    expect((await booked(payment.id)).join(' ')).toBe(transfers);
  });

  test('is decided once: a second decision from the same reading is told so', async () => {
    const payment = await stored('pending');
    expect(await recordCancelling(payments, running, payment, 'first')).toMatchObject({ state: 'cancelling' });
    expect(await recordCancelling(payments, running, payment, 'second')).toBeUndefined();
    const decisions = (await eventsOf(database.db, payment.id)).filter(({ title }) => title === 'cancelling');
    expect(decisions.map(({ detail }) => detail)).toEqual([{ why: 'first' }]);
  });
});

describe('a pre-authorization', () => {
  const held = (): Promise<Payment> => stored('pending', { purpose: 'pre-authorization' });
  const completing = async (hold: Payment, name: string): Promise<string> => {
    const payment = aPayment({ id: name, commandKey: name, saleId: name, completes: hold.id, amountMinor: 1_000 });
    const write: PaymentWrite = { intent: { payment, dueMinor: 1_000 }, events: [], transfers: [] };
    return payments.commit(write).catch((error: Error & { constraint?: string }) => error.constraint ?? error.message);
  };

  test('is no takings: nothing is posted for it, whatever comes', async () => {
    for (const kind of ['approved', 'declined'] as const) {
      const hold = await held();
      expect(await recordOutcome(payments, running, hold, outcomes[kind])).toMatchObject({ feeMinor: null });
      expect(await booked(hold.id)).toEqual([]);
    }
    const late = await stored('cancelled', { purpose: 'pre-authorization' });
    await recordOutcome(payments, running, late, outcomes.approved);
    expect(await booked(late.id)).toEqual([]);
    expect(await refundsOfPayments(database.db, [late.id])).toMatchObject([{ cause: 'late-approval' }]);
  });

  test('is completed once, even when two want it in one batch of writes', async () => {
    const hold = await held();
    expect(await completing(hold, 'too-early')).toBe('pre-authorization-not-open');
    await recordOutcome(payments, running, hold, outcomes.approved);
    const came = await Promise.all(['c1', 'c2', 'c3'].map((name) => completing(hold, name)));
    expect(came.sort()).toEqual(['refund_exceeds_payment', 'refund_exceeds_payment', 'written']);
    expect(await now(hold.id)).toMatchObject({ refundClaimedMinor: 2_599, refundedMinor: 0 });
  });

  test('stands again when its completion fails', async () => {
    const hold = await held();
    await recordOutcome(payments, running, hold, outcomes.approved);
    expect(await completing(hold, 'c-failing')).toBe('written');
    await recordOutcome(payments, running, await now('c-failing'), outcomes.declined);
    expect(await now(hold.id)).toMatchObject({ refundClaimedMinor: 0 });
    expect(await completing(hold, 'c-again')).toBe('written');
  });
});

describe('an approval without the issuer', () => {
  const provisional = async (): Promise<Payment> => {
    const payment = await stored('created');
    return recordOutcome(payments, running, payment, {
      kind: 'approved',
      channelReference: 'Y1',
      provisional: true,
    });
  };

  test('is asked about again while he has not answered', async () => {
    const payment = await provisional();
    const waiting = await recordConfirmation(payments, running, payment, { kind: 'waiting' });
    expect(waiting).toMatchObject({ state: 'succeeded', provisional: true, nextAttemptAt: NOW + 4_000 });
    expect(await now(payment.id)).toEqual(waiting);
  });

  test('that he accepts is like any other', async () => {
    const payment = await provisional();
    await recordConfirmation(payments, running, payment, { kind: 'accepted', channelReference: 'RRN' });
    expect(await now(payment.id)).toMatchObject({ provisional: false, channelReference: 'RRN', nextAttemptAt: null });
    expect(await booked(payment.id)).toEqual(['payment', 'fee']);
  });

  test('that he refuses is the merchant’s loss, once, and cannot be refunded', async () => {
    const payment = await provisional();
    const decline = {
      code: '51',
      message: { zh: '余额不足', en: 'Insufficient funds' },
      advice: 'other-method',
    } as const;
    for (let times = 0; times < 2; times += 1)
      await recordConfirmation(payments, running, payment, { kind: 'refused', decline });
    const kept = await now(payment.id);
    expect(kept).toMatchObject({ provisional: false, lostMinor: 2_599, refundClaimedMinor: 2_599, decline });
    expect(await booked(payment.id)).toEqual(['payment', 'fee', 'offline-loss', 'fee-returned']);
    const alerts = (await eventsOf(database.db, payment.id)).filter(({ kind }) => kind === 'alert');
    expect(alerts.map(({ title }) => title)).toEqual(['offline-refused']);
  });
});

test('a terminal whose batch is being closed takes no new payment until it trades again', async () => {
  const place = { batchTerminal: 'bank/1', batchNumber: '000001' };
  await database.db.transaction((tx) => closeGate(tx, 'bank/1', '000001', NOW));
  await expect(stored('created', place)).rejects.toThrow('batch-closing');
  await expect(stored('created', { ...place, batchTerminal: 'bank/2' })).resolves.toBeDefined();
  await database.db.transaction((tx) => openGate(tx, 'bank/1'));
  await expect(stored('created', place)).resolves.toBeDefined();
});

test('a payment that meets a close on its way waits for it, and then sees that the batch is closed', async () => {
  const place = { batchTerminal: 'bank/3', batchNumber: '000001' };
  const { promise: written, resolve: closeIsWritten } = Promise.withResolvers<void>();
  const { promise: ended, resolve: endClose } = Promise.withResolvers<void>();
  const close = database.db.transaction(async (tx) => {
    await closeGate(tx, place.batchTerminal, place.batchNumber, NOW);
    closeIsWritten();
    await ended;
  });
  await written;
  let over = false;
  const payment = stored('created', place).finally(() => {
    over = true;
  });
  payment.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(over).toBe(false);
  endClose();
  await close;
  await expect(payment).rejects.toThrow('batch-closing');
});

describe('two steps from the same reading', () => {
  const step = (payment: Payment, state: PaymentState, events: PaymentWrite['events']): PaymentWrite => ({
    step: {
      paymentId: payment.id,
      fromVersion: payment.version,
      change: { ...startCancelling(payment, NOW), state },
      feeMinor: null,
      releases: false,
      at: NOW,
    },
    events,
    transfers: [],
  });

  test('in one batch take effect once: the first', async () => {
    for (const events of [[], [{ at: NOW, kind: 'state', title: 'x', detail: {} }]] as const) {
      const payment = await stored('pending');
      const writes = (['succeeded', 'pending', 'unknown'] as const).map((state) => step(payment, state, events));
      const results = await database.db.transaction((tx) => writePayments(tx, writes));
      expect(results).toEqual(['written', 'superseded', 'superseded']);
      expect(await now(payment.id)).toMatchObject({ state: 'succeeded', version: 2 });
      expect(await eventsOf(database.db, payment.id)).toHaveLength(events.length);
    }
  });

  test('one after the other take effect once: the first', async () => {
    const payment = await stored('pending');
    expect(await payments.commit(step(payment, 'unknown', []))).toBe('written');
    expect(await payments.commit(step(payment, 'succeeded', []))).toBe('superseded');
    expect(await now(payment.id)).toMatchObject({ state: 'unknown', version: 2 });
  });
});

test('intents of one command in one batch are one payment', async () => {
  const [first, second] = ['a', 'b'].map((name) =>
    aPayment({ id: `twin_${name}`, commandKey: 'twins', saleId: 'twins' }),
  );
  if (first === undefined || second === undefined) throw new Error('two were made');
  const writes = [first, second].map((payment) => ({
    intent: { payment, dueMinor: 2_599 },
    events: [],
    transfers: [],
  }));
  expect(await database.db.transaction((tx) => writePayments(tx, writes))).toEqual(['written', 'superseded']);
});

test('a payment that carries a rounding which was changed since it was read takes nothing', async () => {
  const intent = (id: string, roundingMinor: number, saleId = 'sale_rounded'): PaymentWrite => {
    const amountMinor = 2_599 - roundingMinor;
    const payment = aPayment({ id, commandKey: id, saleId, amountMinor, roundingMinor });
    return { intent: { payment, dueMinor: amountMinor }, events: [], transfers: [] };
  };
  for (const dueMinor of [2_590, 2_599]) await setDue(database.db, 'sale_rounded', dueMinor);
  // The one beside it is let through all the same.
  const [stale, other] = [payments.commit(intent('stale', 9)), payments.commit(intent('beside', 9, 'sale_beside'))];
  await expect(stale).rejects.toThrow('changed-meanwhile');
  expect([await other, await payments.commit(intent('fresh', 0))]).toEqual(['written', 'written']);
  expect(await paymentById(database.db, 'stale')).toBeUndefined();
});

test('whatever was recorded, the book balances', async () => {
  expect((await trialBalance(database.db)).differenceMinor).toBe(0);
});

test('an approval that came late is owed back also while the answer to its reversal is being written', async () => {
  const payment = await stored('cancelling');
  const late = { reference: payment.id, rrn: 'RRN', authorizationCode: null, restoresHold: false, evidence };
  await recordLateAnswer(payments, { ...late, reversed: true });
  expect(await now(payment.id)).toMatchObject({ state: 'cancelling', channelReference: null });
  await Promise.all([
    recordLateAnswer(payments, { ...late, reversed: false }),
    recordCancel(payments, running, payment, { kind: 'cancelled', moneyHadMoved: false }),
  ]);
  await recordLateAnswer(payments, { ...late, reversed: false });
  expect(await now(payment.id)).toMatchObject({ state: 'cancelled', channelReference: 'RRN' });
  expect(await booked(payment.id)).toEqual(['late-approval']);
  expect(await refundsOfPayments(database.db, [payment.id])).toMatchObject([
    { cause: 'late-approval', state: 'created' },
  ]);
});
