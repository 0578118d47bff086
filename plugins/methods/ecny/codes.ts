import type { Bilingual } from '@zhanggui/base';
import type { Advice, Decline } from '@zhanggui/modules/payments/method.ts';

/** What a return code means for the request that it answers. */
export type CodeMeaning =
  | { readonly kind: 'done' }
  | { readonly kind: 'declined'; readonly message: Bilingual; readonly advice: Advice }
  /** Our number is known there already, or the order is past what was asked: it must be asked about. */
  | { readonly kind: 'inquire' }
  /** It may or may not have been done. */
  | { readonly kind: 'unknown' }
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
  '数字人民币受理机构拒绝了请求，请联系技术支持检查商户配置',
  'The e-CNY acquirer refused the request. Ask support to check the merchant settings.',
);
const NEW_CODE = declined(
  'new-code',
  '付款码无效或已过期，请顾客刷新付款码后重新扫码',
  'The payment code is invalid or has expired. Ask the customer to refresh it and scan again.',
);
const OVER_LIMIT = declined(
  'other-method',
  '超出顾客钱包的单笔或日累计限额，请顾客换用更高等级的钱包或其他付款方式',
  "Over the limit of the customer's wallet. Ask for a wallet of a higher grade or another way to pay.",
);

const ALWAYS: Readonly<Record<string, CodeMeaning>> = {
  SUCCESS: { kind: 'done' },
  SYSTEM_ERROR: UNKNOWN,
  OPERATOR_TIMEOUT: UNKNOWN,
  FREQUENCY_LIMITED: UNKNOWN,
  ORDER_NOT_EXIST: { kind: 'not-found' },
  REFUND_NOT_EXIST: { kind: 'not-found' },
};

/** A request that is not believed, or not understood, has done nothing. */
const NOT_DONE: Readonly<Record<string, CodeMeaning>> = { PARAM_ERROR: OUR_MISTAKE, SIGN_ERROR: OUR_MISTAKE };

const PAY: Readonly<Record<string, CodeMeaning>> = {
  ...NOT_DONE,
  AUTH_CODE_INVALID: NEW_CODE,
  AUTH_CODE_EXPIRED: NEW_CODE,
  BALANCE_NOT_ENOUGH: declined(
    'other-method',
    '钱包余额不足，请更换付款方式',
    'Not enough money in the wallet. Ask for another way to pay.',
  ),
  WALLET_LIMIT_EXCEED: OVER_LIMIT,
  WALLET_ABNORMAL: declined(
    'other-method',
    '顾客钱包状态异常，请更换付款方式',
    "The customer's wallet cannot pay. Ask for another way to pay.",
  ),
  MERCHANT_NOT_ALLOWED: declined(
    'call-support',
    '商户未开通数字人民币或已被限制，请联系受理机构',
    'The merchant takes no e-CNY or is restricted. Contact the acquirer.',
  ),
  ORDER_PAID: INQUIRE,
  OUT_TRADE_NO_USED: INQUIRE,
  ORDER_CLOSED: declined('new-code', '订单已关闭，请重新收款', 'The order is closed. Take the payment again.'),
};

const REFUND: Readonly<Record<string, CodeMeaning>> = {
  ...NOT_DONE,
  ORDER_NOT_EXIST: declined('call-support', '受理机构查无原订单', 'The acquirer does not know the payment.'),
  ORDER_STATE_ERROR: declined('call-support', '原订单状态不允许退款', 'The payment does not allow a refund.'),
  REFUND_AMOUNT_EXCEED: declined('none', '退款金额超过可退金额', 'More than is left of the payment.'),
  REFUND_NO_USED: declined('call-support', '退款单号重复', 'The number of the refund is in use.'),
};

/** The requests whose codes differ in meaning. */
export type EcnyOperation = 'pay' | 'query' | 'cancel' | 'refund' | 'refund-query';

const BY_OPERATION: Readonly<Record<EcnyOperation, Readonly<Record<string, CodeMeaning>>>> = {
  pay: PAY,
  query: {},
  cancel: { ORDER_REFUNDED: INQUIRE, CANCEL_EXPIRED: INQUIRE },
  refund: REFUND,
  'refund-query': {},
};

/** The meaning of a return code; one that no table names is `unknown`, never a decline. */
export function meaningOfCode(operation: EcnyOperation, code: string): CodeMeaning {
  const table = BY_OPERATION[operation];
  if (Object.hasOwn(table, code)) return table[code] ?? UNKNOWN;
  return Object.hasOwn(ALWAYS, code) ? (ALWAYS[code] ?? UNKNOWN) : UNKNOWN;
}

const ENDED: Readonly<Record<string, Decline>> = {
  CLOSED: {
    code: 'CLOSED',
    message: { zh: '订单已关闭，顾客未付款', en: 'The order is closed; the customer has not paid.' },
    advice: 'new-code',
  },
  BALANCE: decline('BALANCE_NOT_ENOUGH'),
  LIMIT: decline('WALLET_LIMIT_EXCEED'),
};

/** What the cashier is told of an order that ended without money; `cause` is what the acquirer says of it. */
export function endedBy(cause: string): Decline {
  const known = Object.hasOwn(ENDED, cause) ? ENDED[cause] : undefined;
  return (
    known ?? {
      code: cause === '' ? 'FAILED' : cause,
      message: {
        zh: '支付未成功（如顾客取消或超时），请刷新付款码重试或更换付款方式',
        en: 'The payment failed (refused or not finished in time). Ask for a fresh code or another way to pay.',
      },
      advice: 'new-code',
    }
  );
}

function decline(code: string): Decline {
  const meaning = PAY[code];
  if (meaning?.kind !== 'declined') throw new Error(`${code} is no decline`);
  return { code, message: meaning.message, advice: meaning.advice };
}

/** Nothing left this machine, so nothing can have been taken. */
export function notSent(isShownCode: boolean): Decline {
  return {
    code: 'NOT_SENT',
    message: {
      zh: `网络不通，请求未发出，顾客未被扣款；请检查网络后${isShownCode ? '重试' : '请顾客刷新付款码重试'}`,
      en: `No network: nothing was sent and nothing was taken. Check the network and ${isShownCode ? 'try again' : 'ask for a fresh code'}.`,
    },
    advice: isShownCode ? 'retry' : 'new-code',
  };
}

/** The same code was sent before, and a code is good for one attempt only. */
export const CODE_REUSED: Decline = {
  code: 'CODE_REUSED',
  message: {
    zh: '此付款码刚刚用过，请顾客刷新付款码',
    en: 'This payment code was just used. Ask the customer to refresh it.',
  },
  advice: 'new-code',
};
