import type { Handover } from '@zhanggui/modules/payments/api.ts';
import type { MethodEnvironment, Outcome, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, textAt } from '@zhanggui/wallets';
import type { Order } from '../../wallet/connector.ts';
import { endOf, expiryOf, type OrderFlow, outTradeNoOf } from '../../wallet/flow.ts';
import { unknown } from '../../wallet/outcomes.ts';
import { type AlipayAccount, terminalParams } from './account.ts';
import { orderContent } from './contents.ts';
import type { AlipayRequest } from './signed-request.ts';

/** The request that makes the trade; sent again with the same number it is the same trade. */
export function orderCall(
  environment: MethodEnvironment,
  { account, payment, device }: Order<AlipayAccount>,
  flow: OrderFlow,
): Omit<AlipayRequest, 'timeoutMs'> {
  const terminal = terminalParams(account, device);
  const expiresAt = expiryOf(environment, payment, flow);
  return {
    method: flow === 'shown-code' ? 'alipay.trade.precreate' : 'alipay.trade.create',
    content: orderContent(account, payment, flow, terminal, expiresAt),
    notifyUrl: environment.notificationUrl(payment.merchantId, 'alipay'),
  };
}

/** The trade is made: what the customer needs to pay it. */
export function offered(
  environment: MethodEnvironment,
  payment: PaymentFacts,
  flow: OrderFlow,
  body: JsonRecord,
): Outcome {
  if (textAt(body, 'out_trade_no') !== outTradeNoOf(payment)) return unknown('the answer speaks of another trade');
  const expiresAt = new Date(endOf(environment, payment, flow)).toISOString();
  const member = flow === 'shown-code' ? 'qr_code' : 'trade_no';
  const found = textAt(body, member);
  if (found === '') return unknown(`the answer has no ${member}`);
  const handover: Handover =
    flow === 'shown-code'
      ? { kind: 'code', content: found, expiresAt }
      : { kind: 'wallet-call', parameters: { tradeNO: found }, expiresAt };
  return { kind: 'pending', waitingFor: 'customer-scan', handover };
}
