import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { WalletBook } from './book.ts';
import { cancelOrder, micropay, native, refund } from './ecny/operations.ts';
import { consumeScanned, giveBack, orderShown, reverse } from './unionpay/operations.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'operations-'));
const NOW = Date.parse('2026-11-23T10:00:00+08:00');
const rules = { passwordAboveMinor: 100_000, payingMs: 60_000, refundMs: 1_000 };
let books = 0;
let book: WalletBook;

function openBook(wallet: 'unionpay-qr' | 'ecny'): WalletBook {
  books += 1;
  const clock = { now: () => NOW, sleep: async () => undefined };
  const rng = { bytes: (count: number) => randomBytes(count) };
  return new WalletBook({ ...rules, wallet }, clock, rng, path.join(folder, `${books}.jsonl`));
}
afterAll(() => rmSync(folder, { recursive: true }));

describe('UnionPay answers a field that is wrong with 10, one that is missing with 13, naming it', () => {
  beforeEach(() => {
    book = openBook('unionpay-qr');
  });
  const payment = (change: Readonly<Record<string, string>> = {}) => ({
    fields: {
      orderId: 'U0000001',
      txnTime: '20261123100000',
      txnAmt: '1000',
      currencyCode: '156',
      termInfo: '{device_type=11&terminal_id=12345678}',
      qrNo: book.code('wangfang').code,
      ...change,
    },
    fault: undefined,
    now: NOW,
  });

  test.each([
    [{ orderId: 'short' }, '报文格式错误[10]:orderId'],
    [{ txnTime: '2026-11-23' }, '报文格式错误[10]:txnTime'],
    [{ txnAmt: '0' }, '报文格式错误[10]:txnAmt'],
    [{ txnAmt: '10.00' }, '报文格式错误[10]:txnAmt'],
    [{ currencyCode: '840' }, '报文格式错误[10]:currencyCode'],
    [{ termInfo: '' }, '报文交易要素缺失[13]:termInfo'],
    [{ qrNo: '' }, '报文交易要素缺失[13]:qrNo'],
  ])('%j', (change, respMsg) => {
    expect(consumeScanned({ book }, payment(change))).toMatchObject({ respMsg });
    expect(book.orders()).toEqual([]);
  });

  test('a number with another amount, in use, or of another time; a refund of more, of a used number', () => {
    expect(orderShown({ book }, payment())).toMatchObject({ state: 'unpaid' });
    expect(orderShown({ book }, payment({ txnAmt: '1001' }))).toMatchObject({ respCode: '36' });
    expect(reverse({ book }, payment({ txnTime: '20261123100001' }))).toMatchObject({ respCode: '36' });
    const paid = payment({ orderId: 'U0000002' });
    const { queryId = '' } = consumeScanned({ book }, paid);
    expect(consumeScanned({ book }, paid)).toMatchObject({ respCode: '12' });
    const back = (orderId: string, txnAmt: string) =>
      giveBack({ book }, payment({ orderId, txnAmt, origQryId: queryId })).respCode;
    expect(back('R0000001', '1001')).toBe('33');
    expect(back('R0000001', '400')).toBe('00');
    expect(back('R0000001', '400')).toBe('00');
    expect(back('R0000001', '401')).toBe('36');
    expect(back('U0000001', '400')).toBe('12');
    expect(book.order('U0000002')).toMatchObject({ refundedMinor: 400 });
  });
});

describe('e-CNY answers a parameter that is wrong with PARAM_ERROR, naming it', () => {
  beforeEach(() => {
    book = openBook('ecny');
  });
  const payment = (change: object = {}) => ({
    body: {
      out_trade_no: 'E000001',
      amount: 1_000,
      currency: 'CNY',
      subject: '茶',
      terminal_info: { device_type: '11' },
      auth_code: book.code('wangfang').code,
      ...change,
    },
    fault: undefined,
  });

  test.each([
    [{ out_trade_no: 'E-1' }, 'out_trade_no'],
    [{ amount: '1000' }, 'amount'],
    [{ amount: 0 }, 'amount'],
    [{ currency: 'USD' }, 'currency'],
    [{ subject: '' }, 'subject'],
    [{ terminal_info: {} }, 'terminal_info.device_type'],
    [{ auth_code: '' }, 'auth_code'],
  ])('%j', (change, name) => {
    const return_msg = `参数缺失或格式错误：${name}`;
    expect(micropay({ book }, payment(change))).toMatchObject({ return_code: 'PARAM_ERROR', return_msg });
    expect(book.orders()).toEqual([]);
  });

  test('a number with another amount or of a refund with another; more than was paid; a cancellation after a refund', () => {
    native({ book }, payment());
    expect(native({ book }, payment({ amount: 1_001 }))).toMatchObject({ return_code: 'OUT_TRADE_NO_USED' });
    micropay({ book }, payment({ out_trade_no: 'E000002' }));
    const back = (out_refund_no: string, refund_amount: number) =>
      refund({ book }, { body: { out_trade_no: 'E000002', out_refund_no, refund_amount }, fault: undefined })
        .return_code;
    expect(back('R-1', 400)).toBe('PARAM_ERROR');
    expect(back('R00001', 1_001)).toBe('REFUND_AMOUNT_EXCEED');
    expect(back('R00001', 400)).toBe('SUCCESS');
    expect(back('R00001', 400)).toBe('SUCCESS');
    expect(back('R00001', 401)).toBe('REFUND_NO_USED');
    expect(cancelOrder({ book }, { body: { out_trade_no: 'E000002' }, fault: undefined }, NOW)).toMatchObject({
      return_code: 'ORDER_REFUNDED',
    });
  });
});
