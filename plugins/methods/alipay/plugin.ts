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

/**
 * Alipay, merchant scans the customer.
 * @param options.timeScale shortens or stretches every time of the policy, for tests: 0.01 makes a second ten milliseconds.
 */
export function alipayMethod(options: { readonly timeScale?: number } = {}): MethodPlugin {
  const policy = scaled(POLICY, options.timeScale ?? 1);
  const recognise = (scanned: string): boolean => {
    const found = classifyPaymentCode(scanned);
    return found.outcome === 'recognized' && found.wallet === 'alipay';
  };
  return {
    id: 'alipay',
    title: { zh: '支付宝', en: 'Alipay' },
    holds: 'channel',
    credential: Type.Object({
      code: Type.String({
        description: '16 to 24 digits of the customer’s payment code, or a face token',
        maxLength: 140,
      }),
    }),
    policy,
    recognise,
    create: (environment) => new AlipayMethod(environment, environment.policy ?? policy, recognise),
  };
}

/** Alipay with the channel's own times. */
export const alipay: MethodPlugin = alipayMethod();

function scaled(policy: MethodPolicy, timeScale: number): MethodPolicy {
  return {
    ...policy,
    authorizeTimeoutMs: policy.authorizeTimeoutMs * timeScale,
    firstInquiryMs: policy.firstInquiryMs * timeScale,
    intervalMs: policy.intervalMs * timeScale,
    giveUpAfterMs: policy.giveUpAfterMs * timeScale,
    minimumBeforeCancelMs: policy.minimumBeforeCancelMs * timeScale,
    confirmAfterCancelMs: policy.confirmAfterCancelMs === null ? null : policy.confirmAfterCancelMs * timeScale,
  };
}
