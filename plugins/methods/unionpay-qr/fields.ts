import { beijingTime } from '@zhanggui/base';
import type { AcceptanceDevice, MethodEnvironment, PaymentFacts } from '@zhanggui/modules/payments/method.ts';
import { decodeConsumerPresented, encodeUnionPayCode, type TlvObject } from '@zhanggui/qr';
import type { FormFields } from '@zhanggui/wallets';
import { terminalOf, unregistered } from '../../wallet/account.ts';
import { expiryOf, type OrderFlow, outTradeNoOf } from '../../wallet/flow.ts';
import type { UnionPayAccount } from './account.ts';

const DESCRIPTION_LENGTH = 32;

/** What a payment by the customer's code sends. */
export function scannedFields(
  environment: MethodEnvironment,
  account: UnionPayAccount,
  payment: PaymentFacts,
  device: AcceptanceDevice | null,
  code: string,
): FormFields {
  const random = lastDigits(code);
  const terminal = { ...terminalMembers(account, device), ...(random === '' ? {} : { encrypt_rand_num: random }) };
  return { txnType: '01', txnSubType: '06', ...paymentFields(environment, payment, terminal), qrNo: code };
}

/** What an order sends whose code the customer scans; sent again with the same number it is the same order. */
export function shownFields(
  environment: MethodEnvironment,
  account: UnionPayAccount,
  payment: PaymentFacts,
  device: AcceptanceDevice | null,
  flow: OrderFlow,
): FormFields {
  const common = paymentFields(environment, payment, terminalMembers(account, device));
  const payTimeout = txnTimeOf({ createdAt: expiryOf(environment, payment, flow) });
  return { txnType: '01', txnSubType: '07', ...common, payTimeout, ...(flow === 'fixed-code' ? { fixed: '1' } : {}) };
}

/**
 * The code that the customer scans: the one that UnionPay made for the order, else one of ours (EMVCo MPM 1.1, ID 15), which
 * says the amount and names the order. The till's printed code says truthfully that it is static and names the till alone.
 * Null where the answer names no order.
 */
export function shownCode(
  account: UnionPayAccount,
  payment: PaymentFacts,
  flow: OrderFlow,
  { qrCode = '', queryId = '' }: FormFields,
): string | null {
  if (flow === 'fixed-code') return merchantCode(account, payment, {});
  if (qrCode !== '') return qrCode;
  if (!/^\d{21}$/.test(queryId)) return null;
  return merchantCode(account, payment, { amountMinor: payment.amountMinor, referenceLabel: queryId });
}

/**
 * `terminal_info` of the till.
 * @throws Fault `channel-not-configured` naming the fact that is malformed.
 */
export function terminalMembers(account: UnionPayAccount, device: AcceptanceDevice | null) {
  return terminalOf('unionpay-qr', device, unregistered(account));
}

/** The time that belongs to a transaction's number: `YYYYMMDDhhmmss` in Beijing. */
export function txnTimeOf({ createdAt }: { readonly createdAt: number }): string {
  const { year, month, day, hour, minute, second } = beijingTime(createdAt);
  return year + month + day + hour + minute + second;
}

function paymentFields(
  environment: MethodEnvironment,
  payment: PaymentFacts,
  terminal: Readonly<Record<string, string>>,
): FormFields {
  const backUrl = environment.notificationUrl(payment.merchantId, 'unionpay-qr');
  return {
    orderId: outTradeNoOf(payment),
    txnTime: txnTimeOf(payment),
    txnAmt: String(payment.amountMinor),
    currencyCode: '156',
    termId: terminalIdOf(payment),
    termInfo: composite(terminal),
    orderDesc: payment.subject.slice(0, DESCRIPTION_LENGTH),
    ...(backUrl === null ? {} : { backUrl }),
  };
}

function merchantCode(
  { acquirerIin, forwardingIin, merchantId, merchantCategoryCode, name, city, chinese }: UnionPayAccount,
  payment: PaymentFacts,
  order: { readonly amountMinor?: number; readonly referenceLabel?: string },
): string {
  return encodeUnionPayCode({
    account: { acquirerIin, forwardingIin, merchantId },
    merchantCategoryCode,
    name,
    city,
    ...(chinese === null ? {} : { chinese }),
    terminalLabel: terminalIdOf(payment),
    ...order,
  });
}

/** A field that holds others: `{name=value&…}`. */
function composite(members: Readonly<Record<string, string>>): string {
  const texts = Object.entries(members).map(([name, value]) => `${name}=${value}`);
  return `{${texts.join('&')}}`;
}

/** Eight characters at most that name the till towards UnionPay. */
function terminalIdOf({ tillId }: Pick<PaymentFacts, 'tillId'>): string {
  return tillId.replace(/[^0-9A-Za-z]/g, '').slice(-8);
}

/** The last six digits of a payment code, or of tag 57 in an EMVCo consumer code; empty where that has none. */
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
