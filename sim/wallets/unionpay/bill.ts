import { deflateSync } from 'node:zlib';
import { beijingTime, type Clock } from '@zhanggui/base';
import type { FormFields } from '@zhanggui/wallets';
import { type DayLine, linesOfDay } from '../day-lines.ts';
import { answered } from './answers.ts';
import { txnTimeOf, type UnionPayShop } from './shop.ts';

/** What is taken of a payment; the same share goes back with a refund. */
const FEE_PPM = 3_800;
const DAY_MS = 86_400_000;
const READY_HOUR_MS = 9 * 3_600_000;

/** The files of normal transactions of one shop, a day each. */
export class UnionPayBills {
  readonly #shop: UnionPayShop;
  readonly #clock: Clock;
  /** Files of any day, today's too, as if the night had passed. */
  anyDay = false;

  constructor(shop: UnionPayShop, clock: Clock) {
    this.#shop = shop;
    this.#clock = clock;
  }

  /** 76/01: the file of `settleDate` (MMDD) of this year or the last, compressed (RFC 1950) and written as Base64. */
  file({ settleDate = '', fileType }: FormFields): FormFields {
    if (!/^\d{4}$/.test(settleDate) || fileType !== '00') return answered('10');
    const now = this.#clock.now();
    const date = dateOf(settleDate, now);
    const start = Date.parse(`${date}T00:00:00+08:00`);
    if (Number.isNaN(start)) return answered('10');
    if (!this.anyDay && now < start + DAY_MS + READY_HOUR_MS) return answered('39');
    const lines = linesOfDay(this.#shop.book, date);
    if (lines.length === 0) return answered('98');
    const text = `${lines.map((line) => rowOf(this.#shop, line)).join('\r\n')}\r\n`;
    return answered('00', {
      settleDate,
      fileName: `IND${date.slice(2).replaceAll('-', '')}01ACOM`,
      fileContent: deflateSync(text).toString('base64'),
    });
  }
}

/** A day that has not come this year is last year's. */
function dateOf(settleDate: string, now: number): string {
  const { year, month, day } = beijingTime(now);
  const monthAndDay = `${settleDate.slice(0, 2)}-${settleDate.slice(2)}`;
  return `${settleDate > month + day ? Number(year) - 1 : year}-${monthAndDay}`;
}

function rowOf({ keys }: UnionPayShop, { kind, order, reference, ourReference, amountMinor, at }: DayLine): string {
  const fee = Math.floor((amountMinor * FEE_PPM * 2 + 1_000_000) / 2_000_000);
  const number = kind === 'refund' ? reference.slice(2, 23) : reference;
  return [
    number.padEnd(21),
    (kind === 'payment' ? '' : order.transactionId).padEnd(21),
    { payment: '01', refund: '04', reversal: '99' }[kind],
    keys.merchantId.padEnd(15),
    ourReference.padEnd(40),
    txnTimeOf(at),
    String(amountMinor).padStart(12, '0'),
    `${kind === 'payment' ? 'C' : 'D'}${String(fee).padStart(11, '0')}`,
    '156',
  ].join(' ');
}
