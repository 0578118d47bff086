import { randomUUID } from 'node:crypto';
import { beijingTimestamp, formatDecimal } from '@zhanggui/base';
import { textAt } from '@zhanggui/wallets';
import { type BillDays, startOf } from '../bill-days.ts';
import { BillLinks } from '../bill-links.ts';
import type { WalletBook } from '../book.ts';
import { type DayLine, linesOfDay } from '../day-lines.ts';
import { gbkBytes } from './gbk.ts';
import { type AlipayRequest, type AlipayResponse, businessError, invalid, SUCCESS } from './request.ts';
import type { AlipayShop } from './shop.ts';
import { logonIdOf } from './trade.ts';
import { zipOf } from './zip.ts';

const COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注';
const RULE = '-----------------------------------------';
const LINK_LIVES_MS = 30_000;
const DAY_MS = 86_400_000;

/** The trade bills of the shop: asked for by day, downloaded by an address that lives thirty seconds and wants no signature. */
export class AlipayBills {
  readonly #shop: AlipayShop;
  readonly #days: BillDays;
  readonly #links: BillLinks;

  constructor(shop: AlipayShop, days: BillDays) {
    this.#shop = shop;
    this.#days = days;
    this.#links = new BillLinks(shop.clock, LINK_LIVES_MS);
  }

  /** alipay.data.dataservice.bill.downloadurl.query */
  ask({ content, baseUrl }: AlipayRequest): AlipayResponse {
    const date = textAt(content, 'bill_date');
    const standing = this.#days.standing(date);
    if (standing === 'none') return invalid('bill_date');
    if (textAt(content, 'bill_type') !== 'trade') return invalid('bill_type');
    const lines = linesOfDay(this.#shop.book, date);
    if (standing !== 'ready' || lines.length === 0) return businessError('isp.bill_not_exist', '账单不存在');
    const day = `${this.#shop.keys.sellerId}_${date.replaceAll('-', '')}`;
    const zip = zipOf([
      { name: `${day}_业务明细.csv`, content: gbkBytes(details(this.#shop, lines, startOf(date))) },
      { name: `${day}_业务明细(汇总).csv`, content: gbkBytes(summary(lines)) },
    ]);
    const fileId = randomUUID();
    this.#links.keep(fileId, zip);
    const address = `${baseUrl}/downloadBillFile.resource?bizType=trade&fileType=csv.zip&bizDates=${date}&fileId=${fileId}`;
    return { ...SUCCESS, bill_download_url: address };
  }

  /** The file of an address, or undefined when there is none or it is over. */
  download(fileId: string): Uint8Array | undefined {
    return this.#links.find(fileId);
  }
}

function details({ keys, book, clock }: AlipayShop, lines: readonly DayLine[], start: number): string {
  return [
    '#支付宝业务明细查询',
    `#账号：[${keys.sellerId}0156]`,
    `#起始日期：[${chinese(start)}]   终止日期：[${chinese(start + DAY_MS)}]`,
    `#${RULE}业务明细列表${RULE}`,
    COLUMNS,
    ...lines.map((line) => rowOf(book, line)),
    `#${RULE}业务明细列表结束${RULE}`,
    `#交易合计：${totalOf(lines, false)}`,
    `#退款合计：${totalOf(lines, true)}`,
    `#导出时间：[${chinese(clock.now())}]`,
    '',
  ].join('\r\n');
}

/** From the merchant's side: what was refunded, and what was taken as a fee, is negative. */
function rowOf(book: WalletBook, { kind, order, ourReference, amountMinor, feeMinor, at }: DayLine): string {
  const isPayment = kind === 'payment';
  const amount = formatDecimal(isPayment ? amountMinor : -amountMinor);
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
    logonIdOf(book, order),
    amount,
    amount,
    ...Array.from({ length: 5 }, () => '0.00'),
    '',
    '0.00',
    '0.00',
    kind === 'refund' ? `${ourReference}\t` : '',
    formatDecimal(-feeMinor),
    '0.00',
    '',
  ].join(',');
}

function totalOf(lines: readonly DayLine[], isRefund: boolean): string {
  const some = lines.filter(({ kind }) => (kind !== 'payment') === isRefund);
  const sum = some.reduce((yet, { amountMinor }) => yet + amountMinor, 0);
  const words = isRefund ? ['商家实收退款共', '商家优惠退款共'] : ['商家实收共', '商家优惠共'];
  return `${some.length}笔，${words[0]}${formatDecimal(isRefund ? -sum : sum)}元，${words[1]}0.00元`;
}

function summary(lines: readonly DayLine[]): string {
  const of = (isRefund: boolean): number => lines.filter(({ kind }) => (kind !== 'payment') === isRefund).length;
  return [
    '#支付宝业务汇总查询',
    '门店编号,门店名称,交易订单总笔数,退款订单总笔数',
    `合计,,${of(false)},${of(true)}`,
    '',
  ].join('\r\n');
}

function chinese(at: number): string {
  const [date = '', time = ''] = beijingTimestamp(at).split(' ');
  const [year, month, day] = date.split('-');
  return `${year}年${month}月${day}日 ${time}`;
}
