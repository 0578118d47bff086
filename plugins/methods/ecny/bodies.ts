import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { AcceptanceDevice, MethodEnvironment, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { terminalOf, unregistered } from '../../wallet/account.ts';
import { expiryOf, type OrderFlow, outTradeNoOf } from '../../wallet/flow.ts';
import type { EcnyAccount } from './account.ts';

const SUBJECT_LENGTH = 32;

/** What a payment by the customer's code sends. */
export function micropayBody(
  environment: MethodEnvironment,
  account: EcnyAccount,
  payment: PaymentFacts,
  device: AcceptanceDevice | null,
  code: string,
): JsonObject {
  const terminal = { ...terminalMembers(account, device), encrypt_rand_num: code.slice(-6) };
  return { product: 'DC_MICROPAY', ...orderBody(environment, payment, terminal), auth_code: code };
}

/** What an order sends whose code the customer scans; sent again with the same number it is the same order. */
export function nativeBody(
  environment: MethodEnvironment,
  account: EcnyAccount,
  payment: PaymentFacts,
  device: AcceptanceDevice | null,
  flow: OrderFlow,
): JsonObject {
  const base = orderBody(environment, payment, terminalMembers(account, device));
  const expiresAt = new Date(expiryOf(environment, payment, flow));
  return { product: 'DC_NATIVE', ...base, time_expire: expiresAt.toISOString() };
}

/**
 * `terminal_info` of the till.
 * @throws Fault `channel-not-configured` naming the fact that is malformed.
 */
export function terminalMembers(account: EcnyAccount, device: AcceptanceDevice | null) {
  return terminalOf('ecny', device, unregistered(account));
}

function orderBody(
  environment: MethodEnvironment,
  payment: PaymentFacts,
  terminal: Readonly<Record<string, string>>,
): JsonObject {
  const notifyUrl = environment.notificationUrl(payment.merchantId, 'ecny');
  return {
    out_trade_no: outTradeNoOf(payment),
    amount: payment.amountMinor,
    currency: payment.currency,
    subject: payment.subject.slice(0, SUBJECT_LENGTH),
    terminal_info: { ...terminal },
    ...(notifyUrl === null ? {} : { notify_url: notifyUrl }),
  };
}
