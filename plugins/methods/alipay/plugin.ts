import type { MethodPlugin, MethodPolicy } from '@zhanggui/modules/payments/method.ts';
import { classifyPaymentCode } from '@zhanggui/qr';
import { Type } from 'typebox';
import { AlipayMethod } from './method.ts';

/**
 * Alipay's own rules for payment codes: ask first after five seconds, then every four, for a minute, and cancel at once
 * after the last question.
 */
const POLICY: MethodPolicy = {
  local: false,
  authorizeTimeoutMs: 10_000,
  firstInquiryMs: 5_000,
  intervalMs: 4_000,
  giveUpAfterMs: 60_000,
  minimumBeforeCancelMs: 0,
  confirmAfterCancelMs: 60_000,
};

/** Alipay, merchant scans the customer. */
export const alipay: MethodPlugin = {
  id: 'alipay',
  title: { zh: '支付宝', en: 'Alipay' },
  holds: 'channel',
  credential: Type.Object({
    code: Type.String({
      description: '16 to 24 digits of the customer’s payment code, or a face token',
      maxLength: 140,
    }),
  }),
  policy: POLICY,
  recognise,
  create: (environment) => new AlipayMethod(environment, recognise),
};

function recognise(scanned: string): boolean {
  const found = classifyPaymentCode(scanned);
  return found.outcome === 'recognized' && found.wallet === 'alipay';
}
