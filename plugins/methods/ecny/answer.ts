import type { Outcome, PaymentFacts, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, textAt } from '@zhanggui/wallets';
import { orderFlowOf, outTradeNoOf } from '../../wallet/flow.ts';
import { unknown } from '../../wallet/outcomes.ts';
import { endedBy } from './codes.ts';

/** Reads the order that a verified message describes. It counts only when it is ours: same number, amount and currency. */
export function readOrder(payment: PaymentFacts, body: JsonRecord): Outcome {
  if (textAt(body, 'out_trade_no') !== outTradeNoOf(payment)) return unknown('the answer speaks of another order');
  if (body.amount !== payment.amountMinor) return unknown('the order has another amount');
  if (textAt(body, 'currency') !== payment.currency) return unknown('the order has another currency');
  switch (textAt(body, 'trade_state')) {
    case 'SUCCESS':
      return approved(textAt(body, 'trade_no'), 'trade_no');
    case 'PAYING':
    case 'NOTPAY':
      return { kind: 'pending', waitingFor: orderFlowOf(payment) === null ? 'customer-password' : 'customer-scan' };
    case 'CLOSED':
      return { kind: 'declined', decline: endedBy('CLOSED') };
    case 'FAILED':
      return { kind: 'declined', decline: endedBy(textAt(body, 'failure')) };
    default:
      return unknown('the answer has no known trade_state');
  }
}

/** Reads the refund that a verified message describes; accepted is not done. */
export function readRefund(refund: RefundFacts, outRefundNo: string, body: JsonRecord): Outcome {
  if (textAt(body, 'out_refund_no') !== outRefundNo) return unknown('the answer speaks of another refund');
  if (body.refund_amount !== refund.amountMinor) return unknown('the answer has another amount');
  switch (textAt(body, 'refund_state')) {
    case 'SUCCESS':
      return approved(textAt(body, 'refund_no'), 'refund_no');
    case 'PROCESSING':
      return { kind: 'pending', waitingFor: 'channel' };
    default:
      return unknown('the answer has no known refund_state');
  }
}

function approved(channelReference: string, member: string): Outcome {
  return channelReference === '' ? unknown(`the answer has no ${member}`) : { kind: 'approved', channelReference };
}
