import type { MethodPlugin, MethodPolicy } from '@zhanggui/modules/payments/method.ts';
import { walletPlugin } from '../../wallet/wallet-plugin.ts';
import { UnionPayConnector } from './connector.ts';
import { unionPayChannel } from './settings.ts';

/** A scanned code: the customer has a minute for the password; a reversal is for what got no answer, so not at once. */
const POLICY: MethodPolicy = {
  local: false,
  authorizeTimeoutMs: 10_000,
  firstInquiryMs: 5_000,
  intervalMs: 5_000,
  giveUpAfterMs: 60_000,
  minimumBeforeCancelMs: 5_000,
  confirmAfterCancelMs: 60_000,
};

/** A code that the customer scans: UnionPay tells by itself when it is paid, so the questions are a net. */
const SHOWN_CODE: MethodPolicy = {
  local: false,
  authorizeTimeoutMs: 10_000,
  firstInquiryMs: 10_000,
  intervalMs: 10_000,
  giveUpAfterMs: 180_000,
  minimumBeforeCancelMs: 0,
  confirmAfterCancelMs: 60_000,
};

/** UnionPay codes (云闪付): the merchant scans the customer, or the customer scans the merchant. */
export const unionPayQr: MethodPlugin = walletPlugin({
  id: 'unionpay-qr',
  title: { zh: '云闪付', en: 'UnionPay QR' },
  wallet: 'unionpay',
  flows: {
    code: '19 digits that start with 62, or an EMVCo consumer-presented code of UnionPay',
    longestCode: 2048,
    fixedCode: true,
  },
  policy: POLICY,
  flowPolicies: { 'shown-code': SHOWN_CODE, 'fixed-code': SHOWN_CODE },
  channel: unionPayChannel,
  connect: (environment) => new UnionPayConnector(environment),
});
