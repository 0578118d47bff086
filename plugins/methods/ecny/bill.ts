import { fromBeijing } from '@zhanggui/base';
import type { BillProgress, BillReading, MethodEnvironment } from '@zhanggui/modules/payments/method.ts';
import { decodeBase64, decodeText, textAt, WalletRefusal } from '@zhanggui/wallets';
import { BILL_DOWNLOAD_MS, failedBill, MOST_BILL_BYTES, unreadableBill } from '../../wallet/bill.ts';
import type { EcnyAccount } from './account.ts';
import { callEcny } from './request.ts';

type Row = Extract<BillReading, { kind: 'bill' }>['rows'][number];

/** Fetches the bill of a day, which comes inside the signed answer, and reads it; columns are found by name. */
export async function fetchBill(
  environment: MethodEnvironment,
  account: EcnyAccount,
  date: string,
  progress: (progress: BillProgress) => void,
): Promise<BillReading> {
  progress({ stage: 'asking', rows: 0 });
  const call = { operation: 'bill', body: { bill_date: date }, timeoutMs: BILL_DOWNLOAD_MS } as const;
  const reply = await callEcny(environment, account, call);
  if (reply.kind === 'not-answered') return failedBill(reply.cause);
  if (reply.code === 'BILL_NOT_EXIST') return { kind: 'empty' };
  if (reply.code === 'BILL_CREATING') return { kind: 'not-ready', cause: reply.code };
  if (reply.meaning.kind !== 'done' || textAt(reply.body, 'bill_date') !== date)
    return failedBill(reply.code || 'no code');
  progress({ stage: 'reading', rows: 0 });
  try {
    const content = await environment.archives.gunzip(
      decodeBase64(textAt(reply.body, 'content'), 'content'),
      MOST_BILL_BYTES,
    );
    if (content === null) return failedBill('the file is no gzip file');
    const rows = rowsOf(decodeText(content, 'bill'));
    progress({ stage: 'reading', rows: rows.length });
    return { kind: 'bill', rows };
  } catch (error) {
    return unreadableBill(error);
  }
}

/**
 * A line of column names, lines of values, and a last line with their number.
 * @throws WalletRefusal `bill` naming line and column.
 */
function rowsOf(text: string): readonly Row[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const columns = lines[0]?.split(',') ?? [];
  const last = lines.at(-1) ?? '';
  const rows = lines.slice(1, -1);
  if (last !== `total,${rows.length}`) throw refusal('last line');
  return rows.map((line, index) => {
    const values = line.split(',');
    const at = `line ${index + 2}`;
    return rowOf((name) => values[columns.indexOf(name)] ?? '', at);
  });
}

function rowOf(value: (name: string) => string, at: string): Row {
  const type = value('type');
  const [date = '', time = ''] = value('time').split(' ');
  const instant = fromBeijing(date, time);
  if (!['payment', 'refund', 'reversal'].includes(type)) throw refusal(`${at}, type`);
  if (Number.isNaN(instant)) throw refusal(`${at}, time`);
  return {
    kind: type === 'payment' ? 'payment' : 'refund',
    channelReference: value('trade_no'),
    ourReference: value('out_trade_no'),
    refundReference: type === 'refund' ? value('our_reference') : null,
    amountMinor: minorOf(value('amount'), `${at}, amount`),
    feeMinor: minorOf(value('fee'), `${at}, fee`),
    currency: 'CNY',
    at: instant,
    status: type,
  };
}

function minorOf(text: string, at: string): number {
  if (!/^-?\d{1,13}$/.test(text)) throw refusal(at);
  return Number(text);
}

function refusal(path: string): WalletRefusal {
  return new WalletRefusal('bill', 'the bill cannot be read', { path });
}
