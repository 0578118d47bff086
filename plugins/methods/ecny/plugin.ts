import type { MethodPlugin, MethodPolicy } from '@zhanggui/modules/payments/method.ts';
import { walletPlugin } from '../../wallet/wallet-plugin.ts';
import { EcnyConnector } from './connector.ts';
import { ecnyChannel } from './settings.ts';

/** A scanned code: the wallet answers at once or asks for the password, for which there is a minute. */
const POLICY: MethodPolicy = {
  local: false,
  authorizeTimeoutMs: 10_000,
  firstInquiryMs: 3_000,
  intervalMs: 3_000,
  giveUpAfterMs: 60_000,
  minimumBeforeCancelMs: 0,
  confirmAfterCancelMs: 60_000,
};

/** A code that the customer scans: the acquirer tells by itself when it is paid, so the questions are a net. */
const SHOWN_CODE: MethodPolicy = {
  ...POLICY,
  firstInquiryMs: 10_000,
  intervalMs: 10_000,
  giveUpAfterMs: 180_000,
};

/** e-CNY (数字人民币): the merchant scans the customer, or the customer scans the merchant. It costs the merchant nothing. */
export const ecny: MethodPlugin = walletPlugin({
  id: 'ecny',
  title: { zh: '数字人民币', en: 'e-CNY' },
  wallet: 'ecny',
  flows: { code: '19 digits that start with 01', longestCode: 40 },
  policy: POLICY,
  flowPolicies: { 'shown-code': SHOWN_CODE },
  channel: ecnyChannel,
  connect: (environment) => new EcnyConnector(environment),
});
