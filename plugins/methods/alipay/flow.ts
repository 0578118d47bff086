import { Fault } from '@zhanggui/base';
import type { PaymentFacts } from '@zhanggui/modules/payments/method.ts';

/** How the customer pays: the cashier scans a code, the customer scans ours, or the customer is on a page of ours in Alipay. */
export type AlipayFlow =
  | { readonly kind: 'payment-code'; readonly code: string }
  | { readonly kind: 'shown-code' }
  | { readonly kind: 'phone-page'; readonly payer: string; readonly staticCode: boolean };

/** The marks under which `prepare` stores the flows that keep times of their own. */
export type OrderFlow = 'shown-code' | 'phone-page';

/**
 * The flow that a credential asks for.
 * @throws Fault `credential-refused`.
 */
export function flowOf(credential: unknown, recognise: (scanned: string) => boolean): AlipayFlow {
  const { code, show, payer, staticCode } = (credential ?? {}) as Readonly<Record<string, unknown>>;
  if (show === true) return { kind: 'shown-code' };
  if (typeof payer === 'string') {
    if (/^[\w-]{1,128}$/.test(payer)) return { kind: 'phone-page', payer, staticCode: staticCode === true };
    const message = { zh: '这不是支付宝用户标识', en: 'This is not an Alipay user.' };
    throw new Fault('credential-refused', { fields: [{ path: 'credential.payer', message }] });
  }
  if (typeof code === 'string' && recognise(code)) return { kind: 'payment-code', code: code.trim() };
  const message = { zh: '这不是支付宝付款码', en: 'This is not an Alipay payment code.' };
  throw new Fault('credential-refused', { fields: [{ path: 'credential.code', message }] });
}

/** The flow of a prepared payment whose customer acts alone; null for one whose code the cashier scanned. */
export function orderFlowOf({ channelData: { flow } }: PaymentFacts): OrderFlow | null {
  return flow === 'shown-code' || flow === 'phone-page' ? flow : null;
}

/** Our number of the payment at Alipay. */
export function outTradeNoOf({ channelData: { outTradeNo } }: PaymentFacts): string {
  if (typeof outTradeNo !== 'string') throw new Error('the payment was not prepared by this method');
  return outTradeNo;
}
