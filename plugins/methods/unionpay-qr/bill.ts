import { fromBase64 } from '@zhanggui/base';
import type { BillProgress, BillReading, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { decodeText, parseUnionPayBill, type UnionPayBillRow, WalletRefusal } from '@zhanggui/wallets';
import type { UnionPayAccount } from './account.ts';
import { txnTimeOf } from './flow.ts';
import { callUnionPay } from './request.ts';

const TIMEOUT_MS = 60_000;
/** A file of this size has some two million lines. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Fetches the file of a day's normal transactions (76/01), which comes inside the signed answer, and reads it. */
export async function fetchBill(
  environment: MethodEnvironment,
  account: UnionPayAccount,
  date: string,
  progress: (progress: BillProgress) => void,
): Promise<BillReading> {
  progress({ stage: 'asking', rows: 0 });
  const txnTime = txnTimeOf({ createdAt: environment.clock.now() });
  const settleDate = date.slice(5).replace('-', '');
  const fields = { txnType: '76', txnSubType: '01', txnTime, settleDate, fileType: '00' };
  const reply = await callUnionPay(environment, account, { page: 'fileTransReq.do', fields, timeoutMs: TIMEOUT_MS });
  if (reply.kind === 'not-answered') return { kind: 'failed', cause: reply.cause };
  const { respCode = '', fileContent = '' } = reply.fields;
  if (respCode === '98') return { kind: 'empty' };
  if (respCode === '39') return { kind: 'not-ready', cause: respCode };
  if (respCode !== '00') return { kind: 'failed', cause: `response code ${respCode}` };
  progress({ stage: 'reading', rows: 0 });
  try {
    const content = await environment.archives.inflate(fromBase64(fileContent), MOST_BYTES);
    if (content === null) return { kind: 'failed', cause: 'the file is not compressed as it should be' };
    const rows = parseUnionPayBill(decodeText(content, 'bill'));
    progress({ stage: 'reading', rows: rows.length });
    return { kind: 'bill', rows: rows.map(billRow) };
  } catch (error) {
    if (error instanceof WalletRefusal) return { kind: 'failed', cause: `${error.code} at ${error.path}` };
    if (error instanceof RangeError) return { kind: 'failed', cause: 'the file is not Base64' };
    throw error;
  }
}

function billRow(row: UnionPayBillRow): Extract<BillReading, { kind: 'bill' }>['rows'][number] {
  const isPayment = row.kind === 'payment';
  return {
    kind: row.kind,
    channelReference: isPayment ? row.queryId : row.originalQueryId,
    ourReference: row.transactionType === '04' ? '' : row.orderId,
    refundReference: row.transactionType === '04' ? row.orderId : null,
    amountMinor: row.amountMinor,
    feeMinor: row.feeMinor,
    currency: row.currency,
    at: row.at,
    status: row.transactionType,
  };
}
