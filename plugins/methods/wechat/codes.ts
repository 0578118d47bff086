import type { Decline } from '@zhanggui/modules/payments/method.ts';
import {
  type CodeMeaning,
  type CodeTable,
  declined,
  INQUIRE,
  meaningIn,
  NOT_FOUND,
  PAYING,
  UNKNOWN,
} from '../../wallet/codes.ts';

const NEW_CODE = declined(
  'new-code',
  '付款码无效或已过期，请顾客刷新付款码后重新扫码',
  'The payment code is invalid or has expired. Ask the customer to refresh it and scan again.',
);
const ORDER_GONE = declined(
  'new-code',
  '订单已关闭或已撤销，请顾客刷新付款码后重新收款',
  'The order is closed or reversed. Take the payment again with a fresh code.',
);
const OUR_MISTAKE = declined(
  'call-support',
  '微信支付拒绝了请求，请联系技术支持检查商户配置',
  'WeChat Pay refused the request. Ask support to check the merchant settings.',
);
const NOT_ALLOWED = declined(
  'call-support',
  '商户没有此项权限或已被限制，请联系微信支付',
  'The merchant is not permitted or is restricted. Contact WeChat Pay.',
);
const NO_FUNDS = declined(
  'other-method',
  '顾客余额不足，请更换付款方式',
  'The customer has not enough money. Ask for another way to pay.',
);

/** By code without underscores, because v2 and v3 of the interface spell the same code with and without them. */
const ALWAYS: CodeTable = {
  SYSTEMERROR: UNKNOWN,
  BANKERROR: UNKNOWN,
  FREQUENCYLIMITED: UNKNOWN,
  FREQUENCYLIMITEXCEED: UNKNOWN,
  RATELIMITEXCEEDED: UNKNOWN,
  PARAMERROR: OUR_MISTAKE,
  INVALIDREQUEST: OUR_MISTAKE,
  SIGNERROR: OUR_MISTAKE,
  APPIDNOTEXIST: OUR_MISTAKE,
  MCHIDNOTEXIST: OUR_MISTAKE,
  MCHNOTEXISTS: OUR_MISTAKE,
  APPIDMCHIDNOTMATCH: OUR_MISTAKE,
  LACKPARAMS: OUR_MISTAKE,
  NOAUTH: NOT_ALLOWED,
  ORDERNOTEXIST: NOT_FOUND,
  ORDERNOTEXISTS: NOT_FOUND,
  RESOURCENOTEXISTS: NOT_FOUND,
  REFUNDNOTEXISTS: NOT_FOUND,
};

const PAY: CodeTable = {
  USERPAYING: PAYING,
  ORDERPAID: INQUIRE,
  OUTTRADENOUSED: INQUIRE,
  AUTHCODEEXPIRE: NEW_CODE,
  AUTHCODEERROR: NEW_CODE,
  AUTHCODEINVALID: NEW_CODE,
  ORDERCLOSED: ORDER_GONE,
  ORDERREVERSED: ORDER_GONE,
  BUYERMISMATCH: ORDER_GONE,
  NOTENOUGH: NO_FUNDS,
  NOTSUPORTCARD: declined(
    'other-method',
    '不支持顾客的这张银行卡，请更换银行卡或付款方式',
    'This bank card is not supported. Ask for another card or way to pay.',
  ),
  ACCOUNTERROR: declined(
    'other-method',
    '顾客账户异常，请更换付款方式',
    "The customer's account cannot pay. Ask for another way to pay.",
  ),
  USERACCOUNTABNORMAL: declined(
    'other-method',
    '顾客账户异常，请更换付款方式',
    "The customer's account cannot pay. Ask for another way to pay.",
  ),
  RULELIMIT: declined(
    'show-code',
    '超出付款码的支付限额，请顾客改扫商家的收款码，或更换付款方式',
    "Over the payer's limit for payment codes. Let the customer scan the shop's code, or ask for another way to pay.",
  ),
  TRADEERROR: declined('other-method', '交易失败，请更换付款方式', 'The payment failed. Ask for another way to pay.'),
  INVALIDTRANSACTIONID: OUR_MISTAKE,
};

/** An order that the customer pays alone, by our code or on our page. */
const ORDER: CodeTable = {
  ORDERPAID: INQUIRE,
  OUTTRADENOUSED: INQUIRE,
  ORDERCLOSED: declined('retry', '订单已关闭，请重新收款', 'The order is closed. Take the payment again.'),
  RULELIMIT: declined(
    'other-method',
    '超出支付限额或业务规则限制，请更换付款方式',
    'Over a limit or against a rule. Ask for another way to pay.',
  ),
  OPENIDMISMATCH: declined(
    'call-support',
    '顾客标识与商户的应用不符，请联系技术支持',
    "The customer's id is not of the merchant's app. Ask support.",
  ),
  INVALIDTRANSACTIONID: OUR_MISTAKE,
};

const CLOSE: CodeTable = {
  ORDERPAID: INQUIRE,
  ORDERCLOSED: INQUIRE,
  USERPAYING: UNKNOWN,
  TRADEERROR: UNKNOWN,
};

const REVERSE: CodeTable = {
  USERPAYING: UNKNOWN,
  TRADEERROR: UNKNOWN,
  REVERSEEXPIRE: INQUIRE,
  INVALIDTRANSACTIONID: NOT_FOUND,
};

const NOT_KNOWN = declined(
  'call-support',
  '微信支付查无原订单，未退款，请联系技术支持',
  'WeChat Pay does not know the payment; nothing was refunded. Ask support.',
);
const REFUND: CodeTable = {
  NOTENOUGH: declined(
    'call-support',
    '商户余额不足，暂时无法退款，请充值后再退或联系店长',
    'The merchant account has not enough money to refund. Top it up or call the manager.',
  ),
  USERACCOUNTABNORMAL: declined(
    'call-support',
    '顾客账户已注销或异常，无法原路退回，请联系微信支付',
    "The customer's account is closed or abnormal; money cannot go back. Contact WeChat Pay.",
  ),
  RESOURCENOTEXISTS: NOT_KNOWN,
  ORDERNOTEXIST: NOT_KNOWN,
  ORDERNOTEXISTS: NOT_KNOWN,
  INVALIDREQUEST: declined(
    'call-support',
    '微信支付不接受这次退款：金额超过可退余额、已退满 50 次或付款已超过一年',
    'WeChat Pay takes no such refund: more than is left, the fifty-first, or of a payment that is over a year old.',
  ),
};

/** The requests whose error codes differ in meaning. */
export type WechatOperation = 'pay' | 'order' | 'query' | 'close' | 'reverse' | 'refund' | 'refund-query' | 'bill';

const BY_OPERATION: Readonly<Record<WechatOperation, CodeTable>> = {
  pay: PAY,
  order: ORDER,
  query: {},
  close: CLOSE,
  reverse: REVERSE,
  refund: REFUND,
  'refund-query': {},
  bill: {},
};

/** The meaning of an error code; one that no table names is `unknown`, never a decline. */
export function meaningOfCode(operation: WechatOperation, code: string): CodeMeaning {
  return meaningIn(code.replaceAll('_', '').toUpperCase(), BY_OPERATION[operation], ALWAYS);
}

/** What the cashier is told of an order that ended without money. */
export const ENDED: Readonly<Record<'CLOSED' | 'REVOKED' | 'REFUND' | 'PAYERROR', Decline>> = {
  CLOSED: {
    code: 'CLOSED',
    message: { zh: '订单已关闭，顾客未付款', en: 'The order is closed; the customer has not paid.' },
    advice: 'new-code',
  },
  REVOKED: {
    code: 'REVOKED',
    message: { zh: '订单已撤销', en: 'The order has been reversed.' },
    advice: 'none',
  },
  REFUND: {
    code: 'REFUND',
    message: { zh: '顾客曾付款，款项已退回顾客', en: 'The customer had paid and got the money back.' },
    advice: 'none',
  },
  PAYERROR: {
    code: 'PAYERROR',
    message: {
      zh: '支付失败（如顾客取消或银行拒绝），请顾客刷新付款码重试或更换付款方式',
      en: 'The payment failed (refused by the customer or the bank). Ask for a fresh code or another way to pay.',
    },
    advice: 'new-code',
  },
};

/** WeChat Pay takes a refund within a year of the payment. */
export const TOO_OLD_TO_REFUND: Decline = {
  code: 'REFUND_WINDOW',
  message: {
    zh: '付款已超过一年，微信支付不再受理退款，请与顾客协商其他方式',
    en: 'The payment is more than a year old; WeChat Pay takes no refund of it any more. Agree on another way.',
  },
  advice: 'none',
};
