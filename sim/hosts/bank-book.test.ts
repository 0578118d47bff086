import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cardById, type TestCard, testCards } from '../cards/cards.ts';
import { type Authorization, BankBook } from './bank-book.ts';

const card = cardById('debit-approves') as TestCard;
const sale: Authorization = {
  sequence: 1,
  at: '2026-11-22T08:00:00.000Z',
  kind: 'sale',
  terminalId: '12345678',
  batchNumber: '000001',
  stan: '000001',
  rrn: '000000000001',
  authorizationCode: '000001',
  cardId: card.id,
  maskedPan: '•••• 0018',
  amountMinor: 6_220,
  responseCode: '00',
  state: 'approved',
  originalRrn: null,
  refundedMinor: 0,
};
const folder = mkdtempSync(join(tmpdir(), 'zhanggui-book-'));
let files = 0;
const newFile = () => join(folder, `book-${++files}.jsonl`);

afterAll(() => rmSync(folder, { recursive: true }));

test('balances follow sales, reversals and refunds, and voids only through their sale', () => {
  const book = new BankBook(newFile());
  const spent = () => book.accountOf(card.id).spentMinor;
  book.record(sale);
  expect(spent()).toBe(6_220);
  book.record({ ...sale, sequence: 2, rrn: '000000000002', stan: '000002', kind: 'refund', amountMinor: 220 });
  expect(spent()).toBe(6_000);
  book.record({ ...sale, sequence: 3, rrn: '000000000003', stan: '000003', state: 'declined', responseCode: '51' });
  expect(spent()).toBe(6_000);
  book.record({ ...sale, sequence: 4, rrn: '000000000004', stan: '000004', kind: 'void' });
  book.record({ ...sale, state: 'voided' });
  expect(spent()).toBe(-220);
  expect(book.nextSequence).toBe(5);
});

test('a host that is started again still knows what it approved and what became of it', () => {
  const file = newFile();
  const before = new BankBook(file);
  before.record(sale);
  before.record({ ...sale, state: 'reversed' });
  const after = new BankBook(file);
  expect(after.byTrace(sale)).toMatchObject({ state: 'reversed' });
  expect(after.byRrn(sale.rrn)?.sequence).toBe(1);
  expect(after.authorizations(10)).toHaveLength(1);
  expect(after.accountOf(card.id)).toEqual({ spentMinor: 0, heldMinor: 0 });
  expect(after.nextSequence).toBe(2);
});

test('half a line that a crash left behind is forgotten, and what is written next is there at the next start', () => {
  const file = newFile();
  new BankBook(file).record(sale);
  appendFileSync(file, '{"sequence":2,"at":"2026-11-');
  new BankBook(file).record({ ...sale, sequence: 2, rrn: '000000000002', stan: '000002' });
  expect(new BankBook(file).nextSequence).toBe(3);
});

test('the file of the book holds no card number', () => {
  const file = newFile();
  new BankBook(file).record(sale);
  const text = readFileSync(file, 'utf8');
  for (const { pan } of testCards) expect(text).not.toContain(pan);
});
