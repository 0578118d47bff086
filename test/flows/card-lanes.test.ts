import { beijingDate, type Clock } from '@zhanggui/base';
import { AdviceQueue } from '@zhanggui/modules/switch/advice.ts';
import type { AdviceStore } from '@zhanggui/modules/switch/advice-store.ts';
import type { AcquirerAnswer, AcquirerRequest, ResponseMeaning } from '@zhanggui/modules/switch/api.ts';
import { Credentials } from '@zhanggui/modules/switch/credentials.ts';
import type { Terminal } from '@zhanggui/modules/switch/store.ts';
import { scaledWaits } from '@zhanggui/modules/switch/waits.ts';
import { cups } from '@zhanggui/plugins/acquirers/cups/plugin.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CardChain, startCardChain } from '../support/card-chain.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const TILL = 'till_1';

let database: TestDatabase;
let chain: CardChain;

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close());
beforeEach(async () => {
  chain = await startCardChain(database.db);
});
afterEach(() => chain.close());

/** The message of a sale that was approved without the bank. */
async function offlineSale(reference: string, amountMinor: number, tillId = TILL): Promise<AcquirerRequest> {
  const card = await chain.present('debit-swipe', amountMinor);
  const { trace, vaulted } = await chain.line.exchange.reserve(tillId, card);
  const facts = { trace, amountMinor, currency: 'CNY', createdAt: Date.now() } as const;
  return { kind: 'offline-sale', reference, ...facts, card: { vaulted } };
}

const statusOf = async (reference: string) => (await chain.line.exchange.adviceStatus(reference))[0];
const booked = () => chain.bank.host.book.authorizations(100).filter(({ kind }) => kind === 'offline-sale');
const isDone = (reference: string) =>
  expect.poll(async () => (await statusOf(reference))?.state, { timeout: 5_000 }).toBe('done');

test('a stored message goes out by itself, once however often it is stored', async () => {
  const advice = await offlineSale('pay_1', 700);
  await chain.line.exchange.enqueue(advice);
  await chain.line.exchange.enqueue(advice);
  await isDone('pay_1');
  expect(booked()).toMatchObject([{ amountMinor: 700, state: 'approved' }]);
  const [{ rrn, authorizationCode } = { rrn: '', authorizationCode: '' }] = booked();
  expect(await statusOf('pay_1')).toMatchObject({ attempts: 1, responseCode: '00', quarantinedAt: null });
  const hostOn = beijingDate(Date.now());
  expect((await statusOf('pay_1'))?.answer).toEqual({ rrn, authorizationCode, hostOn });
});

test('what waits for a dead line goes out when it is back', async () => {
  const advice = await offlineSale('pay_1', 700);
  await chain.bank.line.down();
  await chain.line.exchange.enqueue(advice);
  await expect.poll(async () => (await statusOf('pay_1'))?.attempts, { timeout: 5_000 }).toBeGreaterThan(1);
  expect(await statusOf('pay_1')).toMatchObject({ state: 'waiting' });
  await chain.bank.line.up();
  await isDone('pay_1');
  expect(booked()).toHaveLength(1);
});

test('a process that is gone before it sends, or after the host has taken the message, loses and doubles nothing', async () => {
  const before = await offlineSale('pay_before', 100);
  const after = await offlineSale('pay_after', 200);
  await chain.line.close();
  const line = chain.openSecondProcess();
  await line.exchange.stopForwarding();
  // Processes of some minutes ago: their leases are over.
  const dying = (minutesAgo: number, ask: (request: AcquirerRequest) => Promise<AcquirerAnswer>) =>
    queueWith(
      ask,
      { now: () => Date.now() - minutesAgo * 60_000, sleep: () => Promise.resolve() },
      // What is killed writes nothing more.
      { ...chain.stores.advices, postpone: async () => undefined, free: async () => undefined },
    );
  const beforeSending = dying(20, async () => {
    throw new Error('killed');
  });
  await beforeSending.enqueue(before);
  await expect(beforeSending.drain()).rejects.toThrow('killed');
  const afterTaking = dying(10, async (request) => {
    await line.exchange.ask({ ...request, answerBy: Date.now() + 5_000 });
    throw new Error('killed');
  });
  await afterTaking.enqueue(after);
  await expect(afterTaking.retry('pay_after')).rejects.toThrow('killed');
  expect(booked()).toMatchObject([{ amountMinor: 200 }]);
  await line.close();
  const next = chain.openSecondProcess();
  await isDone('pay_before');
  await isDone('pay_after');
  await next.close();
  expect(
    booked()
      .map(({ amountMinor }) => amountMinor)
      .sort(),
  ).toEqual([100, 200]);
  expect((await statusOf('pay_after'))?.attempts).toBe(2);
});

test('a message that the host does not answer lets those behind it pass', async () => {
  const stuck = await offlineSale('pay_stuck', 100);
  const behind = await offlineSale('pay_behind', 200);
  chain.bank.host.faults.addNext({ kind: 'deaf' }, ['0220'], 1);
  await chain.line.exchange.enqueue(stuck);
  await chain.line.exchange.enqueue(behind);
  await isDone('pay_behind');
  await isDone('pay_stuck');
  expect([(await statusOf('pay_stuck'))?.attempts, (await statusOf('pay_behind'))?.attempts]).toEqual([2, 1]);
  expect(
    booked()
      .map(({ amountMinor }) => amountMinor)
      .sort(),
  ).toEqual([100, 200]);
});

test('a message that the host has never got goes with the batch that the host is in, and one that it may have got does not', async () => {
  const never = await offlineSale('pay_never', 100);
  const perhaps = await offlineSale('pay_perhaps', 200);
  chain.bank.host.faults.addNext({ kind: 'deaf' }, ['0220'], 1);
  await chain.line.exchange.enqueue(perhaps);
  await expect.poll(async () => (await statusOf('pay_perhaps'))?.lastCause, { timeout: 5_000 }).toContain('no answer');
  chain.bank.host.terminals.closeBatch(never.trace.terminalId);
  await chain.line.exchange.enqueue(never);
  await isDone('pay_never');
  expect(booked()).toMatchObject([{ amountMinor: 100, batchNumber: '000002' }]);
  await chain.line.exchange.retryAdvices('pay_perhaps');
  expect(await statusOf('pay_perhaps')).toMatchObject({ state: 'waiting', lastCause: 'answered 77' });
});

test('a definite refusal ends the message and frees its room under the limits', async () => {
  const terminal = await terminalOfTill();
  await chain.stores.offline.setLimits(terminal, 1_000, 1_500);
  const advice = await offlineSale('pay_1', 1_000);
  expect(await chain.line.exchange.claimOffline(TILL, 1_000, 'pay_1')).toBe('claimed');
  expect(await chain.line.exchange.offlineLimits(TILL)).toMatchObject({ usedMinor: 1_000 });
  chain.bank.host.faults.addNext({ kind: 'decline', code: '14' }, ['0220']);
  await chain.line.exchange.enqueue(advice);
  await expect.poll(async () => (await statusOf('pay_1'))?.state, { timeout: 5_000 }).toBe('refused');
  expect(await statusOf('pay_1')).toMatchObject({ responseCode: '14' });
  expect(await chain.line.exchange.offlineLimits(TILL)).toMatchObject({ usedMinor: 0 });
});

test('sealed data of one presentation is told to the bank for one payment only', async () => {
  const advice = await offlineSale('pay_1', 700);
  await chain.line.exchange.enqueue(advice);
  const { trace } = await chain.line.exchange.nextTrace(advice.trace, 'pay_2');
  await expect(chain.line.exchange.enqueue({ ...advice, trace, reference: 'pay_2' })).rejects.toThrow(
    'credential-refused',
  );
  await isDone('pay_1');
});

test('racing payments never exceed what a terminal may approve alone', async () => {
  const terminal = await terminalOfTill();
  const { exchange } = chain.line;
  expect(await exchange.claimOffline(terminal.tillId, 1, 'pay_none')).toBe('not-allowed');
  await chain.stores.offline.setLimits(terminal, 500, 2_000);
  expect(await exchange.claimOffline(terminal.tillId, 501, 'pay_large')).toBe('over-payment-limit');
  const references = Array.from({ length: 20 }, (_, index) => `pay_${index}`);
  const claims = await Promise.all(references.map((each) => exchange.claimOffline(terminal.tillId, 300, each)));
  expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(6);
  expect(claims.filter((claim) => claim === 'over-total')).toHaveLength(14);
  const held = references[claims.indexOf('claimed')] ?? '';
  expect(await exchange.claimOffline(terminal.tillId, 300, held)).toBe('claimed');
  expect(await exchange.offlineLimits(terminal.tillId)).toMatchObject({ allowed: true, usedMinor: 1_800 });
  await exchange.releaseOffline(held);
  expect(await exchange.offlineLimits(terminal.tillId)).toMatchObject({ usedMinor: 1_500 });
});

test('what fails again and again is put aside with one alarm, and repeated all the same', async () => {
  const alarms: string[] = [];
  await chain.close();
  chain = await startCardChain(database.db, { onQuarantine: ({ reference }) => alarms.push(reference) });
  const advice = await offlineSale('pay_1', 700);
  chain.bank.host.faults.addNext({ kind: 'disconnect' }, ['0220'], null);
  await chain.line.exchange.enqueue(advice);
  const retried = async () => {
    await chain.line.exchange.retryAdvices('pay_1');
    return (await statusOf('pay_1'))?.state;
  };
  const alarmed = async () => (await retried()) === 'waiting' && alarms.length > 0;
  await expect.poll(alarmed, { timeout: 10_000 }).toBe(true);
  await retried();
  expect(alarms).toEqual(['pay_1']);
  expect(await statusOf('pay_1')).toMatchObject({
    state: 'waiting',
    lastCause: expect.stringMatching(/line lost|has not answered/),
  });
  const [bank] = await chain.line.exchange.health();
  expect(bank?.terminals.find(({ tillId }) => tillId === TILL)).toMatchObject({ quarantinedAdvices: 1 });
  chain.bank.host.faults.reset();
  await expect.poll(retried, { timeout: 10_000 }).toBe('done');
});

test('what cannot even be asked is put off and stands in nobody’s way', async () => {
  const terminal = await terminalOfTill();
  const { tillId: _, signedOnAt: __, ...trace } = { ...terminal, stan: '000001' };
  const broken: AcquirerRequest = {
    kind: 'script-result',
    reference: 'pay_broken',
    trace,
    amountMinor: 0,
    currency: 'CNY',
    createdAt: Date.now(),
    card: { vaulted: 'not sealed by this vault' },
  };
  const sound = await offlineSale('pay_sound', 300);
  await chain.line.exchange.enqueue(broken);
  await chain.line.exchange.enqueue(sound);
  await isDone('pay_sound');
  expect(await statusOf('pay_broken')).toMatchObject({
    state: 'waiting',
    lastCause: 'the request cannot be made: secret-not-opened',
  });
});

test('terminals are lanes of their own: one that waits for its host does not hold another up', async () => {
  const order: string[] = [];
  const slow = Promise.withResolvers<void>();
  const [first, second] = await chain.stores.terminals.terminals();
  if (first === undefined || second === undefined) throw new Error('two terminals are needed');
  const queue = queueWith(async ({ reference }) => {
    if (reference === 'slow') await slow.promise;
    order.push(reference);
    return silence;
  });
  await chain.line.close();
  await queue.enqueue(scriptResult('slow', first));
  await queue.enqueue(scriptResult('behind', first));
  await queue.enqueue(scriptResult('other', second));
  const drained = queue.drain();
  await expect.poll(() => order, { timeout: 5_000 }).toEqual(['other']);
  await queue.enqueue(scriptResult('later', second));
  await queue.drain();
  expect(order).toEqual(['other', 'later']);
  slow.resolve();
  await drained;
  expect(order).toEqual(['other', 'later', 'slow', 'behind']);
});

test('an acquirer whose terminals all wait for it does not hold up the messages of another', async () => {
  const order: string[] = [];
  const slow = Promise.withResolvers<void>();
  const queue = queueWith(async ({ reference, trace: { acquirerId } }) => {
    if (acquirerId === 'slow-bank') await slow.promise;
    order.push(reference);
    return silence;
  });
  await chain.line.close();
  const crowd = Array.from({ length: 20 }, (_, index) => terminalOf('slow-bank', index));
  for (const terminal of [...crowd, terminalOf('quick-bank', 99)]) {
    await chain.stores.terminals.saveTerminal(terminal);
    await queue.enqueue(scriptResult(terminal.tillId, terminal));
  }
  const drained = queue.drain();
  await expect.poll(() => order, { timeout: 5_000 }).toEqual(['till_99']);
  slow.resolve();
  await drained;
  expect(order).toHaveLength(21);
});

test('a number that the host knows already means nothing where the message has never reached it', async () => {
  const [terminal] = await chain.stores.terminals.terminals();
  if (terminal === undefined) throw new Error('a terminal is needed');
  await chain.line.close();
  const answers: AcquirerAnswer[] = [answered('94'), { ...silence, kind: 'not-sent' }, answered('94')];
  const queue = queueWith(async () => answers.shift() ?? silence);
  await queue.enqueue(scriptResult('taken_number', terminal));
  for (let attempt = 0; attempt < 3; attempt += 1) await queue.retry('taken_number');
  expect(await chain.stores.advices.status('taken_number')).toMatchObject([{ state: 'waiting', attempts: 3 }]);
  answers.push(silence, answered('94'));
  for (let attempt = 0; attempt < 2; attempt += 1) await queue.retry('taken_number');
  expect(await chain.stores.advices.status('taken_number')).toMatchObject([{ state: 'done', attempts: 5 }]);
});

const silence = { kind: 'silent', cause: 'no answer', evidence: [] } as const;

function answered(responseCode: string): AcquirerAnswer {
  const texts = { issuerCode: null, acquirerCode: null, issuer: null, network: null, acquirer: null, terminal: null };
  const told = {
    rrn: null,
    authorizationCode: null,
    amountMinor: null,
    chip: null,
    balance: null,
    domestic: null,
    hostOn: null,
    settlementOn: null,
  };
  return { kind: 'answered', responseCode, ...told, texts, evidence: [] };
}

function terminalOf(acquirerId: string, number: number) {
  const terminalId = String(number).padStart(8, '0');
  return { tillId: `till_${number}`, acquirerId, terminalId, acceptorId: '898310054110001', batchNumber: '000001' };
}

/** A message that is ready to be stored. */
function scriptResult(
  reference: string,
  { acquirerId, terminalId, acceptorId, batchNumber }: Pick<Terminal, keyof ReturnType<typeof terminalOf>>,
): AcquirerRequest {
  return {
    kind: 'script-result',
    reference,
    trace: { acquirerId, terminalId, acceptorId, batchNumber, stan: '000001' },
    amountMinor: 0,
    currency: 'CNY',
    createdAt: Date.now(),
    card: { vaulted: 'sealed' },
  };
}

/** A queue on the chain's database that sends by `ask`. */
function queueWith(
  ask: (request: AcquirerRequest) => Promise<AcquirerAnswer>,
  clock: Clock = { now: () => Date.now(), sleep: () => Promise.resolve() },
  store: AdviceStore = chain.stores.advices,
): AdviceQueue {
  const credentials = new Credentials({} as ConstructorParameters<typeof Credentials>[0]);
  return new AdviceQueue({ store, clock, credentials, timeScale: 1, waits: scaledWaits(1), ask, meaningOf });
}

/** The terminal of the till that the tests sell at. */
async function terminalOfTill(): Promise<Terminal> {
  const terminal = await chain.stores.terminals.terminalOfTill(TILL);
  if (terminal === null) throw new Error('no terminal');
  return terminal;
}

function meaningOf(_acquirerId: string, responseCode: string): ResponseMeaning {
  return cups.create(chain.bank.credentials().settings).meaningOf(responseCode);
}
