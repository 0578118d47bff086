import { sql } from '@zhanggui/base';
import { SoftVault } from '@zhanggui/modules/keys/node/soft-vault.ts';
import { createKeyStore } from '@zhanggui/modules/keys/store.ts';
import { createSwitchStore, type SwitchStore } from '@zhanggui/modules/switch/store.ts';
import { terminalParametersOf } from '@zhanggui/modules/switch/terminal-parameters.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startCardChain } from '../support/card-chain.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const terminal = { tillId: 'till_1', acquirerId: 'bank', terminalId: '12345678', acceptorId: '898310054110001' };
const signOn = (batchNumber: string) => ({ batchNumber, trackKey: true, clockOffsetMs: -1_500, atMs: NOW });
const NOW = Date.parse('2026-11-22T08:00:00Z');
const emptySql = sql(
  'test-empty-switch',
  'truncate switch.terminal, switch.follow_up, switch.card_presentation, keys.key_block',
);
const lastStanSql = sql('test-last-stan', 'update switch.terminal set last_stan = $1');

let database: TestDatabase;
let store: SwitchStore;

beforeAll(async () => {
  database = await openTestDatabase();
  store = createSwitchStore(database.db);
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.query(emptySql);
  await store.saveTerminal(terminal);
});

test('trace numbers of one terminal are taken one by one, however many ask at once', async () => {
  const traces = await Promise.all(Array.from({ length: 200 }, () => store.reserveTrace('bank', '12345678')));
  const stans = traces.map((trace) => trace?.stan).sort();
  expect(stans).toEqual(Array.from({ length: 200 }, (_, index) => String(index + 1).padStart(6, '0')));
  expect(traces[0]).toMatchObject({ acceptorId: terminal.acceptorId, batchNumber: '000001' });
  expect(await store.reserveTrace('bank', '00000000')).toBeNull();
});

test('after 999999 comes 000001', async () => {
  await database.db.query(lastStanSql, [999_998]);
  const taken = [await store.reserveTrace('bank', '12345678'), await store.reserveTrace('bank', '12345678')];
  expect(taken.map((trace) => trace?.stan)).toEqual(['999999', '000001']);
});

test('numbers that are taken together go around the wrap, each once', async () => {
  await database.db.query(lastStanSql, [999_997]);
  const taken = await Promise.all(Array.from({ length: 6 }, () => store.reserveTrace('bank', '12345678')));
  expect(taken.map((trace) => trace?.stan)).toEqual(['999998', '999999', '000001', '000002', '000003', '000004']);
});

test('of several claims to one card in the same moment the first has it', async () => {
  const claims = ['pay_1', 'pay_2', 'pay_1'].map((reference) =>
    store.claimPresentation('A60000010000000100000777', reference, 1_000),
  );
  expect(await Promise.all(claims)).toEqual(['fresh', 'used', 'same']);
});

test('a refund keeps its numbers, and racing calls agree on them', async () => {
  const racing = await Promise.all(Array.from({ length: 20 }, () => store.followUp('ref_1', 'bank', '12345678', NOW)));
  expect(new Set(racing.map((next) => next?.trace.stan)).size).toBe(1);
  expect(racing.map((next) => next?.attempt).sort((left, right) => Number(left) - Number(right))).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  await store.saveSignOn(terminal, signOn('000002'));
  expect(await store.followUp('ref_1', 'bank', '12345678', NOW)).toMatchObject({ trace: { batchNumber: '000001' } });
  expect(await store.followUp('ref_2', 'bank', '12345678', NOW)).toMatchObject({ trace: { batchNumber: '000002' } });
  expect(await store.followUp('ref_3', 'bank', '00000000', NOW)).toBeNull();
});

test('sealed card data is claimed once', async () => {
  const claims = await Promise.all(
    Array.from({ length: 10 }, (_, index) => store.claimPresentation('A6'.repeat(12), `pay_${index}`, NOW)),
  );
  expect(claims.filter((claim) => claim === 'fresh')).toHaveLength(1);
  expect(claims.filter((claim) => claim === 'used')).toHaveLength(9);
  const winner = `pay_${claims.indexOf('fresh')}`;
  expect(await store.claimPresentation('A6'.repeat(12), winner, NOW)).toBe('same');
});

test('provisioning again keeps counter, batch and sign-on, unless the terminal is another one', async () => {
  await store.reserveTrace('bank', '12345678');
  await store.saveSignOn(terminal, signOn('000007'));
  await store.saveTerminal(terminal);
  expect(await store.terminals()).toEqual([
    {
      ...terminal,
      batchNumber: '000007',
      signedOnAt: NOW,
      session: 1,
      trackKey: true,
      clockOffsetMs: -1_500,
      demand: null,
      closingSince: null,
      parameters: terminalParametersOf([]),
    },
  ]);
  expect((await store.reserveTrace('bank', '12345678'))?.stan).toBe('000002');
  await store.saveTerminal({ ...terminal, terminalId: '87654321' });
  expect(await store.terminalOfTill('till_1')).toMatchObject({ terminalId: '87654321', signedOnAt: null });
  expect(await store.terminalOfTill('till_9')).toBeNull();
});

test('the vault finds its keys in the database again, and drops them together', async () => {
  const master = new Uint8Array(32).fill(3);
  const bytes = Uint8Array.from({ length: 16 }, (_, index) => index * 2 + 1);
  const vault = new SoftVault(master, createKeyStore(database.db));
  await vault.importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes });
  const mac = await vault.generateMac('mak', 'cup-ecb', bytes);
  const restarted = new SoftVault(master, createKeyStore(database.db));
  expect(await restarted.verifyMac('mak', 'cup-ecb', bytes, mac)).toBe(true);
  await restarted.deleteKey('mak');
  expect(await restarted.checkValueOf('mak')).toBeNull();
});

test('a card payment and its refund go through on the database', async () => {
  const chain = await startCardChain(database.db);
  try {
    const { outcome, payment } = await chain.pay(await chain.present('debit-approves', 500), 500);
    expect(outcome.kind).toBe('approved');
    const refund = chain.refundFacts(payment, 200);
    expect(await chain.method.refund(refund, payment)).toMatchObject({ kind: 'approved' });
    expect(await chain.method.refund(refund, payment)).toMatchObject({ kind: 'approved' });
    const [refunded] = chain.bank.host.book.authorizations(1);
    expect(refunded).toMatchObject({ kind: 'refund', amountMinor: 200 });
  } finally {
    await chain.close();
  }
});
