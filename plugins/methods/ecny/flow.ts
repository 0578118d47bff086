import { Fault } from '@zhanggui/base';
import type { PaymentFacts } from '@zhanggui/modules/payments/method.ts';

/** How the customer pays: the cashier scans a code (DC_MICROPAY), or the customer scans ours (DC_NATIVE). */
export type EcnyFlow = { readonly kind: 'payment-code'; readonly code: string } | { readonly kind: 'shown-code' };

/**
 * The flow that a credential asks for.
 * @throws Fault `credential-refused`.
 */
export function flowOf(credential: unknown, recognise: (scanned: string) => boolean): EcnyFlow {
  const { code, show } = (credential ?? {}) as Readonly<Record<string, unknown>>;
  if (show === true) return { kind: 'shown-code' };
  if (typeof code === 'string' && recognise(code)) return { kind: 'payment-code', code: code.trim() };
  const message = { zh: '这不是数字人民币付款码', en: 'This is not an e-CNY payment code.' };
  throw new Fault('credential-refused', { fields: [{ path: 'credential.code', message }] });
}

/** Whether the customer of a prepared payment scans a code of ours. */
export function isShown({ channelData: { flow } }: PaymentFacts): boolean {
  return flow === 'shown-code';
}

/** Our number of the payment at the acquirer. */
export function outTradeNoOf({ channelData: { outTradeNo } }: PaymentFacts): string {
  if (typeof outTradeNo !== 'string') throw new Error('the payment was not prepared by this method');
  return outTradeNo;
}
