import type { Handover } from '@zhanggui/modules/payments/api.ts';
import type { MethodEnvironment, Outcome, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { type JsonRecord, textAt } from '@zhanggui/wallets';
import { type AlipayAccount, terminalParams } from './account.ts';
import { unknown } from './answer.ts';
import { orderContent } from './contents.ts';
import { type OrderFlow, outTradeNoOf } from './flow.ts';
import type { AlipayCall } from './signed-request.ts';

/** After our own end a trade stays open at Alipay for this long, in case that we cannot close it. */
const EXPIRES_LATER_MS = 60_000;

/** The request that makes the trade; sent again with the same number it is the same trade. */
export async function orderCall(
  environment: MethodEnvironment,
  account: AlipayAccount,
  payment: PaymentFacts,
  flow: OrderFlow,
): Promise<Omit<AlipayCall, 'timeoutMs'>> {
  const terminal = terminalParams(account, await environment.deviceOf(payment.tillId));
  const expiresAt = endOf(environment, payment, flow) + EXPIRES_LATER_MS;
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
  // Remembered, so that a trade whose answer was lost is made again for the sake of its code.
  return { kind: 'pending', waitingFor: 'customer-scan', handover, channelData: { handedOver: true } };
}

function endOf({ flowPolicies, policy }: MethodEnvironment, payment: PaymentFacts, flow: OrderFlow): number {
  return payment.createdAt + (flowPolicies[flow] ?? policy).giveUpAfterMs;
}
