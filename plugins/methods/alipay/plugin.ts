import type { MethodPlugin, MethodPolicy } from '@zhanggui/modules/payments/method.ts';
import { walletPlugin } from '../../wallet/wallet-plugin.ts';
import { AlipayConnector } from './connector.ts';
import { alipayChannel } from './settings.ts';

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
 * A code that the customer scans, or a page on the customer's phone: Alipay tells by itself when it is paid, so the
 * questions are a net. The trade is closed at the end, and may be closed at any time.
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

/** Alipay: the merchant scans the customer, the customer scans the merchant, or pays on a page inside Alipay. */
export const alipay: MethodPlugin = walletPlugin({
  id: 'alipay',
  title: { zh: '支付宝', en: 'Alipay' },
  wallet: 'alipay',
  flows: {
    code: '16 to 24 digits of the customer’s payment code, or a face token',
    longestCode: 140,
    payer: 'user id or open id of the customer whose page this is',
  },
  policy: POLICY,
  flowPolicies: { 'shown-code': SHOWN_CODE, 'phone-page': PHONE_PAGE },
  channel: alipayChannel,
  connect: (environment) => new AlipayConnector(environment),
});
