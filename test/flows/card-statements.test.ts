import type { Db, Queryable } from '@zhanggui/base';
import { createKeyStore } from '@zhanggui/modules/keys/store.ts';
import { openAccounts } from '@zhanggui/modules/ledger/store.ts';
import { authorizeOnce } from '@zhanggui/modules/payments/authorize.ts';
import type { Payments } from '@zhanggui/modules/payments/context.ts';
import { accountsFor } from '@zhanggui/modules/payments/postings.ts';
import { beginReversals } from '@zhanggui/modules/payments/resolve.ts';
import type { SealedCard } from '@zhanggui/modules/switch/api.ts';
import { card } from '@zhanggui/plugins/methods/card/plugin.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPayment } from '../support/a-payment.ts';
import { type CardChain, startCardChain } from '../support/card-chain.ts';
import { paymentsOn } from '../support/payments-on.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** What goes on beside any payment. */
const BESIDE = 'switch-lanes-due';

let database: TestDatabase;
let chain: CardChain;
let payments: Payments;
const asked: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  const db = listening(database.db);
  chain = await startCardChain(db, {
    authorizeTimeoutMs: 20_000,
    keyStore: createKeyStore(db),
    beginReversals: (tillId) => beginReversals(payments, tillId),
  });
  payments = paymentsOn(db, { now: () => Date.now(), methods: [{ plugin: card, method: chain.method }] });
  await openAccounts(db, accountsFor('mer_1', 'CNY', [card]));
}, DATABASE_TIMEOUT_MS);
afterAll(async () => {
  await chain.close();
  await database.close();
}, DATABASE_TIMEOUT_MS);

/** The same database; the names of its statements are noted. */
function listening(db: Db): Db {
  const heard = (queryable: Queryable): Queryable => ({
    query(statement, values) {
      if (statement.name !== BESIDE) asked.push(statement.name);
      return queryable.query(statement, values);
    },
  });
  return {
    ...heard(db),
    transaction: (work) =>
      db.transaction((tx) => {
        asked.push('begin');
        return work(heard(tx));
      }),
  };
}

const { id: _, createdAt: __, completes: ___, occurredAt: ____, ...facts } = aPayment({ method: card.id });
const present = () => chain.present('credit-contactless', facts.amountMinor);

async function paid(name: string, credential: SealedCard): Promise<void> {
  const numbers = { commandKey: name, contentHash: name, saleId: name, saleNumber: name };
  const request = { ...facts, ...numbers, occurredAt: null, saleDueMinor: facts.amountMinor, credential };
  expect((await authorizeOnce(payments, request)).state).toBe('succeeded');
}

test('a contactless payment asks the database for so much and no more, and a crowd shares what it asks', async () => {
  await paid('first', await present());
  const second = await present();
  asked.length = 0;
  await paid('second', second);
  expect(asked).toEqual([
    'payments-by-keys',
    'switch-terminals-of-tills',
    'keys-load',
    'switch-reserve-traces',
    ...['begin', 'batch-gate-enter', 'payments-insert'],
    'switch-terminals',
    'payments-claim-reversals',
    'switch-claim-presentations',
    ...['keys-load', 'keys-load'],
    ...['begin', 'payments-step', 'payments-event', 'ledger-post'],
  ]);

  const alone = asked.length;
  const cards: SealedCard[] = [];
  while (cards.length < 10) cards.push(await present());
  asked.length = 0;
  await Promise.all(cards.map((each, index) => paid(`crowd-${index}`, each)));
  expect(asked.length).toBeLessThan((cards.length * alone) / 2);
});
