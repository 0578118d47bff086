import type { BillProgress, BillReading, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { decodeBase64, decodeText, parseUnionPayBill, type UnionPayBillRow } from '@zhanggui/wallets';
import { BILL_DOWNLOAD_MS, failedBill, MOST_BILL_BYTES, unreadableBill } from '../../wallet/bill.ts';
import type { UnionPayAccount } from './account.ts';
import { txnTimeOf } from './fields.ts';
import { callUnionPay } from './request.ts';

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
  const call = { operation: 'file', page: 'fileTransReq.do', fields, timeoutMs: BILL_DOWNLOAD_MS } as const;
  const reply = await callUnionPay(environment, account, call);
  if (reply.kind === 'not-answered') return failedBill(reply.cause);
  if (reply.code === '98') return { kind: 'empty' };
  if (reply.code === '39') return { kind: 'not-ready', cause: reply.code };
  if (reply.meaning.kind !== 'done') return failedBill(`response code ${reply.code}`);
  progress({ stage: 'reading', rows: 0 });
  try {
    const file = decodeBase64(reply.body.fileContent ?? '', 'fileContent');
    const content = await environment.archives.inflate(file, MOST_BILL_BYTES);
    if (content === null) return failedBill('the file is not compressed as it should be');
    const rows = parseUnionPayBill(decodeText(content, 'bill'));
    progress({ stage: 'reading', rows: rows.length });
    return { kind: 'bill', rows: rows.map(billRow) };
  } catch (error) {
    return unreadableBill(error);
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
