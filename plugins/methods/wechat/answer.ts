import type { Decline, Outcome, PaymentFacts, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, textAt, valueAt } from '@zhanggui/wallets';
import { orderFlowOf } from '../../wallet/flow.ts';
import { unknown } from '../../wallet/outcomes.ts';
import { namesParty, type WechatAccount } from './account.ts';
import { ENDED } from './codes.ts';

/** What an order's trade_state says of our payment. */
export type OrderReading = Outcome | { readonly kind: 'payment-error' };

/**
 * Reads the order that a verified answer describes. It counts only when it is ours: same app, merchant, number, amount
 * and currency.
 */
export function readOrder(
  account: WechatAccount,
  payment: PaymentFacts,
  outTradeNo: string,
  body: JsonRecord,
): OrderReading {
  if (textAt(body, 'out_trade_no') !== outTradeNo) return unknown('the answer speaks of another order');
  const app = textAt(body, account.sub === null ? 'appid' : 'sp_appid');
  if (!namesParty(account, body) || app !== account.appId) return unknown('the answer speaks of another merchant');
  switch (textAt(body, 'trade_state')) {
    case 'SUCCESS':
      return approved(payment, body);
    case 'USERPAYING':
      return { kind: 'pending', waitingFor: 'customer-password' };
    case 'NOTPAY':
      return { kind: 'pending', waitingFor: orderFlowOf(payment) === null ? 'channel' : 'customer-scan' };
    case 'ACCEPT':
      return { kind: 'pending', waitingFor: 'channel' };
    case 'CLOSED':
      return ended(ENDED.CLOSED);
    case 'REVOKED':
      return ended(ENDED.REVOKED);
    case 'REFUND':
      return ended(ENDED.REFUND);
    case 'PAYERROR':
      return { kind: 'payment-error' };
    default:
      return unknown('the answer has no known trade_state');
  }
}

/** Whether money had moved before an order was reversed; null when the answer does not tell, or the order still lives. */
export function moneyHadMoved(outTradeNo: string, body: JsonRecord): boolean | null {
  if (textAt(body, 'out_trade_no') !== outTradeNo) return null;
  switch (textAt(body, 'trade_state')) {
    case 'REFUND':
      return true;
    case 'REVOKED':
    case 'CLOSED':
      return textAt(body, 'success_time') !== '';
    case 'NOTPAY':
    case 'PAYERROR':
      return false;
    default:
      return null;
  }
}

/** Reads the refund that a verified answer or notification describes; accepted is not done. */
export function readRefund(
  refund: RefundFacts,
  outRefundNo: string,
  body: JsonRecord,
  statusMember: 'status' | 'refund_status' = 'status',
): Outcome {
  if (textAt(body, 'out_refund_no') !== outRefundNo) return unknown('the answer speaks of another refund');
  if (valueAt(body, 'amount.refund') !== refund.amountMinor) return unknown('the answer has another amount');
  switch (textAt(body, statusMember)) {
    case 'SUCCESS':
      return { kind: 'approved', channelReference: textAt(body, 'refund_id') };
    case 'PROCESSING':
      return { kind: 'pending', waitingFor: 'channel' };
    case 'ABNORMAL':
      // The money is on its way back to nobody until someone finishes it by hand there; refunding anew could pay twice.
      return { kind: 'pending', waitingFor: 'channel' };
    case 'CLOSED':
      return ended({
        code: 'CLOSED',
        message: { zh: '退款已关闭，款项未退出', en: 'The refund is closed; no money went back.' },
        advice: 'call-support',
      });
    default:
      return unknown('the answer has no known status');
  }
}

function approved(payment: PaymentFacts, body: JsonRecord): Outcome {
  const channelReference = textAt(body, 'transaction_id');
  if (valueAt(body, 'amount.total') !== payment.amountMinor) return unknown('the order has another amount');
  if (textAt(body, 'amount.currency') !== payment.currency) return unknown('the order has another currency');
  if (channelReference === '') return unknown('the order has no transaction_id');
  return { kind: 'approved', channelReference };
}

function ended(decline: Decline): Outcome {
  return { kind: 'declined', decline };
}
