import { deflateSync } from 'node:zlib';
import { beijingTime } from '@zhanggui/base';
import type { FormFields } from '@zhanggui/wallets';
import type { BillDays } from '../bill-days.ts';
import { type DayLine, linesOfDay } from '../day-lines.ts';
import { answered } from './answers.ts';
import type { UnionPayRequest } from './operations.ts';
import { txnTimeOf, type UnionPayShop } from './shop.ts';

/** 76/01: the file of `settleDate` (MMDD) of this year or the last, compressed (RFC 1950) and written as Base64. */
export function billFile(
  shop: UnionPayShop,
  days: BillDays,
  { fields: { settleDate = '', fileType }, now }: UnionPayRequest,
): FormFields {
  const date = dateOf(settleDate, now);
  const standing = days.standing(date);
  if (standing === 'none' || fileType !== '00') return answered('10');
  if (standing !== 'ready') return answered('39');
  const lines = linesOfDay(shop.book, date);
  if (lines.length === 0) return answered('98');
  const text = `${lines.map((line) => rowOf(shop, line)).join('\r\n')}\r\n`;
  return answered('00', {
    settleDate,
    fileName: `IND${date.slice(2).replaceAll('-', '')}01ACOM`,
    fileContent: deflateSync(text).toString('base64'),
  });
}

/** A day that has not come this year is last year's. */
function dateOf(settleDate: string, now: number): string {
  const { year, month, day } = beijingTime(now);
  const monthAndDay = `${settleDate.slice(0, 2)}-${settleDate.slice(2)}`;
  return `${settleDate > month + day ? Number(year) - 1 : year}-${monthAndDay}`;
}

function rowOf(
  { keys }: UnionPayShop,
  { kind, order, reference, ourReference, amountMinor, feeMinor, at }: DayLine,
): string {
  const number = kind === 'refund' ? reference.slice(2, 23) : reference;
  return [
    number.padEnd(21),
    (kind === 'payment' ? '' : order.transactionId).padEnd(21),
    { payment: '01', refund: '04', reversal: '99' }[kind],
    keys.merchantId.padEnd(15),
    ourReference.padEnd(40),
    txnTimeOf(at),
    String(amountMinor).padStart(12, '0'),
    `${kind === 'payment' ? 'C' : 'D'}${String(Math.abs(feeMinor)).padStart(11, '0')}`,
    '156',
  ].join(' ');
}
