import type { MethodPlugin, MethodPolicy } from '@zhanggui/modules/payments/method.ts';
import { walletPlugin } from '../../wallet/wallet-plugin.ts';
import { WechatConnector } from './connector.ts';
import { wechatChannel } from './settings.ts';

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
 * A code that the customer scans, or a page on the customer's phone: WeChat Pay tells by itself when it is paid, so the
 * questions are a net. The order is closed at the end, and may be closed at any time.
 */
const SHOWN_CODE: MethodPolicy = {
  local: false,
  authorizeTimeoutMs: 10_000,
  firstInquiryMs: 10_000,
  intervalMs: 10_000,
  giveUpAfterMs: 180_000,
  minimumBeforeCancelMs: 0,
  confirmAfterCancelMs: 60_000,
};
const PHONE_PAGE: MethodPolicy = { ...SHOWN_CODE, giveUpAfterMs: 900_000 };

/** WeChat Pay: the merchant scans the customer, the customer scans the merchant, or pays on a page inside WeChat. */
export const wechat: MethodPlugin = walletPlugin({
  id: 'wechat',
  title: { zh: '微信支付', en: 'WeChat Pay' },
  wallet: 'wechat',
  flows: {
    code: '18 digits of the customer’s payment code',
    longestCode: 40,
    payer: 'openid of the customer whose page this is',
  },
  policy: POLICY,
  flowPolicies: { 'shown-code': SHOWN_CODE, 'phone-page': PHONE_PAGE },
  channel: wechatChannel,
  connect: (environment) => new WechatConnector(environment),
});
