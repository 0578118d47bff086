import { randomUUID } from 'node:crypto';
import { beijingTimestamp, type Clock, formatDecimal } from '@zhanggui/base';
import { textAt } from '@zhanggui/wallets';
import type { WalletBook } from '../book.ts';
import { type DayLine, linesOfDay } from '../day-lines.ts';
import { gbkBytes } from './gbk.ts';
import { type AlipayRequest, type AlipayResponse, businessError, invalid, SUCCESS } from './request.ts';
import { logonIdOf } from './trade.ts';
import { zipOf } from './zip.ts';

const COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const RULE = '-----------------------------------------';
/** What this wallet takes of a payment; it gives the same share back with a refund. */
const FEE_PPM = 3_800;
const LINK_LIVES_MS = 30_000;
const READY_HOUR_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

/** The trade bills of the shop: asked for by day, downloaded by an address that lives thirty seconds and wants no signature. */
export class AlipayBills {
  readonly #book: WalletBook;
  readonly #sellerId: string;
  readonly #clock: Clock;
  readonly #files = new Map<string, { readonly zip: Buffer; readonly at: number }>();
  /** Bills of any day, today's too, as if the night had passed. */
  anyDay = false;

  constructor(book: WalletBook, sellerId: string, clock: Clock) {
    this.#book = book;
    this.#sellerId = sellerId;
    this.#clock = clock;
  }

  /** alipay.data.dataservice.bill.downloadurl.query */
  ask({ content, now, baseUrl }: AlipayRequest): AlipayResponse {
    const date = textAt(content, 'bill_date');
    const start = Date.parse(`${date}T00:00:00+08:00`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(start)) return invalid('bill_date');
    if (textAt(content, 'bill_type') !== 'trade') return invalid('bill_type');
    const lines = linesOfDay(this.#book, date);
    const isReady = this.anyDay || now >= start + DAY_MS + READY_HOUR_MS;
    if (!isReady || lines.length === 0) return businessError('isp.bill_not_exist', '账单不存在');
    const day = `${this.#sellerId}_${date.replaceAll('-', '')}`;
    const zip = zipOf([
      { name: `${day}_业务明细.csv`, content: gbkBytes(this.#details(lines, start)) },
      { name: `${day}_业务明细(汇总).csv`, content: gbkBytes(this.#summary(lines)) },
    ]);
    const fileId = randomUUID();
    this.#files.set(fileId, { zip, at: now });
    const address = `${baseUrl}/downloadBillFile.resource?bizType=trade&fileType=csv.zip&bizDates=${date}&fileId=${fileId}`;
    return { ...SUCCESS, bill_download_url: address };
  }

  /** The file of an address, or undefined when there is none or it is over. */
  download(fileId: string): Buffer | undefined {
    const file = this.#files.get(fileId);
    return file !== undefined && this.#clock.now() - file.at <= LINK_LIVES_MS ? file.zip : undefined;
  }

  #details(lines: readonly DayLine[], start: number): string {
    const total = (isRefund: boolean): string => {
      const some = lines.filter(({ kind }) => (kind !== 'payment') === isRefund);
      const sum = some.reduce((yet, { amountMinor }) => yet + amountMinor, 0);
      const words = isRefund ? ['商家实收退款共', '商家优惠退款共'] : ['商家实收共', '商家优惠共'];
      return `${some.length}笔，${words[0]}${yuan(isRefund ? -sum : sum)}元，${words[1]}0.00元`;
    };
    return [
      '#支付宝业务明细查询',
      `#账号：[${this.#sellerId}0156]`,
      `#起始日期：[${chinese(start)}]   终止日期：[${chinese(start + DAY_MS)}]`,
      `#${RULE}业务明细列表${RULE}`,
      COLUMNS,
      ...lines.map((line) => this.#line(line)),
      `#${RULE}业务明细列表结束${RULE}`,
      `#交易合计：${total(false)}`,
      `#退款合计：${total(true)}`,
      `#导出时间：[${chinese(this.#clock.now())}]`,
      '',
    ].join('\r\n');
  }

  #line({ kind, order, ourReference, amountMinor, at }: DayLine): string {
    const isPayment = kind === 'payment';
    const amount = yuan(isPayment ? amountMinor : -amountMinor);
    return [
      `${order.transactionId}\t`,
      `${order.outTradeNo}\t`,
      isPayment ? '交易' : '退款',
      order.description,
      beijingTimestamp(order.createdAt),
      beijingTimestamp(at),
      order.echo.store_id ?? '',
      '',
      '',
      order.echo.terminal_id ?? '',
      logonIdOf(this.#book, order),
      amount,
      amount,
      ...Array.from({ length: 5 }, () => '0.00'),
      '',
      '0.00',
      '0.00',
      kind === 'refund' ? `${ourReference}\t` : '',
      yuan(this.#feeOf(kind, order.outTradeNo, ourReference, amountMinor)),
      '0.00',
      '',
    ].join(',');
  }

  /** From the merchant's side: what is taken is negative. A refund gives back what its part had cost, rounded once in all. */
  #feeOf(kind: DayLine['kind'], outTradeNo: string, ourReference: string, amountMinor: number): number {
    if (kind === 'payment') return -fee(amountMinor);
    const earlier = this.#book.refunds().filter((refund) => refund.outTradeNo === outTradeNo);
    const index = earlier.findIndex(({ outRefundNo }) => outRefundNo === ourReference);
    const before = earlier.slice(0, index < 0 ? earlier.length : index);
    const paid = this.#book.order(outTradeNo)?.amountMinor ?? 0;
    const left = paid - before.reduce((sum, refund) => sum + refund.amountMinor, 0);
    return fee(left) - fee(left - amountMinor);
  }

  #summary(lines: readonly DayLine[]): string {
    const of = (isRefund: boolean): number => lines.filter(({ kind }) => (kind !== 'payment') === isRefund).length;
    return [
      '#支付宝业务汇总查询',
      '门店编号,门店名称,交易订单总笔数,退款订单总笔数',
      `合计,,${of(false)},${of(true)}`,
      '',
    ].join('\r\n');
  }
}

function chinese(at: number): string {
  const [date = '', time = ''] = beijingTimestamp(at).split(' ');
  const [year, month, day] = date.split('-');
  return `${year}年${month}月${day}日 ${time}`;
}

function yuan(minor: number): string {
  return formatDecimal(minor);
}

function fee(amountMinor: number): number {
  return Math.floor((amountMinor * FEE_PPM * 2 + 1_000_000) / 2_000_000);
}
