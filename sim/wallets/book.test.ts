import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BookRules, WalletBook } from './book.ts';
import { CODE_LIFE_MS } from './code-issuer.ts';

let folder: string;
let nowMs: number;
let counter: number;
const rules = { wallet: 'wechat', passwordAboveMinor: 100_000, payingMs: 45_000, refundMs: 1_000 } as const;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'book-'));
  nowMs = 1_795_000_000_000;
  counter = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

function openBook(more: Partial<BookRules> = {}, file = 'book.jsonl'): WalletBook {
  const clock = {
    now: () => nowMs,
    async sleep(durationMs: number) {
      nowMs += durationMs;
    },
  };
  const nextByte = (): number => {
    counter += 7;
    return counter % 256;
  };
  const rng = { bytes: (count: number) => Uint8Array.from({ length: count }, nextByte) };
  return new WalletBook({ ...rules, ...more }, clock, rng, path.join(folder, file));
}

function pay(book: WalletBook, outTradeNo: string, amountMinor: number, code = book.code('zhaomin').code) {
  return book.pay({ outTradeNo, amountMinor, description: '茶', code, echo: {} });
}

describe('payment codes', () => {
  test('change each minute and after each use', () => {
    const book = openBook();
    const first = book.code('zhaomin');
    expect(first.code).toMatch(/^1[0-5]\d{16}$/);
    nowMs += CODE_LIFE_MS - 1;
    expect(book.code('zhaomin')).toEqual(first);
    nowMs += 1;
    const second = book.code('zhaomin');
    expect(second.code).not.toBe(first.code);
    pay(book, 'A', 1, second.code);
    expect(book.code('zhaomin').code).not.toBe(second.code);
  });

  test('are renewed when the customer wants, and the one before stays good for its time', () => {
    const book = openBook();
    const first = book.code('zhaomin').code;
    const second = book.codes.refresh('zhaomin').code;
    expect(second).not.toBe(first);
    expect(book.code('zhaomin').code).toBe(second);
    expect(pay(book, 'A', 1, first)).toMatchObject({ state: 'paid' });
    expect(pay(book, 'B', 1, second)).toMatchObject({ state: 'paid' });
  });

  test('pay once, even when the payment fails', () => {
    const book = openBook();
    const { code } = book.code('zhaomin');
    expect(pay(book, 'A', 999_999, code)).toEqual({ refusal: 'balance' });
    expect(pay(book, 'B', 1, code)).toEqual({ refusal: 'used' });
  });

  test('pay for a minute after they were last shown, and not longer', () => {
    const book = openBook();
    const [early, late] = [book.code('zhaomin').code, book.code('wangfang').code];
    nowMs += 2 * CODE_LIFE_MS - 1;
    expect(pay(book, 'A', 1, early)).toMatchObject({ state: 'paid' });
    nowMs += 1;
    expect(pay(book, 'B', 1, late)).toEqual({ refusal: 'expired' });
    expect(pay(book, 'C', 1, '130000000000000000')).toEqual({ refusal: 'invalid' });
  });
});

describe('the book', () => {
  test('is the same after a restart, with a last line that was cut off', () => {
    const before = openBook();
    pay(before, 'A', 1_200);
    before.refund('A', 'R1', 200);
    pay(before, 'B', 300);
    before.cancel('B');
    before.cancel('never-seen');
    appendFileSync(path.join(folder, 'book.jsonl'), '{"order":{"outTradeNo":"C"');
    const after = openBook();
    expect(after.account()).toEqual(before.account());
    expect(after.customer('zhaomin')?.balanceMinor).toBe(5_000 - 1_000);
    expect(after.order('C')).toBeUndefined();
    pay(after, 'C', 100);
    expect(openBook().account()).toEqual(after.account());
  });

  test('takes nothing for a number that was cancelled before its payment arrived', () => {
    const book = openBook();
    book.cancel('A');
    expect(pay(book, 'A', 100)).toEqual({ refusal: 'gone' });
    expect(book.account()).toMatchObject({ takenMinor: 0, netMinor: 0 });
  });

  test('fails an order whose customer took too long', () => {
    const book = openBook();
    expect(pay(book, 'A', 100_001, book.code('wangfang').code)).toMatchObject({ state: 'paying' });
    nowMs += rules.payingMs;
    expect(book.order('A')?.state).toBe('paying');
    nowMs += 1;
    expect(book.order('A')).toMatchObject({ state: 'failed', failure: 'timeout' });
    expect(book.phones.confirm('wangfang', '123456')).toBeUndefined();
  });

  test('gives up after three wrong passwords', () => {
    const book = openBook();
    pay(book, 'A', 100_001, book.code('wangfang').code);
    for (const _ of [1, 2, 3]) expect(book.phones.confirm('wangfang', '999999')).toBe(false);
    expect(book.order('A')).toMatchObject({ state: 'failed', failure: 'password', paidAt: null });
  });

  test('never gives back more than was paid', () => {
    const book = openBook();
    pay(book, 'A', 1_000);
    expect(book.refund('A', 'R1', 600)).toMatchObject({ changed: true });
    expect(book.refund('A', 'R1', 600)).toMatchObject({ changed: false });
    expect(book.refund('A', 'R1', 500)).toEqual({ refusal: 'differs' });
    expect(book.refund('A', 'R2', 401)).toEqual({ refusal: 'exceeds' });
    expect(book.refund('A', 'R3', 400)).toMatchObject({ changed: true });
    book.cancel('A');
    expect(book.account()).toMatchObject({ takenMinor: 1_000, returnedMinor: 1_000, netMinor: 0 });
  });

  test('takes a number of a refund once for the merchant, or once for each order', () => {
    const merchants = openBook();
    pay(merchants, 'A', 1_000);
    pay(merchants, 'B', 1_000);
    expect(merchants.refund('A', 'R1', 600)).toMatchObject({ changed: true });
    expect(merchants.refund('B', 'R1', 600)).toEqual({ refusal: 'differs' });
    expect(merchants.account()).toMatchObject({ returnedMinor: 600 });

    const orders = openBook({ refundNumbersPerOrder: true }, 'orders.jsonl');
    pay(orders, 'A', 1_000);
    pay(orders, 'B', 1_000);
    expect(orders.refund('A', 'R1', 600)).toMatchObject({ changed: true });
    expect(orders.refund('B', 'R1', 500)).toMatchObject({ changed: true });
    expect(orders.refund('A', 'R1', 600)).toMatchObject({ changed: false });
    expect(orders.refunds().map(({ outTradeNo, amountMinor }) => [outTradeNo, amountMinor])).toEqual([
      ['A', 600],
      ['B', 500],
    ]);
    expect(openBook({ refundNumbersPerOrder: true }, 'orders.jsonl').account()).toEqual(orders.account());
  });

  test('finishes a refund after its time on the way', () => {
    const book = openBook();
    pay(book, 'A', 1_000);
    book.refund('A', 'R1', 600);
    expect(book.refundOf('R1')).toMatchObject({ state: 'processing', doneAt: null });
    nowMs += rules.refundMs;
    expect(book.refundOf('R1')).toMatchObject({ state: 'done', doneAt: nowMs });
    expect(book.refundOf('R2')).toBeUndefined();
  });
});
