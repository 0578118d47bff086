import type { MethodPlugin, MethodPolicy } from '@zhanggui/modules/payments/method.ts';
import { classifyPaymentCode } from '@zhanggui/qr';
import { Type } from 'typebox';
import { WechatMethod } from './method.ts';

/**
 * WeChat Pay's own rules for payment codes: wait five seconds before the first question, then ask every five, reverse
 * when 45 s have passed, and never earlier than 15 s after the request.
 */
const POLICY: MethodPolicy = {
  local: false,
  authorizeTimeoutMs: 10_000,
  firstInquiryMs: 5_000,
  intervalMs: 5_000,
  giveUpAfterMs: 45_000,
  minimumBeforeCancelMs: 15_000,
  confirmAfterCancelMs: 60_000,
};

/**
 * WeChat Pay, merchant scans the customer.
 * @param options.timeScale shortens or stretches every time of the policy, for tests: 0.01 makes a second ten milliseconds.
 */
export function wechatMethod(options: { readonly timeScale?: number } = {}): MethodPlugin {
  const policy = scaled(POLICY, options.timeScale ?? 1);
  const recognise = (scanned: string): boolean => {
    const found = classifyPaymentCode(scanned);
    return found.outcome === 'recognized' && found.wallet === 'wechat';
  };
  return {
    id: 'wechat',
    title: { zh: '微信支付', en: 'WeChat Pay' },
    holds: 'channel',
    credential: Type.Object({
      code: Type.String({ description: '18 digits of the customer’s payment code', maxLength: 40 }),
    }),
    policy,
    recognise,
    create: (environment) => new WechatMethod(environment, environment.policy ?? policy, recognise),
  };
}

/** WeChat Pay with the channel's own times. */
export const wechat: MethodPlugin = wechatMethod();

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
