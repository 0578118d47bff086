import type { Decline } from '@zhanggui/modules/payments/method.ts';
import {
  type CodeMeaning,
  type CodeTable,
  DONE,
  declined,
  INQUIRE,
  meaningIn,
  NOT_FOUND,
  PAYING,
  UNKNOWN,
} from '../../wallet/codes.ts';

const OUR_MISTAKE = declined(
  'call-support',
  '银联拒绝了请求，请联系技术支持检查商户配置',
  'UnionPay refused the request. Ask support to check the merchant settings.',
);
const NOT_ALLOWED = declined(
  'call-support',
  '商户状态异常或没有此项权限，请联系收单机构',
  'The merchant is restricted or not permitted. Contact the acquirer.',
);
const OTHER_CARD = declined(
  'other-method',
  '顾客的银行卡无法支付，请更换银行卡或付款方式',
  "The customer's card cannot pay. Ask for another card or way to pay.",
);

/** Codes that mean the same whatever was asked. */
const ALWAYS: CodeTable = {
  '00': DONE,
  '02': UNKNOWN,
  '03': UNKNOWN,
  '04': UNKNOWN,
  '05': PAYING,
  '06': UNKNOWN,
  '10': OUR_MISTAKE,
  '11': OUR_MISTAKE,
  '13': OUR_MISTAKE,
  '31': NOT_ALLOWED,
  '32': NOT_ALLOWED,
  '34': NOT_FOUND,
  '37': UNKNOWN,
};

const PAY: CodeTable = {
  '01': declined('new-code', '交易未成功，顾客未付款', 'The payment did not go through; nothing was taken.'),
  '12': INQUIRE,
  '30': declined('other-method', '交易未通过，请更换付款方式', 'The payment was refused. Ask for another way to pay.'),
  '33': declined(
    'show-code',
    '超出付款限额，请出示本单的动态收款码让顾客扫，或更换付款方式',
    "Over the payer's limit. Show a code made for this payment, or ask for another way to pay.",
  ),
  '35': declined('new-code', '订单已关闭，请重新收款', 'The order is closed. Take the payment again.'),
  '36': INQUIRE,
  '38': declined('other-method', '交易存在风险，已被拒绝', 'Refused because of risk. Ask for another way to pay.'),
  '42': declined('new-code', '顾客未在规定时间内付款', 'The customer did not pay in time.'),
  '60': declined(
    'new-code',
    '顾客取消或发卡行拒绝，请刷新付款码重试或更换付款方式',
    'Refused by the customer or the issuer. Ask for a fresh code or another way to pay.',
  ),
  '61': OTHER_CARD,
  '62': OTHER_CARD,
  '64': declined('other-method', '余额不足，请更换付款方式', 'Not enough money. Ask for another way to pay.'),
  '65': declined('new-code', '顾客验证信息有误', "The customer's verification failed. Ask for a fresh code."),
  '66': OTHER_CARD,
  '70': declined('other-method', '密码错误次数超限，请更换付款方式', 'Too many wrong passwords. Ask for another way.'),
  '73': OTHER_CARD,
  '87': declined(
    'new-code',
    '付款码无效或已过期，请顾客刷新付款码后重新扫码',
    'The payment code is invalid or has expired. Ask the customer to refresh it and scan again.',
  ),
};

const REVERSE: CodeTable = {
  '10': UNKNOWN,
  '11': UNKNOWN,
  '13': UNKNOWN,
  '31': UNKNOWN,
  '32': UNKNOWN,
  '12': INQUIRE,
  '35': INQUIRE,
  '36': INQUIRE,
  '39': INQUIRE,
};

const REFUND: CodeTable = {
  '01': declined('call-support', '退款失败，请联系收单机构', 'The refund failed. Contact the acquirer.'),
  '33': declined('none', '退款金额超过可退金额', 'More than is left of the payment.'),
  '35': declined('call-support', '原交易状态不允许退款', 'The payment does not allow a refund.'),
  '34': declined(
    'call-support',
    '银联查无原交易，未退款，请联系收单机构',
    'UnionPay does not know the payment; nothing was refunded. Contact the acquirer.',
  ),
  '36': declined('call-support', '退款与原交易信息不符', 'The refund does not fit the payment.'),
};

/** The requests whose codes differ in meaning. */
export type UnionPayOperation = 'pay' | 'query' | 'reverse' | 'refund' | 'file';

const BY_OPERATION: Readonly<Record<UnionPayOperation, CodeTable>> = {
  pay: PAY,
  query: {},
  reverse: REVERSE,
  refund: REFUND,
  file: {},
};

/** The meaning of a response code; one that no table names is `unknown`, never a decline. */
export function meaningOfCode(operation: UnionPayOperation, code: string): CodeMeaning {
  return meaningIn(code, BY_OPERATION[operation], ALWAYS);
}

/** UnionPay takes a refund within eleven months of the payment. */
export const TOO_OLD_TO_REFUND: Decline = {
  code: 'REFUND_WINDOW',
  message: {
    zh: '付款已超过十一个月，银联不再受理退货，请与顾客协商其他方式',
    en: 'The payment is more than eleven months old; UnionPay takes no refund of it any more. Agree on another way.',
  },
  advice: 'none',
};
