import type { AcceptanceDevice, MethodEnvironment, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { decodeConsumerPresented, encodeUnionPayCode, type TlvObject } from '@zhanggui/qr';
import { type FormFields, terminalInfo } from '@zhanggui/wallets';
import type { UnionPayAccount } from './account.ts';
import { orderIdOf, type ShownFlow, terminalOf, txnTimeOf } from './flow.ts';

/** An order ends somewhat after we stop asking, in case that we cannot reverse it. */
const EXPIRES_LATER_MS = 60_000;
const DESCRIPTION_LENGTH = 32;

/** What a payment by the customer's code sends. */
export async function scannedFields(
  environment: MethodEnvironment,
  account: UnionPayAccount,
  payment: PaymentFacts,
  code: string,
): Promise<FormFields> {
  const common = await paymentFields(environment, account, payment, lastDigits(code));
  return { txnType: '01', txnSubType: '06', ...common, qrNo: code };
}

/** What an order sends whose code the customer scans; sent again with the same number it is the same order. */
export async function shownFields(
  environment: MethodEnvironment,
  account: UnionPayAccount,
  payment: PaymentFacts,
  flow: ShownFlow,
): Promise<FormFields> {
  const common = await paymentFields(environment, account, payment, null);
  const payTimeout = txnTimeOf({ createdAt: endOf(environment, payment, flow) + EXPIRES_LATER_MS });
  return { txnType: '01', txnSubType: '07', ...common, payTimeout, ...(flow === 'fixed-code' ? { fixed: '1' } : {}) };
}

/**
 * The code that the customer scans (EMVCo MPM 1.1, ID 15): a dynamic one says the amount and names the order, a printed one
 * says truthfully that it is static and names the till alone.
 */
export function merchantCode(
  account: UnionPayAccount,
  payment: PaymentFacts,
  flow: ShownFlow,
  queryId: string,
): string {
  const { acquirerIin, forwardingIin, merchantId, merchantCategoryCode, name, city, chinese } = account;
  return encodeUnionPayCode({
    account: { acquirerIin, forwardingIin, merchantId },
    merchantCategoryCode,
    name,
    city,
    ...(chinese === null ? {} : { chinese }),
    terminalLabel: terminalOf(payment),
    ...(flow === 'fixed-code' ? {} : { amountMinor: payment.amountMinor, referenceLabel: queryId }),
  });
}

/** Until when a shown code is asked about. */
export function endOf({ flowPolicies, policy }: MethodEnvironment, payment: PaymentFacts, flow: ShownFlow): number {
  return payment.createdAt + (flowPolicies[flow] ?? policy).giveUpAfterMs;
}

async function paymentFields(
  environment: MethodEnvironment,
  account: UnionPayAccount,
  payment: PaymentFacts,
  random: string | null,
): Promise<FormFields> {
  const backUrl = environment.notificationUrl(payment.merchantId, 'unionpay-qr');
  return {
    orderId: orderIdOf(payment),
    txnTime: txnTimeOf(payment),
    txnAmt: String(payment.amountMinor),
    currencyCode: '156',
    termId: terminalOf(payment),
    termInfo: termInfo(await environment.deviceOf(payment.tillId), account, random),
    orderDesc: payment.subject.slice(0, DESCRIPTION_LENGTH),
    ...(backUrl === null ? {} : { backUrl }),
  };
}

/** `terminal_info` (PBoC Yinfa [2021] 259) as a composite field: `{name=value&…}`. */
function termInfo(device: AcceptanceDevice | null, account: UnionPayAccount, random: string | null): string {
  const facts = terminalInfo({
    deviceType: device?.deviceType ?? '11',
    serialNumber: device?.serialNumber,
    networkLicence: device?.networkLicense ?? undefined,
    appVersion: device?.appVersion.trim(),
    location: device?.location,
    deviceIp: device?.ip ?? account.deviceIp,
  });
  const members = { ...facts, ...(random === null ? {} : { encrypt_rand_num: random }) };
  return `{${Object.entries(members)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')}}`;
}

/** The last six digits of a payment code, or of tag 57 in an EMVCo consumer code. */
function lastDigits(code: string): string {
  if (/^\d+$/.test(code)) return code.slice(-6);
  const track2 = findTag(decodeConsumerPresented(code, { strict: false }).tree, '57') ?? '';
  return track2.replace(/\D/g, '').slice(-6);
}

function findTag(objects: readonly TlvObject[], wanted: string): string | undefined {
  for (const { tag, value, children = [] } of objects) {
    const found = tag === wanted ? value : findTag(children, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
