import type { JsonObject } from '@zhanggui/modules/payments/api.ts';
import type { MethodEnvironment, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { terminalInfo } from '@zhanggui/wallets';
import type { EcnyAccount } from './account.ts';
import { outTradeNoOf } from './flow.ts';

/** An order ends somewhat after we stop asking, in case that we cannot close it. */
const EXPIRES_LATER_MS = 60_000;
const SUBJECT_LENGTH = 32;

/** What a payment by the customer's code sends. */
export async function micropayBody(
  environment: MethodEnvironment,
  account: EcnyAccount,
  payment: PaymentFacts,
  code: string,
): Promise<JsonObject> {
  const base = await orderBody(environment, account, payment, code.slice(-6));
  return { product: 'DC_MICROPAY', ...base, auth_code: code };
}

/** What an order sends whose code the customer scans; sent again with the same number it is the same order. */
export async function nativeBody(
  environment: MethodEnvironment,
  account: EcnyAccount,
  payment: PaymentFacts,
): Promise<JsonObject> {
  const expiresAt = endOf(environment, payment) + EXPIRES_LATER_MS;
  const base = await orderBody(environment, account, payment, null);
  return { product: 'DC_NATIVE', ...base, time_expire: new Date(expiresAt).toISOString() };
}

/** Until when a shown code is asked about. */
export function endOf({ flowPolicies, policy }: MethodEnvironment, payment: PaymentFacts): number {
  return payment.createdAt + (flowPolicies['shown-code'] ?? policy).giveUpAfterMs;
}

async function orderBody(
  environment: MethodEnvironment,
  account: EcnyAccount,
  payment: PaymentFacts,
  random: string | null,
): Promise<JsonObject> {
  const device = await environment.deviceOf(payment.tillId);
  const notifyUrl = environment.notificationUrl(payment.merchantId, 'ecny');
  const facts = terminalInfo({
    deviceType: device?.deviceType ?? '11',
    serialNumber: device?.serialNumber,
    networkLicence: device?.networkLicense ?? undefined,
    appVersion: device?.appVersion.trim(),
    location: device?.location,
    deviceIp: device?.ip ?? account.deviceIp,
  });
  return {
    out_trade_no: outTradeNoOf(payment),
    amount: payment.amountMinor,
    currency: payment.currency,
    subject: payment.subject.slice(0, SUBJECT_LENGTH),
    terminal_info: { ...facts, ...(random === null ? {} : { encrypt_rand_num: random }) },
    ...(notifyUrl === null ? {} : { notify_url: notifyUrl }),
  };
}
