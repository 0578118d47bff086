import { describe, expect, test } from 'vitest';
import { parseAlipayTradeBill } from './alipay-bill.ts';

const COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const PAID =
  '2026112222001400001\t,A0001\t,交易,红茶, 大杯,2026-11-22 09:00:00,2026-11-22 09:00:03,S1,店,,T1,a***@x,12.34,12.34,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,,-0.05,0.00,';
const BACK =
  '2026112222001400001\t,A0001\t,退款,红茶,2026-11-22 09:00:00,2026-11-22 10:00:00,S1,店,,T1,a***@x,-2.34,-2.34,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,R0001\t,0.01,0.00,';
const LARGE =
  '2026112222001400002\t,A0002\t,交易,茶,2026-11-22 09:00:00,2026-11-22 23:59:59,,,,,b***@x,1000,1000,0,0,0,0,0,,0,0,,-3.80,0,';

function bill(lines: readonly string[], payments: number, refunds: number, columns = COLUMNS): string {
  return [
    '#支付宝业务明细查询',
    '#账号：[20881000000000000156]',
    '#起始日期：[2026年11月22日 00:00:00]   终止日期：[2026年11月23日 00:00:00]',
    '#-----------------------------------------业务明细列表----------------------------------------',
    columns,
    ...lines,
    '#-----------------------------------------业务明细列表结束------------------------------------',
    `#交易合计：${payments}笔，商家实收共1012.34元，商家优惠共0.00元`,
    `#退款合计：${refunds}笔，商家实收退款共-2.34元，商家优惠退款共0.00元`,
    '#导出时间：[2026年11月23日 09:00:00]',
    '',
  ].join('\r\n');
}

describe('an Alipay trade bill', () => {
  test('gives payments and refunds with their ids free of tabs, amounts without sign, and fees as what is kept', () => {
    expect(parseAlipayTradeBill(bill([PAID, BACK, LARGE], 2, 1))).toEqual([
      {
        kind: 'payment',
        tradeNo: '2026112222001400001',
        outTradeNo: 'A0001',
        outRequestNo: '',
        amountMinor: 1234,
        feeMinor: 5,
        at: Date.UTC(2026, 10, 22, 1, 0, 3),
        status: '交易',
      },
      expect.objectContaining({ kind: 'refund', outRequestNo: 'R0001', amountMinor: 234, feeMinor: -1 }),
      expect.objectContaining({ kind: 'payment', amountMinor: 100_000, feeMinor: 380 }),
    ]);
  });

  test.each([
    ['a remark', BACK.replace(/,$/, ',顾客说, 太甜, 不要了')],
    ["a voucher's name", BACK.replace('0.00,,0.00,0.00,R', '0.00,满10减1, 周末,0.00,0.00,R')],
    [
      'name, voucher and remark',
      `${BACK.replace('红茶,', '红茶, 大, 热,').replace('0.00,,0.00', '0.00,满减,,0.00')}换,货`,
    ],
  ])('is not led astray by commas in %s', (_, line) => {
    expect(parseAlipayTradeBill(bill([line], 0, 1))).toEqual([
      expect.objectContaining({
        outRequestNo: 'R0001',
        amountMinor: 234,
        feeMinor: -1,
        at: Date.UTC(2026, 10, 22, 2),
      }),
    ]);
  });

  test('is read by the names of its columns, wherever they stand', () => {
    const columns = '业务类型,服务费,订单金额,创建时间,完成时间,商品名称,商户订单号,支付宝交易号,退款批次号/请求号';
    const line = '退款,0.00,-1.00,2026-11-22 09:00:00,,茶,A0001,2026,R1';
    expect(parseAlipayTradeBill(bill([line], 0, 1, columns))).toEqual([
      expect.objectContaining({ tradeNo: '2026', outRequestNo: 'R1', amountMinor: 100, at: Date.UTC(2026, 10, 22, 1) }),
    ]);
  });

  test('of a day without lines has none', () => {
    expect(parseAlipayTradeBill(bill([], 0, 0))).toEqual([]);
  });

  test.each([
    ['a column is missing', bill([PAID], 1, 0, COLUMNS.replace('业务类型', '类型')), 'bill-header'],
    ['a line is too short', bill(['2026,A1,交易'], 1, 0), 'bill-line'],
    ['a line is of another kind', bill([PAID.replace('交易', '转账')], 1, 0), 'bill-line'],
    ['a line has no time', bill([PAID.replaceAll('2026-11-22', '2026-13-22')], 1, 0), 'bill-line'],
    ['an amount has a third decimal', bill([PAID.replace('12.34,', '12.345,')], 1, 0), 'bill-amount'],
    ['a payment is negative', bill([PAID.replace('12.34,', '-12.34,')], 1, 0), 'bill-amount'],
    ['a line is lost', bill([PAID], 2, 0), 'bill-totals'],
    [
      'the end is cut off',
      bill([PAID], 1, 0).split('#-----------------------------------------业务明细列表结束')[0],
      'bill-totals',
    ],
  ])('whose file is damaged is refused: %s', (_, text, code) => {
    expect(() => parseAlipayTradeBill(text ?? '')).toThrow(expect.objectContaining({ code }));
  });
});
