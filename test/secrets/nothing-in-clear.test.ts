import { sql } from '@zhanggui/base';
import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { stripeTrack2 } from '../../sim/cards/card-values.ts';
import { cardById, testCards, virtualCards } from '../../sim/cards/cards.ts';
import { type ApiClient, ApiProblem } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { UNFINISHED, until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';
import { digitsSecret, filesOf, findSecrets, keySecret, type Secret, type Trace, textSecret } from './traces.ts';

/** A wrong PIN whose digits are in nothing else, so that it is found wherever it went. */
const TYPED_PIN = '905172836401';
const AMOUNTS = [1_900, 123_400] as const;
/** A number that a client sends where no number belongs; it must not come back, nor be written down. */
const SENT_BY_MISTAKE = '6200009876543210984';
const FAULTS = ['silent', 'wrong-mac', 'garbage', 'disconnect', 'duplicate'] as const;

let world: World;
let server: TestServer;
let client: ApiClient;
let customer: CustomerWithCards;
/** What the API and the readers answered, as a till or a console would have seen it. */
const answers: string[] = [];
const codes: string[] = [];

beforeAll(async () => {
  world = await openWorld({ durable: true });
  customer = new CustomerWithCards(world.simulator);
  server = await world.startServer({ LOG_LEVEL: 'trace' });
  client = await server.signIn();
  await client.openShift();
}, 120_000);
afterAll(() => world.close());

test('no card number, track, typed PIN, key or payment code stands in clear in anything that was written', {
  timeout: 240_000,
}, async () => {
  for (const card of virtualCards)
    for (const way of card.ways) for (const amountMinor of AMOUNTS) await tryCard(card.id, way, amountMinor);
  await tryFaults();
  await tryMistakes();
  await tryWallets();
  await readEverything();
  await server.kill();

  const secrets = await secretsOfTheRun();
  const traces = [
    ...(await tablesOf()),
    ...filesOfTheRun(),
    { where: 'the log', bytes: Buffer.from(server.log()) },
    answered(),
  ];
  expect(secrets.length).toBeGreaterThan(60);
  expect(traces.length).toBeGreaterThan(100);
  expect(findSecrets(secrets, traces)).toEqual([]);
  // The search itself finds what is there: a masked number, and the shop's name in the tables.
  expect(findSecrets([textSecret('a mask', '•••• ')], traces).length).toBeGreaterThan(0);
});

/** Presents a card, with a PIN that is wrong, and takes what it allows; a card that the reader refuses is tried all the same. */
async function tryCard(cardId: string, way: 'insert' | 'tap' | 'swipe' | 'hold', amountMinor: number): Promise<void> {
  const sale = await client.saleOf(amountMinor);
  for (const pin of [TYPED_PIN, cardById(cardId)?.pin]) {
    await attempt(async () => {
      const credential = await customer.presentCard(cardId, amountMinor, 'till_1', pin, { way });
      const payment = await client.pay(sale.id, 'card', amountMinor, credential);
      if (payment.state === 'succeeded' && amountMinor === AMOUNTS[0])
        answers.push(
          JSON.stringify(
            await client.send('POST', `/payments/${payment.id}/refunds`, { amountMinor: 100, reason: 'test' }),
          ),
        );
      return payment;
    });
  }
}

async function tryFaults(): Promise<void> {
  for (const kind of FAULTS) {
    await customer.setBankFault({ kind });
    await attempt(async () => {
      const sale = await client.saleOf(AMOUNTS[0]);
      const credential = await customer.presentCard('debit-swipe', AMOUNTS[0], 'till_1', '123456');
      return client.pay(sale.id, 'card', AMOUNTS[0], credential);
    });
    await customer.clearFaults();
  }
  await until(
    () => client.send<{ payments: { state: string }[] }>('GET', '/tills/till_1/unresolved'),
    ({ payments }) => payments.every(({ state }) => !UNFINISHED.includes(state)),
  );
}

/** Requests that carry a number where none belongs: in a credential, a reason, a path, a query. */
async function tryMistakes(): Promise<void> {
  const sale = await client.saleOf(AMOUNTS[0]);
  const body = { method: 'card', amountMinor: AMOUNTS[0], credential: { pan: SENT_BY_MISTAKE, pin: TYPED_PIN } };
  await attempt(() => client.send('POST', `/sales/${sale.id}/payments`, body));
  await attempt(() => client.send('POST', `/sales/${sale.id}/payments`, { ...body, credential: SENT_BY_MISTAKE }));
  await attempt(() =>
    client.send('POST', `/sales/${sale.id}/payments`, {
      ...body,
      method: 'wechat',
      credential: { code: SENT_BY_MISTAKE },
    }),
  );
  await attempt(() => client.send('GET', `/payments/${SENT_BY_MISTAKE}`));
  await attempt(() => client.send('GET', `/payments?cursor=${SENT_BY_MISTAKE}`));
}

async function tryWallets(): Promise<void> {
  for (const wallet of ['wechat', 'alipay'] as const) {
    const code = await customer.paymentCode(wallet);
    codes.push(code);
    const sale = await client.saleOf(AMOUNTS[0]);
    await attempt(() => client.pay(sale.id, wallet, AMOUNTS[0], { code }));
    const again = await client.saleOf(AMOUNTS[0]);
    await attempt(() => client.pay(again.id, wallet, AMOUNTS[0], { code }));
  }
}

/** What console and till can ask for afterwards: every payment with its timeline, lists, reports, health. */
async function readEverything(): Promise<void> {
  const { payments } = await client.send<{ payments: PaymentView[] }>('GET', '/payments?limit=200');
  const of = (state: string): number => payments.filter((payment) => payment.state === state).length;
  // Every kind of end was reached, so that the search has something to find.
  expect({ succeeded: of('succeeded') > 15, failed: of('failed') > 10, cancelled: of('cancelled') > 2 }).toEqual({
    succeeded: true,
    failed: true,
    cancelled: true,
  });
  for (const { id } of payments) await attempt(() => client.payment(id));
  for (const path of ['/reports/day', '/ledger/trial-balance', '/batches', '/pre-authorizations'])
    await attempt(() => client.send('GET', path));
}

async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    answers.push(JSON.stringify(await work()));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    answers.push(error instanceof ApiProblem ? JSON.stringify(error.body) : error.message);
  }
}

async function secretsOfTheRun(): Promise<readonly Secret[]> {
  const { bank, readers, wallets } = world.simulator.credentials();
  return [
    digitsSecret('a number sent by mistake', SENT_BY_MISTAKE),
    digitsSecret('a typed PIN', TYPED_PIN),
    ...testCards.flatMap((card) => {
      const { pan, expiry, pin } = card;
      const track = stripeTrack2({ pan, expiry }, '120', pin);
      return [
        digitsSecret(`the number of ${card.id}`, pan),
        textSecret(`the track of ${card.id}`, track),
        textSecret(`the discretionary data of ${card.id}`, track.split('D')[1] ?? track),
      ];
    }),
    ...bank.terminals.map(({ terminalId, tmk }) => keySecret(`the master key of terminal ${terminalId}`, tmk)),
    ...readers.map(({ readerId, bdk }) => keySecret(`the base key of reader ${readerId}`, bdk)),
    ...codes.map((code, index) => digitsSecret(`payment code ${index}`, code)),
    ...Object.entries(wallets).flatMap(([wallet, { secrets }]) =>
      Object.entries(secrets as Readonly<Record<string, string>>).map(([name, secret]) =>
        // Of a key in PEM its third line: the first ones look alike in every key.
        textSecret(`${name} of ${wallet}`, secret.split('\n')[3] ?? secret),
      ),
    ),
  ];
}

const tablesSql = sql(
  'test-tables',
  `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
   where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
);

/** Every row of every table, as text. */
async function tablesOf(): Promise<readonly Trace[]> {
  const database = openPgDb(world.databaseUrl);
  try {
    const traces: Trace[] = [];
    for (const { name } of await database.query<{ name: string }>(tablesSql)) {
      const rowsSql = sql(`test-rows-${name}`, `select row_to_json(t)::text as row from ${name} t`);
      const rows = await database.query<{ row: string }>(rowsSql);
      traces.push({ where: `table ${name}`, bytes: Buffer.from(rows.map(({ row }) => row).join('\n')) });
    }
    return traces;
  } finally {
    await database.close();
  }
}

/** The database's own files and everything else in the data folder but the outside world's, which has its own cards and keys. */
function filesOfTheRun(): readonly Trace[] {
  return filesOf(world.folder, (name) => !name.startsWith('sim/'));
}

function answered(): Trace {
  return {
    where: 'an answer of the API or a reader',
    bytes: Buffer.from(answers.join('\n')),
  };
}
