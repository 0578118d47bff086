import type { FormFields } from '@zhanggui/wallets';
import type { OfferRequest } from '../book-requests.ts';
import type { Fault } from '../faults.ts';
import type { Order } from '../orders.ts';
import { answered, codeOf, queryIdOf, refundStanding, refusedPayment, standing, wrongField } from './answers.ts';
import { digitsOf } from './consumer-code.ts';
import { SCANNED_CODE_LIMIT_MINOR, STATIC_CODE_LIMIT_MINOR, type UnionPayShop } from './shop.ts';

/** A request whose signature was found good. */
export interface UnionPayRequest {
  readonly fields: FormFields;
  readonly fault: Fault | undefined;
  readonly now: number;
}

const ORDER_ID = /^[0-9A-Za-z]{8,40}$/;
const TXN_TIME = /^\d{14}$/;
const AMOUNT = /^[1-9]\d{0,11}$/;
const TERMINAL = /^\{device_type=\d\d(&[a-z_0-9]+=[^&{}]*)*\}$/;
const LARGEST_AMOUNT = 10_000_000_00;

/** 01/06: the merchant scans the customer. */
export function consumeScanned(shop: Pick<UnionPayShop, 'book'>, request: UnionPayRequest): FormFields {
  const wrong = wrongPayment(request.fields) ?? (request.fields.qrNo ? null : wrongField('13', 'qrNo'));
  if (wrong !== null) return wrong;
  if (Number(request.fields.txnAmt) > SCANNED_CODE_LIMIT_MINOR) return answered('33');
  const result = shop.book.pay({ ...offerOf(request), way: 'code', code: digitsOf(request.fields.qrNo ?? '') });
  if ('refusal' in result) return refusedPayment(result.refusal);
  const { origRespCode, origRespMsg, ...facts } = standing(result);
  return answered(codeOf(result), facts);
}

/** 01/07: the customer scans the merchant; `fixed=1` waits at the terminal's printed code. */
export function orderShown(shop: Pick<UnionPayShop, 'book'>, request: UnionPayRequest): FormFields | Order {
  const { fields } = request;
  const wrong = wrongPayment(fields);
  if (wrong !== null) return wrong;
  const isFixed = fields.fixed === '1';
  if (isFixed && Number(fields.txnAmt) > STATIC_CODE_LIMIT_MINOR) return answered('33');
  const timeout = fields.payTimeout ?? '';
  const offer = offerOf(request);
  const result = shop.book.offer({
    ...offer,
    way: 'scan',
    expiresAt: TXN_TIME.test(timeout) ? instantOf(timeout) : null,
    marks: { ...offer.marks, ...(isFixed ? { fixed: fields.termId ?? '' } : {}) },
  });
  return 'refusal' in result ? refusedPayment(result.refusal) : result;
}

/** 00/00: how the transaction with this number and time stands. */
export function queryTransaction({ book }: Pick<UnionPayShop, 'book'>, { fields }: UnionPayRequest): FormFields {
  const { orderId = '', txnTime = '' } = fields;
  const order = book.order(orderId);
  if (order?.marks.txnTime === txnTime) return answered('00', standing(order));
  const refund = book.refundOf(orderId);
  const original = refund === undefined ? undefined : book.order(refund.outTradeNo);
  if (refund?.marks.txnTime !== txnTime || original === undefined) return answered('34');
  return answered('00', refundStanding(refund, original));
}

/** 99/01: undoes the transaction with this number and time, paid or not, on its own day. `settleAmt` is what went back. */
export function reverse({ book }: Pick<UnionPayShop, 'book'>, { fields, now }: UnionPayRequest): FormFields {
  const wrong = wrongNumber(fields);
  if (wrong !== null) return wrong;
  const { orderId = '', txnTime = '' } = fields;
  const before = book.order(orderId);
  if (before !== undefined && before.amountMinor > 0 && before.marks.txnTime !== txnTime) return answered('36');
  if (settlementDay(instantOf(txnTime)) !== settlementDay(now)) return answered('39');
  if (before !== undefined && before.state === 'paid' && before.refundedMinor > 0) return answered('35');
  const order = book.cancel(orderId);
  return answered('00', { settleAmt: order.paidAt === null ? '0' : String(order.amountMinor) });
}

/** 04/00: gives money back; accepted is not done. */
export function giveBack({ book }: Pick<UnionPayShop, 'book'>, { fields }: UnionPayRequest): FormFields {
  const wrong = wrongNumber(fields) ?? wrongAmount(fields);
  if (wrong !== null) return wrong;
  const { orderId = '', txnTime = '', txnAmt = '', origQryId = '', backUrl = '' } = fields;
  const order = book.orderByTransaction(origQryId);
  if (order === undefined) return answered('35');
  // Payments and refunds are numbered alike.
  if (book.order(orderId) !== undefined) return answered('12');
  const notifyUrl = backUrl === '' ? null : backUrl;
  const result = book.refund(order.outTradeNo, orderId, Number(txnAmt), { notifyUrl, marks: { txnTime } });
  if ('refund' in result) return answered('00', { queryId: queryIdOf(result.refund), origQryId, txnAmt });
  switch (result.refusal) {
    case 'no-order':
    case 'not-paid':
      return answered('35');
    case 'exceeds':
      return answered('33');
    case 'differs':
      return answered('36');
  }
}

/** From eleven in the evening to eleven in the evening: the day on which a transaction is settled. */
function settlementDay(instantMs: number): number {
  return Math.floor((instantMs + 9 * 3_600_000) / 86_400_000);
}

function offerOf({ fields, fault }: UnionPayRequest): OfferRequest {
  const { orderId = '', txnTime = '', txnAmt = '', backUrl = '', orderDesc = '', termId = '' } = fields;
  return {
    outTradeNo: orderId,
    amountMinor: Number(txnAmt),
    description: orderDesc,
    echo: {},
    notifyUrl: backUrl === '' ? null : backUrl,
    marks: { txnTime, termId },
    waitsForEver: fault?.kind === 'userpaying-forever',
    ...(fault?.kind === 'late-success-after-cancel' ? { lateSuccessAfterMs: fault.delayMs } : {}),
  };
}

function wrongPayment(fields: FormFields): FormFields | null {
  const wrong = wrongNumber(fields) ?? wrongAmount(fields);
  if (wrong !== null) return wrong;
  if (fields.currencyCode !== '156') return wrongField('10', 'currencyCode');
  return TERMINAL.test(fields.termInfo ?? '') ? null : wrongField('13', 'termInfo');
}

function wrongNumber({ orderId = '', txnTime = '' }: FormFields): FormFields | null {
  if (!ORDER_ID.test(orderId)) return wrongField('10', 'orderId');
  return TXN_TIME.test(txnTime) ? null : wrongField('10', 'txnTime');
}

function wrongAmount({ txnAmt = '' }: FormFields): FormFields | null {
  return AMOUNT.test(txnAmt) && Number(txnAmt) <= LARGEST_AMOUNT ? null : wrongField('10', 'txnAmt');
}

function instantOf(time: string): number {
  const date = `${time.slice(0, 4)}-${time.slice(4, 6)}-${time.slice(6, 8)}`;
  return Date.parse(`${date}T${time.slice(8, 10)}:${time.slice(10, 12)}:${time.slice(12)}+08:00`);
}
