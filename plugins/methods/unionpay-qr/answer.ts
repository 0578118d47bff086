import type { Outcome, PaymentFacts, RefundFacts } from '@zhanggui/modules/payments/method.ts';
import type { FormFields } from '@zhanggui/wallets';
import { orderFlowOf } from '../../wallet/flow.ts';
import { declineOf, unknown } from '../../wallet/outcomes.ts';
import { meaningOfCode } from './codes.ts';

/**
 * What a code says of our payment, in a verified message that names it. An approval counts only with our amount and
 * currency and with UnionPay's number.
 */
export function readPayment(payment: PaymentFacts, code: string, fields: FormFields): Outcome {
  const meaning = meaningOfCode('pay', code);
  switch (meaning.kind) {
    case 'done':
      return approved(payment.amountMinor, fields);
    case 'paying':
      return {
        kind: 'pending',
        waitingFor: orderFlowOf(payment) === null ? 'customer-password' : 'customer-scan',
        ...(fields.queryId === undefined ? {} : { channelData: { queryId: fields.queryId } }),
      };
    case 'declined':
      return { kind: 'declined', decline: declineOf(code, meaning) };
    default:
      return unknown(code === '' ? 'the answer has no code' : `response code ${code}`);
  }
}

/** What a code says of a refund; accepted is not done. */
export function readRefund(refund: RefundFacts, code: string, fields: FormFields): Outcome {
  const meaning = meaningOfCode('refund', code);
  switch (meaning.kind) {
    case 'done':
      return approved(refund.amountMinor, fields);
    case 'paying':
      return { kind: 'pending', waitingFor: 'channel' };
    case 'declined':
      return { kind: 'declined', decline: declineOf(code, meaning) };
    default:
      return unknown(`response code ${code}`);
  }
}

function approved(amountMinor: number, { queryId = '', txnAmt, currencyCode }: FormFields): Outcome {
  if (txnAmt !== String(amountMinor)) return unknown('the answer has another amount');
  if (currencyCode !== '156') return unknown('the answer has another currency');
  if (!/^\d{21}$/.test(queryId)) return unknown('the answer has no queryId');
  return { kind: 'approved', channelReference: queryId, channelData: { queryId } };
}
