import { Fault } from '@zhanggui/base';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aPayment, aPlugin, MADE_AT } from '../../test/support/a-payment.ts';
import { paymentsOn } from '../../test/support/payments-on.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openAccounts } from '../ledger/store.ts';
import { type AuthorizeRequest, authorizeOnce } from './authorize.ts';
import type { Payments } from './context.ts';
import type { PaymentMethod } from './method.ts';
import { accountsFor } from './postings.ts';

const NOW = MADE_AT + 1_000;
const plugin = aPlugin({ preAuthorizes: true });

let database: TestDatabase;
/** What the method was asked to take, and with what. */
const asked: { id: string; instrument: unknown }[] = [];
const method: Pick<PaymentMethod, 'prepare' | 'authorize'> = {
  prepare: async () => ({ channelData: {}, maskedInstrument: null, instrument: 'opened' }),
  authorize: async ({ id }, instrument) => {
    asked.push({ id, instrument });
    return { kind: 'approved', channelReference: 'REF' };
  },
};

beforeAll(async () => {
  database = await openTestDatabase();
  await openAccounts(database.db, accountsFor('mer_1', 'CNY', [plugin]));
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close(), DATABASE_TIMEOUT_MS);
beforeEach(() => {
  asked.length = 0;
});

/** The module as one of several server processes runs it. */
function aServer(changed: Partial<typeof method> = {}): Payments {
  return paymentsOn(database.db, {
    now: () => NOW,
    methods: [{ plugin, method: { ...method, ...changed } as PaymentMethod }],
  });
}

let commands = 0;

function aRequest(changed: Partial<AuthorizeRequest> = {}): AuthorizeRequest {
  commands += 1;
  const { merchantId, storeId, tillId, shiftId, staffId, amountMinor, currency, subject, label, businessOn } =
    aPayment();
  return {
    ...{ merchantId, storeId, tillId, shiftId, staffId, amountMinor, currency, subject, label, businessOn },
    ...{ method: plugin.id, credential: 'sealed', roundingMinor: 0, saleDueMinor: amountMinor, occurredAt: null },
    commandKey: `command-${commands}`,
    contentHash: `content-${commands}`,
    saleId: `sale_${commands}`,
    saleNumber: `1122-${commands}`,
    ...changed,
  };
}

test('the channel is asked with what was prepared, and nothing of that is stored', async () => {
  const paid = await authorizeOnce(aServer(), aRequest());
  expect(asked).toEqual([{ id: paid.id, instrument: 'opened' }]);
  expect(JSON.stringify(paid)).not.toMatch(/opened|sealed/);
});

test('one command handed to two servers at once is one payment, and both answer with it', async () => {
  for (let round = 0; round < 5; round += 1) {
    asked.length = 0;
    const request = aRequest();
    const [one, other] = await Promise.all([aServer(), aServer()].map((server) => authorizeOnce(server, request)));
    expect(one?.id).toBe(other?.id);
    expect(asked).toHaveLength(1);
  }
});

test('a server that finds its command carried out by another answers with the payment and not with a refusal', async () => {
  const hold = await authorizeOnce(aServer(), aRequest({ saleId: null, purpose: 'pre-authorization' }));
  const request = aRequest({ completes: hold.id });
  const late = aServer();
  let first = true;
  const overtaken: Payments = {
    ...late,
    // The other server makes the payment just after this one has looked for it.
    async earlier(command) {
      const found = await late.earlier(command);
      if (first) await authorizeOnce(aServer(), request);
      first = false;
      return found;
    },
  };
  const answer = await authorizeOnce(overtaken, request);
  expect(answer).toMatchObject({ commandKey: request.commandKey, state: 'succeeded', completes: hold.id });
  const another = { ...request, contentHash: 'other content' };
  await expect(authorizeOnce(aServer(), another)).rejects.toThrow('idempotency-conflict');
  await expect(authorizeOnce(aServer(), aRequest({ completes: hold.id }))).rejects.toThrow('not-open');
});

test('what the method refuses after the intent is written leaves a payment that is still asked about', async () => {
  const refusing = aServer({
    authorize: async () => {
      throw new Fault('channel-not-configured');
    },
  });
  const answer = await authorizeOnce(refusing, aRequest());
  expect(answer).toMatchObject({ state: 'created', nextAttemptAt: expect.any(Number) });
});
