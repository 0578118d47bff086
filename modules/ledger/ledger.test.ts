import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { NewTransfer } from './api.ts';
import { type AuditReport, audit } from './proof.ts';
import { netByDay, openAccounts, post, transfersOfAccount, transfersOfPayment, trialBalance } from './store.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);

beforeEach(async () => {
  await database.tamper(
    'alter table ledger.transfer disable trigger user',
    'truncate ledger.transfer, ledger.account',
    "update ledger.chain set length = 0, head = decode(repeat('00', 32), 'hex')",
    'alter table ledger.transfer enable trigger user',
  );
  const account = (id: string, kind: 'asset' | 'liability' | 'income', currency = 'CNY') => ({
    id,
    kind,
    currency,
    title: { zh: id, en: id },
  });
  await openAccounts(database.db, [
    account('drawer', 'asset'),
    account('takings', 'income'),
    account('payable', 'liability'),
    account('dollars', 'asset', 'USD'),
  ]);
});

let counter = 0;

function transfer(changed: Partial<NewTransfer> = {}): NewTransfer {
  counter += 1;
  return {
    id: `t${counter}`,
    debitAccount: 'drawer',
    creditAccount: 'takings',
    currency: 'CNY',
    amountMinor: 100,
    reason: 'payment',
    paymentId: null,
    label: null,
    businessOn: '2026-11-22',
    postedAt: Date.parse('2026-11-22T01:02:03.045Z'),
    ...changed,
  };
}

function postAll(...transfers: readonly NewTransfer[]): Promise<void> {
  return database.db.transaction((tx) => post(tx, transfers));
}

function auditNow(): Promise<AuditReport> {
  return audit(database.db, (bytes) => createHash('sha256').update(bytes).digest());
}

const INTACT = { firstBrokenSequence: null, headMatches: true, accountsOff: [], differenceMinor: 0 };

describe('the database itself refuses', () => {
  test.each([
    ['an amount below zero', { amountMinor: -1 }, 'transfer_amount_minor_check'],
    ['nothing at all', { amountMinor: 0 }, 'transfer_amount_minor_check'],
    ['one account on both sides', { creditAccount: 'drawer' }, 'transfer_check'],
    [
      'another currency than the debited account has',
      { debitAccount: 'dollars' },
      'transfer_debit_account_currency_fkey',
    ],
    [
      'another currency than the credited account has',
      { creditAccount: 'dollars' },
      'transfer_credit_account_currency_fkey',
    ],
    ['another currency than both accounts have', { currency: 'USD' }, 'transfer_debit_account_currency_fkey'],
    ['an account that is not there', { creditAccount: 'nowhere' }, 'transfer_credit_account_currency_fkey'],
    ['a reason that is no word', { reason: 'Payment 1' }, 'transfer_reason_check'],
    ['a label with a line break, which the hash could not tell apart', { label: 'a\nb' }, 'transfer_label_check'],
  ] as const)('%s', async (_, changed, constraint) => {
    await expect(postAll(transfer(), transfer(changed))).rejects.toMatchObject({ constraint });
    expect(await trialBalance(database.db)).toMatchObject({ totalDebitMinor: 0, chain: { length: 0 } });
    await postAll(transfer());
    expect(await auditNow()).toEqual({ transfers: 1, ...INTACT });
  });

  test('the same transfer a second time, together or later', async () => {
    const once = transfer();
    await expect(postAll(once, once)).rejects.toMatchObject({ constraint: 'transfer_id_key' });
    await postAll(once);
    await expect(postAll(once)).rejects.toMatchObject({ constraint: 'transfer_id_key' });
    expect(await trialBalance(database.db)).toMatchObject({ totalDebitMinor: 100, chain: { length: 1 } });
  });

  test('rows that somebody writes past the program are held to the same rules', async () => {
    const insert = (amount: number, credit: string) =>
      database.tamper(
        `insert into ledger.transfer (sequence, id, debit_account, credit_account, currency, amount_minor, reason, business_on, posted_at, hash)
         values (1, 'by-hand', 'drawer', '${credit}', 'CNY', ${amount}, 'payment', '2026-11-22', now(), decode(repeat('00', 32), 'hex'))`,
      );
    await expect(insert(-5, 'takings')).rejects.toMatchObject({ constraint: 'transfer_amount_minor_check' });
    await expect(insert(5, 'drawer')).rejects.toMatchObject({ constraint: 'transfer_check' });
    await insert(5, 'takings');
    expect(await trialBalance(database.db)).toMatchObject({ totalDebitMinor: 5, totalCreditMinor: 5 });
    expect(await auditNow()).toMatchObject({ firstBrokenSequence: 1, headMatches: false, accountsOff: [] });
  });

  test.each([
    ['changing', "update ledger.transfer set amount_minor = 1 where id like 't%'"],
    ['changing into the same', 'update ledger.transfer set amount_minor = amount_minor'],
    ['deleting', 'delete from ledger.transfer'],
    ['emptying', 'truncate ledger.transfer'],
  ])('%s what was posted', async (_, statement) => {
    await postAll(transfer());
    await expect(database.tamper(statement)).rejects.toMatchObject({ code: 'ZG001' });
    expect(await auditNow()).toEqual({ transfers: 1, ...INTACT });
  });
});

describe('the totals', () => {
  test('follow each transfer, on the side on which an account grows', async () => {
    await postAll(
      transfer({ amountMinor: 2_599 }),
      transfer({ amountMinor: 99, debitAccount: 'takings', creditAccount: 'drawer' }),
      transfer({ amountMinor: 500, debitAccount: 'drawer', creditAccount: 'payable' }),
    );
    const { accounts, ...totals } = await trialBalance(database.db);
    const of = (wanted: string) => accounts.find(({ id }) => id === wanted);
    expect(of('drawer')).toMatchObject({ debitMinor: 3_099, creditMinor: 99, balanceMinor: 3_000 });
    expect(of('takings')).toMatchObject({ debitMinor: 99, creditMinor: 2_599, balanceMinor: 2_500 });
    expect(of('payable')).toMatchObject({ debitMinor: 0, creditMinor: 500, balanceMinor: 500 });
    expect(totals).toMatchObject({ totalDebitMinor: 3_198, totalCreditMinor: 3_198, differenceMinor: 0 });
  });

  test('and the chain stay as they were when the database transaction is given up', async () => {
    await postAll(transfer());
    const before = await trialBalance(database.db);
    const givenUp = database.db.transaction(async (tx) => {
      await post(tx, [transfer()]);
      throw new Error('given up');
    });
    await expect(givenUp).rejects.toThrow('given up');
    expect(await trialBalance(database.db)).toEqual(before);
  });

  test('opening an account again leaves it as it is', async () => {
    await postAll(transfer());
    await openAccounts(database.db, [{ id: 'drawer', kind: 'income', currency: 'USD', title: { zh: 'x', en: 'x' } }]);
    const { accounts } = await trialBalance(database.db);
    expect(accounts.find(({ id }) => id === 'drawer')).toMatchObject({
      kind: 'asset',
      currency: 'CNY',
      debitMinor: 100,
    });
  });
});

describe('the chain', () => {
  test('is the one that an auditor computes, whatever the texts hold', async () => {
    await postAll(
      transfer({ paymentId: 'pay_1', label: '蔬菜 · week 25', postedAt: Date.parse('2026-06-30T16:00:00.000Z') }),
      transfer({ paymentId: 'pay_1', reason: 'fee', postedAt: 1 }),
      transfer({ amountMinor: Number.MAX_SAFE_INTEGER - 10_000 }),
    );
    expect(await auditNow()).toEqual({ transfers: 3, ...INTACT });
    const posted = await transfersOfPayment(database.db, 'pay_1');
    expect(posted.map(({ sequence, reason, businessOn, at }) => [sequence, reason, businessOn, at])).toEqual([
      [1, 'payment', '2026-11-22', '2026-06-30T16:00:00.000Z'],
      [2, 'fee', '2026-11-22', '1970-01-01T00:00:00.001Z'],
    ]);
  });

  test('begins with 32 zero bytes, and each hash covers the one before', async () => {
    const row = transfer();
    await postAll(row);
    const lines = [
      1,
      row.id,
      'drawer',
      'takings',
      'CNY',
      100,
      'payment',
      '',
      '',
      '2026-11-22',
      '2026-11-22T01:02:03.045Z',
    ];
    const first = createHash('sha256').update(Buffer.alloc(32)).update(lines.join('\n')).digest('hex');
    expect((await trialBalance(database.db)).chain).toEqual({ length: 1, headHash: first });
    await postAll(transfer());
    expect((await trialBalance(database.db)).chain.length).toBe(2);
    expect((await transfersOfAccount(database.db, 'drawer', 2, 9))[0]?.hash).toBe(first);
  });

  test('has one order however many post at once', async () => {
    const crowd = Array.from({ length: 60 }, () => [
      transfer(),
      transfer({ debitAccount: 'payable', creditAccount: 'drawer' }),
    ]);
    await Promise.all(crowd.map((pair) => postAll(...pair)));
    expect(await auditNow()).toEqual({ transfers: 120, ...INTACT });
    const posted = await transfersOfAccount(database.db, 'drawer', Number.MAX_SAFE_INTEGER, 200);
    expect(posted.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 120 }, (_, index) => 120 - index));
  });
});

describe('an audit finds', () => {
  /** Changes the book as the superuser, with the triggers out of the way. */
  async function forge(...statements: readonly string[]): Promise<void> {
    await database.tamper(
      'alter table ledger.transfer disable trigger user',
      ...statements,
      'alter table ledger.transfer enable trigger user',
    );
  }

  beforeEach(async () => {
    await postAll(
      ...Array.from({ length: 6 }, (_, index) => transfer({ amountMinor: 100 + index, paymentId: 'pay_1' })),
    );
    expect(await auditNow()).toEqual({ transfers: 6, ...INTACT });
  });

  test.each([
    ['amount_minor = amount_minor + 1', ['drawer', 'takings']],
    ["debit_account = 'payable'", ['drawer', 'payable']],
    ["reason = 'fee'", []],
    ["payment_id = 'pay_2'", []],
    ['payment_id = null', []],
    ["label = 'other'", []],
    ["business_on = '2026-11-23'", []],
    ["posted_at = posted_at + interval '1 millisecond'", []],
    ["id = 'other'", []],
    ["hash = decode(repeat('11', 32), 'hex')", []],
  ] as const)('a row with %s', async (change, accountsOff) => {
    await forge(`update ledger.transfer set ${change} where sequence = 3`);
    expect(await auditNow()).toMatchObject({ firstBrokenSequence: 3, accountsOff });
  });

  test('a row that is gone', async () => {
    await forge('delete from ledger.transfer where sequence = 4');
    expect(await auditNow()).toMatchObject({ firstBrokenSequence: 5, accountsOff: ['drawer', 'takings'] });
  });

  test('a first row that is gone', async () => {
    await forge('delete from ledger.transfer where sequence = 1');
    expect(await auditNow()).toMatchObject({ firstBrokenSequence: 2 });
  });

  test('two rows that changed places', async () => {
    await forge(
      'update ledger.transfer set sequence = 99 where sequence = 2',
      'update ledger.transfer set sequence = 2 where sequence = 5',
      'update ledger.transfer set sequence = 5 where sequence = 99',
    );
    expect(await auditNow()).toMatchObject({ firstBrokenSequence: 2, accountsOff: [] });
  });

  test('a tail that was cut off, even with totals made to fit', async () => {
    await forge(
      'delete from ledger.transfer where sequence > 4',
      "update ledger.account set debit_minor = 406 where id = 'drawer'",
      "update ledger.account set credit_minor = 406 where id = 'takings'",
    );
    expect(await auditNow()).toMatchObject({
      transfers: 4,
      firstBrokenSequence: null,
      headMatches: false,
      accountsOff: [],
      differenceMinor: 0,
    });
  });

  test('the whole book emptied', async () => {
    await forge('truncate ledger.transfer');
    expect(await auditNow()).toMatchObject({ transfers: 0, headMatches: false, accountsOff: ['drawer', 'takings'] });
  });

  test('a total that was changed, and one that hides it from the balance', async () => {
    await forge("update ledger.account set debit_minor = debit_minor + 7 where id = 'drawer'");
    expect(await auditNow()).toMatchObject({
      firstBrokenSequence: null,
      headMatches: true,
      accountsOff: ['drawer'],
      differenceMinor: 7,
    });
    await forge("update ledger.account set credit_minor = credit_minor + 7 where id = 'payable'");
    expect(await auditNow()).toMatchObject({ accountsOff: ['drawer', 'payable'], differenceMinor: 0 });
  });

  test('a row that was slipped in at the end', async () => {
    await database.tamper(
      `insert into ledger.transfer select 7, 'slipped', debit_account, credit_account, currency, 1, reason, payment_id, label, business_on, posted_at, hash
       from ledger.transfer where sequence = 6`,
    );
    expect(await auditNow()).toMatchObject({ firstBrokenSequence: 7, headMatches: false, accountsOff: [] });
  });

  test('a head that was changed', async () => {
    await database.tamper("update ledger.chain set head = decode(repeat('22', 32), 'hex')");
    expect(await auditNow()).toMatchObject({ firstBrokenSequence: null, headMatches: false });
    await expect(postAll(transfer())).resolves.toBeUndefined();
    expect(await auditNow()).toMatchObject({ firstBrokenSequence: 7 });
  });
});

test('takings by day count what came in and went out under a label', async () => {
  const day = (businessOn: string, amountMinor: number, changed: Partial<NewTransfer> = {}) =>
    transfer({ businessOn, amountMinor, label: 'week', ...changed });
  await postAll(
    day('2026-06-16', 1_000),
    day('2026-06-16', 300, { debitAccount: 'takings', creditAccount: 'drawer', reason: 'return' }),
    day('2026-06-17', 50, { creditAccount: 'payable' }),
    day('2026-06-17', 9, { label: 'other' }),
    day('2026-06-17', 8, { reason: 'fee' }),
  );
  expect(await netByDay(database.db, ['takings', 'payable'], 'week', ['payment', 'return'])).toEqual([
    { date: '2026-06-16', amount_minor: 700 },
    { date: '2026-06-17', amount_minor: 50 },
  ]);
});
