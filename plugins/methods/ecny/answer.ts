import type { Evidence, Outcome, PaymentFacts, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, textAt } from '@zhanggui/wallets';
import { endedBy } from './codes.ts';
import { isShown, outTradeNoOf } from './flow.ts';

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
      return { kind: 'pending', waitingFor: isShown(payment) ? 'customer-scan' : 'customer-password' };
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

/** An outcome without a definite answer. */
export function unknown(cause: string): Outcome & { readonly kind: 'unknown' } {
  return { kind: 'unknown', cause };
}

/** The same outcome with what was sent and received. */
export function withEvidence<Result extends object>(outcome: Result, evidence: readonly Evidence[]): Result {
  return { ...outcome, evidence };
}
