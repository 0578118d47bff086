import type { BillProgress, BillReading, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { type AlipayBillRow, parseAlipayTradeBill, textAt } from '@zhanggui/wallets';
import { BILL_DOWNLOAD_MS, BILL_QUESTION_MS, failedBill, MOST_BILL_BYTES, unreadableBill } from '../../wallet/bill.ts';
import type { AlipayAccount } from './account.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { callAlipay } from './request.ts';

/** Bills are made by nine in the morning; until noon a missing one may be late. */
const SURELY_THERE_MS = 36 * 3_600_000;

/**
 * Fetches the trade bill of a day: asks for its address, which lives thirty seconds, downloads the zip file (nobody signs
 * it), and reads the business details in it.
 */
export async function fetchBill(
  environment: MethodEnvironment,
  keys: PlatformKeys,
  account: AlipayAccount,
  date: string,
  progress: (progress: BillProgress) => void,
): Promise<BillReading> {
  progress({ stage: 'asking', rows: 0 });
  const method = 'alipay.data.dataservice.bill.downloadurl.query';
  const content = { bill_type: 'trade', bill_date: date };
  const call = { operation: 'bill', method, content, timeoutMs: BILL_QUESTION_MS } as const;
  const reply = await callAlipay(environment, keys, account, call);
  if (reply.kind === 'not-answered') return failedBill(reply.cause);
  if (reply.meaning.kind !== 'done') return withoutBill(environment, date, reply.code);
  progress({ stage: 'downloading', rows: 0 });
  try {
    const text = await download(environment, account, textAt(reply.body, 'bill_download_url'));
    if (typeof text !== 'string') return text;
    const rows = parseAlipayTradeBill(text);
    progress({ stage: 'reading', rows: rows.length });
    return { kind: 'bill', rows: rows.map(billRow) };
  } catch (error) {
    return unreadableBill(error);
  }
}

/** One word says both that a day had no payments and that its bill is not made yet. */
function withoutBill({ clock }: MethodEnvironment, date: string, code: string): BillReading {
  if (!/bill[_-]not[_-]exist/i.test(code)) return failedBill(code || 'an error without a code');
  const start = Date.parse(`${date}T00:00:00+08:00`);
  return clock.now() < start + SURELY_THERE_MS ? { kind: 'not-ready', cause: code } : { kind: 'empty' };
}

async function download(
  { http, archives }: MethodEnvironment,
  account: AlipayAccount,
  url: string,
): Promise<string | BillReading> {
  if (!isAlipays(account, url)) return failedBill('the file lies at another address');
  const headers = { 'user-agent': 'zhanggui' };
  const request = { method: 'GET', url, headers, timeoutMs: BILL_DOWNLOAD_MS, binary: true } as const;
  const { status, bytes } = await http.request(request);
  if (status !== 200 || bytes === undefined) return failedBill(`HTTP ${status}`);
  const files = await archives.unzip(bytes, MOST_BILL_BYTES);
  if (files === null) return failedBill('the file is no zip file');
  // The other file of the two holds the sums of each shop.
  const details = files.find(({ name }) => name.includes('业务明细') && !name.includes('汇总'));
  if (details === undefined) return failedBill('the file holds no business details');
  return archives.gbk(details.content) ?? failedBill('the business details are no GBK text');
}

const OFFICIAL = /^https?:\/\/([a-z0-9-]+\.)*(alipay\.com|alipaydev\.com)(?=[/?])/;

/** Alipay's files lie on another of its hosts; anywhere else only where the gateway itself is. */
function isAlipays({ gatewayUrl }: AlipayAccount, url: string): boolean {
  if (OFFICIAL.test(gatewayUrl)) return OFFICIAL.test(url);
  const origin = /^https?:\/\/[^/?#]+/.exec(gatewayUrl)?.[0];
  return origin !== undefined && url.startsWith(`${origin}/`);
}

function billRow(row: AlipayBillRow): Extract<BillReading, { kind: 'bill' }>['rows'][number] {
  return {
    kind: row.kind,
    channelReference: row.tradeNo,
    ourReference: row.outTradeNo,
    refundReference: row.outRequestNo === '' ? null : row.outRequestNo,
    amountMinor: row.amountMinor,
    feeMinor: row.feeMinor,
    currency: 'CNY',
    at: row.at,
    status: row.status,
  };
}
