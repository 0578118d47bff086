import { describe, expect, test } from 'vitest';
import { WalletRefusal } from './wallet-refusal.ts';
import { parseWechatTradeBill } from './wechat-bill.ts';

const COLUMNS_24 =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率';
const COLUMNS_27 = `${COLUMNS_24.replace('总金额', '应结订单金额')},订单金额,申请退款金额,费率备注`;
const TOTALS = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';

interface Parts {
  readonly state?: string;
  readonly amount?: string;
  readonly refund?: string;
  readonly refundNo?: string;
  readonly fee?: string;
  readonly name?: string;
}

function line(columns: 24 | 27, parts: Parts = {}): string {
  const { state = 'SUCCESS', amount = '12.34', refund = '0.00', refundNo = '0', fee = '0.05000', name = '茶' } = parts;
  const shared = [
    '2026-11-22 23:59:59',
    'wx1',
    '1900000001',
    '0',
    '',
    '4200001',
    'A1',
    'o1',
    'NATIVE',
    state,
    'OTHERS',
    'CNY',
    columns === 24 ? amount : '11.00',
    '0.00',
    '5000001',
    refundNo,
    refund,
    '0.00',
    'ORIGINAL',
    'SUCCESS',
    name,
    '',
    fee,
    '0.38%',
  ];
  const more = columns === 24 ? [] : [amount, refund, ''];
  return [...shared, ...more].map((value) => `\`${value}`).join(',');
}

function bill(columns: string, lines: readonly string[], fees: string, count = lines.length): string {
  return [`\uFEFF${columns}`, ...lines, TOTALS, `\`${count},\`0.00,\`0.00,\`0.00,\`${fees},\`0.00,\`0.00`, ''].join(
    '\r\n',
  );
}

function refusalOf(text: string): string {
  try {
    parseWechatTradeBill(text);
  } catch (error) {
    if (error instanceof WalletRefusal) return `${error.code} ${error.path}`.trim();
    throw error;
  }
  return 'accepted';
}

describe('a trade bill', () => {
  test.each([
    [24, COLUMNS_24],
    [27, COLUMNS_27],
  ] as const)('of %d columns is read by their names', (columns, header) => {
    expect(parseWechatTradeBill(bill(header, [line(columns)], '0.05000'))).toEqual([
      {
        kind: 'payment',
        transactionId: '4200001',
        outTradeNo: 'A1',
        outRefundNo: '',
        amountMinor: 1234,
        feeMinor: 5,
        currency: 'CNY',
        at: Date.parse('2026-11-22T23:59:59+08:00'),
        status: 'SUCCESS',
        merchantId: '1900000001',
        subMerchantId: '',
      },
    ]);
  });

  test('whose columns stand in another order is read all the same', () => {
    const names = COLUMNS_27.split(',');
    const values = line(27).slice(1).split(',`');
    const reversed = bill(
      [...names].reverse().join(','),
      [
        values
          .reverse()
          .map((v) => `\`${v}`)
          .join(','),
      ],
      '0.05000',
    );
    // Its first name is the last of the usual ones, so nothing can be known by its place.
    expect(parseWechatTradeBill(reversed)).toMatchObject([{ outTradeNo: 'A1', amountMinor: 1234 }]);
  });

  test('with commas, and even with a comma before a backtick, in a name keeps its columns', () => {
    for (const name of ['茶, 大杯', '茶,`大杯`,`热'])
      expect(parseWechatTradeBill(bill(COLUMNS_27, [line(27, { name })], '0.05000'))).toMatchObject([
        { amountMinor: 1234, feeMinor: 5 },
      ]);
  });

  test('tells refunds from payments, and a reversal gives the whole order back under its own number', () => {
    const refund = line(27, { state: 'REFUND', amount: '0.00', refund: '2.34', refundNo: 'R1', fee: '-0.01000' });
    const reversal = line(27, { state: 'REVOKED', amount: '12.34', refund: '0.00', fee: '-0.05000' });
    expect(parseWechatTradeBill(bill(COLUMNS_27, [line(27), refund, reversal], '-0.01000'))).toMatchObject([
      { kind: 'payment', amountMinor: 1234 },
      { kind: 'refund', outRefundNo: 'R1', amountMinor: 234, feeMinor: -1 },
      { kind: 'refund', outRefundNo: '', outTradeNo: 'A1', amountMinor: 1234, feeMinor: -5, status: 'REVOKED' },
    ]);
  });

  test('without a line is a bill of nothing', () => {
    expect(parseWechatTradeBill(bill(COLUMNS_27, [], '0.00000'))).toEqual([]);
  });

  test.each([
    ['cut off before its totals', [COLUMNS_27, line(27)].join('\r\n'), 'bill-totals totals'],
    ['with a line less than it says', bill(COLUMNS_27, [line(27)], '0.05000', 2), 'bill-totals 总交易单数'],
    ['whose fees do not add up', bill(COLUMNS_27, [line(27)], '0.06000'), 'bill-totals 手续费总金额'],
    ['without a column', bill(COLUMNS_27.replace('手续费,', ''), [line(27)], '0.05000'), 'bill-header 手续费'],
    ['with a short line', bill(COLUMNS_27, ['`1,`2'], '0.00000'), 'bill-line line 2'],
    ['with a state of tomorrow', bill(COLUMNS_27, [line(27, { state: 'LATER' })], '0.05000'), 'bill-line line 2'],
    ['with a part of a fen', bill(COLUMNS_27, [line(27, { fee: '0.05100' })], '0.05100'), 'bill-amount line 2'],
    ['with an amount in words', bill(COLUMNS_27, [line(27, { amount: '1e3' })], '0.05000'), 'bill-amount line 2'],
    ['that is empty', '', 'bill-header 交易时间'],
  ])('%s is refused', (_, text, refusal) => {
    expect(refusalOf(text)).toBe(refusal);
  });
});
