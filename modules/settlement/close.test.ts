import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aPayment, aPlugin, MADE_AT } from '../../test/support/a-payment.ts';
import { paymentsOn } from '../../test/support/payments-on.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Payments } from '../payments/context.ts';
import type { Payment } from '../payments/payment.ts';
import type { BatchClose, BatchCloseOutcome, BatchRecord, Exchange } from '../switch/api.ts';
import { beginDueBatches, type CloseRequest, closeBatch, type Settlement } from './close.ts';
import { closeDueBatches, lastInstantOf } from './schedule.ts';
import { batchById, batchesOf, putSchedule } from './store.ts';

const trace = { acquirerId: 'bank', terminalId: '00000001', acceptorId: '1', stan: '000001', batchNumber: '000001' };
const plugin = aPlugin({
  batchRecordOf: ({ amountMinor, createdAt, id }, refund): BatchRecord => ({
    kind: refund === null ? 'sale' : 'refund',
    trace,
    amountMinor: refund?.amountMinor ?? amountMinor,
    currency: 'CNY',
    createdAt,
    vaulted: id,
    sealedChip: id.includes('chip') ? 'sealed' : null,
    ...(id.includes('chip') ? { chipResult: 'declined' as const } : {}),
    rrn: null,
    authorizationCode: null,
    domestic: !id.includes('foreign'),
  }),
});

/** The switch's side of a close: one terminal whose bank answers what the test says. */
class FakeExchange {
  batch = 1;
  frozen = false;
  sent = false;
  answer: 'closed' | 'unfinished' = 'closed';
  readonly closes: BatchClose[] = [];
  get batchNumber(): string {
    return String(this.batch).padStart(6, '0');
  }
  async beginClose() {
    this.frozen = true;
    return { batchNumber: this.batchNumber, since: 0 };
  }
  async cancelClose() {
    if (!this.sent) this.frozen = false;
    return !this.sent;
  }
  async retryAdvices() {}
  async health() {
    const { batchNumber, frozen } = this;
    return [
      {
        acquirerId: 'bank',
        terminals: [
          { tillId: 'till_1', terminalId: '00000001', acceptorId: '1', batchNumber, closingSince: frozen ? 1 : null },
        ],
      },
    ];
  }
  async closeBatch(close: BatchClose): Promise<BatchCloseOutcome> {
    this.closes.push(close);
    if (this.answer === 'unfinished') return { kind: 'unfinished', step: 'settlement', cause: 'no line', evidence: [] };
    this.batch += 1;
    this.frozen = false;
    return {
      kind: 'closed',
      batchNumber: close.batchNumber,
      nextBatchNumber: this.batchNumber,
      domestic: 'balanced',
      foreign: 'balanced',
      uploaded: 0,
      refused: 0,
      settlementOn: '2026-11-22',
      closedAt: MADE_AT,
      evidence: [],
    };
  }
}

let database: TestDatabase;
let payments: Payments;
let bank: FakeExchange;
let settlement: Settlement;
let now = MADE_AT;
let counter = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  payments = paymentsOn(database.db, { now: () => now, methods: [{ plugin, method: plugin as never }] });
  await database.tamper(
    `insert into sales.till (id, merchant_id, store_id, number, name, name_en) values ('till_1', 'mer_1', 'store_1', '1', 'one', 'one')`,
  );
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);
beforeEach(async () => {
  await database.tamper(
    'truncate payments.payment, payments.payable, payments.batch_gate, settlement.batch, settlement.command, settlement.schedule, settlement.seen_batch cascade',
  );
  now = MADE_AT;
  bank = new FakeExchange();
  settlement = { payments, exchange: bank as unknown as Exchange, timeScale: 1 };
});

async function sweep(): Promise<number> {
  const begun = await beginDueBatches(settlement);
  await Promise.all(begun);
  return begun.length;
}

async function closeDue(): Promise<void> {
  await closeDueBatches(settlement);
  await sweep();
}

async function stored(changed: Partial<Payment> = {}): Promise<Payment> {
  counter += 1;
  const name = `${counter}`;
  const payment = aPayment({
    id: `pay_${name}`,
    saleId: name,
    commandKey: name,
    state: 'succeeded',
    nextAttemptAt: null,
    batchTerminal: 'bank/00000001',
    batchNumber: bank.batchNumber,
    ...changed,
  });
  await payments.commit({ intent: { payment, dueMinor: 1_000_000 }, events: [], transfers: [] });
  return payment;
}

const ask = (commandKey = `key-${counter}-${Math.random()}`): CloseRequest => ({
  merchantId: 'mer_1',
  tillId: 'till_1',
  currency: 'CNY',
  staffId: 'stf_1',
  command: { commandKey, contentHash: 'hash' },
});

describe('a close', () => {
  test('counts what the batch took and gave back, by domestic and foreign cards, and ends in the next batch', async () => {
    await stored({ amountMinor: 1_000 });
    await stored({ id: 'foreign', amountMinor: 300 });
    await stored({ amountMinor: 70_000, purpose: 'pre-authorization' });
    await stored({ amountMinor: 9_000, state: 'cancelled' });
    await stored({ amountMinor: 9_000, lostMinor: 9_000, refundClaimedMinor: 9_000 });
    await stored({ id: 'chip', amountMinor: 8_000, state: 'cancelled' });
    await stored({ amountMinor: 9_000, batchNumber: '000000' });
    const closed = await closeBatch(settlement, ask());
    expect(closed).toMatchObject({
      state: 'closed',
      batchNumber: '000001',
      nextBatchNumber: '000002',
      domesticVerdict: 'balanced',
      nextAttemptAt: null,
      totals: {
        domestic: { debitMinor: 1_000, debitCount: 1, creditMinor: 0, creditCount: 0 },
        foreign: { debitMinor: 300, debitCount: 1, creditMinor: 0, creditCount: 0 },
      },
      byKind: [
        { kind: 'sale', domestic: true, count: 1, amountMinor: 1_000 },
        { kind: 'sale', domestic: false, count: 1, amountMinor: 300 },
      ],
    });
    // The chip's refusal goes up and counts nowhere.
    expect(bank.closes[0]?.records.map(({ amountMinor }) => amountMinor).sort()).toEqual([1_000, 300, 8_000]);
    await expect(stored()).resolves.toBeDefined();
  });

  test('waits for what is not certain, lets nothing new in meanwhile, and goes on by itself', async () => {
    await stored({ state: 'unknown', nextAttemptAt: now });
    const waiting = await closeBatch(settlement, ask());
    expect(waiting).toMatchObject({ state: 'closing', step: 'payments' });
    expect(bank.closes).toEqual([]);
    await expect(stored()).rejects.toThrow('batch-closing');
    await database.tamper(`update payments.payment set state = 'succeeded', next_attempt_at = null`);
    now = waiting.nextAttemptAt ?? now;
    expect(await sweep()).toBe(1);
    expect(await batchById(database.db, waiting.id)).toMatchObject({ state: 'closed', uploaded: 0 });
    await expect(stored()).resolves.toBeDefined();
  });

  test('is one however often it is asked', async () => {
    const first = await closeBatch(settlement, ask('same-key'));
    expect(await closeBatch(settlement, ask('same-key'))).toEqual(first);
    const other = { ...ask('same-key'), command: { commandKey: 'same-key', contentHash: 'other' } };
    await expect(closeBatch(settlement, other)).rejects.toThrow('idempotency-conflict');
    expect(bank.closes).toHaveLength(1);
  });

  test('that is under way is joined by everybody who asks', async () => {
    await stored({ state: 'unknown', nextAttemptAt: now });
    const asked = await Promise.all(
      Array.from({ length: 8 }, (_, index) => closeBatch(settlement, ask(`joined-${index}`))),
    );
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    expect(await batchesOf(database.db, 'mer_1', null, 10)).toHaveLength(1);
  });

  test('that the bank does not take is given up after a while, and the terminal trades on in its batch', async () => {
    bank.answer = 'unfinished';
    const begun = await closeBatch(settlement, ask());
    expect(begun).toMatchObject({ state: 'closing', step: 'settlement', cause: 'no line' });
    now += 130_000;
    await sweep();
    expect(await batchById(database.db, begun.id)).toMatchObject({ state: 'given-up', nextAttemptAt: null });
    await expect(stored({ batchNumber: '000001' })).resolves.toBeDefined();
    expect(bank.frozen).toBe(false);
  });

  test('whose totals the bank may have seen is never given up', async () => {
    bank.answer = 'unfinished';
    bank.sent = true;
    const begun = await closeBatch(settlement, ask());
    now += 1_000_000;
    await sweep();
    expect(await batchById(database.db, begun.id)).toMatchObject({ state: 'closing' });
    bank.answer = 'closed';
    now += 1_000_000;
    await sweep();
    expect(await batchById(database.db, begun.id)).toMatchObject({ state: 'closed' });
  });

  test.each(['batch-frozen', 'batch-begun', 'batch-counted', 'batch-answered', 'batch-ended'] as const)(
    'that stopped at %s is carried on and made once',
    async (at) => {
      await stored({ amountMinor: 1_000 });
      const stopping: Settlement = {
        ...settlement,
        milestone: (name) => {
          if (name === at) throw new Error('stopped');
        },
      };
      await expect(closeBatch(stopping, ask())).rejects.toThrow('stopped');
      now += 300_000;
      await closeDue();
      await sweep();
      const batches = await batchesOf(database.db, 'mer_1', null, 10);
      expect(batches.map(({ state, batchNumber }) => [state, batchNumber])).toEqual([['closed', '000001']]);
      await expect(stored()).resolves.toBeDefined();
    },
  );
});

describe('a batch that the acquirer leaves by itself', () => {
  test('is shown once, with what was in it and where the terminal trades on', async () => {
    await stored({ amountMinor: 1_000 });
    await stored({ amountMinor: 70_000, state: 'cancelled' });
    await closeDue();
    expect(await batchesOf(database.db, 'mer_1', null, 10)).toEqual([]);
    bank.batch = 5;
    now += 60_000;
    for (let look = 0; look < 3; look += 1) await closeDue();
    expect(await batchesOf(database.db, 'mer_1', null, 10)).toMatchObject([
      {
        state: 'left',
        batchNumber: '000001',
        nextBatchNumber: '000005',
        acceptorId: '1',
        tillId: 'till_1',
        totals: { domestic: { debitMinor: 1_000, debitCount: 1 } },
        domesticVerdict: null,
        endedAt: now,
        nextAttemptAt: null,
      },
    ]);
    expect(bank.closes).toEqual([]);
  });

  test('is none where it was empty, or closed before', async () => {
    await closeDue();
    bank.batch = 5;
    await closeDue();
    await stored({ amountMinor: 1_000 });
    await closeBatch(settlement, ask());
    await closeDue();
    expect((await batchesOf(database.db, 'mer_1', null, 10)).map(({ state }) => state)).toEqual(['closed']);
  });

  test('is not counted again when its number comes again', async () => {
    await stored({ amountMinor: 1_000 });
    await closeDue();
    bank.batch = 5;
    await closeDue();
    bank.batch = 1;
    now += 86_400_000;
    await stored({ amountMinor: 300, createdAt: now });
    expect(await closeBatch(settlement, ask())).toMatchObject({
      state: 'closed',
      totals: { domestic: { debitMinor: 300, debitCount: 1 } },
    });
    expect(bank.closes[0]?.records).toHaveLength(1);
  });
});

describe('the schedule', () => {
  test.each([
    ['23:00', '2026-11-22T15:30:00Z', '2026-11-22T15:00:00.000Z'],
    ['23:00', '2026-11-22T14:59:00Z', '2026-11-21T15:00:00.000Z'],
    ['00:10', '2026-11-22T16:10:00Z', '2026-11-22T16:10:00.000Z'],
  ])('of %s was last at its time in Beijing', (time, at, last) => {
    expect(new Date(lastInstantOf(time, Date.parse(at))).toISOString()).toBe(last);
  });

  test('closes what was taken before its time, however late, and nothing else', async () => {
    // Taken at noon in Beijing.
    await stored({ amountMinor: 1_000 });
    await closeDue();
    expect(bank.closes).toEqual([]);
    await putSchedule(database.db, 'mer_1', '23:00');
    await closeDue();
    expect(bank.closes).toEqual([]);
    now += 3 * 86_400_000;
    await closeDue();
    expect(bank.closes).toHaveLength(1);
    await closeDue();
    expect(bank.closes).toHaveLength(1);
  });

  test('waits for no bank: what hangs at one is under way while the rest goes on', async () => {
    await stored({ amountMinor: 1_000 });
    await putSchedule(database.db, 'mer_1', '13:00');
    now += 7_200_000;
    const answer = Promise.withResolvers<void>();
    const closing = bank.closeBatch.bind(bank);
    bank.closeBatch = async (close) => {
      await answer.promise;
      return closing(close);
    };
    await closeDueBatches(settlement);
    const begun = await beginDueBatches(settlement);
    expect(begun).toHaveLength(1);
    expect(await beginDueBatches(settlement)).toEqual([]);
    expect(bank.closes).toEqual([]);
    answer.resolve();
    await Promise.all(begun);
    expect((await batchesOf(database.db, 'mer_1', null, 10)).map(({ state }) => state)).toEqual(['closed']);
  });

  test('tries again only after a while what was given up', async () => {
    await stored({ amountMinor: 1_000 });
    await putSchedule(database.db, 'mer_1', '13:00');
    bank.answer = 'unfinished';
    now += 7_200_000;
    await closeDue();
    now += 130_000;
    await sweep();
    await closeDue();
    expect(bank.closes).toHaveLength(2);
    bank.answer = 'closed';
    now += 900_000;
    await closeDue();
    expect((await batchesOf(database.db, 'mer_1', null, 10)).map(({ state }) => state)).toEqual(['closed', 'given-up']);
  });
});
