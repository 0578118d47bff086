import { beijingTime, Fault } from '@zhanggui/base';
import type { PaymentFacts } from '@zhanggui/modules/payments/method.ts';

/** How the customer pays: the cashier scans a code, the customer scans one made for this payment, or the till's printed one. */
export type UnionPayFlow = { readonly kind: 'payment-code'; readonly code: string } | { readonly kind: ShownFlow };

/** The marks under which `prepare` stores the flows in which the customer scans. */
export type ShownFlow = 'shown-code' | 'fixed-code';

/**
 * The flow that a credential asks for.
 * @throws Fault `credential-refused`.
 */
export function flowOf(credential: unknown, recognise: (scanned: string) => boolean): UnionPayFlow {
  const { code, show, fixedCode } = (credential ?? {}) as Readonly<Record<string, unknown>>;
  if (show === true) return { kind: fixedCode === true ? 'fixed-code' : 'shown-code' };
  if (typeof code === 'string' && recognise(code)) return { kind: 'payment-code', code: code.trim() };
  const message = { zh: '这不是云闪付付款码', en: 'This is not a UnionPay payment code.' };
  throw new Fault('credential-refused', { fields: [{ path: 'credential.code', message }] });
}

/** The flow of a prepared payment whose customer scans; null for one whose code the cashier scanned. */
export function shownFlowOf({ channelData: { flow } }: PaymentFacts): ShownFlow | null {
  return flow === 'shown-code' || flow === 'fixed-code' ? flow : null;
}

/** Our number of the payment at UnionPay. */
export function orderIdOf({ channelData: { outTradeNo } }: PaymentFacts): string {
  if (typeof outTradeNo !== 'string') throw new Error('the payment was not prepared by this method');
  return outTradeNo;
}

/** The time that belongs to a transaction's number: `YYYYMMDDhhmmss` in Beijing. */
export function txnTimeOf({ createdAt }: { readonly createdAt: number }): string {
  const { year, month, day, hour, minute, second } = beijingTime(createdAt);
  return year + month + day + hour + minute + second;
}

/** Eight characters at most that name the till towards UnionPay. */
export function terminalOf({ tillId }: Pick<PaymentFacts, 'tillId'>): string {
  return tillId.replace(/[^0-9A-Za-z]/g, '').slice(-8);
}
