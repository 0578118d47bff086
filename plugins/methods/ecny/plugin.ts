import type { MethodPlugin, MethodPolicy } from '@zhanggui/modules/payments/method.ts';
import { classifyPaymentCode } from '@zhanggui/qr';
import { Type } from 'typebox';
import { EcnyMethod } from './method.ts';
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
export const ecny: MethodPlugin = {
  id: 'ecny',
  title: { zh: '数字人民币', en: 'e-CNY' },
  holds: 'channel',
  credential: Type.Union([
    Type.Object({ code: Type.String({ description: '19 digits that start with 01', maxLength: 40 }) }),
    Type.Object({ show: Type.Literal(true, { description: 'a code is wanted that the customer scans' }) }),
  ]),
  policy: POLICY,
  channel: ecnyChannel,
  flowPolicies: { 'shown-code': SHOWN_CODE },
  recognise,
  create: (environment) => new EcnyMethod(environment, recognise),
};

function recognise(scanned: string): boolean {
  const found = classifyPaymentCode(scanned);
  return found.outcome === 'recognized' && found.wallet === 'ecny';
}
