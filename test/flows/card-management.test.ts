import { cups } from '@zhanggui/plugins/acquirers/cups/plugin.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type CardChain, startCardChain } from '../support/card-chain.ts';
import { openCuttableLine } from '../support/cuttable-line.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const TILL = 'till_1';
const AMOUNT = 500;

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

const paid = async () => chain.pay(await chain.present('debit-swipe', AMOUNT), AMOUNT);
const terminals = () => chain.bank.host.terminals;

async function terminalId(): Promise<string> {
  const terminal = await chain.stores.terminals.terminalOfTill(TILL);
  if (terminal === null) throw new Error('no terminal');
  return terminal.terminalId;
}

test('everything that a terminal can download is kept with its version, and what it has is told to the host', async () => {
  const { exchange } = chain.line;
  for (const what of ['ca-keys', 'ic-parameters', 'bin-list', 'terminal-parameters'] as const) {
    expect(await exchange.downloaded(TILL, what)).toBeNull();
    expect(await exchange.download(TILL, what), what).toEqual({ kind: 'done', version: 1 });
    expect(await exchange.download(TILL, what), what).toEqual({ kind: 'done', version: 2 });
    const downloaded = await exchange.downloaded(TILL, what);
    expect(downloaded).toMatchObject({ version: 2 });
    expect(downloaded?.items.length, what).toBeGreaterThan(0);
  }
  expect(await exchange.statusUpload(TILL)).toEqual({ kind: 'done' });
});

test('what the host demands is done once, before the next payment', async () => {
  await paid();
  terminals().ask(await terminalId(), 'update-ca-keys');
  await paid();
  expect(await chain.line.exchange.downloaded(TILL, 'ca-keys')).toBeNull();
  await paid();
  expect(await chain.line.exchange.downloaded(TILL, 'ca-keys')).toMatchObject({ version: 1 });
  await paid();
  expect(await chain.line.exchange.downloaded(TILL, 'ca-keys')).toMatchObject({ version: 1 });
});

test('a host that declines until parameters are downloaded has them fetched before the next try', async () => {
  await paid();
  chain.bank.host.faults.addNext({ kind: 'decline', code: '78' });
  expect((await paid()).outcome).toMatchObject({ kind: 'declined', decline: { advice: 'retry' } });
  expect(await chain.line.exchange.downloaded(TILL, 'terminal-parameters')).toBeNull();
  expect((await paid()).outcome.kind).toBe('approved');
  expect(await chain.line.exchange.downloaded(TILL, 'terminal-parameters')).toMatchObject({ version: 1 });
});

test('a demanded sign-on gives the terminal new keys before its next payment', async () => {
  await paid();
  terminals().ask(await terminalId(), 'sign-on');
  await paid();
  const signOns = vi.spyOn(terminals(), 'signOn');
  expect((await paid()).outcome.kind).toBe('approved');
  expect(signOns).toHaveBeenCalledTimes(1);
});

test('keys with a wrong check value end the session that was: the next payment signs on again', async () => {
  await paid();
  chain.bank.host.faults.addNext({ kind: 'wrong-check-value' });
  expect(await chain.line.exchange.signOn(TILL)).toMatchObject({
    kind: 'failed',
    cause: expect.stringContaining('key-check-value'),
  });
  expect((await paid()).outcome.kind).toBe('approved');
});

test('what the host asks for in the answer to another demand is done before the payment after', async () => {
  await paid();
  const { exchange } = chain.line;
  terminals().ask(await terminalId(), 'update-ca-keys');
  expect(await exchange.statusUpload(TILL)).toEqual({ kind: 'done' });
  await paid();
  expect(await exchange.downloaded(TILL, 'ca-keys')).toMatchObject({ version: 1 });
});

test('what the host asks for when its line is tested is noted too', async () => {
  await paid();
  const [tested] = await chain.stores.terminals.terminals();
  terminals().ask(tested?.terminalId ?? '', 'upload-status');
  await chain.line.exchange.testLine('town-bank');
  expect((await chain.stores.terminals.terminals())[0]).toMatchObject({ demand: 'status-upload' });
});

test('a host that wants a sign-on when it is told something else gets it', async () => {
  await paid();
  chain.bank.host.faults.addNext({ kind: 'decline', code: '77' }, ['0820']);
  expect(await chain.line.exchange.statusUpload(TILL)).toEqual({ kind: 'failed', cause: 'answered 77' });
  const signOns = vi.spyOn(terminals(), 'signOn');
  expect((await paid()).outcome.kind).toBe('approved');
  expect(signOns).toHaveBeenCalledTimes(1);
});

test('a refusal without a MAC is believed only from a host that never makes one, and an approval from none', async () => {
  const refusal = { kind: 'decline', code: '51', withoutMac: true } as const;
  chain.bank.host.faults.addNext(refusal);
  expect((await paid()).outcome).toMatchObject({ kind: 'unknown', cause: 'wrong MAC' });
  await chain.close();
  chain = await startCardChain(database.db, { settings: { refusalMac: 'omitted' } });
  chain.bank.host.faults.addNext(refusal);
  expect((await paid()).outcome).toMatchObject({ kind: 'declined', decline: { code: '51' } });
  chain.bank.host.faults.addNext({ kind: 'decline', code: '11', withoutMac: true });
  const { payment, outcome } = await paid();
  expect(outcome).toMatchObject({ kind: 'unknown', cause: 'wrong MAC' });
  chain.bank.host.faults.addNext({ ...refusal, code: '25' }, ['0400']);
  expect(await chain.method.cancel?.(payment)).toMatchObject({ kind: 'cancelled', moneyHadMoved: false });
});

test('a demand that cannot be met holds no customer up', async () => {
  await paid();
  terminals().ask(await terminalId(), 'update-ca-keys');
  await paid();
  chain.bank.host.faults.addNext({ kind: 'decline', code: '96' }, ['0800', '0820'], 1);
  chain.bank.host.faults.addNext({ kind: 'disconnect' }, ['0820'], 1);
  expect((await paid()).outcome.kind).toBe('approved');
  expect((await paid()).outcome.kind).toBe('approved');
});

test('a terminal that signed off signs on again with its next payment', async () => {
  await paid();
  expect(await chain.line.exchange.signOff(TILL)).toEqual({ kind: 'done' });
  expect(await chain.stores.terminals.terminalOfTill(TILL)).toMatchObject({ signedOnAt: null });
  expect((await paid()).outcome.kind).toBe('approved');
  expect(await chain.line.exchange.signOn(TILL)).toEqual({ kind: 'done' });
});

test('a second server process trades under the first one’s session and sees a new sign-on', async () => {
  await paid();
  const second = chain.openSecondProcess();
  try {
    const signOns = vi.spyOn(terminals(), 'signOn');
    const card = await chain.present('debit-swipe', AMOUNT);
    const { trace, card: presented } = await second.exchange.reserve(TILL, card);
    const request = {
      reference: 'pay_second',
      trace,
      amountMinor: AMOUNT,
      currency: 'CNY',
      createdAt: Date.now(),
    } as const;
    expect(await second.exchange.ask({ kind: 'sale', ...request, card: presented })).toMatchObject({
      responseCode: '00',
    });
    expect(signOns).not.toHaveBeenCalled();
    expect(await second.exchange.signOn(TILL)).toEqual({ kind: 'done' });
    expect((await paid()).outcome.kind).toBe('approved');
    expect(signOns).toHaveBeenCalledTimes(1);
  } finally {
    await second.close();
  }
});

test('what a terminal owes is tried before its next payment', async () => {
  await chain.close();
  const tried: string[] = [];
  chain = await startCardChain(database.db, {
    beginReversals: async (tillId) => {
      tried.push(`${tillId} ${chain.bank.host.book.authorizations(10).length}`);
      return [];
    },
  });
  const { payment } = await paid();
  expect(tried).toEqual(['till_1 0']);
  await chain.method.cancel?.(payment);
  expect(tried).toHaveLength(1);
  await paid();
  expect(tried).toEqual(['till_1 0', 'till_1 1']);
});

test('each request has a connection of its own where the host wants short ones', async () => {
  await chain.close();
  chain = await startCardChain(database.db, { link: { connection: 'short' } });
  const cards = [];
  for (let index = 0; index < 5; index += 1) cards.push(await chain.present('debit-swipe', AMOUNT));
  const all = await Promise.all(cards.map((card) => chain.pay(card, AMOUNT)));
  expect(all.map(({ outcome }) => outcome.kind)).toEqual(cards.map(() => 'approved'));
  await expect.poll(() => chain.bank.line.connections, { timeout: 2_000 }).toBe(0);
  expect(await chain.line.exchange.health()).toMatchObject([{ connection: 'short', connected: true, waiting: 0 }]);
  await chain.bank.line.down();
  expect((await paid()).outcome).toMatchObject({ kind: 'declined', decline: { code: 'not-sent' } });
});

test('a host that insists on a client’s certificate is shown it, and a plain line needs none', async () => {
  const cases = [
    [{ transport: 'tls-client-required', clientCertificate: true }, 'approved'],
    [{ transport: 'tls-client-required' }, 'declined'],
    [{ transport: 'plain' }, 'approved'],
  ] as const;
  for (const [options, kind] of cases) {
    await chain.close();
    chain = await startCardChain(database.db, options);
    expect((await paid()).outcome.kind).toBe(kind);
  }
});

test('a dead acquirer and a silent one leave a live one as fast as it was', async () => {
  const { bank } = chain.simulator.credentials();
  const hole = await openCuttableLine(bank.port);
  hole.cut();
  const [till] = await chain.stores.terminals.terminals();
  await chain.stores.terminals.saveTerminal({
    tillId: 'till_dead',
    acquirerId: 'dead-bank',
    terminalId: till?.terminalId ?? '',
    acceptorId: till?.acceptorId ?? '',
  });
  const link = { host: '127.0.0.1', port: hole.port, connectTimeoutMs: 300, failuresToOpen: 3 };
  chain.line.connect([{ acquirerId: 'dead-bank', dialect: cups.create(bank.settings), link }]);
  await paid();
  const dying = Array.from({ length: 30 }, () => chain.line.exchange.signOn('till_dead'));
  const before = performance.now();
  expect((await paid()).outcome.kind).toBe('approved');
  expect(performance.now() - before).toBeLessThan(2_000);
  await Promise.all(dying);
  for (let tries = 0; tries < 4; tries += 1) await chain.line.exchange.signOn('till_dead');
  const [dead, live] = await chain.line.exchange.health();
  expect(dead).toMatchObject({ acquirerId: 'dead-bank', connected: false, circuit: 'open', lastAnswerAt: null });
  expect(live).toMatchObject({ acquirerId: 'town-bank', connected: true, circuit: 'closed', failuresInARow: 0 });
  expect(live?.roundTripMs?.p99).toBeGreaterThanOrEqual(live?.roundTripMs?.p50 ?? 0);
  await hole.close();
});
