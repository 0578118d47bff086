import type { Decline } from '@zhanggui/modules/payments/method.ts';
import {
  type CodeMeaning,
  type CodeTable,
  DONE,
  declined,
  INQUIRE,
  meaningIn,
  NOT_FOUND,
  UNKNOWN,
} from '../../wallet/codes.ts';
import { declineOf } from '../../wallet/outcomes.ts';

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
const NO_FUNDS = declined(
  'other-method',
  '钱包余额不足，请更换付款方式',
  'Not enough money in the wallet. Ask for another way to pay.',
);
const OVER_LIMIT = declined(
  'other-method',
  '超出顾客钱包的单笔或日累计限额，请顾客换用更高等级的钱包或其他付款方式',
  "Over the limit of the customer's wallet. Ask for a wallet of a higher grade or another way to pay.",
);

const ALWAYS: CodeTable = {
  SUCCESS: DONE,
  SYSTEM_ERROR: UNKNOWN,
  OPERATOR_TIMEOUT: UNKNOWN,
  FREQUENCY_LIMITED: UNKNOWN,
  ORDER_NOT_EXIST: NOT_FOUND,
  REFUND_NOT_EXIST: NOT_FOUND,
};

/** A request that is not believed, or not understood, has done nothing. */
const NOT_DONE: CodeTable = { PARAM_ERROR: OUR_MISTAKE, SIGN_ERROR: OUR_MISTAKE };

const PAY: CodeTable = {
  ...NOT_DONE,
  AUTH_CODE_INVALID: NEW_CODE,
  AUTH_CODE_EXPIRED: NEW_CODE,
  BALANCE_NOT_ENOUGH: NO_FUNDS,
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

const REFUND: CodeTable = {
  ...NOT_DONE,
  ORDER_NOT_EXIST: declined('call-support', '受理机构查无原订单', 'The acquirer does not know the payment.'),
  ORDER_STATE_ERROR: declined('call-support', '原订单状态不允许退款', 'The payment does not allow a refund.'),
  REFUND_AMOUNT_EXCEED: declined('none', '退款金额超过可退金额', 'More than is left of the payment.'),
  REFUND_NO_USED: declined('call-support', '退款单号重复', 'The number of the refund is in use.'),
};

/** What may be asked; each is the last part of its address. */
export type EcnyOperation = 'micropay' | 'native' | 'query' | 'cancel' | 'refund' | 'refund-query' | 'bill';

const BY_OPERATION: Readonly<Record<EcnyOperation, CodeTable>> = {
  micropay: PAY,
  native: PAY,
  query: {},
  cancel: { ORDER_REFUNDED: INQUIRE, CANCEL_EXPIRED: INQUIRE },
  refund: REFUND,
  'refund-query': {},
  bill: {},
};

/** The meaning of a return code; one that no table names is `unknown`, never a decline. */
export function meaningOfCode(operation: EcnyOperation, code: string): CodeMeaning {
  return meaningIn(code, BY_OPERATION[operation], ALWAYS);
}

const ENDED: Readonly<Record<string, Decline>> = {
  CLOSED: {
    code: 'CLOSED',
    message: { zh: '订单已关闭，顾客未付款', en: 'The order is closed; the customer has not paid.' },
    advice: 'new-code',
  },
  BALANCE: declineOf('BALANCE_NOT_ENOUGH', NO_FUNDS),
  LIMIT: declineOf('WALLET_LIMIT_EXCEED', OVER_LIMIT),
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
