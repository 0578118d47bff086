import { toHex } from '@zhanggui/base';
import type { BillProgress, BillReading, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { decodeText, parseWechatTradeBill, textAt, type WechatBillRow } from '@zhanggui/wallets';
import { BILL_DOWNLOAD_MS, BILL_QUESTION_MS, failedBill, MOST_BILL_BYTES, unreadableBill } from '../../wallet/bill.ts';
import type { WechatAccount } from './account.ts';
import type { PlatformKeys } from './platform-keys.ts';
import { callWechat } from './request.ts';
import { sendSigned } from './signed-request.ts';

/**
 * Fetches the trade bill of a day: asks for its address, downloads the gzip file, holds the SHA-1 of the unzipped text to
 * what the signed answer said (the file itself is not signed), and reads it.
 */
export async function fetchBill(
  environment: MethodEnvironment,
  keys: PlatformKeys,
  account: WechatAccount,
  date: string,
  progress: (progress: BillProgress) => void,
): Promise<BillReading> {
  progress({ stage: 'asking', rows: 0 });
  const query = `bill_date=${date}&bill_type=ALL&tar_type=GZIP`;
  const path = `/v3/bill/tradebill?${query}${account.sub === null ? '' : `&sub_mchid=${account.sub.merchantId}`}`;
  const call = { operation: 'bill', method: 'GET', path, timeoutMs: BILL_QUESTION_MS } as const;
  const reply = await callWechat(environment, keys, account, call);
  if (reply.kind === 'not-answered') return failedBill(reply.cause);
  if (reply.meaning.kind !== 'done') return withoutBill(reply.code);
  progress({ stage: 'downloading', rows: 0 });
  try {
    const text = await download(
      environment,
      account,
      textAt(reply.body, 'download_url'),
      textAt(reply.body, 'hash_value'),
    );
    if (typeof text !== 'string') return text;
    const rows = parseWechatTradeBill(text).filter((row) => isOf(account, row));
    progress({ stage: 'reading', rows: rows.length });
    return { kind: 'bill', rows: rows.map(billRow) };
  } catch (error) {
    return unreadableBill(error);
  }
}

function withoutBill(code: string): BillReading {
  const plain = code.replaceAll('_', '');
  if (plain === 'NOSTATEMENTEXIST') return { kind: 'empty' };
  return plain === 'STATEMENTCREATING'
    ? { kind: 'not-ready', cause: code }
    : failedBill(code || 'an error without a code');
}

async function download(
  environment: MethodEnvironment,
  account: WechatAccount,
  url: string,
  sha1: string,
): Promise<string | BillReading> {
  const path = pathBelow(account, url);
  if (path === null) return failedBill('the file lies at another address');
  const request = { method: 'GET', path, body: '', timeoutMs: BILL_DOWNLOAD_MS, binary: true } as const;
  const { status, bytes } = await sendSigned(environment, account, request);
  if (status !== 200 || bytes === undefined) return failedBill(`HTTP ${status}`);
  const content = await environment.archives.gunzip(bytes, MOST_BILL_BYTES);
  if (content === null) return failedBill('the file is no gzip file');
  const digest = toHex(environment.walletCrypto.digest('sha1', content)).toLowerCase();
  if (digest !== sha1.toLowerCase()) return failedBill('the file has another digest');
  return decodeText(content, 'bill');
}

/** WeChat Pay's two hosts, each of which may name the other. */
const OFFICIAL = /^https:\/\/api2?\.mch\.weixin\.qq\.com(?=\/)/;

/** A signed request goes nowhere but to where the account is: an address elsewhere has no path here. */
function pathBelow({ baseUrl }: WechatAccount, url: string): string | null {
  if (url.startsWith(`${baseUrl}/`)) return url.slice(baseUrl.length);
  return OFFICIAL.test(url) && OFFICIAL.test(`${baseUrl}/`) ? url.replace(OFFICIAL, '') : null;
}

function isOf({ sub }: WechatAccount, row: WechatBillRow): boolean {
  return sub === null || row.subMerchantId === sub.merchantId;
}

function billRow(row: WechatBillRow): Extract<BillReading, { kind: 'bill' }>['rows'][number] {
  return {
    kind: row.kind,
    channelReference: row.transactionId,
    ourReference: row.outTradeNo,
    refundReference: row.outRefundNo === '' ? null : row.outRefundNo,
    amountMinor: row.amountMinor,
    feeMinor: row.feeMinor,
    currency: row.currency,
    at: row.at,
    status: row.status,
  };
}
