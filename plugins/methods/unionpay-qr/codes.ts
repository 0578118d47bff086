import type { Bilingual } from '@zhanggui/base';
import type { Advice, Decline } from '@zhanggui/modules/payments/method.ts';

/** What a response code means for the transaction of which it speaks. */
export type CodeMeaning =
  | { readonly kind: 'done' }
  /** The customer has still to act. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'declined'; readonly message: Bilingual; readonly advice: Advice }
  /** Our number is known there already, or the transaction is past what was asked: it must be asked about. */
  | { readonly kind: 'inquire' }
  /** It may or may not have been done. */
  | { readonly kind: 'unknown' }
  /** UnionPay does not know the transaction. */
  | { readonly kind: 'not-found' };

const declined = (advice: Advice, zh: string, en: string): CodeMeaning => ({
  kind: 'declined',
  message: { zh, en },
  advice,
});

const UNKNOWN: CodeMeaning = { kind: 'unknown' };
const INQUIRE: CodeMeaning = { kind: 'inquire' };
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
const ALWAYS: Readonly<Record<string, CodeMeaning>> = {
  '00': { kind: 'done' },
  '02': UNKNOWN,
  '03': UNKNOWN,
  '04': UNKNOWN,
  '05': { kind: 'waiting' },
  '06': UNKNOWN,
  '10': OUR_MISTAKE,
  '11': OUR_MISTAKE,
  '13': OUR_MISTAKE,
  '31': NOT_ALLOWED,
  '32': NOT_ALLOWED,
  '34': { kind: 'not-found' },
  '37': UNKNOWN,
};

const PAY: Readonly<Record<string, CodeMeaning>> = {
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

const REVERSE: Readonly<Record<string, CodeMeaning>> = {
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

const REFUND: Readonly<Record<string, CodeMeaning>> = {
  '01': declined('call-support', '退款失败，请联系收单机构', 'The refund failed. Contact the acquirer.'),
  '33': declined('none', '退款金额超过可退金额', 'More than is left of the payment.'),
  '35': declined('call-support', '原交易状态不允许退款', 'The payment does not allow a refund.'),
  '36': declined('call-support', '退款与原交易信息不符', 'The refund does not fit the payment.'),
};

/** The requests whose codes differ in meaning. */
export type UnionPayOperation = 'pay' | 'query' | 'reverse' | 'refund';

const BY_OPERATION: Readonly<Record<UnionPayOperation, Readonly<Record<string, CodeMeaning>>>> = {
  pay: PAY,
  query: {},
  reverse: REVERSE,
  refund: REFUND,
};

/** The meaning of a response code; one that no table names is `unknown`, never a decline. */
export function meaningOfCode(operation: UnionPayOperation, code: string): CodeMeaning {
  const table = BY_OPERATION[operation];
  if (Object.hasOwn(table, code)) return table[code] ?? UNKNOWN;
  return Object.hasOwn(ALWAYS, code) ? (ALWAYS[code] ?? UNKNOWN) : UNKNOWN;
}

/** Nothing left this machine, so nothing can have been taken. */
export function notSent(isShown: boolean): Decline {
  return {
    code: 'NOT_SENT',
    message: {
      zh: `网络不通，请求未发出，顾客未被扣款；请检查网络后${isShown ? '重试' : '请顾客刷新付款码重试'}`,
      en: `No network: nothing was sent and nothing was taken. Check the network and ${isShown ? 'try again' : 'ask for a fresh code'}.`,
    },
    advice: isShown ? 'retry' : 'new-code',
  };
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

/** The same code was sent before, and a code is good for one attempt only. */
export const CODE_REUSED: Decline = {
  code: 'CODE_REUSED',
  message: {
    zh: '此付款码刚刚用过，请顾客刷新付款码',
    en: 'This payment code was just used. Ask the customer to refresh it.',
  },
  advice: 'new-code',
};
