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

/** WeChat Pay, merchant scans the customer. */
export const wechat: MethodPlugin = {
  id: 'wechat',
  title: { zh: '微信支付', en: 'WeChat Pay' },
  holds: 'channel',
  credential: Type.Object({
    code: Type.String({ description: '18 digits of the customer’s payment code', maxLength: 40 }),
  }),
  policy: POLICY,
  recognise,
  create: (environment) => new WechatMethod(environment, recognise),
};

function recognise(scanned: string): boolean {
  const found = classifyPaymentCode(scanned);
  return found.outcome === 'recognized' && found.wallet === 'wechat';
}
