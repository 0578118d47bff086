import type { TerminalSettings } from '@zhanggui/iso8583';
import { memoryKeyStore } from '@zhanggui/modules/keys/memory-store.ts';
import { workingKey } from '@zhanggui/modules/switch/key-names.ts';
import { card } from '@zhanggui/plugins/methods/card/plugin.ts';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type CardChain, type ChainOptions, startCardChain } from '../support/card-chain.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const TILL = 'till_1';
const AMOUNT = 500;
const NOTHING = { debitMinor: 0, debitCount: 0, creditMinor: 0, creditCount: 0 };

let database: TestDatabase;
let chain: CardChain;

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close());
afterEach(() => chain.close());

/** A chain whose terminal has downloaded what its bank tells. */
async function startTold(parameters: TerminalSettings, options: ChainOptions = {}): Promise<void> {
  chain = await startCardChain(database.db, options);
  chain.bank.host.terminals.tell(parameters);
  expect(await chain.line.exchange.download(TILL, 'terminal-parameters')).toMatchObject({ kind: 'done' });
}

const paid = async () => chain.pay(await chain.present('debit-swipe', AMOUNT), AMOUNT);

async function terminal() {
  const found = await chain.stores.terminals.terminalOfTill(TILL);
  if (found === null) throw new Error('no terminal');
  return found;
}

test('an answer is waited for as long as the acquirer says, whatever the method would wait', async () => {
  chain = await startCardChain(database.db, { authorizeTimeoutMs: 100 });
  await chain.line.exchange.signOn(TILL);
  const slow = { kind: 'late', seconds: 0.2 } as const;
  chain.bank.host.faults.addNext(slow, ['0200']);
  expect((await paid()).outcome.kind).not.toBe('approved');
  expect(await chain.line.exchange.download(TILL, 'terminal-parameters')).toMatchObject({ kind: 'done' });
  chain.bank.host.faults.addNext(slow, ['0200']);
  const { outcome, payment } = await paid();
  expect(outcome.kind).toBe('approved');
  expect(payment.channelData).toMatchObject({ answerTimeoutMs: 600 });
});

test('a terminal that is to sign off after its batch does so, and signs on again with its next payment', async () => {
  await startTold({ automaticSignOff: '1' });
  const { exchange } = chain.line;
  const { batchNumber } = await exchange.beginClose(TILL);
  const close = { tillId: TILL, batchNumber, currency: 'CNY', records: [] } as const;
  const outcome = await exchange.closeBatch({ ...close, totals: { domestic: NOTHING, foreign: NOTHING } });
  expect(outcome).toMatchObject({ kind: 'closed', domestic: 'balanced' });
  expect((await terminal()).signedOnAt).toBeNull();
  expect(chain.bank.host.terminals.status()[0]).toMatchObject({ signedOn: false, batchNumber: '000002' });
  expect((await paid()).outcome.kind).toBe('approved');
});

test('no more payments are approved without the acquirer than it lets wait, whatever room their amounts have', async () => {
  await startTold({ offlineCount: '2' });
  const { exchange } = chain.line;
  await chain.stores.offline.setLimits(await terminal(), 1_000, 100_000);
  const references = Array.from({ length: 6 }, (_, index) => `pay_${index}`);
  const claims = await Promise.all(references.map((each) => exchange.claimOffline(TILL, 100, each)));
  expect(claims.toSorted()).toEqual(['claimed', 'claimed', 'over-count', 'over-count', 'over-count', 'over-count']);
  expect(await exchange.offlineLimits(TILL)).toMatchObject({ usedMinor: 200, usedCount: 2, mostCount: 2 });
  await exchange.releaseOffline(references[claims.indexOf('claimed')] ?? '');
  expect(await exchange.claimOffline(TILL, 100, 'pay_next')).toBe('claimed');
});

test('a slip has the merchant’s name as the acquirer has it', async () => {
  await startTold({ merchantName: '清江小吃' });
  const { payment } = await paid();
  expect(card.slipOf?.(payment)).toMatchObject({ merchantName: '清江小吃' });
});

test('a batch whose terminal has lost its keys is closed under new ones', async () => {
  const keyStore = memoryKeyStore();
  chain = await startCardChain(database.db, { keyStore });
  const { payment } = await chain.pay(await chain.present('debit-approves', AMOUNT), AMOUNT);
  const record = card.batchRecordOf?.(payment, null);
  if (record == null) throw new Error('the batch does not count it');
  const { acquirerId, terminalId } = await terminal();
  await keyStore.remove([workingKey(acquirerId, terminalId, 'mac')]);
  const { exchange } = chain.line;
  const { batchNumber } = await exchange.beginClose(TILL);
  const totals = { domestic: { ...NOTHING, debitMinor: AMOUNT, debitCount: 1 }, foreign: NOTHING };
  const close = { tillId: TILL, batchNumber, currency: 'CNY', totals, records: [record] } as const;
  expect(await exchange.closeBatch(close)).toMatchObject({
    kind: 'unfinished',
    step: 'upload',
    cause: 'the terminal has no working keys',
  });
  expect(await exchange.closeBatch(close)).toMatchObject({ kind: 'closed', uploaded: 1, domestic: 'balanced' });
});

test.each(['mac', 'pin'] as const)(
  'a payment whose terminal has lost its %s key signs on again first',
  async (usage) => {
    const keyStore = memoryKeyStore();
    chain = await startCardChain(database.db, { keyStore });
    await paid();
    const { acquirerId, terminalId, session } = await terminal();
    await keyStore.remove([workingKey(acquirerId, terminalId, usage)]);
    const signOns = vi.spyOn(chain.bank.host.terminals, 'signOn');
    expect((await paid()).outcome.kind).toBe('approved');
    expect(signOns).toHaveBeenCalledTimes(1);
    expect(await terminal()).toMatchObject({ session: session + 1 });
    expect((await paid()).outcome.kind).toBe('approved');
    expect(signOns).toHaveBeenCalledTimes(1);
  },
);
