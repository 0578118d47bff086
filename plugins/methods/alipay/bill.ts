import { HttpSilence } from '@zhanggui/base';
import type { BillProgress, BillReading, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { type AlipayBillRow, parseAlipayTradeBill, textAt, WalletRefusal } from '@zhanggui/wallets';
import type { AlipayAccount } from './account.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { callAlipay } from './request.ts';

const ASK_TIMEOUT_MS = 10_000;
const DOWNLOAD_TIMEOUT_MS = 60_000;
const MOST_BYTES = 512 * 1024 * 1024;
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
  const reply = await callAlipay(environment, keys, account, { method, content, timeoutMs: ASK_TIMEOUT_MS });
  if (reply.kind === 'not-answered') return failed(reply.cause);
  if (reply.code !== '10000') return withoutBill(environment, date, reply.subCode || reply.code);
  progress({ stage: 'downloading', rows: 0 });
  try {
    const text = await download(environment, account, textAt(reply.body, 'bill_download_url'));
    if (typeof text !== 'string') return text;
    const rows = parseAlipayTradeBill(text);
    progress({ stage: 'reading', rows: rows.length });
    return { kind: 'bill', rows: rows.map(billRow) };
  } catch (error) {
    if (error instanceof HttpSilence) return failed('no answer');
    if (error instanceof WalletRefusal) return failed(`${error.code}${error.path === '' ? '' : ` at ${error.path}`}`);
    throw error;
  }
}

/** One word says both that a day had no payments and that its bill is not made yet. */
function withoutBill({ clock }: MethodEnvironment, date: string, code: string): BillReading {
  if (!/bill[_-]not[_-]exist/i.test(code)) return failed(code || 'an error without a code');
  const start = Date.parse(`${date}T00:00:00+08:00`);
  return clock.now() < start + SURELY_THERE_MS ? { kind: 'not-ready', cause: code } : { kind: 'empty' };
}

async function download(
  { http, archives }: MethodEnvironment,
  account: AlipayAccount,
  url: string,
): Promise<string | BillReading> {
  if (!isAlipays(account, url)) return failed('the file lies at another address');
  const headers = { 'user-agent': 'zhanggui' };
  const request = { method: 'GET', url, headers, timeoutMs: DOWNLOAD_TIMEOUT_MS, binary: true } as const;
  const { status, bytes } = await http.request(request);
  if (status !== 200 || bytes === undefined) return failed(`HTTP ${status}`);
  const files = await archives.unzip(bytes, MOST_BYTES);
  if (files === null) return failed('the file is no zip file');
  // The other file of the two holds the sums of each shop.
  const details = files.find(({ name }) => name.includes('业务明细') && !name.includes('汇总'));
  if (details === undefined) return failed('the file holds no business details');
  return archives.gbk(details.content) ?? failed('the business details are no GBK text');
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

function failed(cause: string): BillReading {
  return { kind: 'failed', cause };
}
