import type { PaymentView } from '@zhanggui/modules/payments/api.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPgDb } from '../../apps/server/db/pg-db.ts';
import { cardById, testCards, virtualCards } from '../../sim/cards/cards.ts';
import { WALLET_IDS } from '../../sim/wallets/code-issuer.ts';
import { type ApiClient, ApiProblem } from '../support/api-client.ts';
import { CustomerWithCards } from '../support/customer.ts';
import { UNFINISHED, until } from '../support/until.ts';
import { openWorld, type TestServer, type World } from '../support/world.ts';
import { Listener, placesOf } from './places.ts';
import { secretsOf } from './run-secrets.ts';
import { digitsSecret, findSecrets, pinBlockSecret, type Secret, textSecret } from './traces.ts';

/** A wrong PIN whose digits are in nothing else, so that it is found wherever it went. */
const TYPED_PIN = '905172836401';
/** Each till takes one of the amounts with every card. */
const AMOUNTS = { till_1: 1_900, till_2: 123_400 } as const;
type TillId = keyof typeof AMOUNTS;
const AMOUNT = AMOUNTS.till_1;
/** A number that a client sends where no number belongs; it must not come back, nor be written down. */
const SENT_BY_MISTAKE = '6200009876543210984';
const FAULTS = ['silent', 'wrong-mac', 'garbage', 'disconnect', 'duplicate'] as const;

let world: World;
let server: TestServer;
let client: ApiClient;
let customer: CustomerWithCards;
let heard: Listener;
let events: readonly { stop(): void }[];
const codes: string[] = [];

beforeAll(async () => {
  world = await openWorld({ durable: true });
  customer = new CustomerWithCards(world.simulator);
  server = await world.startServer({ LOG_LEVEL: 'trace' });
  heard = new Listener(server.origin);
  client = await server.signIn('owner');
  await Promise.all([client.openShift('till_1'), client.openShift('till_2')]);
  const hear = (name: string, data: unknown) => heard.event(name, data);
  events = await Promise.all([client.follow('till_1', hear), client.follow('till_2', hear)]);
}, 120_000);
afterAll(async () => {
  for (const followed of events) followed.stop();
  heard.stop();
  await world.close();
});

test('no card number, track, typed PIN, key or payment code stands in clear in anything that was written', {
  timeout: 240_000,
}, async () => {
  // From both ends of the box, so that no card is at two tills at once.
  await Promise.all([tryCards('till_1', virtualCards), tryCards('till_2', virtualCards.toReversed())]);
  await tryFaults();
  await tryMistakes();
  await tryWallets();
  await tryAccounts();
  await readEverything();

  const secrets = [...(await secretsOf(world)), ...secretsOfTheRun()];
  const places = await placesOf(world, server, heard);
  expect(secrets.length).toBeGreaterThan(120);
  expect(places.length).toBeGreaterThan(100);
  expect(findSecrets(secrets, places)).toEqual([]);
});

test('the search reads every place: what is no secret is found in each', async () => {
  const { payments } = await client.send<{ payments: PaymentView[] }>('GET', '/payments?limit=200');
  const id = payments.find(({ method, state }) => method === 'wechat' && state === 'succeeded')?.id ?? '';
  const found = findSecrets(
    [
      textSecret('a payment', id),
      textSecret('where the server lies', 'apps/server/main.ts'),
      textSecret('a port', 'PORT=0'),
      textSecret('a line', 'acquirer line'),
      textSecret('codepay', '/transactions/codepay'),
    ],
    await placesOf(world, server, heard),
  );
  const places = ['table payments.payment', 'table payments.event', 'an answer', 'an event'];
  expect(found).toEqual(expect.arrayContaining(places.map((place) => `a payment stands in ${place}`)));
  expect(found).toContainEqual(expect.stringMatching(/^a payment stands in postgres\/pg_wal\//));
  expect(found).toContain('a line stands in the log');
  expect(found).toContain('codepay stands in an address of the outside');
  if (process.platform !== 'linux') return;
  expect(found).toContain("where the server lies stands in the process's cmdline");
  expect(found).toContain("a port stands in the process's environ");
});

test('a secret that somebody writes to a table is found there and in the files, as text, as bytes, and in what is kept compressed', async () => {
  const [card] = testCards;
  if (card === undefined) throw new Error('there is no card');
  const db = openPgDb(world.databaseUrl);
  const write = async (...statements: readonly string[]): Promise<void> => {
    for (const text of statements) await db.query({ name: '', text });
  };
  try {
    await write(
      'create table public.planted_text (it text)',
      'create table public.planted_bytes (it bytea)',
      'create table public.planted_compressed (it jsonb)',
      `insert into public.planted_text values ('${card.pan}')`,
      `insert into public.planted_bytes values (decode('${card.pan.padEnd(20, '0')}', 'hex'))`,
      `insert into public.planted_compressed values (jsonb_build_object('fill', repeat('x', 100000), 'pan', '${card.pan}'))`,
    );
    const found = findSecrets([digitsSecret('it', card.pan)], await placesOf(world, server, heard));
    const tables = ['text', 'bytes', 'compressed'].map((name) => `it stands in table public.planted_${name}`);
    expect(found).toEqual(expect.arrayContaining(tables));
    expect(found).toContainEqual(expect.stringMatching(/^it stands in postgres\/pg_wal\//));
  } finally {
    await write('drop table public.planted_text, public.planted_bytes, public.planted_compressed');
    await db.close();
  }
});

async function tryCards(tillId: TillId, cards: typeof virtualCards): Promise<void> {
  for (const { id, ways } of cards) for (const way of ways) await tryCard(tillId, id, way);
}

/** Presents a card, with a PIN that is wrong, and takes what it allows; a card that the reader refuses is tried all the same. */
async function tryCard(tillId: TillId, cardId: string, way: 'insert' | 'tap' | 'swipe' | 'hold'): Promise<void> {
  const amountMinor = AMOUNTS[tillId];
  const sale = await client.saleOf(amountMinor, tillId);
  for (const pin of [TYPED_PIN, cardById(cardId)?.pin]) {
    await attempt(async () => {
      const credential = await customer.presentCard(cardId, amountMinor, tillId, pin, { way });
      const payment = await client.pay(sale.id, 'card', amountMinor, credential);
      if (payment.state === 'succeeded' && tillId === 'till_1')
        await client.send('POST', `/payments/${payment.id}/refunds`, { amountMinor: 100, reason: 'test' });
      return payment;
    });
  }
}

async function tryFaults(): Promise<void> {
  for (const kind of FAULTS) {
    await customer.setBankFault({ kind });
    await attempt(async () => {
      const sale = await client.saleOf(AMOUNT);
      const credential = await customer.presentCard('debit-swipe', AMOUNT, 'till_1', '123456');
      return client.pay(sale.id, 'card', AMOUNT, credential);
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
  const sale = await client.saleOf(AMOUNT);
  const body = { method: 'card', amountMinor: AMOUNT, credential: { pan: SENT_BY_MISTAKE, pin: TYPED_PIN } };
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
  for (const wallet of WALLET_IDS) await tryCode(wallet, await customer.paymentCode(wallet));
  await tryCode('card', await customer.cardCode('debit-approves'));
}

/** A code that pays, is sent again, and is sent to where it does not belong; and a code that is shown. */
async function tryCode(method: string, code: string): Promise<void> {
  codes.push(code);
  for (const wallet of [method, method, method === 'wechat' ? 'alipay' : 'wechat'])
    await attempt(async () => client.pay((await client.saleOf(AMOUNT)).id, wallet, AMOUNT, { code }));
  await attempt(async () => client.pay((await client.saleOf(AMOUNT)).id, method, AMOUNT, { show: true }));
}

/** Each account is entered again in the console, and tried. */
async function tryAccounts(): Promise<void> {
  const { wallets } = world.simulator.credentials();
  for (const wallet of WALLET_IDS) {
    const { settings, secrets } = wallets[wallet];
    await client.send('PUT', `/channels/${wallet}`, { values: { ...settings, ...secrets } });
    await client.send('POST', `/channels/${wallet}/test`);
    const wrong = Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, `${secret}x`]));
    await attempt(() => client.send('PUT', `/channels/${wallet}`, { values: wrong }));
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
  for (const { id } of payments) await client.payment(id);
  for (const path of READ_AFTERWARDS) await client.send('GET', path);
}

const READ_AFTERWARDS = [
  '/reports/day',
  '/ledger/trial-balance',
  '/batches',
  '/pre-authorizations',
  '/channels',
  '/acquirers/health',
  '/acquirers/advices',
  '/tills/till_1/display',
];

/** What is refused is refused in words; anything else is an error of the test. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiProblem) && !isReadersWord(error)) throw error;
  }
}

/** The reader refuses cards that it cannot take; it says so in place of a sealed card. */
function isReadersWord(error: unknown): boolean {
  return error instanceof Error && /^(the reader says|POST \/readers\/)/.test(error.message);
}

/** What the run typed, scanned and was given. */
function secretsOfTheRun(): readonly Secret[] {
  return [
    digitsSecret('a number sent by mistake', SENT_BY_MISTAKE),
    digitsSecret('a typed PIN', TYPED_PIN),
    ...testCards.map(({ id, pan }) => pinBlockSecret(`a clear block of the typed PIN with ${id}`, TYPED_PIN, pan)),
    ...codes.map((code, index) => digitsSecret(`payment code ${index}`, code)),
    ...heard.sessions.map((token) => textSecret('a session', token)),
  ];
}
