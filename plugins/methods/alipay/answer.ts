import { formatDecimal, parseDecimal } from '@zhanggui/base';
import type { Outcome, PaymentFacts, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, textAt } from '@zhanggui/wallets';
import { orderFlowOf } from '../../wallet/flow.ts';
import { unknown } from '../../wallet/outcomes.ts';
import { TRADE_CLOSED, TRADE_REFUNDED } from './codes.ts';

/** An amount as the interface writes it: yuan with two decimals. */
export function yuan(minor: number): string {
  return formatDecimal(minor, 'CNY');
}

/** Reads a verified answer to `alipay.trade.pay` with code 10000: money moved, if the trade is ours. */
export function readPaid(payment: PaymentFacts, outTradeNo: string, body: JsonRecord): Outcome {
  if (textAt(body, 'out_trade_no') !== outTradeNo) return unknown('the answer speaks of another trade');
  if (minorOf(textAt(body, 'total_amount')) !== payment.amountMinor) return unknown('the trade has another amount');
  const channelReference = textAt(body, 'trade_no');
  return channelReference === '' ? unknown('the trade has no trade_no') : { kind: 'approved', channelReference };
}

/** Reads a verified answer to `alipay.trade.query` with code 10000. */
export function readTrade(payment: PaymentFacts, outTradeNo: string, body: JsonRecord): Outcome {
  if (textAt(body, 'out_trade_no') !== outTradeNo) return unknown('the answer speaks of another trade');
  switch (textAt(body, 'trade_status')) {
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return readPaid(payment, outTradeNo, body);
    case 'WAIT_BUYER_PAY':
      // A code makes a trade only when it is scanned; a page's trade is there before its customer has done anything.
      return {
        kind: 'pending',
        waitingFor: orderFlowOf(payment) === 'phone-page' ? 'customer-scan' : 'customer-password',
      };
    case 'TRADE_CLOSED':
      // Closed is said of unpaid trades and of those whose whole amount went back; the time of payment tells them apart.
      return { kind: 'declined', decline: textAt(body, 'send_pay_date') === '' ? TRADE_CLOSED : TRADE_REFUNDED };
    default:
      return unknown('the trade has no known status');
  }
}

/**
 * Reads a verified answer to `alipay.trade.refund` with code 10000. Only `fund_change` Y says that money moved now; N says
 * that this request changed nothing, which is also what a repeated one is told.
 */
export function readRefund(outTradeNo: string, body: JsonRecord): Outcome {
  if (textAt(body, 'out_trade_no') !== outTradeNo) return unknown('the answer speaks of another trade');
  return textAt(body, 'fund_change') === 'Y'
    ? { kind: 'approved', channelReference: textAt(body, 'trade_no') }
    : { kind: 'pending', waitingFor: 'channel' };
}

/** Reads a verified answer to `alipay.trade.fastpay.refund.query` with code 10000; null when it knows no such refund. */
export function readRefundStatus(
  refund: RefundFacts,
  outTradeNo: string,
  outRequestNo: string,
  body: JsonRecord,
): Outcome | null {
  const amount = textAt(body, 'refund_amount');
  const status = textAt(body, 'refund_status');
  if (amount === '' && status === '') return null;
  if (textAt(body, 'out_trade_no') !== outTradeNo || textAt(body, 'out_request_no') !== outRequestNo)
    return unknown('the answer speaks of another refund');
  if (minorOf(amount) !== refund.amountMinor) return unknown('the refund has another amount');
  return status === 'REFUND_SUCCESS'
    ? { kind: 'approved', channelReference: textAt(body, 'trade_no') }
    : { kind: 'pending', waitingFor: 'channel' };
}

/**
 * Reads a verified notification of a refund. It tells the sum of all refunds of the trade, not this one's amount, so it is
 * believed when this one fits into it.
 */
export function readRefundNotice(refund: RefundFacts, payment: PaymentFacts, body: JsonRecord): Outcome {
  if (minorOf(textAt(body, 'total_amount')) !== payment.amountMinor) return unknown('the trade has another amount');
  const returned = minorOf(textAt(body, 'refund_fee'));
  if (returned === null || returned < refund.amountMinor || returned > payment.amountMinor)
    return unknown('the refund has another amount');
  return { kind: 'approved', channelReference: textAt(body, 'trade_no') };
}

function minorOf(text: string): number | null {
  try {
    return parseDecimal(text, 'CNY');
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
