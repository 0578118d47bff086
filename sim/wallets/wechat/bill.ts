import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beijingDate, beijingTimestamp, type Clock, formatDecimal } from '@zhanggui/base';
import { textAt } from '@zhanggui/wallets';
import type { Order } from '../orders.ts';
import { openIdOf, type WechatAnswer, wechatError } from './answers.ts';
import type { WechatRequest } from './operations.ts';
import type { Caller, WechatShop } from './shop.ts';

const COLUMNS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const TOTALS = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
/** What this wallet takes of a payment; it gives the same share back with a refund. */
const FEE_PPM = 3_800;
const LINK_LIVES_MS = 5 * 60_000;
const READY_HOUR_MS = 10 * 3_600_000;
const DAY_MS = 86_400_000;

/** One line of a bill; amounts are fen. */
interface Line {
  readonly at: number;
  readonly order: Order;
  readonly state: 'SUCCESS' | 'REFUND' | 'REVOKED';
  readonly refundedMinor: number;
  readonly feeMinor: number;
  readonly refundId: string;
  readonly outRefundNo: string;
}

/** The trade bills of one shop: asked for by day, downloaded by an address that lives five minutes. */
export class WechatBills {
  readonly #shop: WechatShop;
  readonly #clock: Clock;
  readonly #links = new Map<string, { readonly text: string; readonly isZipped: boolean; readonly at: number }>();
  /** Bills of any day, today's too, as if the night had passed. */
  anyDay = false;

  constructor(shop: WechatShop, clock: Clock) {
    this.#shop = shop;
    this.#clock = clock;
  }

  /** GET /v3/bill/tradebill */
  ask({ caller, query, baseUrl }: WechatRequest): WechatAnswer {
    const date = textAt(query, 'bill_date');
    const type = textAt(query, 'bill_type') || 'ALL';
    const start = Date.parse(`${date}T00:00:00+08:00`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(start) || !['ALL', 'SUCCESS', 'REFUND'].includes(type))
      return wechatError(400, 'PARAM_ERROR', '账单日期或类型格式错误');
    const now = this.#clock.now();
    if (!this.anyDay && now < start + DAY_MS) return wechatError(400, 'INVALID_REQUEST', '账单日期不能晚于昨天');
    if (!this.anyDay && now < start + DAY_MS + READY_HOUR_MS)
      return wechatError(400, 'STATEMENT_CREATING', '账单生成中');
    const lines = linesOf(this.#shop, date).filter(
      ({ state }) => type === 'ALL' || (type === 'SUCCESS') === (state === 'SUCCESS'),
    );
    if (lines.length === 0) return wechatError(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
    const text = billText(caller, lines);
    const token = this.#shop.nonce(32);
    this.#links.set(token, { text, isZipped: textAt(query, 'tar_type') === 'GZIP', at: now });
    return {
      status: 200,
      body: {
        hash_type: 'SHA1',
        hash_value: createHash('sha1').update(text).digest('hex'),
        download_url: `${baseUrl}/v3/billdownload/file?token=${token}`,
      },
    };
  }

  /** GET /v3/billdownload/file */
  download({ query }: WechatRequest): WechatAnswer {
    const link = this.#links.get(textAt(query, 'token'));
    if (link === undefined || this.#clock.now() - link.at > LINK_LIVES_MS)
      return wechatError(400, 'INVALID_REQUEST', '下载地址已失效');
    return { status: 200, body: null, file: link.isZipped ? gzipSync(link.text) : Buffer.from(link.text) };
  }
}

function linesOf({ book }: WechatShop, date: string): readonly Line[] {
  const refunds = Map.groupBy(book.refunds(), ({ outTradeNo }) => outTradeNo);
  const lines = book.orders().flatMap((order) => {
    if (order.paidAt === null) return [];
    const base = { order, refundedMinor: 0, feeMinor: feeOf(order.amountMinor), refundId: '0', outRefundNo: '0' };
    const paid: Line = { ...base, at: order.paidAt, state: 'SUCCESS' };
    let left = order.amountMinor;
    const returned = (refunds.get(order.outTradeNo) ?? []).map((refund): Line => {
      const before = left;
      left -= refund.amountMinor;
      const { refundId, outRefundNo, amountMinor: refundedMinor, createdAt } = refund;
      return {
        order,
        at: createdAt,
        state: 'REFUND',
        refundedMinor,
        feeMinor: feeOf(left) - feeOf(before),
        refundId,
        outRefundNo,
      };
    });
    const undone: Line[] =
      order.state === 'revoked' && order.cancelledAt !== null
        ? [{ ...base, at: order.cancelledAt, state: 'REVOKED', refundedMinor: left, feeMinor: -feeOf(left) }]
        : [];
    return [paid, ...returned, ...undone];
  });
  return lines.filter(({ at }) => beijingDate(at) === date).sort((left, right) => left.at - right.at);
}

function billText(caller: Caller, lines: readonly Line[]): string {
  const rows = lines.map((line) => row(valuesOf(caller, line)));
  const sum = (of: (line: Line) => number): number => lines.reduce((total, line) => total + of(line), 0);
  const paid = sum(({ state, order }) => (state === 'SUCCESS' ? order.amountMinor : 0));
  const refunded = sum(({ refundedMinor }) => refundedMinor);
  const totals = [
    String(lines.length),
    yuan(paid),
    yuan(refunded),
    yuan(0),
    `${yuan(sum(({ feeMinor }) => feeMinor))}000`,
    yuan(paid),
    yuan(refunded),
  ];
  return [COLUMNS, ...rows, TOTALS, row(totals), ''].join('\r\n');
}

function valuesOf(
  caller: Caller,
  { at, order, state, refundedMinor, feeMinor, refundId, outRefundNo }: Line,
): string[] {
  const isPayment = state === 'SUCCESS';
  const amount = isPayment ? yuan(order.amountMinor) : yuan(0);
  const refund = isPayment ? ['0', '0'] : [refundId, outRefundNo];
  return [
    beijingTimestamp(at),
    caller.appId,
    caller.merchantId,
    caller.kind === 'partner' ? caller.subMerchantId : '0',
    '',
    order.transactionId,
    order.outTradeNo,
    openIdOf(order.customerId ?? ''),
    { code: 'MICROPAY', scan: 'NATIVE', page: 'JSAPI' }[order.way],
    state,
    'OTHERS',
    'CNY',
    amount,
    yuan(0),
    ...refund,
    yuan(refundedMinor),
    yuan(0),
    isPayment ? '' : 'ORIGINAL',
    isPayment ? '' : 'SUCCESS',
    order.description,
    order.echo.attach ?? '',
    `${yuan(feeMinor)}000`,
    '0.38%',
    state === 'REVOKED' ? yuan(order.amountMinor) : amount,
    yuan(refundedMinor),
    '',
  ];
}

function row(values: readonly string[]): string {
  return values.map((value) => `\`${value}`).join(',');
}

function yuan(minor: number): string {
  return formatDecimal(minor);
}

function feeOf(amountMinor: number): number {
  return Math.floor((amountMinor * FEE_PPM * 2 + 1_000_000) / 2_000_000);
}
