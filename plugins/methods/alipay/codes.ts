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

const NEW_CODE = declined(
  'new-code',
  '付款码无效或已失效，请顾客刷新付款码后重新扫码',
  'The payment code is invalid or has expired. Ask the customer to refresh it and scan again.',
);
const NEW_ORDER = declined(
  'new-code',
  '交易已关闭或信息不一致，请顾客刷新付款码后重新收款',
  'The trade is closed or does not match. Take the payment again with a fresh code.',
);
const NO_FUNDS = declined(
  'other-method',
  '顾客余额不足，请更换付款方式',
  'The customer has not enough money. Ask for another way to pay.',
);
const PAYER_LIMIT = declined(
  'show-code',
  '顾客超出付款限额，请顾客改扫商家的收款码，或更换付款方式',
  "Over the customer's limit. Let the customer scan the shop's code, or ask for another way to pay.",
);
const PAYER_LIMIT_ALONE = declined(
  'other-method',
  '顾客超出付款限额，请更换付款方式',
  "Over the customer's limit. Ask for another way to pay.",
);
const PAYER_ACCOUNT = declined(
  'other-method',
  '顾客账户状态异常，请更换付款方式',
  "The customer's account cannot pay. Ask for another way to pay.",
);
const MERCHANT_LIMIT = declined(
  'call-support',
  '商户收款超出限额，请更换付款方式并联系支付宝',
  'Over the merchant limit. Use another way to pay and contact Alipay.',
);
const MERCHANT_STOPPED = declined(
  'call-support',
  '商户收款功能受限或未开通，请更换付款方式并联系支付宝',
  'The merchant may not take payments. Use another way to pay and contact Alipay.',
);
const OUR_MISTAKE = declined(
  'call-support',
  '支付宝拒绝了请求，请联系技术支持检查商户配置',
  'Alipay refused the request. Ask support to check the merchant settings.',
);
const RISK = declined(
  'other-method',
  '支付宝认为此笔交易有风险，请更换付款方式',
  'Alipay sees a risk in this payment. Ask for another way to pay.',
);

const PAY: CodeTable = {
  'ACQ.SYSTEM_ERROR': UNKNOWN,
  'ACQ.TRADE_HAS_SUCCESS': INQUIRE,
  'ACQ.PAYMENT_AUTH_CODE_INVALID': NEW_CODE,
  'ACQ.PULL_MOBILE_CASHIER_FAIL': NEW_CODE,
  'ACQ.PAYMENT_FAIL': NEW_CODE,
  'ACQ.TRADE_HAS_CLOSE': NEW_ORDER,
  'ACQ.CONTEXT_INCONSISTENT': NEW_ORDER,
  'ACQ.TRADE_BUYER_NOT_MATCH': NEW_ORDER,
  'ACQ.BUYER_SELLER_EQUAL': PAYER_ACCOUNT,
  'ACQ.BUYER_BALANCE_NOT_ENOUGH': NO_FUNDS,
  'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH': NO_FUNDS,
  'ACQ.ERROR_BALANCE_PAYMENT_DISABLE': NO_FUNDS,
  'ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE': NO_FUNDS,
  'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR': PAYER_LIMIT,
  'ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR': PAYER_LIMIT,
  'ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT': PAYER_LIMIT,
  'ACQ.BUYER_ENABLE_STATUS_FORBID': PAYER_ACCOUNT,
  'ACQ.MOBILE_PAYMENT_SWITCH_OFF': declined(
    'other-method',
    '顾客关闭了手机付款功能，请顾客打开或更换付款方式',
    'The customer has switched code payments off. Ask to switch them on, or for another way to pay.',
  ),
  'ACQ.BEYOND_PAY_RESTRICTION': MERCHANT_LIMIT,
  'ACQ.BEYOND_PER_RECEIPT_RESTRICTION': MERCHANT_LIMIT,
  'ACQ.BEYOND_PER_RECEIPT_SINGLE_RESTRICTION': MERCHANT_LIMIT,
  'ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION': MERCHANT_LIMIT,
  'ACQ.TOTAL_FEE_EXCEED': declined(
    'other-method',
    '金额超出支付宝允许的范围',
    'The amount is outside what Alipay allows.',
  ),
  'ACQ.SELLER_BEEN_BLOCKED': MERCHANT_STOPPED,
  'ACQ.ACCESS_FORBIDDEN': MERCHANT_STOPPED,
  'ACQ.PARTNER_ERROR': MERCHANT_STOPPED,
  'ACQ.AGREEMENT_NOT_EXIST': MERCHANT_STOPPED,
  'ACQ.NOT_SUPPORT_PAYMENT_INST': MERCHANT_STOPPED,
  'ACQ.PAYMENT_REQUEST_HAS_RISK': RISK,
  'ACQ.INVALID_PARAMETER': OUR_MISTAKE,
  'ACQ.EXIST_FORBIDDEN_WORD': OUR_MISTAKE,
  'ACQ.INVALID_STORE_ID': OUR_MISTAKE,
};

/** A trade that the customer pays alone, by our code or on our page. */
const ORDER: CodeTable = {
  ...PAY,
  'ACQ.TRADE_HAS_CLOSE': declined('retry', '交易已关闭，请重新收款', 'The trade is closed. Take the payment again.'),
  'ACQ.CONTEXT_INCONSISTENT': declined(
    'retry',
    '交易信息不一致，请重新收款',
    'The trade does not match. Take the payment again.',
  ),
  'ACQ.TRADE_BUYER_NOT_MATCH': declined(
    'retry',
    '交易属于另一位顾客，请重新收款',
    'The trade belongs to another customer. Take the payment again.',
  ),
  'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR': PAYER_LIMIT_ALONE,
  'ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR': PAYER_LIMIT_ALONE,
  'ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT': PAYER_LIMIT_ALONE,
};

const QUERY: CodeTable = {
  'ACQ.TRADE_NOT_EXIST': NOT_FOUND,
};

const CANCEL: CodeTable = {
  'ACQ.TRADE_NOT_EXIST': NOT_FOUND,
  'ACQ.TRADE_HAS_FINISHED': INQUIRE,
  'ACQ.TRADE_CANCEL_TIME_OUT': INQUIRE,
  'ACQ.TRADE_HAS_CLOSE': INQUIRE,
};

/** Closing is for trades that wait; what became of another is asked. */
const CLOSE: CodeTable = {
  'ACQ.TRADE_NOT_EXIST': NOT_FOUND,
  'ACQ.TRADE_STATUS_ERROR': INQUIRE,
  'ACQ.REASON_TRADE_STATUS_INVALID': INQUIRE,
  'ACQ.TRADE_HAS_FINISHED': INQUIRE,
  'ACQ.TRADE_HAS_CLOSE': INQUIRE,
};

const REFUND: CodeTable = {
  'ACQ.SYSTEM_ERROR': UNKNOWN,
  'ACQ.SELLER_BALANCE_NOT_ENOUGH': declined(
    'call-support',
    '商户余额不足，暂时无法退款，请充值后再退或联系店长',
    'The merchant account has not enough money to refund. Top it up or call the manager.',
  ),
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': OUR_MISTAKE,
  'ACQ.REFUND_FEE_ERROR': OUR_MISTAKE,
  'ACQ.REASON_TRADE_REFUND_FEE_ERR': OUR_MISTAKE,
  'ACQ.INVALID_PARAMETER': OUR_MISTAKE,
  'ACQ.DISCORDANT_REPEAT_REQUEST': OUR_MISTAKE,
  'ACQ.TRADE_NOT_EXIST': OUR_MISTAKE,
  'ACQ.TRADE_STATUS_ERROR': declined('call-support', '交易状态不允许退款', 'The state of the trade allows no refund.'),
  'ACQ.REASON_TRADE_STATUS_INVALID': declined(
    'call-support',
    '交易状态不允许退款',
    'The state of the trade allows no refund.',
  ),
  'ACQ.TRADE_HAS_FINISHED': declined(
    'call-support',
    '交易已完结，超过可退款期限',
    'The trade is finished; the time for refunds is over.',
  ),
  'ACQ.TRADE_NOT_ALLOW_REFUND': declined('call-support', '此交易不允许退款', 'This trade cannot be refunded.'),
  'ACQ.REASON_TRADE_BEEN_FREEZEN': declined(
    'call-support',
    '交易已被冻结，请联系支付宝',
    'The trade is frozen. Contact Alipay.',
  ),
  'ACQ.BUYER_NOT_EXIST': PAYER_ACCOUNT,
  'ACQ.BUYER_ERROR': PAYER_ACCOUNT,
};

/** The requests whose sub-codes differ in meaning. */
export type AlipayOperation = 'pay' | 'order' | 'query' | 'cancel' | 'close' | 'refund' | 'refund-query' | 'bill';

const BY_OPERATION: Readonly<Record<AlipayOperation, CodeTable>> = {
  pay: PAY,
  order: ORDER,
  query: QUERY,
  cancel: CANCEL,
  close: CLOSE,
  refund: REFUND,
  'refund-query': { 'ACQ.TRADE_NOT_EXIST': NOT_FOUND },
  bill: {},
};

/**
 * The meaning of an answer's codes. Gateway codes: 10000 done, 10003 the customer is paying, 20000 not known, 20001 and
 * 4xxxx refused before anything was done, 40004 refused by the business with the reason in `sub_code`. A reason that no
 * table names is `unknown`, never a decline.
 */
export function meaningOfCode(operation: AlipayOperation, code: string, subCode: string): CodeMeaning {
  switch (code) {
    case '10000':
      return DONE;
    case '10003':
      return PAYING;
    case '20001':
    case '40001':
    case '40002':
    case '40003':
    case '40006':
      return OUR_MISTAKE;
    case '40004':
      return meaningIn(subCode, BY_OPERATION[operation]);
    default:
      return UNKNOWN;
  }
}

/** What the cashier is told of a trade that nobody paid. */
export const TRADE_CLOSED: Decline = {
  code: 'TRADE_CLOSED',
  message: { zh: '交易已关闭，顾客未付款', en: 'The trade is closed; the customer has not paid.' },
  advice: 'new-code',
};

/** What the cashier is told of a trade that was paid and wholly given back. */
export const TRADE_REFUNDED: Decline = {
  code: 'TRADE_REFUNDED',
  message: { zh: '顾客曾付款，款项已全部退回顾客', en: 'The customer had paid and got all the money back.' },
  advice: 'none',
};

/** The contract says for how long Alipay takes refunds. */
export const TOO_OLD_TO_REFUND: Decline = {
  code: 'REFUND_WINDOW',
  message: {
    zh: '付款已超过可退款期限，支付宝不再受理退款，请与顾客协商其他方式',
    en: 'The time for refunds of this payment is over at Alipay. Agree on another way.',
  },
  advice: 'none',
};
