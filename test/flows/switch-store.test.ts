import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from '@zhanggui/base';
import { SoftVault } from '@zhanggui/modules/keys/node/soft-vault.ts';
import { createKeyStore } from '@zhanggui/modules/keys/store.ts';
import { createSwitchStore, type SwitchStore } from '@zhanggui/modules/switch/store.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../apps/server/db/embedded-postgres.ts';
import { migrate } from '../../apps/server/db/migrate.ts';
import { openPgDb, type PgDb } from '../../apps/server/db/pg-db.ts';
import { startCardChain } from '../support/card-chain.ts';

const terminal = { tillId: 'till_1', acquirerId: 'bank', terminalId: '12345678', acceptorId: '898310054110001' };
const NOW = Date.parse('2026-11-22T08:00:00Z');
const emptySql = sql(
  'test-empty-switch',
  'truncate switch.terminal, switch.follow_up, switch.card_presentation, keys.key_block',
);
const lastStanSql = sql('test-last-stan', 'update switch.terminal set last_stan = $1');

let folder: string;
let postgres: EmbeddedPostgres;
let db: PgDb;
let store: SwitchStore;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhanggui-switch-'));
  // The database's account is another one than root's and has to get through this folder to its own.
  fs.chmodSync(folder, 0o755);
  postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), ephemeral: true });
  db = openPgDb(postgres.url);
  await migrate(db);
  store = createSwitchStore(db);
});
afterAll(async () => {
  await db.close();
  await postgres.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await db.query(emptySql);
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
  await db.query(lastStanSql, [999_998]);
  const taken = [await store.reserveTrace('bank', '12345678'), await store.reserveTrace('bank', '12345678')];
  expect(taken.map((trace) => trace?.stan)).toEqual(['999999', '000001']);
});

test('a refund keeps its numbers, and racing calls agree on them', async () => {
  const racing = await Promise.all(Array.from({ length: 20 }, () => store.followUp('ref_1', 'bank', '12345678', NOW)));
  expect(new Set(racing.map((next) => next?.trace.stan)).size).toBe(1);
  expect(racing.map((next) => next?.attempt).sort((left, right) => Number(left) - Number(right))).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  await store.saveSignOn('bank', '12345678', '000002', NOW);
  expect(await store.followUp('ref_1', 'bank', '12345678', NOW)).toMatchObject({ trace: { batchNumber: '000001' } });
  expect(await store.followUp('ref_2', 'bank', '12345678', NOW)).toMatchObject({ trace: { batchNumber: '000002' } });
  expect(await store.followUp('ref_3', 'bank', '00000000', NOW)).toBeNull();
});

test('sealed card data is claimed once', async () => {
  const claims = await Promise.all(
    Array.from({ length: 10 }, (_, index) => store.claimPresentation('A6'.repeat(12), `pay_${index}`, NOW)),
  );
  expect(claims.filter(Boolean)).toHaveLength(1);
});

test('provisioning again keeps counter, batch and sign-on, unless the terminal is another one', async () => {
  await store.reserveTrace('bank', '12345678');
  await store.saveSignOn('bank', '12345678', '000007', NOW);
  await store.saveTerminal(terminal);
  expect(await store.terminals()).toEqual([{ ...terminal, batchNumber: '000007', signedOnAt: NOW }]);
  expect((await store.reserveTrace('bank', '12345678'))?.stan).toBe('000002');
  await store.saveTerminal({ ...terminal, terminalId: '87654321' });
  expect(await store.terminalOfTill('till_1')).toMatchObject({ terminalId: '87654321', signedOnAt: null });
  expect(await store.terminalOfTill('till_9')).toBeNull();
});

test('the vault finds its keys in the database again, and drops them together', async () => {
  const master = new Uint8Array(32).fill(3);
  const bytes = Uint8Array.from({ length: 16 }, (_, index) => index * 2 + 1);
  const vault = new SoftVault(master, createKeyStore(db));
  await vault.importKey('mak', { algorithm: 'TDES', usage: 'mac', bytes });
  const mac = await vault.generateMac('mak', 'cup-ecb', bytes);
  const restarted = new SoftVault(master, createKeyStore(db));
  expect(await restarted.verifyMac('mak', 'cup-ecb', bytes, mac)).toBe(true);
  await restarted.deleteKey('mak');
  expect(await restarted.checkValueOf('mak')).toBeNull();
});

test('a card payment and its refund go through on the database', async () => {
  const chain = await startCardChain({ store });
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
