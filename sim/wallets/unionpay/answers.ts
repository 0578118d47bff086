import type { FormFields } from '@zhanggui/wallets';
import type { PayRefusal } from '../book-requests.ts';
import type { Order, RefundEntry } from '../orders.ts';
import { txnTimeOf } from './shop.ts';

/** Codes with their words. */
const WORDS = {
  '00': '成功',
  '01': '交易失败',
  '05': '交易已受理，请稍后查询交易结果',
  '10': '报文格式错误',
  '11': '验证签名失败',
  '12': '重复交易',
  '13': '报文交易要素缺失',
  '31': '商户状态不正确',
  '33': '交易金额超限',
  '34': '查无此交易',
  '35': '原交易不存在或状态不正确',
  '36': '与原交易信息不符',
  '39': '交易不在受理时间范围内',
  '42': '超过规定支付时间',
  '60': '交易失败，持卡人取消支付',
  '64': '卡上的余额不足',
  '70': '密码输入次数超限',
  '87': '二维码无效或已过期',
  '98': '文件不存在',
} as const;

export type RespCode = keyof typeof WORDS;

/** A code with its words, and what belongs to it. */
export function answered(respCode: RespCode, more: FormFields = {}): FormFields {
  return { respCode, respMsg: `${WORDS[respCode]}[${respCode}]`, ...more };
}

/** A field that is malformed (10) or missing (13), by its name. */
export function wrongField(respCode: '10' | '13', name: string): FormFields {
  return { respCode, respMsg: `${WORDS[respCode]}[${respCode}]:${name}` };
}

/** How the original transaction stands, as a query and a notification tell it. */
export function standing(order: Order): FormFields {
  const code = codeOf(order);
  return {
    origRespCode: code,
    origRespMsg: WORDS[code],
    queryId: order.transactionId,
    txnAmt: String(order.amountMinor),
    currencyCode: '156',
    ...(order.paidAt === null ? {} : { settleAmt: String(order.amountMinor), traceTime: txnTimeOf(order.paidAt) }),
  };
}

/** How a refund stands: accepted is not done. */
export function refundStanding(refund: RefundEntry, order: Order): FormFields {
  const code: RespCode = refund.state === 'done' ? '00' : '05';
  return {
    origRespCode: code,
    origRespMsg: WORDS[code],
    queryId: queryIdOf(refund),
    origQryId: order.transactionId,
    txnAmt: String(refund.amountMinor),
    currencyCode: '156',
  };
}

/** UnionPay's own number of a refund: 21 digits. */
export function queryIdOf({ refundId }: RefundEntry): string {
  return refundId.slice(2, 23);
}

/** Why no payment was made. */
export function refusedPayment(refusal: PayRefusal): FormFields {
  switch (refusal) {
    case 'invalid':
    case 'used':
    case 'expired':
      return answered('87');
    case 'balance':
      return answered('64');
    case 'paid':
      return answered('12');
    case 'gone':
      return answered('35');
    case 'differs':
    case 'other-payer':
      return answered('36');
  }
}

/** The code of an order as it stands. */
export function codeOf({ state, failure }: Order): RespCode {
  if (state === 'paid') return '00';
  if (state === 'unpaid' || state === 'paying') return '05';
  if (state !== 'failed') return '01';
  switch (failure) {
    case 'balance':
      return '64';
    case 'limit':
      return '33';
    case 'password':
      return '70';
    case 'timeout':
      return '42';
    default:
      return '60';
  }
}
