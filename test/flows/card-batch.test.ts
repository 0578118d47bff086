import type { BatchClose, BatchPart, BatchRecord, BatchTotals, Reservation } from '@zhanggui/modules/switch/api.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type CardChain, startCardChain } from '../support/card-chain.ts';
import { DATABASE_TIMEOUT_MS, openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const TILL = 'till_1';
const NONE: BatchPart = { debitMinor: 0, debitCount: 0, creditMinor: 0, creditCount: 0 };

let database: TestDatabase;
let chain: CardChain;
let made = 0;

beforeAll(async () => {
  database = await openTestDatabase();
}, DATABASE_TIMEOUT_MS);
afterAll(() => database.close());
beforeEach(async () => {
  chain = await startCardChain(database.db);
});
afterEach(() => chain.close());

/** A sale without the card method, so that the switch is told exactly what a batch holds. */
async function sale(cardId: string, amountMinor: number): Promise<BatchRecord> {
  const card = await chain.present(cardId, amountMinor);
  const reservation = await chain.line.exchange.reserve(TILL, card);
  return ask(reservation, amountMinor);
}

async function ask(reservation: Reservation, amountMinor: number): Promise<BatchRecord> {
  made += 1;
  const { trace, card, vaulted, sealedChip, domestic } = reservation;
  const facts = { trace, amountMinor, currency: 'CNY', createdAt: Date.now() } as const;
  const answer = await chain.line.exchange.ask({ kind: 'sale', reference: `pay_${made}`, card, ...facts });
  if (answer.kind !== 'answered' || answer.responseCode !== '00') throw new Error(`the sale is ${answer.kind}`);
  const { rrn, authorizationCode } = answer;
  const chip = sealedChip === null ? {} : ({ chipResult: 'approved' } as const);
  return { kind: 'sale', ...facts, vaulted, sealedChip, rrn, authorizationCode, domestic, ...chip };
}

function totalsOf(records: readonly BatchRecord[]): BatchTotals {
  const part = (domestic: boolean): BatchPart => {
    const own = records.filter((record) => record.domestic === domestic);
    return { ...NONE, debitMinor: own.reduce((sum, { amountMinor }) => sum + amountMinor, 0), debitCount: own.length };
  };
  return { domestic: part(true), foreign: part(false) };
}

async function close(records: readonly BatchRecord[], totals = totalsOf(records)) {
  const { exchange } = chain.line;
  const { batchNumber } = await exchange.beginClose(TILL);
  return exchange.closeBatch({ tillId: TILL, batchNumber, currency: 'CNY', totals, records });
}

const settled = () => chain.bank.host.book.settlements(10);

test('a balanced batch uploads its chips alone, and the terminal trades on in the next batch', async () => {
  const records = [await sale('debit-approves', 1_000), await sale('debit-swipe', 2_000), await sale('visa', 300)];
  const outcome = await close(records);
  expect(outcome).toMatchObject({ kind: 'closed', domestic: 'balanced', foreign: 'balanced', uploaded: 2, refused: 0 });
  expect(settled()).toMatchObject([{ batchNumber: '000001', state: 'closed', balanced: true, uploadedRecords: 2 }]);
  expect((await sale('debit-swipe', 100)).trace.batchNumber).toBe('000002');
});

test('what the host asks for while a batch is closed is done before the next payment', async () => {
  const records = [await sale('debit-swipe', 2_000)];
  const { terminalId = '' } = records[0]?.trace ?? {};
  chain.bank.host.terminals.ask(terminalId, 'upload-status');
  await close(records);
  expect(chain.bank.host.terminals.processingFor(terminalId)).toBe('upload-status');
  await sale('debit-swipe', 100);
  expect(chain.bank.host.terminals.processingFor(terminalId)).toBe('none');
});

test('a closed batch answers again what it answered, and the host is asked nothing', async () => {
  const records = [await sale('debit-swipe', 2_000)];
  const first = await close(records);
  if (first.kind !== 'closed') throw new Error('not closed');
  await chain.bank.line.down();
  const { batchNumber } = first;
  const again = { tillId: TILL, batchNumber, currency: 'CNY', totals: totalsOf([]), records: [] } as const;
  expect(await chain.line.exchange.closeBatch(again)).toEqual({ ...first, evidence: [] });
});

test('what differs is uploaded: stripes eight by eight, and the host finds the one that it does not know', async () => {
  const records: BatchRecord[] = [];
  for (let amount = 1; amount <= 9; amount += 1) records.push(await sale('debit-swipe', amount * 100));
  const unknown = { ...records[0], trace: { ...records[0]?.trace, stan: '900001' } } as BatchRecord;
  const outcome = await close([...records, unknown]);
  expect(outcome).toMatchObject({ kind: 'closed', domestic: 'unbalanced', foreign: 'balanced', uploaded: 10 });
  const uploads = outcome.evidence.filter(({ direction, title }) => direction === 'request' && /^0320/.test(title));
  expect(uploads).toHaveLength(3);
  const [result] = settled();
  expect(result).toMatchObject({ state: 'closed', balanced: false, uploadedRecords: 10 });
  expect(result?.differences).toHaveLength(1);
});

test('a close that is broken off at any message goes on there, also in another process', async () => {
  const records = [await sale('debit-approves', 1_000), await sale('debit-swipe', 2_000), await sale('visa', 300)];
  const { batchNumber } = await chain.line.exchange.beginClose(TILL);
  const messages = ['0500', '0320'];
  const steps: string[] = [];
  let content: BatchClose = { tillId: TILL, batchNumber, currency: 'CNY', totals: totalsOf(records), records };
  for (let broken = 0; broken < 10; broken += 1) {
    // The message of the last time comes again and goes through; of the next one the host's answer is lost.
    if (broken > 0) chain.bank.host.faults.addNext({ kind: 'late', seconds: 0.01 }, messages);
    chain.bank.host.faults.addNext({ kind: 'disconnect' }, messages);
    const process = chain.openSecondProcess();
    const outcome = await process.exchange.closeBatch(content).finally(() => process.close());
    if (outcome.kind === 'closed') break;
    steps.push(outcome.step);
    expect(await chain.line.exchange.cancelClose(TILL)).toBe(false);
    // Only what the first call brought counts.
    content = { ...content, records: [], totals: totalsOf([]) };
  }
  expect(steps).toEqual(['settlement', 'upload', 'upload', 'end']);
  expect(await chain.line.exchange.closeBatch(content)).toMatchObject({ kind: 'closed', uploaded: 2 });
  expect(settled()).toMatchObject([{ batchNumber, state: 'closed', balanced: true }]);
  expect((await sale('debit-swipe', 100)).trace.batchNumber).toBe('000002');
});

test('a process that is gone before the terminal is free leaves it to the next one, also when the host has gone on already', async () => {
  const records = [await sale('debit-swipe', 2_000)];
  vi.spyOn(chain.stores.terminals, 'advanceBatch').mockRejectedValueOnce(new Error('killed'));
  await expect(close(records)).rejects.toThrow('killed');
  expect(await chain.line.exchange.signOn(TILL)).toEqual({ kind: 'done' });
  const again = { tillId: TILL, batchNumber: '000001', currency: 'CNY', totals: totalsOf([]), records: [] } as const;
  expect(await chain.line.exchange.closeBatch(again)).toMatchObject({ kind: 'closed', domestic: 'balanced' });
  expect((await sale('debit-swipe', 100)).trace.batchNumber).toBe('000002');
});

test('a batch whose number was used before is closed like any other', async () => {
  await sale('debit-swipe', 100);
  const terminal = await chain.stores.terminals.terminalOfTill(TILL);
  if (terminal === null) throw new Error('no terminal');
  const long = Date.parse('2019-01-01T00:00:00Z');
  const content = { tillId: TILL, batchNumber: '000001', currency: 'CNY', totals: totalsOf([]), records: [] } as const;
  const begun = await chain.stores.closes.begin(terminal, content, null, long);
  await chain.stores.closes.save(terminal, '000001', { ...begun, step: 'closed', messagesSent: 9, closedAt: long + 1 });
  const records = [await sale('debit-swipe', 2_000)];
  expect(await close(records)).toMatchObject({ kind: 'closed', domestic: 'unbalanced', nextBatchNumber: '000002' });
  expect(settled()).toMatchObject([{ batchNumber: '000001', state: 'closed', uploadedRecords: 1 }]);
  expect((await sale('debit-swipe', 100)).trace.batchNumber).toBe('000002');
});

test('a host that goes on without comparing anything does not keep the terminal from trading', async () => {
  const records = [await sale('debit-swipe', 2_000)];
  const terminal = await chain.stores.terminals.terminalOfTill(TILL);
  chain.bank.host.terminals.closeBatch(terminal?.terminalId ?? '');
  expect(await close(records)).toMatchObject({ kind: 'unfinished', cause: expect.stringContaining('answered 77') });
  expect(await chain.line.exchange.cancelClose(TILL)).toBe(false);
  expect(await close(records)).toMatchObject({ kind: 'unfinished', cause: 'the terminal is in batch 000002' });
  expect(await chain.line.exchange.cancelClose(TILL)).toBe(true);
  const next = await sale('debit-swipe', 100);
  expect(next.trace.batchNumber).toBe('000002');
  expect(await close([next])).toMatchObject({ kind: 'closed', domestic: 'balanced' });
});

test('totals that the host answers as a copy are taken for compared, and everything goes up', async () => {
  const records = [await sale('debit-swipe', 2_000)];
  chain.bank.host.faults.addNext({ kind: 'disconnect' }, ['0500']);
  expect(await close(records)).toMatchObject({ kind: 'unfinished', step: 'settlement' });
  chain.bank.host.faults.addNext({ kind: 'decline', code: '94' }, ['0500']);
  expect(await close(records)).toMatchObject({ kind: 'closed', domestic: 'error', foreign: 'error', uploaded: 1 });
});

test('a host that refuses the totals for good leaves the terminal free', async () => {
  const records = [await sale('debit-swipe', 2_000)];
  chain.bank.host.faults.addNext({ kind: 'decline', code: '40' }, ['0500']);
  expect(await close(records)).toMatchObject({ kind: 'unfinished', cause: 'the totals were answered 40' });
  expect(await chain.line.exchange.cancelClose(TILL)).toBe(true);
  expect(await close(records)).toMatchObject({ kind: 'closed', domestic: 'balanced' });
});

test('a host that refuses the end of an upload has had it: people look at it, and the terminal trades on', async () => {
  const records = [await sale('debit-swipe', 2_000)];
  chain.bank.host.faults.addNext({ kind: 'decline', code: '12' }, ['0320']);
  expect(await close(records)).toMatchObject({ kind: 'closed', domestic: 'error', foreign: 'error' });
  expect((await chain.stores.terminals.terminalOfTill(TILL))?.closingSince).toBeNull();
});

test('what moves no money and cannot be told keeps no batch from being closed', async () => {
  const records = [await sale('debit-swipe', 2_000)];
  const [{ trace, vaulted } = records[0] as BatchRecord] = records;
  const { trace: next } = await chain.line.exchange.nextTrace(trace, 'signature');
  chain.bank.host.faults.addNext({ kind: 'decline', code: '96' }, ['0920'], null);
  await chain.line.exchange.enqueue({
    kind: 'signature-upload',
    reference: 'pay_signed',
    trace: next,
    amountMinor: 2_000,
    currency: 'CNY',
    createdAt: Date.now(),
    card: { vaulted },
    original: { trace, createdAt: Date.now() },
    signature: '0102',
  });
  expect(await close(records)).toMatchObject({ kind: 'closed', domestic: 'balanced' });
  expect((await chain.line.exchange.adviceStatus('pay_signed'))[0]?.state).toBe('waiting');
});

test('a record whose card does not open any more keeps no batch from being closed', async () => {
  const records = [await sale('debit-approves', 1_000), await sale('visa', 300)];
  const broken = records.map((record, index) => (index === 0 ? { ...record, vaulted: 'of another vault' } : record));
  expect(await close(broken)).toMatchObject({ kind: 'closed', uploaded: 2, refused: 1 });
});

test('while a batch is being closed no payment begins, until it is closed or the close is given up', async () => {
  const card = await chain.present('debit-swipe', 500);
  const reservation = await chain.line.exchange.reserve(TILL, card);
  await chain.line.exchange.beginClose(TILL);
  await expect(chain.line.exchange.reserve(TILL, card)).rejects.toThrow('batch-closing');
  await expect(ask(reservation, 500)).rejects.toThrow('the sale is not-sent');
  expect(await chain.line.exchange.claimOffline(TILL, 1, 'pay_offline')).toBe('not-allowed');
  expect(await chain.line.exchange.cancelClose(TILL)).toBe(true);
  expect((await ask(reservation, 500)).trace.batchNumber).toBe('000001');
  expect(settled()).toEqual([]);
});

test('a batch is not closed while the host lacks what was approved without it', async () => {
  const records = [await sale('debit-swipe', 2_000)];
  const card = await chain.present('debit-swipe', 700);
  const { trace, vaulted } = await chain.line.exchange.reserve(TILL, card);
  chain.bank.host.faults.addNext({ kind: 'deaf' }, ['0220'], null);
  await chain.line.exchange.enqueue({
    kind: 'offline-sale',
    reference: 'pay_offline',
    trace,
    amountMinor: 700,
    currency: 'CNY',
    createdAt: Date.now(),
    card: { vaulted },
  });
  await chain.bank.line.down();
  expect(await close(records)).toMatchObject({ kind: 'unfinished', step: 'advices' });
  chain.bank.host.faults.reset();
  await chain.bank.line.up();
  await expect
    .poll(async () => (await chain.line.exchange.adviceStatus('pay_offline'))[0]?.state, { timeout: 5_000 })
    .toBe('done');
  const offline: BatchRecord = {
    ...(records[0] as BatchRecord),
    kind: 'offline-sale',
    trace,
    vaulted,
    amountMinor: 700,
    rrn: null,
    authorizationCode: null,
  };
  expect(await close([...records, offline])).toMatchObject({ kind: 'closed', domestic: 'balanced' });
});
